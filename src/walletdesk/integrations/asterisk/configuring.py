"""Asterisk's configuration, written from the templates beside this file.

https://docs.asterisk.org/Configuration/ - each template says what its values are for.
"""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from walletdesk.integrations.asterisk.types import AsteriskConfig, browser_name, telephone_name

AGENTS: Final = "walletdesk_agents.conf"
_AGENTS_HEAD: Final = (
    "; Each agent's browser and SIP telephone; passwords come from WALLETDESK_ASTERISK_SECRET.\n"
    "; walletdesk voice asterisk --write makes this file; repeat it when agents come or go.\n"
)
_DEFAULTS: Final = {
    "sip_bind": "0.0.0.0:5060",
    "rtp_start": "10000",
    "rtp_end": "20000",
    "moh": "/usr/share/asterisk/moh",
}


def configuration(
    config: AsteriskConfig, agents: Iterable[int], values: Mapping[str, str] = _DEFAULTS
) -> dict[str, str]:
    """Return file name -> text. `agents` are the memberships that have a telephone."""
    address = urlsplit(config.url)
    known = {
        **_DEFAULTS,
        **values,
        "http_host": address.hostname or "127.0.0.1",
        "http_port": str(address.port or 8088),
        "ari_secret": config.secret,
        "sounds": str(config.sounds),
        "trunk": config.trunk,
        "trunk_host": config.host,
    }
    telephones = [_agent(config, each) for each in sorted(agents)]
    written = {AGENTS: "".join([_AGENTS_HEAD, *telephones])}
    for template in files(__package__).joinpath("configuration").iterdir():
        text = template.read_text(encoding="utf-8")
        if template.name == "pjsip.conf" and not config.trunk:
            text = _without_trunk(text)
        for name, value in known.items():
            text = text.replace(f"@{name}@", value)
        written[template.name] = text
    return written


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files, readable by their owner only: they hold passwords."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        path = folder / name
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text, encoding="utf-8")


def _agent(config: AsteriskConfig, membership: int) -> str:
    password = config.agent_password(membership)
    return "".join(
        f"[{name}]({kind})\naors={name}\nauth={name}\n"
        f"[{name}](secret)\nusername={name}\npassword={password}\n"
        f"[{name}](place)\n\n"
        for name, kind in (
            (browser_name(membership), "browser"),
            (telephone_name(membership), "telephone"),
        )
    )


def _without_trunk(text: str) -> str:
    before, _, after = text.partition("; The trunk,")
    return before + "; An agent" + after.partition("; An agent")[2]
