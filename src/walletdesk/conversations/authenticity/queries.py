"""Codes of agents, verdicts of links for a brand, reports, and who saw a link."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db.models import F, Q

from walletdesk.accounts.models import Brand, Membership
from walletdesk.contacts.vault import derived_key
from walletdesk.conversations.authenticity.models import LinkReport
from walletdesk.conversations.authenticity.types import ReportState
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.types import Kind, Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import NotFound
from walletdesk.official import codes
from walletdesk.official.hosts import above, split_suffix
from walletdesk.official.judge import judge_link
from walletdesk.official.queries import fakes_of, registry_of
from walletdesk.official.types import Answer, Reason, Thing, Verdict
from walletdesk.official.verify import Codes, hosts_in

SEEN_WITHIN = timedelta(days=90)  # who saw a link longer ago has pressed it or never will
MOST_WARNED = 20_000
REPORTS = 100
_HELD = (Status.OPEN, Status.SNOOZED)


# --- codes of agents ----------------------------------------------------------------------


def agent_code(conversation: Conversation) -> str:
    """Return the code of whoever has a conversation, as it is shown; "" when nobody has it."""
    if conversation.assignee_id is None or conversation.status not in _HELD:
        return ""
    return codes.spaced(_code(conversation, conversation.assignee_id))


def _key() -> bytes:
    return derived_key("agent codes")


def _code(conversation: Conversation, agent: int) -> str:
    return codes.make_code(_key(), number=conversation.pk, agent=agent, brand=conversation.brand_id)


def code_answers(brand: Brand, of: Conversation | None = None) -> Codes:
    """Return the look-up of codes; with a conversation, codes of any other one are refused."""

    def answer(code: str) -> Answer:
        verdict, reason, name = _judged(brand, of, code)
        return Answer(verdict, reason, Thing.AGENT, codes.spaced(code), "", name)

    return answer


def _judged(brand: Brand, of: Conversation | None, code: str) -> tuple[Verdict, Reason, str]:
    rows = Conversation.objects.filter(brand=brand).select_related("assignee__user")
    found = rows.filter(pk=codes.open_number(_key(), code)).first()
    if found is None:
        return Verdict.FAKE, Reason.CODE_FORGED, ""
    agents = Membership.objects.filter(brand=brand).values_list("pk", flat=True)
    whose = next((agent for agent in agents if _code(found, agent) == code), None)
    if whose is None:
        return Verdict.FAKE, Reason.CODE_FORGED, ""
    if of is not None and found.pk != of.pk:
        return Verdict.FAKE, Reason.CODE_OF_OTHER_CHAT, ""
    if found.status not in _HELD or found.assignee is None or whose != found.assignee_id:
        return Verdict.FAKE, Reason.CODE_OVER, ""
    return Verdict.OFFICIAL, Reason.AGENT_CODE, found.assignee.user.name


# --- links --------------------------------------------------------------------------------


def judge_links(brand: Brand, links: Sequence[str]) -> list[Answer]:
    """Return the answer for each link, in a fixed number of queries."""
    registry, fakes = registry_of(brand), fakes_of(brand, links)
    return [judge_link(link, registry, fakes) for link in links]


# --- reports ------------------------------------------------------------------------------


def reports_of(membership: Membership) -> list[LinkReport]:
    """Return the reports of the member's brand: those that wait first, then the newest."""
    rows = LinkReport.objects.filter(brand_id=membership.brand_id)
    rows = rows.select_related("conversation", "decided_by__user")
    waiting = rows.filter(state=ReportState.WAITING).order_by("-reports", "-pk")[:REPORTS]
    return [*waiting, *rows.exclude(state=ReportState.WAITING).order_by("-pk")[:REPORTS]]


def get_report_for(membership: Membership, ref: str) -> LinkReport:
    """Return a report of the member's brand. Raises NotFound."""
    rows = LinkReport.objects.filter(brand_id=membership.brand_id).select_related("brand")
    found = rows.filter(ref=ref).first() if ids.may_name(ref) else None
    if found is None:
        raise NotFound
    return found


def holders_of(report: LinkReport) -> Iterator[Conversation]:
    """Yield, for each customer, the newest conversation that holds the reported host."""
    since = clock.now() - SEEN_WITHIN
    label = split_suffix(report.host)[0][-1:] or (report.host,)
    rows = Event.objects.filter(
        brand_id=report.brand_id, kind=Kind.MESSAGE, created_at__gte=since
    ).filter(Q(text__icontains=label[0]) | Q(text__icontains=_letters(label[0])))
    named = rows.order_by("-conversation_id").values_list("conversation_id", "text")
    holding: dict[int, None] = {}
    for conversation_id, text in named.iterator(chunk_size=500):
        if conversation_id in holding:
            continue
        if any(report.host in above(host) for host in hosts_in(text)):
            holding[conversation_id] = None
    yield from _newest_each(list(holding), report)


def _letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    return label[4:].encode().decode("punycode", "replace")


def _newest_each(found: list[int], report: LinkReport) -> Iterator[Conversation]:
    places = report.places.values_list("conversation_id", flat=True)
    rows = Conversation.objects.filter(pk__in=[*found, *places], brand_id=report.brand_id)
    rows = rows.exclude(status__in=[Status.NEW, Status.MERGED]).order_by(
        "contact_id", F("last_event_at").desc(), "-pk"
    )
    yield from rows.distinct("contact_id")[:MOST_WARNED]
