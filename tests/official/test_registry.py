"""The registry: two people, one signed document, lists of fakes, the public page, the command."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client

from tests.cast import Cast
from tests.security.official_cases import REASON, a_change
from walletdesk.accounts.actions.people import change_role
from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.accounts.types import Role
from walletdesk.kit.errors import BadInput
from walletdesk.official.actions.fakes import import_fakes
from walletdesk.official.actions.registry import load_registry
from walletdesk.official.lists import read_list
from walletdesk.official.models import Entry, KnownFake, RegistryChange
from walletdesk.official.rules import canonical, tidy_value
from walletdesk.official.types import Kind
from walletdesk.site.commands.verify import demo_source
from walletdesk.site.demo.load import load_official
from walletdesk.site.refusal import RefusalError
from walletdesk.web.portal.official import LONGEST

JSON = {"HTTP_ACCEPT": "application/json"}
FORM = {"change": "add", "kind": "domain", "value": "Borealis.example", "reason": REASON}


def ask(cast: Cast, who: Membership, **more: str) -> Any:
    return cast.client(who).post("/desk/official/", FORM | more)


def decide(cast: Cast, who: Membership, row: RegistryChange, approve: str = "yes") -> Any:
    return cast.client(who).post(f"/desk/official/{row.ref}/decide", {"approve": approve}, **JSON)


def test_two_people_and_one_signed_document(cast: Cast) -> None:
    assert Client().get("/official/borealis.json").status_code == 404
    assert ask(cast, cast.supervisor).status_code == 302
    row = RegistryChange.objects.get()
    assert not Entry.objects.exists()
    assert decide(cast, cast.agent, row).status_code == 403
    assert decide(cast, cast.supervisor, row).json()["code"] == "own_change"
    change_role(actor=cast.owner, membership=cast.supervisor, role=Role.OWNER)
    assert decide(cast, cast.supervisor, row).json()["code"] == "own_change"
    assert decide(cast, cast.stranger, row).status_code == 404
    assert decide(cast, cast.owner, row).status_code == 302
    assert decide(cast, cast.owner, row).json()["code"] == "change_over"
    assert Entry.objects.get().value == "borealis.example"
    told = Client().get("/official/borealis.json").json()
    assert told["signed"]["entries"]["domain"] == [{"value": "borealis.example", "label": ""}]
    signature = {k: base64.b64decode(told["signature"][k]) for k in ("public_key", "value")}
    key = Ed25519PublicKey.from_public_bytes(signature["public_key"])
    key.verify(signature["value"], canonical(told["signed"]))
    actions = AuditEntry.objects.filter(action__startswith="official.").values_list(
        "action", flat=True
    )
    assert sorted(actions) == ["official.approved", "official.requested"]


def test_removing_needs_two_people_too_and_keeps_the_key(cast: Cast) -> None:
    load_registry(brand=cast.brand, entries=[(Kind.DOMAIN, "borealis.example", "", False)])
    first = Client().get("/official/borealis.json").json()
    assert ask(cast, cast.owner, change="remove").status_code == 302
    assert decide(cast, cast.supervisor, RegistryChange.objects.get()).status_code == 302
    second = Client().get("/official/borealis.json").json()
    assert second["signed"]["entries"]["domain"] == []
    assert second["signed"]["serial"] == first["signed"]["serial"] + 1
    assert second["signature"]["public_key"] == first["signature"]["public_key"]


def test_refused_changes_nothing(cast: Cast) -> None:
    row = a_change(cast)
    assert decide(cast, cast.owner, row, "no").status_code == 302
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "more",
    [
        {"value": "no domain"},
        {"value": "10.0.0.1"},
        {"kind": "phone", "value": "555"},
        {"kind": "sender", "value": "@x"},
        {"kind": "social", "value": "aurora"},
        {"kind": "app_hash", "value": "12"},
        {"kind": "contract", "value": "0x12"},
        {"kind": "nonsense"},
        {"change": "remove"},
        {"reason": "short"},
        {"value": "\x00"},
        {"label": "x" * 81},
    ],
)
def test_what_cannot_be_official_is_refused_at_its_field(cast: Cast, more: dict[str, str]) -> None:
    answer = ask(cast, cast.owner, **more)
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content or b"error" in answer.content
    assert not RegistryChange.objects.exists()


def test_the_same_change_waits_once(cast: Cast) -> None:
    assert ask(cast, cast.owner).status_code == 302
    assert ask(cast, cast.supervisor).status_code == 422
    assert RegistryChange.objects.count() == 1


def test_pages_of_the_desk_ask_little(cast: Cast, django_assert_max_num_queries: Any) -> None:
    load_official(cast.brand)
    client = cast.client(cast.owner)
    for number in range(12):
        a_change(cast, f"new{number}.example")
    with django_assert_max_num_queries(16):
        page = client.get("/desk/official/")
    assert page.content.count(b"/decide") == 12


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.PHONE, "+1 (202) 555-0147"), (Kind.SOCIAL, "Telegram:@Aurora"), (Kind.NAME, "Aurora"),
     (Kind.APP_CERT, ":".join(["AB"] * 32)), (Kind.AGENT, "AUR-1"), (Kind.DOMAIN, "https://aurora.example")],
)  # fmt: skip
def test_values_are_kept_as_they_are_compared(kind: Kind, value: str) -> None:
    kept = tidy_value(kind, value)
    assert tidy_value(kind, kept) == kept


def test_a_value_of_another_kind() -> None:
    with pytest.raises(BadInput):
        tidy_value(Kind.PHONE, "aurora.example")


# --- lists and the public page ------------------------------------------------------------


def test_a_list_is_taken_in_once(cast: Cast) -> None:
    found = read_list(b'["bad.net", "worse.org"]')
    assert import_fakes(found=found, source="list") == 2
    assert import_fakes(found=found, source="list") == 0
    assert KnownFake.objects.count() == 2
    page = Client().post("/official/borealis/", {"what": "https://login.bad.net"}, **JSON).json()
    assert (page["verdict"], page["reason"]) == ("fake", "listed")


@pytest.mark.parametrize(("language", "word"), [("en", "Official"), ("zh-hans", ""), ("es", "")])
def test_the_public_page_answers_people(cast: Cast, language: str, word: str) -> None:
    load_official(cast.brand)
    body = {"what": "support@aurora.example", "language": language}
    page = Client().post("/official/borealis/", body).content.decode()
    assert 'class="verdict is-good' in page
    assert word in page
    assert f'lang="{language[:2]}' in page


@pytest.mark.parametrize(
    "what", ["\x00", "<script>alert(1)</script>.evil.com", "x" * 150_000, "http://[", "ＡＢ"]
)
def test_the_public_page_takes_anything(cast: Cast, what: str) -> None:
    answer = Client().post("/official/borealis/", {"what": what})
    assert answer.status_code in {200, 400}
    assert b"<script>alert" not in answer.content


def test_the_public_page_vouches_for_nothing_that_it_did_not_see(
    cast: Cast, settings: object
) -> None:
    load_official(cast.brand)
    own = "From: Aurora <support@aurora.example>\nSubject: x\n\nhttps://aurora.example\n"
    page = Client().get("/official/borealis/").content.decode()
    assert f'maxlength="{LONGEST}"' in page  # what is pasted beyond it, a browser drops in silence
    whole = {"what": own + "好" * LONGEST}
    told = Client().post("/official/borealis/", whole, **JSON).json()
    assert (told["verdict"], told["reason"]) == ("unknown", "too_long")
    assert settings.WIDER_BODIES["/official/"] > len("%E5%A5%BD" * LONGEST)  # type: ignore[attr-defined]


def test_the_public_check_is_limited(cast: Cast) -> None:
    codes = {
        Client().post("/official/borealis/", {"what": "x.example"}, **JSON).status_code
        for _ in range(125)
    }
    assert codes == {200, 429}


def test_the_command_needs_no_desk(tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_text("From: Aurora <a@aurora-help.com>\nSubject: x\n\nhttps://aurora.example\n")
    command = [str(Path(sys.executable).parent / "walletdesk"), "verify"]
    env = {"WALLETDESK_DATA": str(tmp_path / "none"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*command, str(mail), "--json"], env=env, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert {"verdict", "reason", "official_alternative"} <= set(told)
    assert (told["verdict"], told["official_alternative"]) == (
        "lookalike",
        "support@aurora.example",
    )


def test_the_demo_knows_no_other_brand() -> None:
    with pytest.raises(RefusalError, match="no brand"):
        demo_source("nobody")
