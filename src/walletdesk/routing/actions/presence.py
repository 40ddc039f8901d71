"""Who is there: what people choose, what their browsers tell, and the pause after a chat."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission, Role
from walletdesk.conversations.queries import get_conversation
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.routing import sql
from walletdesk.routing.models import Attendance
from walletdesk.routing.staffing import rules_of
from walletdesk.routing.types import CALL, CHOSEN, Mode, Presence

MISSED = 2  # offers in a row that nobody answered: then nobody sits there
LIVE = ("chat", CALL)  # after these a pause makes sense; mails can lie


@transaction.atomic
def hear_from(*, membership: Membership, chosen: str | None = None) -> None:
    """Note that somebody's browser is alive, and what they chose just now, if anything.

    Who has never chosen is online as an agent; those who lead come for other things, and are away.
    Choosing ends a pause. Raises BadInput for what cannot be chosen, NotAllowed without the right
    to answer.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    if chosen is not None and chosen not in CHOSEN:
        raise BadInput(chosen="unknown")
    first = Presence.ONLINE if membership.role == Role.AGENT else Presence.AWAY
    values = {"member": membership.pk, "chosen": chosen, "first": first, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(sql.HEAR, values)


def note_missed(*, members: list[int]) -> None:
    """Count offers that ran out; who lets MISSED pass in a row is away until they say otherwise."""
    for member in members:
        rows = Attendance.objects.filter(membership_id=member)
        rows.update(missed=F("missed") + 1)
        rows.filter(missed__gte=MISSED).update(chosen=Presence.AWAY, missed=0)


def begin_wrap_up(*, conversation_id: int) -> None:
    """Give who resolved a chat the pause that the brand grants: handles `conversation_resolved`."""
    conversation = get_conversation(conversation_id)
    if conversation is None or not conversation.assignee_id or conversation.channel not in LIVE:
        return
    rules = rules_of(conversation.brand)
    picked = rules.mode == Mode.PICK and conversation.channel != CALL
    if picked or not rules.wrap_up_seconds or conversation.resolved_at is None:
        return
    until = conversation.resolved_at + timedelta(seconds=rules.wrap_up_seconds)
    if until > clock.now():
        rows = Attendance.objects.filter(membership_id=conversation.assignee_id)
        rows.update(wrap_up_until=until)
