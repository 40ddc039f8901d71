"""Reads of security cases, and the access functions."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from walletdesk.accounts.models import Brand, Membership, Team
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.cases import rules
from walletdesk.cases.models import (
    CaseConversation,
    CaseEntry,
    CaseReading,
    CaseReference,
    CaseRisk,
    CaseRules,
    CaseStep,
    FollowUp,
    IdentityCheck,
    SecurityCase,
    WalletOrder,
)
from walletdesk.cases.types import AddressRole, CaseKind, CaseState, OrderState, Seen, StepState
from walletdesk.contacts.personal.queries import masked_identities
from walletdesk.contacts.personal.types import IdentityKind, Masked
from walletdesk.contacts.queries import identity_of
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.types import Author, Kind
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound

PAGE = 50
VIEWS = ("offered", "mine", "open", "due", "waiting", "closed", "all")
MESSAGES_READ = 200


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list of cases is narrowed to; an empty part narrows nothing."""

    view: str = "open"
    kind: str = ""


def get_case_for(membership: Membership, ref: str) -> SecurityCase:
    """Return a case that this member of staff may read, else raise NotFound."""
    if not (may(membership.role, Permission.CONVERSATION_READ) and ids.may_name(ref)):
        raise NotFound
    found = (
        SecurityCase.objects.filter(brand_id=membership.brand_id, ref=ref)
        .select_related(
            "brand", "conversation__contact", "conversation__assignee__user", "assignee__user",
            "team",
            "cause_by__user",
        )
        .first()
    )  # fmt: skip
    if found is None:
        raise NotFound
    return found


def get_order_for(case: SecurityCase, ref: str) -> WalletOrder:
    """Return an order of a case that one may read, else raise NotFound."""
    found = case.orders.filter(ref=ref).first() if ids.may_name(ref) else None
    if found is None:
        raise NotFound
    return found


def _due() -> Q:
    waiting = FollowUp.objects.filter(case=OuterRef("pk"), done_at=None, due_at__lte=clock.now())
    return Q(Exists(waiting)) & ~Q(state=CaseState.CLOSED)


def _narrowed(membership: Membership) -> dict[str, Q]:
    live = ~Q(state=CaseState.CLOSED)
    offered = Q(state=CaseState.OPEN)
    if not may(membership.role, Permission.CONVERSATION_REASSIGN):
        offered &= Q(team=None) | Q(team=membership.team_id)
    return {
        "offered": offered,
        "mine": live & Q(assignee=membership),
        "open": live,
        "due": _due(),
        "waiting": Q(state=CaseState.WAITING),
        "closed": Q(state=CaseState.CLOSED),
        "all": Q(),
    }


def list_cases(membership: Membership, wanted: CaseFilter) -> list[SecurityCase]:
    """Return cases of one's brand, the newest first, at most PAGE, with how far they are."""
    if not may(membership.role, Permission.CONVERSATION_READ):
        raise NotFound
    rows = SecurityCase.objects.filter(
        _narrowed(membership)[wanted.view], brand_id=membership.brand_id
    )
    if wanted.kind in set(CaseKind):
        rows = rows.filter(kind=wanted.kind)
    done = Count("steps", filter=~Q(steps__state=StepState.OPEN))
    return list(
        rows.annotate(done=done, total=Count("steps"), is_due=Exists(_due_rows()))
        .select_related("conversation__contact", "assignee__user", "team")
        .order_by("-pk")[:PAGE]
    )


def _due_rows() -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(case=OuterRef("pk"), done_at=None, due_at__lte=clock.now())


def count_cases(membership: Membership) -> dict[str, int]:
    """Return how many cases each view has, in one statement."""
    views = _narrowed(membership)
    counted = SecurityCase.objects.filter(brand_id=membership.brand_id).aggregate(
        **{name: Count("pk", filter=views[name]) for name in VIEWS if name != "all"}
    )
    return {name: int(number) for name, number in counted.items()}


ANY_CASE = """
SELECT FROM cases_securitycase WHERE conversation_id IN (
  SELECT id FROM conversations_conversation
  WHERE id = %(conversation)s OR merged_into_id = %(conversation)s)
UNION ALL SELECT FROM cases_caseconversation WHERE conversation_id = %(conversation)s
"""


def cases_of(conversation: Conversation) -> list[SecurityCase]:
    """Return the cases that a conversation belongs to, open ones first, then the newest."""
    rows = SecurityCase.objects.filter(brand_id=conversation.brand_id).filter(
        Q(conversation=conversation)
        | Q(conversation__merged_into=conversation)
        | Exists(CaseConversation.objects.filter(case=OuterRef("pk"), conversation=conversation))
    )
    return list(rows.order_by(F("closed_at").desc(nulls_first=True), "-pk")[:5])


def security_team(brand: Brand) -> Team | None:
    """Return the team that security cases go to: the one chosen, else one named so, else None."""
    chosen = CaseRules.objects.filter(brand=brand).select_related("team").first()
    if chosen is not None and chosen.team is not None:
        return chosen.team
    teams = Team.objects.filter(brand=brand).order_by("pk")
    return next((t for t in teams if t.name.strip().casefold() in rules.SECURITY_TEAMS), None)


# --- one case ----------------------------------------------------------------------------------


def steps_of(case: SecurityCase) -> dict[str, CaseStep]:
    """Return the steps of a case by code."""
    return {step.code: step for step in case.steps.select_related("by__user")}


def entries_of(case: SecurityCase) -> list[CaseEntry]:
    """Return the history of a case, oldest first."""
    return list(case.entries.order_by("pk")[:500])


def references_of(case: SecurityCase) -> list[CaseReference]:
    """Return the transactions and addresses of a case, in the order in which they were named."""
    return list(case.references.order_by("pk"))


def readings_of(case: SecurityCase) -> list[tuple[CaseReading, Seen]]:
    """Return the last readings, with what each showed."""
    return [(row, Seen(**row.seen)) for row in case.readings.order_by("pk")]


def risks_of(case: SecurityCase) -> list[CaseRisk]:
    """Return what is or was at risk: what stands open first."""
    return list(case.risks.order_by(F("state").desc(), "gone", "pk"))


def follow_ups_of(case: SecurityCase) -> list[FollowUp]:
    """Return the days on which somebody looks again, earliest first."""
    return list(case.follow_ups.order_by("due_at", "pk"))


def orders_of(case: SecurityCase) -> list[WalletOrder]:
    """Return the orders to the wallet's back end, newest first."""
    return list(case.orders.order_by("-pk")[:30])


def last_check(case: SecurityCase) -> IdentityCheck | None:
    """Return the newest identity check that still counts, None without one."""
    since = clock.now() - rules.IDENTITY_HOLDS
    return case.identity_checks.filter(at__gt=since).order_by("-pk").first()


def accounts_of(case: SecurityCase) -> list[tuple[str, str]]:
    """Return what can name the customer's account to the wallet: (item, masked or address)."""
    held: list[Masked] = masked_identities(case.customer)
    known = [(one.item, one.mask) for one in held if one.kind == IdentityKind.EXTERNAL_ID]
    own = case.references.filter(kind="address", role=AddressRole.VICTIM).order_by("pk")
    return known + [(f"address:{row.text}", row.text) for row in own]


def own_addresses(case: SecurityCase) -> list[str]:
    """Return addresses that are the customer's own: signed for, or marked as theirs."""
    signed = [name.rpartition(":")[2] for name in identity_of(case.customer).addresses]
    own = case.references.filter(kind="address", role=AddressRole.VICTIM)
    return [*signed, *own.values_list("text", flat=True)]


def conversations_of(case: SecurityCase) -> list[Conversation]:
    """Return the conversations of a case, the first one first."""
    further = CaseConversation.objects.filter(case=case).select_related("conversation__brand")
    return [case.conversation, *(row.conversation for row in further.order_by("pk"))]


def customer_texts(conversation: Conversation) -> list[tuple[int, str]]:
    """Return number and text of the customer's messages, oldest first, at most MESSAGES_READ."""
    rows = events_of(conversation).filter(kind=Kind.MESSAGE, author=Author.CUSTOMER)
    return list(rows.order_by("seq").values_list("seq", "text")[:MESSAGES_READ])


def same_secret(case: SecurityCase) -> list[SecurityCase]:
    """Return other cases of the brand in which the same secret was caught, newest first."""
    if not case.fingerprint:
        return []
    rows = SecurityCase.objects.filter(brand_id=case.brand_id, fingerprint=case.fingerprint)
    return list(
        rows.exclude(pk=case.pk).select_related("conversation__contact").order_by("-pk")[:5]
    )


def is_busy(case: SecurityCase) -> bool:
    """Tell whether a reading or an order is under way, so that the page looks again by itself."""
    now = clock.now()
    if case.checking_until is not None and case.checking_until > now:
        return True
    soon = now + timedelta(minutes=2)
    return case.orders.filter(state=OrderState.APPROVED, due_at__lt=soon).exists()
