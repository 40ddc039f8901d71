"""Who is asked, when, by which way, and how often; what an answer does."""

from datetime import timedelta

import msgspec
import pytest
import time_machine
from django.test import Client

from tests.cast import Cast, Customer
from tests.mailout.conftest import drain
from tests.surveys.conftest import ANA, PHONE, ask_all, known, mailed, settle
from walletdesk.contacts.models import ContactSession
from walletdesk.conversations import queries
from walletdesk.conversations.actions.block import block_contact
from walletdesk.conversations.actions.customer import rate_conversation
from walletdesk.conversations.actions.staff import reopen_conversation
from walletdesk.conversations.models import Mention
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Audience, Kind
from walletdesk.integrations.email.models import MailAccount
from walletdesk.kit import clock
from walletdesk.kit.outbox.models import OutboxEvent
from walletdesk.safety import guard
from walletdesk.surveys.actions.answering import answer_by_link, answer_in_chat
from walletdesk.surveys.actions.asking import ask_in_chat
from walletdesk.surveys.actions.following import settle_follow_up, take_follow_up
from walletdesk.surveys.actions.standing import claim_asking, stop_asking
from walletdesk.surveys.models import FollowUp, Invitation, Response, SurveySettings
from walletdesk.surveys.queries import contact_mark, marks_of
from walletdesk.surveys.types import AskState, Dropped, Given, Way

pytestmark = pytest.mark.django_db


def given(score: int = 5, comment: str = "") -> Given:
    return Given(score, score, score, guard.check(comment).safe)


def invitation(customer: Customer) -> Invitation:
    return Invitation.objects.get(conversation=customer.conversation)


def test_asked_by_mail_after_the_delay(asked: Cast, noon: time_machine.Traveller) -> None:
    customer = known(asked, email=ANA)
    settle(asked, customer)
    ask_all()
    assert mailed(customer) is None
    noon.shift(timedelta(hours=6, minutes=1))
    ask_all()
    mail = mailed(customer)
    assert mail is not None
    assert invitation(customer).way == Way.EMAIL
    assert mail["to"] == ANA
    raw = mail["raw"]["raw"]
    assert f"List-Unsubscribe: <{mail['values']['unsubscribe']}>" in raw.replace("\r\n ", "")
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    assert "Auto-Submitted: auto-generated" in raw
    token = mail["values"]["link"].rstrip("/").rpartition("/")[2]
    assert bytes(invitation(customer).token_hash or b"") != token.encode()
    assert answer_by_link(token=token, given=given()).way == Way.EMAIL


def test_who_was_blocked_is_not_asked(asked: Cast, noon: time_machine.Traveller) -> None:
    customer = known(asked, email=ANA)
    block_contact(
        conversation=customer.now(),
        membership=asked.supervisor,
        until=clock.now() + timedelta(hours=1),
        reason=guard.check("insults").safe,
    )
    drain()
    assert not Invitation.objects.exists()
    assert mailed(customer) is None


def test_nobody_is_woken(asked: Cast, noon: time_machine.Traveller) -> None:
    """Six hours after 18:00 it is midnight in Shanghai, and 17:00 in Madrid where the device is."""
    noon.shift(timedelta(hours=6))
    sleeper, awake = known(asked, email=ANA), known(asked, email="eva@customer.example")
    ContactSession.objects.filter(contact=awake.contact).update(zone="Europe/Madrid")
    settle(asked, sleeper)
    settle(asked, awake)
    noon.shift(timedelta(hours=6, minutes=1))
    ask_all()
    assert invitation(awake).state == AskState.ASKED
    assert invitation(sleeper).state == AskState.PLANNED
    noon.shift(timedelta(hours=9))
    ask_all()
    assert invitation(sleeper).state == AskState.ASKED


def test_once_in_so_many_days_over_all_ways(asked: Cast, noon: time_machine.Traveller) -> None:
    """The same person under two contacts, in the chat and by mail: the second is not asked."""
    first, second = known(asked, email=ANA), known(asked, email=ANA, phone=PHONE)
    settle(asked, first)
    assert ask_in_chat(conversation=first.now()) is not None
    assert ask_in_chat(conversation=first.now()) is not None  # a reload shows the same question
    settle(asked, second)
    noon.shift(timedelta(hours=6, minutes=1))
    ask_all()
    assert (invitation(second).state, invitation(second).reason) == (
        AskState.DROPPED,
        Dropped.TOO_SOON,
    )
    assert ask_in_chat(conversation=second.now()) is None
    noon.shift(timedelta(days=15))
    assert ask_in_chat(conversation=second.now()) is not None


def test_a_claim_that_is_half_free_takes_nothing(cast: Cast) -> None:
    brand = cast.brand
    assert claim_asking(brand=brand, marks=[b"b" * 32], every_days=1)
    assert not claim_asking(brand=brand, marks=[b"a" * 32, b"b" * 32], every_days=1)
    assert claim_asking(brand=brand, marks=[b"a" * 32], every_days=1)
    assert claim_asking(brand=cast.other_brand, marks=[b"a" * 32], every_days=1)


def test_an_opt_out_holds_for_every_way_and_for_good(
    asked: Cast, noon: time_machine.Traveller
) -> None:
    customer = known(asked, email=ANA, phone=PHONE)
    marks = marks_of(customer.contact) - {contact_mark(customer.contact.pk)}
    stop_asking(brand=asked.brand, marks=[min(marks)])
    settle(asked, customer)
    noon.shift(timedelta(days=400))
    assert ask_in_chat(conversation=customer.now()) is None
    noon.shift(timedelta(days=-399))
    ask_all()
    assert invitation(customer).reason == Dropped.TOO_SOON


@pytest.mark.parametrize("told", ["email", "nothing"])
def test_only_verified_addresses_are_written_to(
    asked: Cast, noon: time_machine.Traveller, told: str
) -> None:
    customer = known(asked)
    if told == "email":
        customer.write(f"I am {ANA}")
    settle(asked, customer)
    noon.shift(timedelta(hours=7))
    ask_all()
    assert invitation(customer).reason == Dropped.UNREACHABLE


def test_who_goes_on_is_asked_after_the_next_end(asked: Cast, noon: time_machine.Traveller) -> None:
    customer = known(asked, email=ANA)
    settle(asked, customer)
    reopen_conversation(conversation=customer.now(), membership=asked.agent)
    noon.shift(timedelta(hours=7))
    ask_all()
    assert invitation(customer).reason == Dropped.REOPENED
    settle(asked, customer)
    assert invitation(customer).state == AskState.PLANNED


def test_a_low_answer_calls_who_leads(asked: Cast) -> None:
    """A line in the conversation, a call, a row in the queue; a good answer does none of it."""
    pleased, angry = known(asked), known(asked)
    for customer, score in ((pleased, 5), (angry, 1)):
        settle(asked, customer)
        assert ask_in_chat(conversation=customer.now())
        answer_in_chat(conversation=customer.now(), given=given(score, f"Call {PHONE}"))
    follow_up = FollowUp.objects.get()
    assert follow_up.response.conversation == angry.conversation
    line = events_of(angry.now()).get(kind=Kind.FOLLOW_UP)
    assert line.staff_data == {"follow_up": follow_up.ref, "state": "opened"}
    called = Mention.objects.filter(conversation=angry.conversation)
    assert set(called.values_list("membership", flat=True)) == {
        asked.owner.pk,
        asked.supervisor.pk,
    }
    assert follow_up.response.comment == "Call ⟦phone:0000⟧"
    assert follow_up.response.agent == asked.agent
    client = asked.client(asked.supervisor)
    page = client.get("/desk/surveys/follow-ups/").content.decode()
    assert follow_up.ref in page
    assert PHONE not in page
    path = f"/desk/surveys/follow-ups/{follow_up.ref}/"
    assert client.post(f"{path}settle", {"note": " "}).status_code == 422
    assert client.post(f"{path}take").status_code == 302
    assert client.post(f"{path}take").status_code == 409
    assert client.post(f"{path}settle", {"note": "I called her"}).status_code == 302
    assert "I called her" in client.get("/desk/surveys/follow-ups/?done=1").content.decode()


def test_an_answer_counts_once_and_tells(asked: Cast) -> None:
    customer = known(asked)
    settle(asked, customer)
    ask_in_chat(conversation=customer.now())
    first = answer_in_chat(conversation=customer.now(), given=given(5))
    assert answer_in_chat(conversation=customer.now(), given=given(1)) == first
    drain()
    assert customer.now().rating == 5
    assert Response.objects.count() == 1
    assert not OutboxEvent.objects.exclude(handler="assist.remember_solved").exists()


def test_the_single_rating_still_counts(asked: Cast) -> None:
    customer = known(asked)
    settle(asked, customer)
    for score in (4, 2):
        comment = guard.check("Slow").safe
        rate_conversation(conversation=customer.now(), score=score, comment=comment)
        drain()
        response = Response.objects.get()
        assert (response.score, response.speed, response.comment) == (score, None, "Slow")
    assert FollowUp.objects.count() == 1
    assert invitation(customer).reason == Dropped.ANSWERED


def test_without_the_chat_s_survey_nobody_is_asked_there(asked: Cast) -> None:
    SurveySettings.objects.update(in_chat=False)
    customer = known(asked)
    settle(asked, customer)
    client = Client(headers={"Authorization": f"Bearer {customer.token}"})
    body = {"conversation": customer.conversation.ref, "language": "zh-CN"}
    ask = lambda: client.post("/chat/v1/survey/ask", body, content_type="application/json")  # noqa: E731
    assert ask().status_code == 204
    SurveySettings.objects.update(in_chat=True)
    assert set(ask().json()["questions"]) == {"speed", "accuracy", "manner"}


def test_fresh_page_equals_old_page_and_events(asked: Cast) -> None:
    """The live invariant, for an answer with its follow-up and each step of that."""
    customer = known(asked)
    settle(asked, customer)
    ask_in_chat(conversation=customer.now())
    follow_up = FollowUp.objects.select_related("response")
    for act in (
        lambda: answer_in_chat(conversation=customer.now(), given=given(1, "Bad")),
        lambda: take_follow_up(follow_up=follow_up.get(), membership=asked.supervisor),
        lambda: settle_follow_up(
            follow_up=follow_up.get(),
            membership=asked.supervisor,
            note=guard.check("Called").safe,
        ),
    ):
        before = {a: queries.thread(customer.now(), a) for a in Audience}
        act()
        for audience in Audience:
            after = (customer.now().ref, before[audience][-1]["seq"], audience)
            since = queries.events_after([after], limit=100)[0]
            told = before[audience] + [msgspec.json.decode(data) for _, data in since]
            assert told == queries.thread(customer.now(), audience)


def test_without_a_mail_account_nobody_waits_for_one(
    asked: Cast, noon: time_machine.Traveller
) -> None:
    """Else each is tried every hour for good, and asked about a matter of last year."""
    MailAccount.objects.update(active=False)
    reached, silent = (
        known(asked, email=ANA, phone=PHONE),
        known(asked, email="eva@customer.example"),
    )
    for customer in (reached, silent):
        settle(asked, customer)
    noon.shift(timedelta(hours=6))
    ask_all()
    assert (invitation(reached).state, invitation(reached).way) == (AskState.ASKED, Way.SMS)
    assert invitation(silent).reason == Dropped.UNREACHABLE
