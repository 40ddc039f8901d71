"""In conversations: codes of agents, the second look, reported links, warnings."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.cast import Cast, Customer, reply
from tests.desk import calls
from walletdesk.accounts.models import AuditEntry
from walletdesk.conversations.actions import staff
from walletdesk.conversations.authenticity.models import LinkReport, LinkWarning
from walletdesk.conversations.authenticity.queries import agent_code
from walletdesk.conversations.models import ScheduledReply
from walletdesk.conversations.queries import thread
from walletdesk.conversations.types import Audience
from walletdesk.kit import clock
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.official.actions.fakes import import_fakes
from walletdesk.official.actions.registry import load_registry
from walletdesk.official.models import KnownFake
from walletdesk.official.types import Kind

OURS = [(Kind.NAME, "Borealis", "", False), (Kind.DOMAIN, "borealis.example", "", False)]
EVIL = "https://borealis-login.net/x"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def desk(cast: Cast) -> Cast:
    load_registry(brand=cast.brand, entries=OURS)
    return cast


def chat(customer: Customer, path: str, **body: Any) -> Any:
    body = {"conversation": customer.conversation.ref, **body}
    return Client().post(
        f"/chat/v1/{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {customer.token}"},
    )


def public(text: str) -> tuple[str, str]:
    told = Client().post("/official/borealis/", {"what": text}, **JSON).json()
    return told["verdict"], told["reason"]


def soon() -> str:
    return (clock.now() + timedelta(hours=2)).isoformat()


def texts(customer: Customer) -> list[str]:
    return [e["text"] for e in thread(customer.now(), Audience.CUSTOMER) if e["kind"] == "message"]


# --- codes --------------------------------------------------------------------------------


def test_a_code_changes_each_conversation_and_ends_with_it(desk: Cast) -> None:
    for customer in (desk.customer, desk.other_customer):
        customer.write("Hello")
        assert chat(customer, "official").json()["agent"] is None
        reply(desk.agent, customer, "Good day")
    one, other = (agent_code(c.now()) for c in (desk.customer, desk.other_customer))
    assert one != other
    assert chat(desk.customer, "official").json()["agent"] == {"name": "Alex", "code": one}
    assert public(one) == public(one.lower()) == ("official", "agent_code")
    forged = ("0" if one[0] != "0" else "1") + one[1:]
    assert public(forged) == ("fake", "code_forged")
    checks = {text: chat(desk.customer, "official/check", text=text).json()["answers"][0]["code"]
              for text in (one, other, forged)}  # fmt: skip
    assert checks == {one: "official", other: "fake", forged: "fake"}
    panel = calls.get(desk, desk.agent, "panel").content.decode()
    assert one in panel
    staff.resolve_conversation(conversation=desk.customer.now(), membership=desk.agent)
    assert public(one) == ("fake", "code_over")
    assert public(other) == ("official", "agent_code")


def test_another_brand_knows_nothing_of_a_code(desk: Cast) -> None:
    desk.customer.write("Hello")
    reply(desk.agent, desk.customer, "Good day")
    told = Client().post("/official/rival/", {"what": agent_code(desk.customer.now())}, **JSON)
    assert told.json()["reason"] == "code_forged"


# --- the second look ----------------------------------------------------------------------


def test_a_link_that_is_not_official_needs_a_second_look(desk: Cast) -> None:
    desk.customer.write("Hello")
    key = str(uuid4())
    body = {"id": key, "text": f"See {EVIL} or https://borealis.example"}
    first = calls.post(desk, desk.agent, "reply", body)
    assert (first.status_code, first.json()["code"]) == (409, "unofficial_link")
    assert first.json()["links"] == [
        {"host": "borealis-login.net", "verdict": "lookalike", "reason": "brand_in_strange_domain"}
    ]
    assert texts(desk.customer) == ["Hello"]
    assert calls.post(desk, desk.agent, "reply", body | {"links": True}).status_code == 200
    assert calls.post(desk, desk.agent, "reply", body).status_code == 200  # the same id: sent once
    assert len(texts(desk.customer)) == 2
    entry = AuditEntry.objects.get(action="link.sent")
    assert entry.detail["links"][0]["host"] == "borealis-login.net"
    assert (
        calls.write(desk, desk.agent, text="See https://help.borealis.example/").status_code == 200
    )
    assert calls.write(desk, desk.agent, "note", text=f"He got {EVIL}").status_code == 200


def test_a_known_fake_is_never_sent(desk: Cast) -> None:
    desk.customer.write("Hello")
    import_fakes(found=[(Kind.DOMAIN, "scam.net")], source="list")
    answer = calls.write(desk, desk.agent, text="https://x.scam.net", links=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "fake_link")


def test_replies_for_later_are_looked_at_when_they_are_written(desk: Cast) -> None:
    desk.customer.write("Hello")
    later = {"id": str(uuid4()), "text": "https://etherscan.io/tx/1", "at": soon()}
    refused = calls.post(desk, desk.agent, "scheduled", later)
    assert refused.json()["code"] == "unofficial_link"
    assert not ScheduledReply.objects.exists()
    kept = calls.post(desk, desk.agent, "scheduled", later | {"links": True})
    assert kept.status_code == 200
    item = kept.json()["reply"]["id"]
    assert calls.post(desk, desk.agent, f"scheduled/{item}/send", {}).status_code == 200
    assert texts(desk.customer)[-1] == later["text"]


def test_a_brand_that_has_said_nothing_is_not_asked(cast: Cast) -> None:
    cast.customer.write("Hello")
    assert calls.write(cast, cast.agent, text="See https://etherscan.io/tx/1").status_code == 200


# --- verdicts and reports -----------------------------------------------------------------


def test_both_sides_see_the_same_verdicts_in_one_call(
    desk: Cast, django_assert_max_num_queries: Any
) -> None:
    desk.customer.write(f"Is {EVIL} yours?")
    links = [EVIL, "https://borealis.example/a", "https://nobody.example.net"]
    wanted = ["lookalike", "official", "unknown"]
    body = json.dumps({"links": links * 10})
    client = desk.client(desk.agent)
    path = f"/desk/c/{desk.customer.conversation.ref}/links"
    client.get("/desk/")
    with django_assert_max_num_queries(8):
        told = client.post(path, body, content_type="application/json", **JSON).json()
    assert [each["code"] for each in told["links"]] == wanted * 10
    assert told["links"][0]["instead"] == "borealis.example"
    mine = chat(desk.customer, "official/links", links=links).json()
    assert [each["code"] for each in mine["links"]] == wanted
    assert chat(desk.customer, "official/links", links=["x"] * 51).status_code == 400
    assert calls.post(desk, desk.agent, "links", {"links": [1]}).status_code == 400


def drain() -> None:
    while handle_next() or handle_next(background=True):
        pass


def decide(desk: Cast, who: Any, report: LinkReport, confirm: str = "yes") -> Any:
    path = f"/desk/links/{report.ref}/decide"
    return desk.client(who).post(path, {"confirm": confirm}, **JSON)


def test_a_report_becomes_a_case_and_then_a_warning_for_who_saw_it(desk: Cast) -> None:
    desk.customer.write(f"I got {EVIL}")
    desk.other_customer.write("They sent hxxps://www.borealis-login[.]net/other too")
    before = thread(desk.customer.now(), Audience.STAFF)
    assert chat(desk.customer, "official/report", link=EVIL).json() == {"state": "waiting"}
    assert chat(desk.customer, "official/report", link=EVIL).status_code == 200
    assert calls.post(desk, desk.agent, "links/report", {"link": EVIL}).status_code == 200
    report = LinkReport.objects.get()
    assert (report.host, report.reports) == ("borealis-login.net", 1)
    assert desk.customer.now().urgency == 2
    fresh = thread(desk.customer.now(), Audience.STAFF)
    assert fresh[: len(before)] == before
    assert [e["kind"] for e in fresh[len(before) :]] == ["reported"]
    assert "reported" not in [e["kind"] for e in thread(desk.customer.now(), Audience.CUSTOMER)]
    assert decide(desk, desk.agent, report).status_code == 403
    drain()
    assert not LinkWarning.objects.exists()
    assert decide(desk, desk.supervisor, report).status_code == 302
    assert decide(desk, desk.owner, report).json()["code"] == "report_over"
    drain()
    for customer in (desk.customer, desk.other_customer):
        assert sum("borealis-login[.]net" in text for text in texts(customer)) >= 1
        assert texts(customer)[-1].startswith("Warning")
    assert public(EVIL) == ("fake", "confirmed")
    again = chat(desk.other_customer, "official/report", link=EVIL)
    assert again.json() == {"state": "confirmed"}
    drain()
    assert LinkWarning.objects.count() == 2  # never twice
    assert texts(desk.other_customer)[-1].startswith("Warning")
    assert sum(text.startswith("Warning") for text in texts(desk.other_customer)) == 1


def test_a_rejected_report_warns_nobody(desk: Cast) -> None:
    desk.customer.write(EVIL)
    chat(desk.customer, "official/report", link=EVIL)
    assert decide(desk, desk.supervisor, LinkReport.objects.get(), "no").status_code == 302
    drain()
    assert not KnownFake.objects.exists()
    assert not LinkWarning.objects.exists()


@pytest.mark.parametrize(
    ("link", "code"),
    [("https://borealis.example/x", "link_is_official"), ("nothing", "bad_input"),
     ("\x00", "bad_input"), ("https://" + "abandon-" * 11 + "about.com", "bad_input")],
)  # fmt: skip
def test_what_cannot_be_reported(desk: Cast, link: str, code: str) -> None:
    desk.customer.write("Hello")
    assert chat(desk.customer, "official/report", link=link).json()["code"] == code
    assert not LinkReport.objects.exists()


def test_the_list_of_reports_asks_little(desk: Cast, django_assert_max_num_queries: Any) -> None:
    desk.customer.write("Hello")
    for number in range(8):
        chat(desk.customer, "official/report", link=f"https://evil{number}.net")
    client = desk.client(desk.owner)
    with django_assert_max_num_queries(12):
        assert client.get("/desk/links/").content.count(b"/decide") == 8
