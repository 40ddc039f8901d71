"""The form: topics and fields, errors beside them, nothing secret kept, nothing sent twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.identity.wallets import WalletServer
from tests.portal.desk import HASH, SAID, SEED, act, call, form_url, opened, page, post, the_ticket
from tests.security.actors import ARTICLE, publish
from walletdesk.accounts.models import AuditEntry
from walletdesk.contacts.actions.identity_keys import change_policy
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.types import ProofOfWork
from walletdesk.conversations.actions.block import block_contact
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.tickets.actions.settings import change_form
from walletdesk.conversations.tickets.models import AddressConfirmation, Deflection, Ticket
from walletdesk.conversations.tickets.queries import reachable_identity
from walletdesk.conversations.tickets.rules import number_in
from walletdesk.kit import clock
from walletdesk.kit.errors import NotAllowed
from walletdesk.safety import guard
from walletdesk.web.portal import mailing

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[mailing.Confirmation]:
    """What would be sent."""
    sent: list[mailing.Confirmation] = []

    class Kept(mailing.Console):
        def send(self, mail: mailing.Confirmation) -> None:
            sent.append(mail)

    monkeypatch.setattr(mailing, "_mailers", [Kept()])
    return sent


def test_the_topic_comes_first_then_only_what_it_needs(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):  # brand, form, hours, who may embed it
        start = page(form_url(cast), language="zh-hans").content.decode()
    assert 'lang="zh-Hans"' in start
    assert start.count("data-topic=") == 26
    assert "<template" in start
    form = page(form_url(cast), topic="tx_pending").content.decode().partition("<template")[0]
    assert {"description", "reference", "amount", "moment", "contact"} <= set(
        re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', form)
    )
    assert 'name="device"' not in form
    assert page(form_url(cast), topic="%00").status_code == 200


def test_a_ticket_without_scripts(cast: Cast) -> None:
    path = opened(cast, reference=HASH, reference_is="transaction", network="polygon",
                  amount="120 USDT", moment="2026-01-02T09:30", zone="480")  # fmt: skip
    ticket = the_ticket()
    conversation = ticket.conversation
    assert (conversation.channel, conversation.topic) == ("form", "tx_pending")
    assert (conversation.status, conversation.urgency) == ("queued", 2)
    [message] = Event.objects.filter(conversation=conversation, kind="message")
    assert message.text.startswith(SAID)
    assert f"Transaction hash: {HASH}" in message.text
    assert "Network: Polygon" in message.text
    assert "Time: 2026-01-02 09:30 (UTC+08:00)" in message.text
    assert dict(ticket.fields)["reference"] == HASH
    shown = page(path)
    assert shown.status_code == 200
    assert number_in(re.search(r'"number">([^<]+)<', shown.content.decode())[1]) == ticket.number  # type: ignore[index]
    panel = cast.client(cast.agent).get(reverse("desk:panel", args=[conversation.ref]))
    assert f'data-copy-text="{HASH}"' in panel.content.decode()
    assert '<dd dir="auto">120 USDT</dd>' in panel.content.decode()


@pytest.mark.parametrize("topic", ["", "greeting", "no-such", "x" * 5_000, "\x00"])
def test_an_unknown_topic_is_asked_for_again(cast: Cast, topic: str) -> None:
    assert post(cast, topic=topic).status_code == 422
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", ""),
        ("description", " \x00 "),
        ("description", "x" * 2_001),
        ("amount", "x" * 61),
        ("moment", "yesterday"),
        ("moment", "9999-01-01T00:00"),
        ("moment", "0001-01-01T00:00"),
        ("network", "dogechain"),
        ("contact", "maria@"),
        ("contact", "12"),
        ("contact", "a@b.example\r\nBcc: c@d.example"),
        ("website", "https://spam.example"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_is_kept(cast: Cast, field: str, value: str) -> None:
    answer = post(cast, **{"reference": "0x" + "5e" * 20, field: value})
    told = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in told or field == "website"
    assert "0x" + "5e" * 20 in told
    assert field == "description" or SAID in told
    assert not Conversation.objects.filter(channel="form").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"description": f"my words are {SEED}"},
        {"description": f"here: {SEED[:40]}", "amount": SEED[40:]},
        {"amount": "L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ"},
        {"reference": "5e" * 32},
        {"reference": "5e" * 32, "reference_is": "unsure"},
        {"account": "5e" * 32, "topic": "kyc"},
    ],
)
def test_a_secret_is_refused_masked_and_stored_nowhere(cast: Cast, fields: dict[str, str]) -> None:
    answer = post(cast, **fields)
    told = answer.content.decode()
    assert answer.status_code == 422
    for secret in ("legal winner", "sausage worth", "L1aW4aub", "5e5e5e"):
        assert secret not in told
    assert not Conversation.objects.filter(channel="form").exists()
    assert 'id="problems"' in told


def test_an_undecided_number_is_asked_about_then_taken(cast: Cast) -> None:
    asked = post(cast, reference=HASH, amount="120 USDT").content.decode()
    assert 'id="reference-is"><legend>' in asked
    assert HASH not in asked
    assert "120 USDT" in asked
    assert opened(cast, reference=HASH, reference_is="transaction")


def test_a_link_to_an_explorer_needs_no_question(cast: Cast) -> None:
    opened(cast, reference=f"https://etherscan.io/tx/{HASH}")
    assert dict(the_ticket().fields) == {"reference": HASH, "network": "ethereum"}


# --- once -------------------------------------------------------------------------------


def test_sending_again_finds_the_same_ticket(cast: Cast) -> None:
    name = str(uuid4())
    assert opened(cast, id=name) == opened(cast, id=name, description="Again")
    first, second = call(cast.customer, id=(mine := str(uuid4()))), call(cast.customer, id=mine)
    assert first.status_code == second.status_code == 201
    assert first.json()["url"] == second.json()["url"]
    assert (first.json()["repeated"], second.json()["repeated"]) == (False, True)
    assert Ticket.objects.count() == 2
    assert call(cast.customer, id="no-uuid").status_code == 400


def test_staff_cannot_find_the_page_by_what_they_see(cast: Cast) -> None:
    name = str(uuid4())
    opened(cast, id=name)
    client = cast.client(cast.agent)
    seen = client.get(reverse("desk:events", args=[the_ticket().conversation.ref])).content.decode()
    assert name not in seen
    shown = re.search(r'"client_id": ?"([^"]+)"', seen)
    assert shown
    assert opened(cast, id=shown[1]) != opened(cast, id=name)


@pytest.mark.django_db(transaction=True)
def test_parallel_attempts_make_one_ticket(cast: Cast) -> None:
    name = str(uuid4())

    def send(_n: int) -> str:
        try:
            return str(call(cast.customer, id=name).json().get("url"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        urls = set(pool.map(send, range(4)))
    assert len(urls) == 1
    assert Ticket.objects.count() == 1


# --- S05: only what is asked for changes ------------------------------------------------


def test_no_other_field_can_be_set(cast: Cast) -> None:
    more = {
        "status": "resolved", "assignee": cast.agent.pk, "brand": cast.other_brand.pk,
        "contact_id": cast.customer.contact.pk, "urgency": 0, "number": "AAAAAA",
        "due_at": "2099-01-01", "verified_at": "2020-01-01", "channel": "chat",
        "device": "not asked for", "token_hash": "x",
    }  # fmt: skip
    opened(cast, **more)
    ticket = the_ticket()
    conversation = ticket.conversation
    assert (conversation.status, conversation.urgency, conversation.channel) == (
        "queued",
        2,
        "form",
    )
    assert (conversation.assignee_id, conversation.brand_id) == (None, cast.brand.pk)
    assert conversation.contact_id != cast.customer.contact.pk
    assert conversation.contact.verified_at is None
    assert ticket.fields == []
    assert ticket.number != "AAAAAA"
    assert call(cast.customer, device="not asked for").status_code == 201
    assert Ticket.objects.latest("created_at").fields == []


LONE = b'"language":"en","values":{"description":"\\ud800"}}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"id": 1}',
        b"\xff",
        b'{"values": {"a": 1}}',
        b'{"id":"00000000-0000-4000-8000-000000000000","topic":"other",' + LONE,
        b"9" * 20_000,
    ],
)
def test_hostile_bodies_are_refused(cast: Cast, body: bytes) -> None:
    answer = Client(raise_request_exception=False).post(
        reverse("ticket-create"),
        body,
        "application/json",
        headers={"Authorization": f"Bearer {cast.customer.token}"},
    )
    assert 400 <= answer.status_code < 500
    assert not Ticket.objects.exists()


# --- who, how often ---------------------------------------------------------------------


def test_a_signed_in_user_needs_no_address_and_keeps_the_ticket(cast: Cast) -> None:
    url = call(cast.customer, reference=HASH, reference_is="transaction").json()["url"]
    server = WalletServer.with_secret(cast.brand)
    answer = Client().post(
        reverse("chat:identify"),
        {"token": server.token(), "brand": cast.brand.slug},
        "application/json",
        headers={"Authorization": f"Bearer {cast.customer.token}"},
    )
    assert answer.status_code == 200
    ticket = the_ticket()
    assert ticket.conversation.contact.verified_at is not None
    path = url.partition("?")[0]
    assert page(path).status_code == 200  # the page follows its conversation
    assert act(path, "add", id=str(uuid4()), text="One more thing").status_code == 303
    devices = Client().get(reverse("chat:devices"), headers={
        "Authorization": f"Bearer {answer.json()['token']}"}).json()["devices"]  # fmt: skip
    assert len(devices) == 1  # no page is listed among them


def test_a_brand_closes_its_form_and_hides_topics(cast: Cast) -> None:
    path = opened(cast)
    settings = {"version": 0, "enabled": True, "answer_hours": 4, "topics": ["other", "kyc"]}
    with pytest.raises(NotAllowed):
        change_form(actor=cast.agent, **settings)
    change_form(actor=cast.owner, **settings)
    assert page(form_url(cast)).content.decode().count("data-topic=") == 2
    assert post(cast).status_code == 422
    change_form(actor=cast.owner, **{**settings, "version": 1, "enabled": False})
    assert page(form_url(cast)).status_code == post(cast).status_code == 404
    assert call(cast.customer, topic="other").status_code == 404
    assert page(path).status_code == 200
    welcome = Client().get(reverse("chat:welcome"), {"brand": cast.brand.slug}).json()
    assert welcome["ways"] == []
    rival = Client().get(reverse("chat:welcome"), {"brand": cast.other_brand.slug}).json()
    assert [way["name"] for way in rival["ways"]] == ["Write a ticket"]
    assert rival["ways"][0]["href"].startswith("http")


def test_the_settings_page_saves(cast: Cast) -> None:
    owner = cast.client(cast.owner)
    address = reverse("desk:settings:form")
    saved = {"version": 0, "answer_hours": "3", "topics": ["other"], "enabled": "on"}
    assert owner.post(address, saved).status_code == 302
    assert AuditEntry.objects.get(action="form.changed").detail["changed"]
    assert owner.post(address, saved).status_code == 409  # a colleague was faster
    for wrong in ({"answer_hours": "0"}, {"topics": ["nope"]}, {"topics": []}):
        assert owner.post(address, {**saved, "version": 1, **wrong}).status_code == 422


def test_a_blocked_customer_is_told_so(cast: Cast) -> None:
    cast.customer.write("Insult")
    cast.customer.ask_for_person()
    block_contact(
        conversation=cast.customer.now(),
        membership=cast.supervisor,
        until=clock.now() + timedelta(hours=1),
        reason=guard.check("Insults").safe,
    )
    assert call(cast.customer).status_code == 403


def test_without_scripts_a_flood_is_told_to_compute_or_wait(cast: Cast) -> None:
    change_policy(
        brand=cast.brand,
        membership=cast.owner,
        wallet_sign_in=False,
        chains=(),
        proof_of_work=ProofOfWork.ON,
    )
    answer = post(cast)
    assert answer.status_code == 422
    assert SAID in answer.content.decode()
    assert not Ticket.objects.exists()


def test_an_article_that_solved_it_is_counted(cast: Cast) -> None:
    publish(cast.brand)
    told = {"brand": cast.brand.slug, "topic": "fees", "slug": ARTICLE, "language": "en"}
    for _time in range(2):
        answer = Client().post(reverse("ticket-deflected"), told, "application/json")
        assert answer.status_code == 204
    assert Deflection.objects.get().count == 2
    assert not Conversation.objects.filter(channel="form").exists()


# --- S15: addresses ---------------------------------------------------------------------


def test_an_address_is_sealed_and_unconfirmed_until_its_reader_says_so(
    cast: Cast, mails: list[mailing.Confirmation]
) -> None:
    path = opened(cast, contact="Maria@Example.com")
    ticket = the_ticket()
    identity = Identity.objects.get(contact=ticket.conversation.contact)
    assert (identity.kind, identity.source) == ("email", "customer")
    assert b"aria" not in bytes(identity.sealed)
    assert reachable_identity(ticket.conversation) is None
    assert "open the link that we sent" in page(path).content.decode()
    [mail] = mails
    assert (mail.to, mail.language) == ("Maria@example.com", "en")
    link = "/" + mail.link.split("/", 3)[3]
    assert page(link).status_code == 200  # a program that opens links confirms nothing
    assert reachable_identity(ticket.conversation) is None
    assert act(link, "").status_code == 200
    assert reachable_identity(ticket.conversation) == identity
    assert act(link, "").status_code == page(link).status_code == 404
    assert "open the link that we sent" not in page(path).content.decode()


def test_an_address_never_opens_a_history(cast: Cast, mails: list[mailing.Confirmation]) -> None:
    mine = opened(cast, contact="maria@example.com", description="My first secret matter")
    theirs = opened(cast, contact="maria@example.com", description="Another matter")
    act("/" + mails[0].link.split("/", 3)[3], "")
    first, second = Ticket.objects.order_by("pk")
    assert first.conversation.contact_id != second.conversation.contact_id
    assert "first secret" not in page(theirs).content.decode()
    assert "Another matter" not in page(mine).content.decode()
    assert reachable_identity(second.conversation) is None


def test_a_phone_is_stored_and_nothing_is_sent(
    cast: Cast, mails: list[mailing.Confirmation]
) -> None:
    opened(cast, contact="+34 612 345 678")
    assert Identity.objects.get().kind == "phone"
    assert (mails, AddressConfirmation.objects.count()) == ([], 0)


def test_nobody_s_mailbox_can_be_flooded(
    cast: Cast, mails: list[mailing.Confirmation], settings: Any
) -> None:
    """From one place. How many an address gets, e-mail counts: tests/mailout/test_automatic.py."""
    for n in range(12):
        opened(cast, contact="victim@example.com", description=f"BUY NOW {n}")
    for n in range(30):
        opened(cast, contact=f"victim{n}@example.com")
    assert len(mails) == 20
    # what is handed to the mailer holds nothing that the sender wrote, but the address itself
    assert all("BUY" not in repr(mail) for mail in mails)
    assert all(
        re.fullmatch(r"http\S+/ticket/confirm/[\w-]{43}/\?language=en", m.link) for m in mails
    )
