"""An agent who asks a customer for a secret: not sent, explained, and the supervisors know."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Cast, make_customer, reply
from walletdesk.accounts.models import AuditEntry
from walletdesk.accounts.watch.models import Alarm
from walletdesk.accounts.watch.types import AlarmKind
from walletdesk.conversations.actions import scheduled, staff
from walletdesk.conversations.actions.macros import MacroDraft, create_macro
from walletdesk.conversations.actions.refusals import AsksForSecret
from walletdesk.conversations.models import Event, ScheduledReply
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.safety import guard

ASKS = "Please send me your seed phrase so that I can check it."
FINE = "Please send me the transaction hash. Never share your seed phrase with anyone."


@pytest.mark.django_db(transaction=True)
def test_asking_is_refused_and_reported(cast: Cast) -> None:
    """Through the desk's own calls; the report stays although nothing else does."""
    cast.customer.write("my coins are gone")
    cast.customer.ask_for_person()
    ref = cast.customer.conversation.ref
    client = cast.client(cast.agent)
    before = Event.objects.count()

    def post(name: str, **body: Any) -> Any:
        path = f"/desk/c/{ref}/{name}"
        given = json.dumps({"id": str(uuid4()), **body})
        return client.post(path, given, "application/json", headers={"Accept": "application/json"})

    at = (clock.now() + timedelta(hours=2)).isoformat()
    answers = [post("reply", text=ASKS), post("scheduled", text=ASKS, at=at)]
    assert [(got.status_code, got.json()["code"]) for got in answers] == [
        (400, "asks_for_secret")
    ] * 2
    assert answers[0].json()["asked"] == "phrase"
    assert "supervisors" in answers[0].json()["message"]
    assert Event.objects.count() == before
    assert not ScheduledReply.objects.exists()

    trail = AuditEntry.objects.filter(action="secret.asked")
    assert {(entry.actor_id, entry.subject) for entry in trail} == {
        (cast.agent.pk, f"conversation:{ref}")
    }
    assert all(entry.detail == {"asked": "phrase"} for entry in trail)
    [alarm] = Alarm.objects.all()
    assert (alarm.kind, alarm.member_id, alarm.count) == (AlarmKind.ASKING, cast.agent.pk, 2)
    page = cast.client(cast.supervisor).get("/desk/alarms/").content.decode()
    assert "Asked a customer for a phrase" in page
    assert post("reply", text=FINE).status_code == 200
    assert post("note", text="He was asked: send me your seed phrase").status_code == 200


def test_a_reply_for_later_is_not_changed_into_one_that_asks(cast: Cast) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    reply = scheduled.schedule_reply(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check(FINE).safe,
        due_at=clock.now() + timedelta(hours=1),
    )
    with pytest.raises(AsksForSecret):
        scheduled.change_scheduled(reply=reply, membership=cast.agent, text=guard.check(ASKS).safe)
    reply.refresh_from_db()
    assert reply.text == FINE


def test_a_macro_must_not_ask(cast: Cast) -> None:
    with pytest.raises(BadInput) as refused:
        create_macro(actor=cast.owner, draft=MacroDraft("Ask", {"en": ASKS, "es": "Hola"}))
    assert refused.value.fields == {"body_en": "asks"}
    assert create_macro(actor=cast.owner, draft=MacroDraft("Fine", {"en": FINE}))


def test_who_may_not_write_here_raises_no_alarm(cast: Cast) -> None:
    """The refusal of a stranger and of a viewer stays what it was, and tells nobody anything."""
    cast.customer.write("hello")
    for member, refusal in ((cast.stranger, NotFound), (cast.viewer, NotAllowed)):
        with pytest.raises(refusal):
            staff.send_reply(
                conversation=cast.customer.now(),
                membership=member,
                client_id=uuid4(),
                text=guard.check(ASKS).safe,
            )
    assert not Alarm.objects.exists()
    other = make_customer(cast.brand)
    other.write("hi")
    reply(cast.agent, other, FINE)
