"""Reads of escalation: levels and their people, what went up, what would."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.queries import active_places, people_for
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels.types import InboxKind
from walletdesk.conversations.models import CLOCK_MARGIN, Conversation, Event
from walletdesk.conversations.queries import events_of
from walletdesk.conversations.queries.lists import with_what_rows_show
from walletdesk.conversations.rules import bare_subject
from walletdesk.conversations.types import Author, Kind, Status
from walletdesk.escalation.models import Escalation, EscalationRules, Level, Named, Rule
from walletdesk.escalation.rules import read
from walletdesk.escalation.types import Cause, Outlook, Reading
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.topic_queries import triage_for
from walletdesk.language.anger import ANGRY
from walletdesk.language.topics import OTHER, TALK_HUMAN

SHOWN = 100  # conversations of one level on its page
SAME_SHOWN = 3  # earlier conversations that are linked at once
# What many conversations are about without being the same matter.
NO_MATTER = ("", OTHER, TALK_HUMAN, "greeting", "thanks", "complaint")
RECENT = timedelta(days=1)
LIVE = (Status.BOT, Status.QUEUED, Status.OPEN, Status.SNOOZED)


def levels_of(brand: Brand) -> list[Level]:
    """Return the levels of a brand, the lowest first, with their teams, people and rules."""
    rows = Level.objects.filter(brand=brand).select_related("team")
    return list(rows.prefetch_related("people__user", "rules").order_by("position"))


def get_level_for(membership: Membership, level_id: int) -> Level:
    """Return a level of the person's brand. Raises NotFound."""
    found = Level.objects.filter(brand_id=membership.brand_id, pk=level_id).first()
    if found is None:
        raise NotFound
    return found


def rules_of(brand: Brand) -> EscalationRules | None:
    """Return when a contact counts as repeated; None until the brand has its first levels."""
    return EscalationRules.objects.filter(brand=brand).first()


def people_of(level: Level) -> list[Membership]:
    """Return whom a level calls: its people and team; all who may reassign where it names nobody.

    A level outside calls nobody here.
    """
    chosen = active_places().filter(levels=level).select_related("user")
    named = {one.pk: one for one in chosen}
    if level.team_id:
        named |= {one.pk: one for one in people_for(level.brand, level.team)}
    if named or level.address:
        return list(named.values())
    return people_for(level.brand, None)


def level_for(brand: Brand, cause: Cause, topic: str = "") -> Level | None:
    """Return where a cause leads by the brand's rules, None when nowhere."""
    rule = Rule.objects.filter(brand=brand, cause=cause, topic=topic)
    found = rule.select_related("level__team", "level__brand").first()
    return found.level if found else None


def levels_above(conversation: Conversation) -> list[Level]:
    """Return the levels to which a conversation can still go, the next one first."""
    now = standing(conversation)
    position = now.position if now else 0
    rows = Level.objects.filter(brand_id=conversation.brand_id, position__gt=position)
    return list(rows.select_related("team", "brand").order_by("position"))


def standing(conversation: Conversation) -> Escalation | None:
    """Return at which level a conversation stands, None when it was not escalated."""
    rows = Escalation.objects.filter(conversation=conversation, ended_at=None)
    return rows.order_by("-position").first()


def get_escalation(escalation_id: int) -> Escalation | None:
    """Return an escalation for a job, None when its conversation was erased."""
    rows = Escalation.objects.select_related("level", "conversation__brand")
    return rows.filter(pk=escalation_id).first()


ANY_ESCALATION = "SELECT FROM escalation_escalation WHERE conversation_id = %(conversation)s"


def history_of(conversation: Conversation) -> list[Escalation]:
    """Return all escalations of a conversation with who was told, the newest first."""
    rows = Escalation.objects.filter(conversation=conversation).select_related("by__user")
    return list(rows.prefetch_related("told").order_by("-pk")[:20])


# --- the queue of each level -----------------------------------------------------------------


def _escalated(level_ids: Collection[int] | None = None) -> QuerySet[Escalation]:
    rows = Escalation.objects.filter(conversation=OuterRef("pk"), ended_at=None)
    return rows if level_ids is None else rows.filter(level_id__in=level_ids)


def own_levels(membership: Membership) -> list[int]:
    """Return the ids of the levels that call this person."""
    called = Q(people=membership)
    if membership.team_id:
        called |= Q(team_id=membership.team_id)
    rows = Level.objects.filter(brand_id=membership.brand_id).annotate(n=Count("people"))
    found = set(rows.filter(called).values_list("pk", flat=True))
    supervisors = people_for(membership.brand, None)
    if membership.pk in {one.pk for one in supervisors}:
        open_to_all = rows.filter(n=0, team=None, address="")
        found |= set(open_to_all.values_list("pk", flat=True))
    return sorted(found)


def escalated_at(membership: Membership, level_ids: Collection[int]) -> list[Conversation]:
    """Return what stands at these levels, the most urgent and then the longest first.

    Each has `standing_at`: its escalation. Two statements.
    """
    require_right(membership.role, Permission.CONVERSATION_READ)
    rows = Conversation.objects.filter(brand_id=membership.brand_id, status__in=LIVE)
    rows = rows.filter(Exists(_escalated(level_ids)))
    found = list(with_what_rows_show(rows.order_by("-urgency", "queued_at", "id"))[:SHOWN])
    highest: dict[int, Escalation] = {}
    for one in Escalation.objects.filter(conversation__in=found, ended_at=None).order_by(
        "position"
    ):
        highest[one.conversation_id] = one
    for conversation in found:
        conversation.standing_at = highest[conversation.pk]  # type: ignore[attr-defined]
    return [c for c in found if highest[c.pk].level_id in level_ids]


def count_at_levels(brand: Brand) -> dict[int, int]:
    """Return level id → how many conversations stand there now."""
    rows = Escalation.objects.filter(
        conversation__brand=brand, conversation__status__in=LIVE, ended_at=None
    )
    higher = Escalation.objects.filter(
        conversation=OuterRef("conversation"), ended_at=None, position__gt=OuterRef("position")
    )
    counted = rows.filter(~Exists(higher)).values("level_id").annotate(n=Count("conversation_id"))
    return {row["level_id"]: row["n"] for row in counted if row["level_id"]}


def words_at(conversation: Conversation, seq: int) -> list[str]:
    """Return what the customer wrote in one go up to a number, oldest first: three at most.

    Whether the bot has answered since does not matter. What is older than RECENT is left out:
    nobody is called for what was said before anybody read along.
    """
    said: list[str] = []
    recent = events_of(conversation).filter(seq__lte=seq, created_at__gt=clock.now() - RECENT)
    for event in recent.order_by("-seq")[:10]:
        if event.kind == Kind.MESSAGE and event.author == Author.CUSTOMER:
            said.append(event.text)
        elif event.kind not in (Kind.NOTICE, Kind.REDACTED, Kind.RECOGNISED, Kind.LINKED):
            break
    return [text for text in said[:3][::-1] if text]


# --- the same matter again -------------------------------------------------------------------


def same_matter(
    conversation: Conversation, marks: Iterable[bytes], since: datetime
) -> dict[Conversation, str]:
    """Return other conversations about the same, the newest first, with why.

    Of the same customer: the same topic, transaction or address ("topic", "named"), or two mails
    with the same subject ("subject"). Of others: the same transaction only ("transaction"), for who
    comes back on another device is another customer to us; an address that many use says nothing.
    """
    others = Conversation.objects.filter(brand_id=conversation.brand_id, created_at__gte=since)
    others = others.exclude(pk=conversation.pk).exclude(status__in=[Status.NEW, Status.MERGED])
    named = Named.objects.filter(brand_id=conversation.brand_id, mark__in=list(marks))
    named = named.exclude(conversation=conversation).order_by("-pk")[:SHOWN]
    mine: set[int] = set()
    theirs: set[int] = set()
    for row in named:
        if row.contact_id == conversation.contact_id:
            mine.add(row.conversation_id)
        elif row.transaction:
            theirs.add(row.conversation_id)
    alike = _same_subject(conversation, since)
    own = Q(pk__in=mine | alike)
    if conversation.topic not in NO_MATTER:
        own |= Q(topic=conversation.topic)
    own &= Q(contact_id=conversation.contact_id)
    found: dict[Conversation, str] = {}
    for other in others.filter(own | Q(pk__in=theirs)).order_by("-pk")[:SHOWN]:
        if other.contact_id != conversation.contact_id:
            found[other] = "transaction"
        elif other.pk in mine:
            found[other] = "named"
        else:
            same_topic = other.topic == conversation.topic and other.topic not in NO_MATTER
            found[other] = "topic" if same_topic else "subject"
    return found


def _same_subject(conversation: Conversation, since: datetime) -> set[int]:
    """Return the customer's other conversations that a mail with the same subject began."""
    if conversation.channel != InboxKind.EMAIL:
        return set()
    begun = Event.objects.filter(
        conversation__contact_id=conversation.contact_id,
        conversation__channel=InboxKind.EMAIL,
        conversation__created_at__gte=since,
        created_at__gte=since - CLOCK_MARGIN,
        kind=Kind.MESSAGE,
        author=Author.CUSTOMER,
    ).order_by("-conversation_id", "seq")
    rows = begun.values_list("conversation_id", "staff_data__mail__subject")
    subjects: dict[int, str] = {}
    for pk, subject in rows.distinct("conversation_id")[:SHOWN]:
        subjects[pk] = bare_subject(subject or "").casefold()
    own = subjects.pop(conversation.pk, "")
    return {pk for pk, subject in subjects.items() if own and subject == own}


def times_reopened(conversation: Conversation, since: datetime) -> int:
    """Return how often the customer has taken a settled conversation up again."""
    rows = events_of(conversation).filter(kind=Kind.REOPENED, author=Author.CUSTOMER)
    return rows.filter(created_at__gte=since).count()


def since_when(days: int) -> datetime:
    """Return from when on contacts count as repeated."""
    return clock.now() - timedelta(days=days)


# --- what would happen -----------------------------------------------------------------------


def read_message(brand: Brand, text: str) -> Reading:
    """Return what a message to a brand says about going up."""
    return read(text, lambda plain: triage_for(brand=brand, text=plain).topic == TALK_HUMAN)


def outlook(brand: Brand, text: str) -> list[Outlook]:
    """Return what a message would lead to now, for the settings' preview. Writes nothing."""
    reading = read_message(brand, text)
    topic = triage_for(brand=brand, text=text).topic
    causes = [Cause.ASKED] if reading.asked else []
    causes += [Cause.ANGRY] if reading.anger >= ANGRY else []
    found = [_seen(cause, level_for(brand, cause)) for cause in causes]
    by_topic = level_for(brand, Cause.TOPIC, topic)
    return found + ([_seen(Cause.TOPIC, by_topic)] if by_topic else [])


def _seen(cause: Cause, level: Level | None) -> Outlook:
    if level is None:
        return Outlook(cause, "")
    outside = (level.address,) if level.address else ()
    return Outlook(cause, level.name, (*(p.user.name for p in people_of(level)), *outside))
