"""The access functions of calls, and their log."""

from django.db.models import Q

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound
from walletdesk.voice.flow.states import Stage
from walletdesk.voice.models import (
    Call,
)
from walletdesk.voice.queries.facts import state_of

LOGGED = 50  # calls on a page of the log
AGENT_STAGES = (Stage.RINGING, Stage.TALKING)


def lock_call(call_id: int) -> Call:
    """Return a call, its row locked until the transaction ends."""
    rows = Call.objects.select_for_update(of=("self",))
    related = ("brand", "line__inbox", "line__brand", "menu", "contact", "conversation")
    return rows.select_related(*related).get(pk=call_id)


def get_call_for(membership: Membership, ref: str) -> Call:
    """Return a call of the person's brand that they may know of, else raise NotFound."""
    if not (may(membership.role, Permission.CONVERSATION_READ) and ids.may_name(ref)):
        raise NotFound
    found = (
        Call.objects.filter(brand_id=membership.brand_id, ref=ref)
        .select_related("brand", "conversation", "contact", "agent__user")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def may_supervise(membership: Membership) -> bool:
    """Tell whether somebody may come into calls of others."""
    return may(membership.role, Permission.CONVERSATION_REASSIGN)


def current_call(membership: Membership) -> Call | None:
    """Return the call in which somebody's telephone is, or rings."""
    rows = Call.objects.filter(
        brand_id=membership.brand_id, ended_at=None, stage__in=AGENT_STAGES
    ).select_related("brand", "conversation__contact", "line__inbox", "agent__user")
    for call in rows.filter(
        Q(agent=membership) | Q(state__legs__contains=[{"membership": membership.pk}])
    ):
        if any(leg.membership == membership.pk for leg in state_of(call).legs):
            return call
    return None


def live_calls(membership: Membership) -> list[Call]:
    """Return the brand's calls that go on, longest first."""
    rows = Call.objects.filter(brand_id=membership.brand_id, ended_at=None)
    return list(rows.select_related("conversation", "agent__user", "contact").order_by("pk")[:200])


def call_log(membership: Membership, before: int | None = None) -> list[Call]:
    """Return the brand's calls, newest first, LOGGED at most."""
    rows = Call.objects.filter(brand_id=membership.brand_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    related = ("conversation", "agent__user", "contact", "line__inbox")
    return list(rows.select_related(*related).order_by("-pk")[:LOGGED])
