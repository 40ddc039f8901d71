"""Agents call customers: only numbers they know of, only allowed countries, only so often."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.voice.fakes import DRIVER, FakeCall, only
from walletdesk.accounts.models import AuditEntry
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.queries import masked_identities
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.kit.limits.actions import TooMany
from walletdesk.site.voice_drivers import driver_abilities
from walletdesk.voice import ports
from walletdesk.voice.actions.calling import AGENT_AN_HOUR
from walletdesk.voice.actions.telephone import NotByThisLine, give_order
from walletdesk.voice.flow import states
from walletdesk.voice.models import Call, Callback, Line, VoiceRules
from walletdesk.voice.types import Answered, Connect, Dial, LegLeft

pytestmark = pytest.mark.django_db
NUMBER = "+34600111222"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def drivers() -> Iterator[None]:
    """Let the driver of the stories dial, and one that cannot be told anything in a talk."""
    ports.use_drivers({DRIVER: ports.Abilities(), "plain": ports.Abilities(in_talk=False)})
    yield
    ports.use_drivers(driver_abilities(settings.WALLETDESK))


@pytest.fixture
def mine(cast: Cast) -> Conversation:
    """Return a conversation that the agent has; the wallet vouches for the customer's number."""
    cast.customer.write("Please call me")
    cast.customer.ask_for_person()
    set_identity(
        contact=cast.customer.contact,
        kind=IdentityKind.PHONE,
        value=NUMBER,
        source=Source.WALLET,
    )
    return claim_conversation(conversation=cast.customer.now(), membership=cast.agent)


def item(cast: Cast) -> str:
    return masked_identities(cast.customer.contact)[0].item


def test_a_call_out_says_the_code_and_rings_the_agent_after_a_key(
    cast: Cast, hotline: Line, mine: Conversation
) -> None:
    agent = cast.client(cast.agent)
    form = agent.get(f"/desk/c/{mine.ref}/do/call").content.decode()
    assert item(cast) in form
    assert NUMBER not in form
    refused = cast.client(cast.supervisor).post(f"/desk/c/{mine.ref}/call", {"number": item(cast)})
    assert refused.status_code == 403
    assert agent.post(f"/desk/c/{mine.ref}/call", {"number": item(cast)}).status_code == 200
    call = FakeCall(Call.objects.get(out=True).name)
    assert only(call.obey(), Dial).number == NUMBER
    call.hear(Answered())
    assert "We call about your request" in call.words()
    assert only(call.press("1"), Connect).membership == cast.agent.pk
    assert AuditEntry.objects.filter(action="call.made").count() == 1
    again = agent.post(f"/desk/c/{mine.ref}/call", {"number": item(cast)}, headers=JSON)
    assert again.json()["code"] == "call_moved_on"
    call.hang_up()


def test_nobody_is_called_twice_without_being_asked(
    cast: Cast, hotline: Line, mine: Conversation
) -> None:
    cast.client(cast.agent).post(f"/desk/c/{mine.ref}/call", {"number": item(cast)})
    call = FakeCall(Call.objects.get(out=True).name)
    call.obey()
    call.hang_up("busy")
    assert Callback.objects.get().state == "given_up"


def test_who_waits_in_vain_for_the_agent_that_called_stays_in_the_queue(
    cast: Cast, hotline: Line, mine: Conversation
) -> None:
    cast.client(cast.agent).post(f"/desk/c/{mine.ref}/call", {"number": item(cast)})
    call = FakeCall(Call.objects.get(out=True).name)
    call.obey()
    call.hear(Answered())
    leg = only(call.press("1"), Connect).leg
    call.hear(LegLeft(leg, "no_answer"))
    assert cast.customer.now().status == Status.QUEUED
    call.hang_up()
    assert cast.customer.now().status == Status.QUEUED, "nobody has settled what they wrote"
    assert Callback.objects.get().state == "given_up"


def test_countries_and_rates_hold(cast: Cast, hotline: Line, mine: Conversation) -> None:
    agent, path = cast.client(cast.agent), f"/desk/c/{mine.ref}/call"
    number = {"number": item(cast)}
    VoiceRules.objects.update(countries=["CN"])
    assert agent.post(path, number, headers=JSON).json()["code"] == "may_not_dial"
    VoiceRules.objects.update(countries=["ES"], calls_per_hour=0)
    assert agent.post(path, number, headers=JSON).json()["code"] == TooMany.code
    assert not Call.objects.exists()
    VoiceRules.objects.update(calls_per_hour=1000)
    for _ in range(AGENT_AN_HOUR):
        agent.post(path, number)
        FakeCall(Call.objects.latest("pk").name).hang_up("busy")
    assert agent.post(path, number, headers=JSON).json()["code"] == TooMany.code
    assert agent.post(path, {"number": "identity:999999"}).status_code == 404


def test_what_a_line_cannot_do_is_refused_and_not_shown(
    cast: Cast, hotline: Line, mine: Conversation
) -> None:
    agent = cast.client(cast.agent)
    agent.post(f"/desk/c/{mine.ref}/call", {"number": item(cast)})
    call = FakeCall(Call.objects.get().name)
    call.obey()
    call.hear(Answered())
    call.take_up(only(call.press("1"), Connect).leg)
    assert 'data-phone="hold"' in agent.get("/desk/telephone").content.decode()
    Call.objects.update(driver="plain")
    shown = agent.get("/desk/telephone").content.decode()
    assert "data-phone" not in shown
    assert "on your own telephone" in shown
    assert "data-opens" not in shown
    with pytest.raises(NotByThisLine):
        give_order(call=Call.objects.get(), membership=cast.agent, order=states.Hold(on=True))
