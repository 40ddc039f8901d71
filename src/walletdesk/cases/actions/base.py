"""What all actions of a case share: the lock, the history, the guard of notes."""

from typing import Any

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.cases.actions.refusals import CaseClosed
from walletdesk.cases.models import NOTE_LENGTH, CaseEntry, CaseStep, SecurityCase
from walletdesk.cases.types import CaseState, StepState
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText


def lock_case(case: SecurityCase, membership: Membership, *, closed: bool = False) -> SecurityCase:
    """Return a case of the member's brand, locked, which they may work on.

    Raises NotAllowed, NotFound, and CaseClosed unless `closed` ones are wanted too.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_row(case.pk)
    if locked.brand_id != membership.brand_id:
        raise NotFound
    if locked.state == CaseState.CLOSED and not closed:
        raise CaseClosed
    return locked


def lock_both(
    case: SecurityCase, membership: Membership, *, closed: bool = False
) -> tuple[SecurityCase, Conversation]:
    """Return a case and its conversation, both locked: as `lock_case`.

    The conversation comes first everywhere, so that two actions never wait for each other.
    """
    conversation = lock_place(case)
    return lock_case(case, membership, closed=closed), conversation


def lock_place(case: SecurityCase) -> Conversation:
    """Return the conversation in which a case goes on, locked: where it was merged into."""
    own = case.conversation
    return lock_conversation(own.merged_into_id or own.pk)


def lock_row(case_id: int) -> SecurityCase:
    """Return a case with its row locked until the transaction ends."""
    return (
        SecurityCase.objects.select_for_update(of=("self",))
        .select_related("brand", "conversation__contact", "assignee__user", "team")
        .get(pk=case_id)
    )


def record(
    case: SecurityCase,
    code: str,
    by: Membership | None = None,
    *,
    text: str = "",
    **detail: Any,
) -> CaseEntry:
    """Append a line to a case's history. `text` has passed `plain_note`."""
    return CaseEntry.objects.create(
        case=case,
        code=code,
        actor_name=by.user.name if by else "",
        detail=detail,
        text=text,
        created_at=clock.now(),
    )


def plain_note(text: SafeText) -> str:
    """Return a note without personal data, as cases keep it. Raises BadInput when too long."""
    kept = guard.impersonal(text).text.strip()
    if len(kept) > NOTE_LENGTH:
        raise BadInput(note="too_long")
    return kept


def settle_step(
    case: SecurityCase,
    code: str,
    by: Membership | None,
    state: StepState = StepState.DONE,
    note: str = "",
) -> bool:
    """Set a step of a locked case; tell whether the case has that step and it changed."""
    rows = CaseStep.objects.filter(case=case, code=code).exclude(state=state, note=note)
    changed = rows.update(
        state=state,
        by=by,
        by_name=by.user.name if by else "",
        at=clock.now() if state != StepState.OPEN else None,
        note=note,
    )
    if changed:
        record(case, "step", by, text=note, step=code, state=str(state))
    return bool(changed)
