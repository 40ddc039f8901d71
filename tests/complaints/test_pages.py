"""The desk's pages, the public form, and the page whose address is a secret."""

import csv
import io
import re
import zlib
from base64 import a85decode
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from tests.cast import Cast, make_customer
from tests.complaints.conftest import POINT, REMEDY, WHY, fresh, named
from tests.portal.desk import act as on_page
from walletdesk.complaints.actions import handling
from walletdesk.complaints.actions.opening import open_complaint
from walletdesk.complaints.models import Complaint, ComplaintLetter, ComplaintStep
from walletdesk.complaints.types import LetterKind
from walletdesk.contacts.personal.actions.disclosure import disclose
from walletdesk.contacts.personal.models import Datum
from walletdesk.conversations import queries
from walletdesk.conversations.models import Event
from walletdesk.conversations.tickets.actions.opening import give_page
from walletdesk.conversations.tickets.tokens import status_token
from walletdesk.conversations.types import Audience
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.site.wiring import DUE
from walletdesk.web.common import complaint_letters

FORM = "/ticket/complaint/borealis/"
FILLED = {
    "language": "en", "description": POINT, "last_name": "Ferrer", "first_name": "Lucía",
    "registration": "12345678Z", "email": "lucia.ferrer@mail.example", "phone": "+34 600 111 222",
    "address": "Calle Mayor 7", "city": "Madrid", "damage": "120 USDT", "category": "transfer",
    "rep_name": "Abogados Sol",
}  # fmt: skip
SECRET = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def lodged(cast: Cast, **changes: str) -> Any:
    client = Client(raise_request_exception=False)
    return client.post(FORM, {**FILLED, **changes})


def page_of(complaint: Complaint) -> str:
    ticket = give_page(conversation=complaint.conversation, due_at=clock.now())
    return f"/ticket/s/{status_token(bytes(ticket.salt))}/"


def drawn(document: bytes) -> bytes:
    streams = re.findall(rb"stream\r?\n(.*?)~>endstream", document, re.DOTALL)
    return b"".join(zlib.decompress(a85decode(one)) for one in streams)


def shown(cast: Cast, path: str, who: Any = None) -> str:
    return cast.client(who or cast.supervisor).get(path).content.decode()


# --- the public form -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Who complains"), ("es", "language"), ("zh-hans", "language")],
)
def test_the_form_asks_for_what_the_annex_names(cast: Cast, language: str, words: str) -> None:
    page = Client().get(FORM, {"language": language}).content.decode()
    assert words in page
    for code in ("last_name", "registration", "lei", "rep_name", "contact_email", "damage"):
        assert f'name="{code}"' in page


def test_lodging_opens_a_complaint_and_seals_who_complains(cast: Cast) -> None:
    answer = lodged(cast)
    assert answer.status_code == 303
    complaint = Complaint.objects.get()
    assert (complaint.category, complaint.by_representative) == ("transfer", True)
    assert complaint.points.get().text == POINT
    stored = str(complaint.fields)
    for part in ("Ferrer", "Lucía", "12345678Z", "lucia.ferrer", "600 111", "Calle Mayor", "Sol"):
        assert part not in stored
        assert not Event.objects.filter(text__contains=part).exists()
    assert Datum.objects.filter(kind="name").count() == 3
    page = Client().get(str(answer["Location"]).partition("?")[0]).content.decode()
    assert "Complaint" in page
    assert "at the latest" in page
    desk = shown(cast, f"/desk/complaints/{complaint.ref}/")
    assert "Ferrer" not in desk
    assert "120 USDT" in desk
    assert "a representative" in desk


def test_sending_the_form_again_lodges_once(cast: Cast) -> None:
    name = "00000000-0000-4000-8000-0000000000bb"
    first, second = lodged(cast, id=name), lodged(cast, id=name)
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"description": ""}, {"description": "x" * 1_001}, {"email": "nobody"},
        {"description": SECRET}, {"last_name": SECRET}, {"website": "spam"},
        {"description": "\ud800"}, {"city": "x" * 101},
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(
    cast: Cast, changes: dict[str, str]
) -> None:
    name, value = next(iter(changes.items()))
    if "\ud800" in value:
        pairs = f"language=en&{name}=%ED%A0%80"
        answer = Client(raise_request_exception=False).post(
            FORM, pairs, "application/x-www-form-urlencoded"
        )
        assert answer.status_code in (303, 400, 422)
        return
    answer = lodged(cast, **changes)
    assert answer.status_code == 422
    assert "sausage" not in answer.content.decode()
    assert not Complaint.objects.exists()


# --- the secret page -------------------------------------------------------------------------


def test_the_complainant_follows_adds_and_withdraws(cast: Cast, complaint: Complaint) -> None:
    path = page_of(complaint)
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    page = Client().get(path).content.decode()
    assert all(one in page for one in (POINT, "Acknowledgement", "Withdraw the complaint"))
    letter = complaint.letters.get()
    told = Client().get(f"{path}letters/{letter.ref}")
    assert told["Referrer-Policy"] == "no-referrer"
    assert path in told.content.decode()  # the address stands in the letter, for them alone
    assert path not in str(letter.content)
    # in the chat they read it too; staff see that there is one, and cannot open it
    here = cast.customer.now()
    assert path in queries.thread(here, Audience.CUSTOMER)[-1]["text"]
    staff = next(e for e in queries.thread(here, Audience.STAFF) if "letter" in e["data"])
    assert path not in staff["text"]
    code = staff["text"].partition("⟦link:")[2].partition("⟧")[0]
    with pytest.raises(NotFound):
        disclose(contact=here.contact, item=f"link:{code}", actor=cast.agent, action="x",
                 subject="", detail={})  # fmt: skip
    assert code not in cast.client(cast.agent).get(f"/desk/c/{here.ref}/panel").content.decode()
    assert Client().get(f"{path}letters/{letter.ref}?form=pdf").content.startswith(b"%PDF")
    assert Client().get(f"{path}letters/nothing").status_code == 404
    assert Client().get(f"/ticket/s/{'A' * 43}/letters/{letter.ref}").status_code == 404
    name = "00000000-0000-4000-8000-0000000000cc"
    assert on_page(path, "add", id=name, text="Here is more").status_code == 303
    assert complaint.entries.filter(code="added").count() == 1
    assert on_page(path, "withdraw").status_code == 303
    assert on_page(path, "withdraw").status_code == 303
    assert (fresh(complaint).state, fresh(complaint).outcome) == ("closed", "withdrawn")
    assert "Withdrawn" in Client().get(path).content.decode()


def test_the_page_of_a_ticket_has_no_complaint(cast: Cast) -> None:
    cast.customer.write("Hello")
    ticket = give_page(conversation=cast.customer.now(), due_at=clock.now())
    path = f"/ticket/s/{status_token(bytes(ticket.salt))}/"
    assert Client().get(path).status_code == 200
    assert on_page(path, "withdraw").status_code == 404


# --- the desk --------------------------------------------------------------------------------


def test_from_one_click_to_the_decision_over_the_pages(
    cast: Cast, complaint: Complaint, act: Any
) -> None:
    seen = act(cast.supervisor, "acknowledge", preview="1").content.decode()
    assert "A preview" in seen
    assert POINT in seen
    assert fresh(complaint).state == "received"
    assert not ComplaintLetter.objects.exists()
    assert act(cast.supervisor, "acknowledge").status_code == 302
    assert act(cast.supervisor, "acknowledge").status_code == 409
    page = shown(cast, f"/desk/complaints/{complaint.ref}/")
    assert f'<option value="{cast.colleague.pk}"' in page
    assert f'<option value="{cast.agent.pk}"' not in page
    assert act(cast.supervisor, "assign", person=cast.agent.pk).status_code == 409
    assert act(cast.supervisor, "assign", person=cast.colleague.pk).status_code == 302
    point = complaint.points.get().pk
    mei = cast.colleague
    assert act(mei, "answer", id=point, finding="partly", answer="Too slow.").status_code == 302
    told = {"outcome": "partly", "reasons": WHY, "remedies": REMEDY}
    assert act(cast.agent, "decide", **told).status_code == 403
    refused = act(mei, "decide", **told | {"reasons": ""})
    assert refused.status_code == 400
    assert REMEDY in refused.content.decode()  # what was typed is not lost
    assert act(mei, "decide", **told).status_code == 302
    assert fresh(complaint).outcome == "partly"
    letter = complaint.letters.get(kind=LetterKind.DECISION)
    assert REMEDY in shown(cast, f"/desk/complaints/{complaint.ref}/letters/{letter.ref}")
    pdf = cast.client(cast.agent).get(
        f"/desk/complaints/{complaint.ref}/letters/{letter.ref}?form=pdf"
    )
    assert b"Point 1" in drawn(pdf.content)


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("category", {"category": "x"}), ("category", {}), ("answer", {"id": "9" * 30}),
        ("answer", {"id": "x", "finding": "upheld"}), ("hold", {"until": "never"}),
        ("hold", {"until": "9999-99-99"}), ("assign", {"person": "-1"}), ("point", {"point": ""}),
        ("assign", {"person": "\u0661"}), ("point", {"point": "x" * 4_001}),
        ("ask", {"text": "\x00"}), ("subject", {"ref": "\x00"}), ("not-subject", {"id": ""}),
        ("refuse", {"reasons": " "}), ("nothing", {}), ("hold", {"until": "2200-01-01"}),
    ],
)  # fmt: skip
def test_wrong_input_is_refused(
    cast: Cast, complaint: Complaint, act: Any, what: str, fields: dict[str, str]
) -> None:
    answer = act(cast.supervisor, what, **fields)
    assert 400 <= answer.status_code < 500
    assert fresh(complaint).state == "received"


def test_the_panel_offers_and_leads_to_the_complaint(cast: Cast) -> None:
    named(cast)
    cast.customer.write("I am not satisfied: a@b.example never answers")
    cast.customer.ask_for_person()
    ref = cast.customer.conversation.ref
    client = cast.client(cast.agent)
    assert "Open a complaint" in client.get(f"/desk/c/{ref}/panel").content.decode()
    assert client.post(f"/desk/c/{ref}/complaint").status_code == 302
    complaint = Complaint.objects.get()
    point = complaint.points.get()
    assert "never answers" in point.text
    assert "a@b.example" not in point.text
    assert complaint.received_at < complaint.created_at  # when the customer wrote it
    panel = client.get(f"/desk/c/{ref}/panel").content.decode()
    assert f"/desk/complaints/{complaint.ref}/" in panel
    here = cast.customer.now()
    assert (here.topic, here.urgency) == ("complaint", 2)
    staff = [e for e in queries.thread(here, Audience.STAFF) if e["kind"] == "complaint"]
    assert [e["staff_data"]["state"] for e in staff] == ["opened"]
    before = msgspec.json.decode(msgspec.json.encode(queries.thread(here, Audience.STAFF)))
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    since = queries.events_after([(here.ref, here.last_seq, Audience.STAFF)], limit=20)[0]
    told = [msgspec.json.decode(event) for _seq, event in since]
    now = queries.thread(cast.customer.now(), Audience.STAFF)
    assert before + told == msgspec.json.decode(msgspec.json.encode(now))


def test_the_list_asks_as_often_for_many_as_for_one(cast: Cast, complaint: Complaint) -> None:
    client = cast.client(cast.supervisor)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/desk/complaints/?view=all").status_code == 200
        return len(captured)

    asked()
    one = asked()
    for _number in range(6):
        customer = make_customer(cast.brand)
        customer.write("I complain")
        open_complaint(conversation=customer.now(), membership=cast.agent)
    assert asked() == one <= 9
    queue = client.get("/desk/queue/").content.decode()
    assert 'id="count-complaints">7<' in queue  # in the rail of every list, in its own statement
    late = ComplaintStep.objects.filter(complaint__gt=complaint.pk, code="acknowledge").last()
    assert late is not None
    with travel(late.due_at + timedelta(days=1), tick=False):
        client = cast.client(cast.supervisor)
        page = client.get("/desk/complaints/?view=late").content.decode()
        assert page.count("<strong>") == 7
        assert client.get("/desk/complaints/?view=near&category=fees").status_code == 200


def test_the_report_as_page_and_as_csv(cast: Cast, complaint: Complaint) -> None:
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    client = cast.client(cast.supervisor)
    assert "Average time" in client.get("/desk/complaints/report").content.decode()
    rows = list(
        csv.reader(io.StringIO(client.get("/desk/complaints/report?form=csv").content.decode()))
    )
    assert ["complaints", "all", "received", "1"] in rows
    assert ["step", "acknowledge", "done", "1"] in rows
    assert cast.client(cast.agent).get("/desk/complaints/report").status_code == 403
    for wrong in ("first=x", "first=0001-01-01", "first=2026-02-02&last=2026-01-01"):
        assert client.get(f"/desk/complaints/report?{wrong}").status_code == 400


@pytest.mark.parametrize(
    "changes",
    [{"phone": "1"}, {"email": "x"}, {"handler": ""}, {"handler": "a\nb\x07"}, {"profile": "x"}],
)
def test_the_rules_of_a_brand_are_checked(cast: Cast, changes: dict[str, str]) -> None:
    right = {"profile": "mica", "handler": "Ines", "email": "c@b.example",
             "phone": "+34 912 345 678"}  # fmt: skip
    client = cast.client(cast.owner)
    assert client.post("/desk/complaints/rules", right).status_code == 302
    answer = client.post("/desk/complaints/rules", right | changes)
    assert answer.status_code == 400
    assert cast.client(cast.supervisor).post("/desk/complaints/rules", right).status_code == 403


# --- letters ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans", "es"])
def test_a_letter_becomes_a_pdf_in_each_language(cast: Cast, language: str) -> None:
    named(cast)
    lodged(cast, language=language)
    complaint = Complaint.objects.get()
    handling.acknowledge(complaint=complaint, membership=cast.supervisor)
    letter = complaint.letters.get()
    own = complaint_letters.for_complainant(letter)
    told = dict(own.appendix)
    assert "Ferrer" in told.values()
    assert "Ferrer" not in str(complaint_letters.for_staff(letter))
    assert complaint_letters.pdf(own).startswith(b"%PDF")
    event = queries.events_of(complaint.conversation).filter(seq=letter.seq).get()
    [(name, contents)] = complaint_letters.enclosures([event])
    assert name.endswith("-acknowledgement.pdf")
    assert contents.startswith(b"%PDF")


def test_deadlines_are_wired_to_the_worker() -> None:
    assert "complaints.tell_deadlines" in dict(DUE)
