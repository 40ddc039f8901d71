"""What people do with a case: take it, settle its steps, say what happened, close it."""

from contextlib import suppress

from django.db import transaction
from django.utils import translation

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership, Team
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.cases import rules, texts
from walletdesk.cases.actions.base import lock_both, lock_case, plain_note, record, settle_step
from walletdesk.cases.actions.refusals import CaseTaken, RisksOpen, StepsOpen
from walletdesk.cases.models import CaseRisk, CaseRules, CaseStep, SecurityCase
from walletdesk.cases.types import (
    CaseState,
    Cause,
    Outcome,
    RiskState,
    StepState,
)
from walletdesk.conversations.actions.cases import note_case, warn
from walletdesk.conversations.actions.refusals import AlreadyTaken, WrongState
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText


@transaction.atomic
def take_case(*, case: SecurityCase, membership: Membership) -> None:
    """Take a case, and its conversation unless somebody has that. Raises CaseTaken.

    Whoever may assign conversations of others may take it from a colleague.
    """
    locked, conversation = lock_both(case, membership)
    if locked.assignee_id == membership.pk:
        return
    if locked.assignee and not may(membership.role, Permission.CONVERSATION_REASSIGN):
        raise CaseTaken(name=locked.assignee.user.name)
    SecurityCase.objects.filter(pk=locked.pk).update(assignee=membership, state=CaseState.WORKING)
    record(locked, "taken", membership)
    with suppress(AlreadyTaken, WrongState):
        conversation = claim_conversation(conversation=conversation, membership=membership)
    note_case(conversation=conversation, case=locked.ref, state="taken", by=membership)


@transaction.atomic
def set_step(
    *,
    case: SecurityCase,
    membership: Membership,
    code: str,
    state: StepState,
    note: SafeText,
) -> None:
    """Say what became of a step. Raises BadInput for one that this kind of case does not have.

    That something is not possible needs a word why.
    """
    locked = lock_case(case, membership)
    kept = plain_note(note)
    if code not in rules.steps_of(locked.kind):
        raise BadInput(step="unknown")
    if state == StepState.NOT_POSSIBLE and not kept:
        raise BadInput(note="required")
    settle_step(locked, code, membership, state, kept)


@transaction.atomic
def send_warning(*, case: SecurityCase, membership: Membership) -> None:
    """Warn the customer of the second fraud, in the language of the conversation."""
    locked, conversation = lock_both(case, membership)
    with translation.override(conversation.language or locked.brand.default_language):
        text = texts.second_scam(locked.brand.name)
    seq = warn(conversation=conversation, text=guard.check(text).safe)
    record(locked, "warned", membership, seq=seq)
    settle_step(locked, "second_scam", membership)


@transaction.atomic
def set_cause(*, case: SecurityCase, membership: Membership, cause: Cause, why: SafeText) -> None:
    """Say how it happened, where a person knows more than the chain shows. `why` is needed."""
    locked = lock_case(case, membership)
    kept = plain_note(why)
    if len(kept) < 10:
        raise BadInput(why="required")
    SecurityCase.objects.filter(pk=locked.pk).update(
        cause=cause, cause_by=membership, confidence="likely", because=[], other_causes=[]
    )
    record(locked, "cause", membership, text=kept, cause=str(cause))
    settle_step(locked, "classify", membership)


@transaction.atomic
def settle_risk(
    *, case: SecurityCase, membership: Membership, risk_id: int, state: RiskState
) -> None:
    """Say that something is saved, given up, or at risk after all. Raises NotFound."""
    locked = lock_case(case, membership)
    rows = CaseRisk.objects.filter(case=locked, pk=risk_id)
    if not rows.update(state=state, by_name=membership.user.name, at=clock.now()):
        raise NotFound
    row = rows.get()
    record(locked, "risk", membership, kind=row.kind, network=row.network, state=str(state))
    open_ones = CaseRisk.objects.filter(case=locked, state=RiskState.OPEN, gone=False)
    if not open_ones.exists():
        settle_step(locked, "settle_risks", membership)


@transaction.atomic
def set_waiting(*, case: SecurityCase, membership: Membership, waiting: bool) -> None:
    """Say that a case waits for others, or goes on."""
    locked = lock_case(case, membership)
    if locked.assignee_id is None:
        SecurityCase.objects.filter(pk=locked.pk).update(assignee=membership)
    state = CaseState.WAITING if waiting else CaseState.WORKING
    if SecurityCase.objects.filter(pk=locked.pk).exclude(state=state).update(state=state):
        record(locked, "waiting" if waiting else "going_on", membership)


@transaction.atomic
def close_case(
    *, case: SecurityCase, membership: Membership, outcome: Outcome, note: SafeText
) -> None:
    """Close a case. Raises StepsOpen and RisksOpen unless it was a false alarm or nobody answers.

    Closing does not touch the conversation.
    """
    locked, conversation = lock_both(case, membership)
    kept = plain_note(note)
    if outcome not in rules.WITHOUT_STEPS:
        first = rules.first_steps(locked.kind)
        steps = CaseStep.objects.filter(case=locked, code__in=first, state=StepState.OPEN).count()
        if steps:
            raise StepsOpen(steps=steps)
        risks = CaseRisk.objects.filter(case=locked, state=RiskState.OPEN, gone=False).count()
        if risks:
            raise RisksOpen(risks=risks)
    SecurityCase.objects.filter(pk=locked.pk).update(
        state=CaseState.CLOSED, outcome=outcome, closed_at=clock.now()
    )
    locked.follow_ups.filter(done_at=None).update(done_at=clock.now())
    record(locked, "closed", membership, text=kept, outcome=str(outcome))
    record_audit(
        brand=locked.brand,
        actor=membership,
        action="case.closed",
        subject=f"case:{locked.ref}",
        detail={"outcome": str(outcome)},
    )
    note_case(conversation=conversation, case=locked.ref, state="closed", by=membership)


@transaction.atomic
def reopen_case(*, case: SecurityCase, membership: Membership) -> SecurityCase:
    """Take a closed case up again; another open one of this kind is returned instead."""
    locked, conversation = lock_both(case, membership, closed=True)
    if locked.state != CaseState.CLOSED:
        return locked
    same = SecurityCase.objects.filter(conversation=locked.conversation_id, kind=locked.kind)
    other = same.exclude(state=CaseState.CLOSED).first()
    if other is not None:
        return other
    SecurityCase.objects.filter(pk=locked.pk).update(
        state=CaseState.WORKING, assignee=membership, outcome="", closed_at=None
    )
    record(locked, "reopened", membership)
    note_case(conversation=conversation, case=locked.ref, state="reopened", by=membership)
    return locked


@transaction.atomic
def choose_team(*, membership: Membership, team: Team | None) -> None:
    """Choose whom a brand's security cases are offered to. Raises NotAllowed or NotFound."""
    require_right(membership.role, Permission.BRAND_EDIT)
    if team is not None and team.brand_id != membership.brand_id:
        raise NotFound
    CaseRules.objects.update_or_create(brand=membership.brand, defaults={"team": team})
    record_audit(
        brand=membership.brand,
        actor=membership,
        action="case.team_chosen",
        subject=f"team:{team.pk}" if team else "",
        detail={"name": team.name if team else ""},
    )


@transaction.atomic
def record_pack(
    *, case: SecurityCase, membership: Membership, form: str, language: str, personal: int
) -> None:
    """Note that an evidence pack leaves the desk: before it does. `personal`: values in clear."""
    locked = lock_case(case, membership, closed=True)
    record(locked, "evidence", membership, form=form, language=language, personal=personal)
    record_audit(
        brand=locked.brand,
        actor=membership,
        action="case.evidence_taken",
        subject=f"case:{locked.ref}",
        detail={"form": form, "language": language, "rows": personal},
    )
    if locked.state != CaseState.CLOSED:
        settle_step(locked, "evidence", membership)
