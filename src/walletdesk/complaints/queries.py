"""Reads of complaints, and their access functions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.complaints.models import (
    Complaint,
    ComplaintEntry,
    ComplaintLetter,
    ComplaintPoint,
    ComplaintRules,
    ComplaintStep,
    ComplaintSubject,
)
from walletdesk.complaints.profiles import DEFAULT
from walletdesk.complaints.types import Category, Outcome, State, Step
from walletdesk.contacts.personal.own_words import restore
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.types import Author, Kind
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound

VIEWS = ("open", "late", "near", "mine", "closed", "all")
PAGE = 200
ALIKE = 5


@dataclass(frozen=True, slots=True)
class ComplaintFilter:
    """What the list shows: one of VIEWS, and a category or ""."""

    view: str = "open"
    category: str = ""


def rules_of(brand: Brand) -> ComplaintRules:
    """Return what a brand decided: its row, or an unsaved one with the plain profile."""
    found = ComplaintRules.objects.filter(brand=brand).first()
    return found or ComplaintRules(brand=brand, profile=DEFAULT, handler="", email="", phone="")


def get_complaint_for(membership: Membership, ref: str) -> Complaint:
    """Return a complaint that one may read, else raise NotFound."""
    if not ids.may_name(ref) or not may(membership.role, Permission.CONVERSATION_READ):
        raise NotFound
    found = (
        Complaint.objects.filter(brand_id=membership.brand_id, ref=ref)
        .select_related("brand", "conversation__contact", "investigator__user")
        .first()
    )
    if found is None:
        raise NotFound
    return found


ANY_COMPLAINT = """
SELECT FROM complaints_complaint WHERE conversation_id IN (
  SELECT id FROM conversations_conversation
  WHERE id = %(conversation)s OR merged_into_id = %(conversation)s)
"""


def complaint_of(conversation: Conversation) -> Complaint | None:
    """Return the complaint of a conversation: the open one, else the newest; None without any."""
    rows = Complaint.objects.filter(
        Q(conversation=conversation) | Q(conversation__merged_into=conversation)
    )
    return (
        rows.select_related("brand", "conversation")
        .order_by(F("closed_at").desc(nulls_first=True), "-pk")
        .first()
    )


def complaint_of_ticket(ticket: Ticket) -> Complaint | None:
    """Return the complaint that a page's secret opens, None where it is no complaint's page."""
    return complaint_of(ticket.conversation)


def get_letter(complaint: Complaint, ref: str) -> ComplaintLetter:
    """Return a letter of a complaint that one may read, else raise NotFound."""
    found = complaint.letters.filter(ref=ref).first() if ids.may_name(ref) else None
    if found is None:
        raise NotFound
    return found


def letters_in(conversation: Conversation, refs: Collection[str]) -> list[ComplaintLetter]:
    """Return letters to a conversation's customer by name, in the order in which they were sent."""
    rows = ComplaintLetter.objects.filter(
        complaint__conversation__contact=conversation.contact_id, ref__in=list(refs)
    )
    return list(rows.select_related("complaint__brand").order_by("pk"))


def own_words(complaint: Complaint, texts: Sequence[str]) -> list[str]:
    """Return texts as the complainant wrote them: for their own page and mail, for nobody else."""
    contact_id = complaint.conversation.contact_id
    return restore([(contact_id, text) for text in texts])


# --- lists -----------------------------------------------------------------------------------


def _steps(**conditions: object) -> Exists:
    rows = ComplaintStep.objects.filter(complaint=OuterRef("pk"), done_at=None, **conditions)
    return Exists(rows)


def _narrowed(membership: Membership) -> dict[str, Q]:
    live, now = ~Q(state=State.CLOSED), clock.now()
    return {
        "open": live,
        "late": live & Q(_steps(due_at__lte=now)),
        "near": live & Q(_steps(warn_at__lte=now, due_at__gt=now)),
        "mine": live & Q(investigator=membership),
        "closed": Q(state=State.CLOSED),
        "all": Q(),
    }


OPEN_COUNT = (
    "SELECT count(*) FROM complaints_complaint WHERE brand_id = %(brand)s AND state <> 'closed'"
)
"""How many complaints of a brand wait for an end: the number in the desk's rail."""


def list_complaints(membership: Membership, wanted: ComplaintFilter) -> list[Complaint]:
    """Return complaints of one's brand, what is due first on top, at most PAGE.

    Each has `next_due`, the end of its next open step, and `unanswered`, its points without answer.
    """
    if not may(membership.role, Permission.CONVERSATION_READ):
        raise NotFound
    rows = Complaint.objects.filter(_narrowed(membership)[wanted.view])
    if wanted.category in set(Category):
        rows = rows.filter(category=wanted.category)
    open_steps = Q(steps__done_at=None) & ~Q(state=State.CLOSED)
    return list(
        rows.filter(brand_id=membership.brand_id)
        .annotate(next_due=Min("steps__due_at", filter=open_steps))
        .select_related("conversation__contact", "investigator__user")
        .order_by(F("next_due").asc(nulls_last=True), "-pk")[:PAGE]
    )


def count_complaints(membership: Membership) -> dict[str, int]:
    """Return how many complaints each view has, in one statement."""
    views = _narrowed(membership)
    counted = Complaint.objects.filter(brand_id=membership.brand_id).aggregate(
        **{name: Count("pk", filter=views[name]) for name in VIEWS if name != "all"}
    )
    return {name: int(number) for name, number in counted.items()}


# --- one complaint ---------------------------------------------------------------------------


def steps_of(complaint: Complaint) -> list[ComplaintStep]:
    """Return the steps in their order."""
    order = list(Step)
    return sorted(complaint.steps.all(), key=lambda step: order.index(Step(step.code)))


def points_of(complaint: Complaint) -> list[ComplaintPoint]:
    """Return the points in the order in which they were raised."""
    return list(complaint.points.order_by("pk"))


def letters_of(complaint: Complaint) -> list[ComplaintLetter]:
    """Return the letters, oldest first."""
    return list(complaint.letters.order_by("pk"))


def entries_of(complaint: Complaint) -> list[ComplaintEntry]:
    """Return the history, oldest first."""
    return list(complaint.entries.order_by("pk")[:500])


def subjects_of(complaint: Complaint) -> list[ComplaintSubject]:
    """Return the earlier conversations that a complaint is about."""
    return list(complaint.subjects.select_related("conversation").order_by("pk"))


def decided_alike(complaint: Complaint) -> list[Complaint]:
    """Return earlier decisions of the same category: a new one should agree with them."""
    decided = (Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT_UPHELD)
    rows = Complaint.objects.filter(brand_id=complaint.brand_id, outcome__in=decided)
    same = rows.filter(category=complaint.category).exclude(pk=complaint.pk)
    return list(same.order_by("-closed_at")[:ALIKE])


# --- who may investigate ---------------------------------------------------------------------


def _acts(complaint: Complaint) -> QuerySet[Event]:
    """Return what staff did in the matter before it became a complaint."""
    about = Q(conversation=complaint.conversation_id, seq__lte=complaint.opened_seq) | Q(
        conversation__in=complaint.subjects.values("conversation_id")
    )
    return Event.objects.filter(about, author=Author.AGENT)


def handlers_of(complaint: Complaint) -> set[int]:
    """Return the memberships that had to do with the matter: they acted, or were given it."""
    acted = set(_acts(complaint).exclude(author_id=None).values_list("author_id", flat=True))
    given = _acts(complaint).filter(kind=Kind.ASSIGNED).values_list("staff_data__to_id", flat=True)
    return {int(pk) for pk in (*acted, *given) if pk is not None}


def investigators_for(complaint: Complaint) -> list[Membership]:
    """Return who may investigate: they may answer, and had nothing to do with the matter."""
    people = Membership.objects.filter(brand_id=complaint.brand_id, user__is_active=True)
    able = people.exclude(pk__in=handlers_of(complaint)).select_related("user")
    return [
        one for one in able.order_by("user__name") if may(one.role, Permission.CONVERSATION_ANSWER)
    ]


def leads_of(brand: Brand) -> list[Membership]:
    """Return who is told of deadlines: everybody who leads complaints."""
    people = Membership.objects.filter(brand=brand, user__is_active=True).select_related("user")
    return [one for one in people if may(one.role, Permission.COMPLAINT_LEAD)]


# --- what is due -----------------------------------------------------------------------------


def due_steps(limit: int) -> list[tuple[int, int, str]]:
    """Return (complaint, conversation, step) of steps that are near or over and untold."""
    now = clock.now()
    near = Q(warned_at=None, warn_at__lte=now)
    over = Q(missed_at=None, due_at__lte=now)
    rows = ComplaintStep.objects.filter(near | over, done_at=None)
    rows = rows.exclude(complaint__state=State.CLOSED).order_by("due_at")
    place = Coalesce("complaint__conversation__merged_into_id", "complaint__conversation_id")
    told = rows.values_list("complaint_id", place, "code")
    return [(int(a), int(b), str(c)) for a, b, c in told[:limit]]


# --- statistics ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step of the complaints of a period. `seconds` on average, None when none is done."""

    step: Step
    received: int
    done: int
    late: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The statistics of a period: what article 8 of Delegated Regulation (EU) 2025/294 asks for."""

    received: int
    open: int
    steps: tuple[StepFigures, ...]
    categories: dict[str, int]
    outcomes: dict[str, int]


def figures_of(membership: Membership, since: datetime, until: datetime) -> Figures:
    """Return the statistics of complaints received in [since, until). Raises NotFound."""
    if not may(membership.role, Permission.COMPLAINT_LEAD):
        raise NotFound
    rows = Complaint.objects.filter(
        brand_id=membership.brand_id, received_at__gte=since, received_at__lt=until
    )
    return Figures(
        received=rows.count(),
        open=rows.exclude(state=State.CLOSED).count(),
        steps=tuple(_figures(rows, step) for step in Step),
        categories=_counted(rows, "category"),
        outcomes=_counted(rows.filter(state=State.CLOSED), "outcome"),
    )


def _counted(rows: QuerySet[Complaint], field: str) -> dict[str, int]:
    found = rows.values_list(field).annotate(number=Count("pk")).order_by("-number", field)
    return {str(code): int(number) for code, number in found}


def _figures(rows: QuerySet[Complaint], step: Step) -> StepFigures:
    """Count one step. It begins where the one before ended, the first with the receipt."""
    order = list(Step)
    now = clock.now()
    steps = {
        one.complaint_id: one for one in ComplaintStep.objects.filter(complaint__in=rows, code=step)
    }
    before = order[: order.index(step)]
    began = dict(rows.values_list("pk", "received_at"))
    for pk, done in ComplaintStep.objects.filter(
        complaint__in=rows, code__in=before, done_at__isnull=False
    ).values_list("complaint_id", "done_at"):
        began[pk] = max(began[pk], done) if done else began[pk]
    spent = [(one.done_at - began[pk]).total_seconds() for pk, one in steps.items() if one.done_at]
    closed = dict(rows.exclude(closed_at=None).values_list("pk", Coalesce("closed_at", now)))
    late = sum((one.done_at or closed.get(pk, now)) > one.due_at for pk, one in steps.items())
    return StepFigures(
        step, len(steps), len(spent), late, sum(spent) / len(spent) if spent else None
    )
