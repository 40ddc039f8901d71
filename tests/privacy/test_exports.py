"""Exports (catalogue I04, S32): two people, once, masked, and harmless in a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast, reply
from tests.security.privacy_cases import REASON, a_lock, an_alarm
from walletdesk.accounts.actions.people import change_role
from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.accounts.types import Role
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.disclosures.models import Export
from walletdesk.conversations.disclosures.rules import neutral, plain
from walletdesk.kit import clock

MAIL = "canary.person@mail.example"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def data(cast: Cast) -> Cast:
    set_identity(
        contact=cast.customer.contact, kind=IdentityKind.EMAIL, value=MAIL, source=Source.WALLET
    )
    cast.customer.write(f"=HYPERLINK(1) {MAIL}")
    reply(cast.agent, cast.customer, "+1 for that")
    return cast


def ask(cast: Cast, who: Membership, **more: Any) -> Export:
    day = clock.now().date().isoformat()
    form = {"what": "messages", "form": "csv", "first_day": day, "last_day": day, "reason": REASON}
    answer = cast.client(who).post("/desk/exports/", form | more)
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.latest("pk")


def decide(cast: Cast, who: Membership, export: Export, approve: str = "yes") -> Any:
    return cast.client(who).post(f"/desk/exports/{export.ref}/decide", {"approve": approve}, **JSON)


def download(cast: Cast, who: Membership, export: Export) -> Any:
    return cast.client(who).post(f"/desk/exports/{export.ref}/download", **JSON)


def test_two_people_one_download(data: Cast) -> None:
    export = ask(data, data.supervisor)
    assert download(data, data.supervisor, export).json()["code"] == "export_over"
    assert decide(data, data.supervisor, export).json()["code"] == "own_export"
    assert decide(data, data.agent, export).status_code == 403
    assert decide(data, data.stranger, export).status_code == 404
    assert decide(data, data.owner, export).status_code == 302
    assert decide(data, data.owner, export, "no").json()["code"] == "export_over"
    assert download(data, data.owner, export).status_code == 404
    answer = download(data, data.supervisor, export)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="messages-')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [plain(row["text"])[:13] for row in rows] == ["=HYPERLINK(1)", "+1 for that"]
    assert all(row["text"].startswith("'") for row in rows)
    assert {row["export"] for row in rows} == {export.ref}
    assert MAIL not in answer.content.decode()
    assert download(data, data.supervisor, export).json()["code"] == "export_over"
    actions = AuditEntry.objects.filter(subject=f"export:{export.ref}").order_by("pk")
    assert [entry.action for entry in actions] == [
        "export.requested", "export.approved", "export.downloaded",
    ]  # fmt: skip


def test_a_reason_keeps_no_personal_data(data: Cast) -> None:
    export = ask(data, data.supervisor, reason=f"As {MAIL} asked us to do")
    kept = str(list(AuditEntry.objects.values_list("detail", flat=True))) + export.reason
    assert MAIL not in kept
    page = data.client(data.owner).get("/desk/exports/").content.decode()
    assert "As [E-mail] asked us to do" in page


def test_a_refused_or_late_export_is_over(data: Cast) -> None:
    refused = ask(data, data.supervisor)
    decide(data, data.owner, refused, "no")
    assert download(data, data.supervisor, refused).status_code == 409
    late = ask(data, data.supervisor)
    decide(data, data.owner, late)
    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)):
        assert download(data, data.supervisor, late).json()["code"] == "export_over"


def test_another_role_does_not_make_it_somebody_elses(data: Cast) -> None:
    export = ask(data, data.supervisor)
    change_role(membership=data.supervisor, role=Role.OWNER)
    assert decide(data, data.supervisor, export).json()["code"] == "own_export"
    place = data.supervisor
    user, brand = place.user, place.brand
    place.delete()
    assert not Export.objects.exists()  # with the place goes what it asked for
    again = Membership.objects.create(user=user, brand=brand, role=Role.OWNER)
    assert ask(data, again).requester == user


def test_clear_is_for_customers_and_leaves_its_own_trace(data: Cast) -> None:
    client = data.client(data.supervisor)
    day = clock.now().date().isoformat()
    form = {"what": "messages", "form": "csv", "first_day": day, "last_day": day, "reason": REASON}
    assert client.post("/desk/exports/", form | {"clear": "on"}).status_code == 422
    masked = ask(data, data.supervisor, what="contacts", form="jsonl")
    clear = ask(data, data.supervisor, what="contacts", form="jsonl", clear="on")
    told = {}
    for export in (masked, clear):
        decide(data, data.owner, export)
        answer = download(data, data.supervisor, export)
        told[export.clear] = [json.loads(line)["value"] for line in answer.content.splitlines()]
    assert told == {False: ["c•••@m•••.example"], True: [MAIL]}
    entries = AuditEntry.objects.filter(action="contacts.exported")
    assert [entry.subject for entry in entries] == [f"export:{clear.ref}"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "everything"}, {"form": "xlsx"}, {"first_day": "x"}, {"reason": "short"},
        {"first_day": "2020-01-01"}, {"last_day": "2001-01-01"}, {"reason": "x" * 501},
        {"first_day": ""}, {"reason": "\x00" * 20},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(data: Cast, wrong: dict[str, str]) -> None:
    day = clock.now().date().isoformat()
    form = {"what": "messages", "form": "csv", "first_day": day, "last_day": day, "reason": REASON}
    assert data.client(data.supervisor).post("/desk/exports/", form | wrong).status_code == 422
    assert not Export.objects.exists()


@given(st.text(max_size=50))
def test_no_cell_is_a_formula_and_nothing_is_lost(cell: str) -> None:
    assert plain(neutral(cell)) == cell
    assert not neutral(cell).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


# --- search -------------------------------------------------------------------------------


def search(cast: Cast, who: Membership, kind: str, value: str) -> Any:
    return cast.client(who).post("/desk/contacts/", {"kind": kind, "value": value})


def test_a_search_takes_one_whole_value_and_shows_masks(data: Cast) -> None:
    ref = data.customer.conversation.ref
    for kind, value in (("email", MAIL.upper()), ("conversation", ref)):
        page = search(data, data.agent, kind, value).content.decode()
        assert "c•••@m•••.example" in page
        assert ref in page
        assert MAIL not in page
    for kind, value in (
        ("email", MAIL[:-1]),
        ("email", "canary"),
        ("email", "%%%"),
        ("email", "mail.example"),
    ):
        assert "c•••" not in search(data, data.agent, kind, value).content.decode()
    assert "c•••" not in search(data, data.stranger, "email", MAIL).content.decode()
    assert search(data, data.viewer, "email", MAIL).status_code == 403
    for kind, value in (
        ("email", "ab"),
        ("name", "Canary"),
        ("email", "x" * 201),
        ("", MAIL),
        ("email", "a\nb\rc"),
    ):
        assert search(data, data.agent, kind, value).status_code == 422


def test_searches_are_audited_without_the_value_and_limited(data: Cast) -> None:
    search(data, data.agent, "email", MAIL)
    search(data, data.agent, "phone", "13812345678")
    entries = list(AuditEntry.objects.filter(action="contact.searched").order_by("pk"))
    assert [entry.detail for entry in entries] == [
        {"kind": "email", "found": 1},
        {"kind": "phone", "found": 0},
    ]
    assert entries[0].subject == f"contact:{data.customer.contact.pk}"
    for _ in range(28):
        search(data, data.owner, "email", MAIL)
    assert search(data, data.owner, "email", MAIL).status_code == 200
    statuses = {search(data, data.owner, "email", MAIL).status_code for _ in range(3)}
    assert 429 in statuses


# --- the trail ----------------------------------------------------------------------------


def test_the_trail_is_filtered_and_goes_on(
    data: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(60):
        AuditEntry.objects.create(
            brand=data.brand, actor=data.agent, actor_name="Alex", action="contact.searched",
            subject=f"contact:{number}", detail={"kind": "email", "found": 0},
        )  # fmt: skip
    client = data.client(data.supervisor)
    with django_assert_max_num_queries(12):
        page = client.get("/desk/audit/").content.decode()
    assert page.count('class="trail-row') == 50
    more = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(more).content.decode().count('class="trail-row') >= 10
    person = client.get(f"/desk/audit/?person={data.owner.pk}").content.decode()
    assert "trail-row" not in person
    assert "Nothing fits" in person
    for query in (
        "person=x",
        "action=nope",
        "day=x",
        "day=9999-12-31",
        "day=0001-01-01",
        "subject=%00",
        "person=9" + "9" * 30,
        "before=1",
    ):
        assert client.get(f"/desk/audit/?{query}").status_code == 200
    one = client.get("/desk/audit/?subject=contact:7&action=contact.searched").content.decode()
    assert one.count('class="trail-row') == 1
    day = client.get("/desk/audit/?day=2001-01-01").content.decode()
    assert "trail-row" not in day
    assert client.get("/desk/audit/rows?before=x", **JSON).status_code == 400


def test_nothing_of_other_brands_in_the_trail(data: Cast) -> None:
    an_alarm(data)
    a_lock(data)
    ask(data, data.supervisor)
    client = data.client(data.stranger)
    for path in ("/desk/audit/", "/desk/alarms/", "/desk/exports/"):
        page = client.get(path).content.decode()
        assert "Alex" not in page
        assert "Samira" not in page
