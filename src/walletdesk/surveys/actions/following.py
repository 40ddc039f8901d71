"""A low score is followed up: a line in the conversation, a call to who leads, a row until done."""

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may, require_right
from walletdesk.conversations.actions.cases import note_record
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Kind
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText
from walletdesk.surveys.models import FollowUp, Response
from walletdesk.surveys.queries import LEADS
from walletdesk.surveys.rules import NOTE_LENGTH
from walletdesk.surveys.types import FollowUpState

MOST_CALLED = 20


class FollowUpOver(DomainError):
    """Somebody was faster: it is taken or done already."""

    code = "follow_up_over"


def open_follow_up(*, conversation: Conversation, response: Response) -> None:
    """Have somebody who leads look at a low score of a locked conversation, once an answer."""
    follow_up, is_new = FollowUp.objects.get_or_create(
        response=response, defaults={"ref": ids.new_ref(), "brand": conversation.brand}
    )
    if is_new:
        _tell(conversation, follow_up, "opened", called=_leaders(response))


def _leaders(response: Response) -> list[Membership]:
    """Return whom a low score calls: supervisors of the team that had it, else all who lead.

    Not who had the conversation, as long as there is somebody else.
    """
    people = Membership.objects.filter(brand=response.brand_id, user__is_active=True)
    able = [one for one in people.select_related("user") if may(one.role, LEADS)]
    others = [one for one in able if one.pk != response.agent_id] or able
    near = [one for one in others if response.team_id and one.team_id == response.team_id]
    return (near or others)[:MOST_CALLED]


def _tell(
    conversation: Conversation,
    follow_up: FollowUp,
    state: str,
    *,
    by: Membership | None = None,
    called: list[Membership] | None = None,
) -> None:
    note_record(
        conversation=conversation,
        kind=Kind.FOLLOW_UP,
        data={"follow_up": follow_up.ref, "state": state},
        by=by,
        people=called or (),
    )
    record_audit(
        brand=conversation.brand,
        actor=by,
        action=f"follow_up.{state}",
        subject=f"conversation:{conversation.ref}",
    )


@transaction.atomic
def take_follow_up(*, follow_up: FollowUp, membership: Membership) -> None:
    """Take a follow-up that nobody has. Raises NotAllowed, FollowUpOver."""
    require_right(membership.role, LEADS)
    locked = lock_conversation(follow_up.response.conversation_id)
    rows = FollowUp.objects.filter(
        pk=follow_up.pk, brand=membership.brand_id, state=FollowUpState.OPEN
    )
    if not rows.update(state=FollowUpState.TAKEN, assignee=membership):
        raise FollowUpOver
    _tell(locked, follow_up, "taken", by=membership)


@transaction.atomic
def settle_follow_up(*, follow_up: FollowUp, membership: Membership, note: SafeText) -> None:
    """Say what came of a follow-up and settle it. Raises NotAllowed, BadInput, FollowUpOver."""
    require_right(membership.role, LEADS)
    said = guard.impersonal(note).text.strip()
    if not 0 < len(said) <= NOTE_LENGTH:
        raise BadInput(note="too_long" if said else "required")
    locked = lock_conversation(follow_up.response.conversation_id)
    rows = FollowUp.objects.filter(pk=follow_up.pk, brand=membership.brand_id)
    changed = rows.exclude(state=FollowUpState.DONE).update(
        state=FollowUpState.DONE, assignee=membership, note=said, done_at=clock.now()
    )
    if not changed:
        raise FollowUpOver
    _tell(locked, follow_up, "done", by=membership)
