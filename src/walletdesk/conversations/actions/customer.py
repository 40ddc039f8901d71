"""What customers do besides writing messages (that is `intake`)."""

from django.db import transaction

from walletdesk.contacts.models import Contact
from walletdesk.conversations import events
from walletdesk.conversations.actions.block import require_unblocked
from walletdesk.conversations.actions.bot import close, queue
from walletdesk.conversations.actions.refusals import WrongState
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.queries import events_of, lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status
from walletdesk.kit import ids
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.safety.types import SafeText

SILENT = (Status.NEW, Status.MERGED)  # nothing to settle here: not begun, or it goes on elsewhere


def start_conversation(
    *,
    contact: Contact,
    language: str,
    started_on: int | None = None,
    channel: str = "chat",
    topic: str = "",
) -> Conversation:
    """Open a conversation. Nobody sees it before its first message. Raises Blocked.

    `started_on` is the id of the customer's device session.
    """
    require_unblocked(contact)
    return Conversation.objects.create(
        ref=ids.new_ref(),
        brand=contact.brand,
        contact=contact,
        language=language,
        started_on=started_on,
        channel=channel,
        topic=topic,
    )


@transaction.atomic
def request_person(*, conversation: Conversation) -> Conversation:
    """Have a person come, as the customer asks. Asking twice is no error. Raises Blocked."""
    locked = lock_conversation(conversation.pk)
    require_unblocked(locked.contact)
    if locked.status == Status.BOT:
        queue(locked, reason="asked", author=Author.CUSTOMER)
    elif locked.status in SILENT:
        raise WrongState(status=locked.status)
    return locked


@transaction.atomic
def give_feedback(*, conversation: Conversation, seq: int, helped: bool) -> Event:
    """Say whether a bot answer helped. Raises NotFound when `seq` is no answer of the bot."""
    locked = lock_conversation(conversation.pk)
    of_this = events_of(locked).filter(seq__gte=seq)
    answer = of_this.filter(seq=seq, author=Author.BOT, kind=Kind.MESSAGE).first()
    if answer is None:
        raise NotFound
    given = next((e for e in of_this.filter(kind=Kind.FEEDBACK) if e.data.get("seq") == seq), None)
    if given is not None:
        return given
    event = append_one(
        locked,
        NewEvent(kind=Kind.FEEDBACK, author=Author.CUSTOMER, data={"seq": seq, "helped": helped}),
    )
    publish(
        name=events.FEEDBACK_GIVEN,
        key=str(locked.pk),
        payload={"conversation_id": locked.pk, "seq": seq, "helped": helped},
    )
    return event


@transaction.atomic
def rate_conversation(*, conversation: Conversation, score: int, comment: SafeText) -> Event:
    """Rate a conversation that is over, 1 to 5. A later rating replaces the earlier one.

    Callers rate when the talk is over: the agent may still be writing.
    """
    if score not in range(1, 6):
        raise BadInput(score="1-5")
    locked = lock_conversation(conversation.pk)
    if locked.status != Status.RESOLVED and locked.channel != "voice":
        raise WrongState(status=locked.status)
    event = append_one(
        locked,
        NewEvent(kind=Kind.RATED, author=Author.CUSTOMER, text=comment, data={"score": score}),
        rating=score,
    )
    publish(
        name=events.CONVERSATION_RATED,
        key=str(locked.pk),
        payload={"conversation_id": locked.pk, "score": score},
    )
    return event


@transaction.atomic
def finish_conversation(*, conversation: Conversation) -> Conversation:
    """Settle the matter, as the customer says."""
    locked = lock_conversation(conversation.pk)
    if locked.status in SILENT:
        raise WrongState(status=locked.status)
    if locked.status != Status.RESOLVED:
        close(locked, author=Author.CUSTOMER)
    return locked
