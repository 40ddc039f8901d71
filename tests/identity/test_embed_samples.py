"""The samples of docs/develop/embed.md work as they stand, and name the bridge's whole list."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cast import Cast
from tests.identity.wallets import Phone, WalletServer
from walletdesk.web.desk.settings.samples import sample

ROOT = Path(__file__).parents[2]
EMBED = (ROOT / "docs/develop/embed.md").read_text()
BRIDGE = ROOT / "src/walletdesk/web/static/widget/bridge.js"
NODE = shutil.which("node")
# What a bridge of a wallet must never be able to say.
FORBIDDEN = re.compile(r"seed|mnemonic|phrase|private|secret|sign|key|password", re.IGNORECASE)


def block(name: str) -> str:
    """Return the code of the sample that is marked to be run under this name."""
    found = re.search(rf"<!-- run: {re.escape(name)} -->\n```\w+\n(.*?)```", EMBED, re.DOTALL)
    assert found, name
    return found[1]


def run_python(code: str, key: str) -> str:
    code += '\nprint(support_token("ana"))'
    return _run([sys.executable, "-c", code], key)


def run_node(code: str, key: str) -> str:
    if NODE is None:
        pytest.skip("node is not installed")
    return _run([NODE, "-e", code + '\nconsole.log(supportToken("ana"))'], key)


def _run(command: list[str], key: str) -> str:
    done = subprocess.run(
        command, env={"SUPPORT_KEY": key}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def key_text(server: WalletServer) -> str:
    if server.algorithm == "HS256":
        return str(server.key.decode())
    pem = server.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return str(pem.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "run"), [("token.py", run_python), ("token.js", run_node)])
def test_tokens_of_the_documents(cast: Cast, name: str, run: object) -> None:
    server = WalletServer.with_key_pair(cast.brand)
    code = block(name).replace("BRAND", cast.brand.slug).replace("KID", server.kid)
    token = run(code, key_text(server))  # type: ignore[operator]
    assert Phone().post("identify", {"token": token, "brand": cast.brand.slug}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("make", [WalletServer.with_secret, WalletServer.with_key_pair])
@pytest.mark.parametrize(("language", "run"), [("Python", run_python), ("Node", run_node)])
def test_tokens_of_the_settings(cast: Cast, make: object, language: str, run: object) -> None:
    server = make(cast.brand)  # type: ignore[operator]
    code = sample(language, server.algorithm, cast.brand.slug, server.kid)
    token = run(code, key_text(server))  # type: ignore[operator]
    assert Phone().post("identify", {"token": token, "brand": cast.brand.slug}).status_code == 200


def messages() -> dict[str, dict[str, list[str]]]:
    """Return the closed lists of bridge.js: type → names of its fields."""
    if NODE is None:
        pytest.skip("node is not installed")
    script = (
        f"import('data:text/javascript,'+encodeURIComponent(require('fs').readFileSync({str(BRIDGE)!r}"
        ",'utf8'))).then(({FROM_HOST,TO_HOST})=>console.log(JSON.stringify([FROM_HOST,TO_HOST].map("
        "list=>Object.fromEntries(Object.entries(list).map(([k,v])=>[k,Object.keys(v)]))))))"
    )
    done = subprocess.run([NODE, "-e", script], capture_output=True, text=True, check=True)
    from_host, to_host = json.loads(done.stdout)
    return {"from host": from_host, "to host": to_host}


def test_the_bridge_is_a_closed_list() -> None:
    """Change this only with a look at what a host could be made to give away (S29)."""
    assert messages() == {
        "from host": {
            "init": ["token?", "locale?", "theme?", "app?", "diagnostics?"],
            "setToken": ["token"],
            "open": ["topic?", "prefill?", "tx?"],
            "logout": [],
            "diagnostics": ["text"],
        },
        "to host": {
            "ready": [],
            "needToken": [],
            "unread": ["n"],
            "pickFile": [],
            "openUrl": ["url"],
            "close": [],
            "requestDiagnostics": [],
            "copyAddressCheck": ["address"],
        },
    }


def test_no_message_could_carry_a_key() -> None:
    words = [word for side in messages().values() for name in side for word in (name, *side[name])]
    assert [word for word in words if FORBIDDEN.search(word)] == []


def test_the_documents_tell_the_whole_list() -> None:
    section = EMBED[EMBED.index("## The bridge") : EMBED.index("### Android")]
    told = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert told == {name for side in messages().values() for name in side}
