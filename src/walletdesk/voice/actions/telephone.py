"""What agents do with their telephone. Each is refused when it does not fit the call now."""

from typing import ClassVar

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.kit.errors import BadInput, DomainError, NotAllowed, NotFound
from walletdesk.voice.actions.flow import tell_call
from walletdesk.voice.flow import states
from walletdesk.voice.flow.states import Order, Role, Stage, Taken
from walletdesk.voice.models import Call
from walletdesk.voice.ports import abilities_of
from walletdesk.voice.queries import lock_call, may_supervise, state_of

MODES = ("listen", "whisper", "talk")
KEYS = frozenset("0123456789*#")
MOST_KEYS = 32


class CallMovedOn(DomainError):
    """The call is not where this could be done any more."""

    code: ClassVar[str] = "call_moved_on"


class NotByThisLine(DomainError):
    """What carries the call cannot be told in the middle of a talk: it is done on the telephone."""

    code: ClassVar[str] = "not_by_this_line"


@transaction.atomic
def accept_call(*, call: Call, membership: Membership) -> None:
    """Take a call that waits: its conversation becomes one's own, and one's telephone rings.

    Raises AlreadyTaken, CallMovedOn.
    """
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_call(call.pk)
    if locked.conversation is None or locked.ended_at is not None:
        raise CallMovedOn
    goes_on = locked.conversation.merged_into or locked.conversation
    claim_conversation(conversation=goes_on, membership=membership)
    if locked.stage not in (Stage.RINGING, Stage.TALKING):
        tell_call(call_id=call.pk, news=Taken(membership.pk))


def give_order(*, call: Call, membership: Membership, order: Order) -> None:
    """Do something with a call in which one's telephone has the caller. Raises CallMovedOn."""
    _order(call, membership, order, roles=(Role.AGENT,))


def mute_telephone(*, call: Call, membership: Membership, on: bool) -> None:
    """Mute one's own telephone."""
    order = states.Mute(membership.pk, on)
    _order(call, membership, order, roles=(Role.AGENT, Role.CONSULT, Role.SUPERVISE))


def consult_colleague(*, call: Call, membership: Membership, colleague: Membership) -> None:
    """Ring a colleague who may answer, while the caller hears the hold sound."""
    if colleague.brand_id != membership.brand_id:
        raise NotFound
    require_right(colleague.role, Permission.CONVERSATION_ANSWER)
    give_order(call=call, membership=membership, order=states.Consult(colleague.pk))


def press_keys(*, call: Call, membership: Membership, keys: str) -> None:
    """Send keys to the caller's side. They are never logged. Raises BadInput."""
    if not 0 < len(keys) <= MOST_KEYS or not set(keys) <= KEYS:
        raise BadInput(keys="keys")
    give_order(call=call, membership=membership, order=states.Keys(keys))


def hang_up(*, call: Call, membership: Membership) -> None:
    """Let one's own telephone go: with the agent's the talk ends, or the colleague goes on."""
    order = states.Drop(membership.pk)
    _order(call, membership, order, roles=(Role.AGENT, Role.CONSULT, Role.SUPERVISE))


@transaction.atomic
def drop_colleague(*, call: Call, membership: Membership) -> None:
    """End asking a colleague: the caller is back with the agent."""
    legs = state_of(lock_call(call.pk)).legs
    asked = next((leg for leg in legs if leg.role == Role.CONSULT), None)
    if asked is None:
        raise CallMovedOn
    give_order(call=call, membership=membership, order=states.Drop(asked.membership))


@transaction.atomic
def supervise_call(*, call: Call, membership: Membership, mode: str) -> None:
    """Come into a call of somebody else: "listen", "whisper" to the agent, "talk". Audited."""
    if mode not in MODES:
        raise BadInput(mode="unknown")
    if not abilities_of(call.driver).in_talk:
        raise NotByThisLine
    if not may_supervise(membership):
        raise NotAllowed
    locked = lock_call(call.pk)
    state = state_of(locked)
    mine = next((leg for leg in state.legs if leg.membership == membership.pk), None)
    if state.stage != Stage.TALKING or (mine is not None and mine.role != Role.SUPERVISE):
        raise CallMovedOn
    record_audit(
        brand=membership.brand,
        actor=membership,
        action="call.supervised",
        subject=f"call:{call.ref}",
        detail={"mode": mode},
    )
    tell_call(call_id=call.pk, news=states.Supervise(membership.pk, mode))


@transaction.atomic
def _order(call: Call, membership: Membership, order: Order, *, roles: tuple[Role, ...]) -> None:
    if not abilities_of(call.driver).in_talk:
        raise NotByThisLine
    state = state_of(lock_call(call.pk))
    mine = next((leg for leg in state.legs if leg.membership == membership.pk), None)
    if mine is None or mine.role not in roles or state.stage != Stage.TALKING:
        raise CallMovedOn
    tell_call(call_id=call.pk, news=order)
