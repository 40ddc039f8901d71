"""Report a link, decide about it, and warn whoever saw a confirmed one. And the second look."""

from typing import ClassVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations import events
from walletdesk.conversations.actions.bot import post_bot_message
from walletdesk.conversations.actions.staff import lock_for
from walletdesk.conversations.actions.timeline import append_one
from walletdesk.conversations.authenticity.models import LinkReport, LinkWarning, ReportedIn
from walletdesk.conversations.authenticity.queries import holders_of
from walletdesk.conversations.authenticity.types import Reporter, ReportState
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Author, Kind, NewEvent, Status, Urgency
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, DomainError, NotFound
from walletdesk.kit.outbox.actions import publish
from walletdesk.official.actions.fakes import confirm_fake
from walletdesk.official.hosts import parse_host
from walletdesk.official.judge import judge_link
from walletdesk.official.queries import registry_of
from walletdesk.official.types import Kind as OfficialKind
from walletdesk.official.types import Verdict
from walletdesk.safety import guard


class LinkIsOfficial(DomainError):
    """It stands in the registry. Field `host`. Change the registry first."""

    code: ClassVar[str] = "link_is_official"


class ReportOver(DomainError):
    """It was decided already."""

    code: ClassVar[str] = "report_over"


def _host(brand: Brand, link: str) -> str:
    """Return the host to report. Raises BadInput for what is no link, or LinkIsOfficial."""
    host = parse_host(link)
    if host is None or not host.ascii.isascii() or guard.check(host.ascii).secret:
        raise BadInput(link="no_link")
    if judge_link(link, registry_of(brand)).verdict == Verdict.OFFICIAL:
        raise LinkIsOfficial(host=host.ascii)
    return host.ascii.removeprefix("www.")


@transaction.atomic
def report_link_by_customer(*, conversation: Conversation, link: str) -> LinkReport:
    """Report a link as phishing, from the customer's chat. Raises BadInput or LinkIsOfficial."""
    locked = lock_conversation(conversation.pk)
    return _report(locked, link, NewEvent(kind=Kind.REPORTED, author=Author.CUSTOMER))


@transaction.atomic
def report_link(*, conversation: Conversation, membership: Membership, link: str) -> LinkReport:
    """Report a link that stands in a conversation. Raises BadInput or LinkIsOfficial."""
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
    locked = lock_for(membership, conversation)
    by = NewEvent(
        kind=Kind.REPORTED,
        author=Author.AGENT,
        author_id=membership.pk,
        name=membership.user.name,
    )
    return _report(locked, link, by)


def _report(locked: Conversation, link: str, by: NewEvent) -> LinkReport:
    """Make or count the report of a host; a conversation counts once and is told of it once."""
    host = _host(locked.brand, link)
    is_agent = by.author == Author.AGENT
    report, made = LinkReport.objects.get_or_create(
        brand=locked.brand,
        host=host,
        defaults={
            "ref": ids.new_ref(),
            "conversation": locked,
            "reporter": Reporter.AGENT if is_agent else Reporter.CUSTOMER,
        },
    )
    try:
        with transaction.atomic():
            ReportedIn.objects.create(report=report, conversation=locked)
    except IntegrityError:
        return report
    if not made:
        LinkReport.objects.filter(pk=report.pk).update(reports=F("reports") + 1)
    told = NewEvent(
        kind=by.kind,
        author=by.author,
        author_id=by.author_id,
        name=by.name,
        staff_data={"host": host, "report": report.ref},
    )
    append_one(locked, told, urgency=max(locked.urgency, Urgency.HIGH))
    if report.state == ReportState.CONFIRMED:
        _tell_seen(report, locked.pk)  # known already: this customer is warned too
    return report


@transaction.atomic
def decide_report(*, report: LinkReport, membership: Membership, confirm: bool) -> None:
    """Confirm that a reported host is phishing, or reject the report.

    A confirmed one is known as fake from now on, and its readers are warned by a job. Raises
    NotAllowed, NotFound, ReportOver, or LinkIsOfficial when it was registered meanwhile.
    """
    require_right(membership.role, Permission.LINK_JUDGE)
    if report.brand_id != membership.brand_id:
        raise NotFound
    if confirm:
        _host(report.brand, report.host)
    decided = LinkReport.objects.filter(pk=report.pk, state=ReportState.WAITING).update(
        state=ReportState.CONFIRMED if confirm else ReportState.REJECTED,
        decided_by=membership,
        decided_at=clock.now(),
    )
    if not decided:
        raise ReportOver
    record_audit(
        brand=report.brand,
        actor=membership,
        action="link.confirmed" if confirm else "link.rejected",
        subject=f"link:{report.ref}",
        detail={"host": report.host, "reports": report.reports},
    )
    if confirm:
        confirm_fake(
            brand=report.brand, kind=OfficialKind.DOMAIN, value=report.host, source="report"
        )
        publish(
            name=events.LINK_CONFIRMED, key=f"link-{report.pk}", payload={"report_id": report.pk}
        )


def find_readers(*, report_id: int) -> None:
    """Have each customer warned whose conversation holds the link. Handler of `link_confirmed`."""
    report = LinkReport.objects.filter(pk=report_id, state=ReportState.CONFIRMED).first()
    if report is None:
        return
    for conversation in holders_of(report):
        _tell_seen(report, conversation.pk)


def _tell_seen(report: LinkReport, conversation_id: int) -> None:
    publish(
        name=events.LINK_SEEN,
        key=str(conversation_id),
        payload={"report_id": report.pk, "conversation_id": conversation_id},
    )


@transaction.atomic
def warn_reader(*, report_id: int, conversation_id: int) -> None:
    """Warn a customer of a confirmed link, in their language, once. Handler of `link_seen`."""
    report = LinkReport.objects.filter(pk=report_id).select_related("brand").first()
    try:
        locked = lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return
    if report is None or locked.status in (Status.NEW, Status.MERGED):
        return
    try:
        with transaction.atomic():
            LinkWarning.objects.create(report=report, contact=locked.contact, conversation=locked)
    except IntegrityError:
        return
    with translation.override(locked.language or locked.brand.default_language):
        text = _(
            "Warning: a link in this conversation was confirmed to be fake: %(host)s\n"
            "Do not open it. If you entered your recovery phrase or a password there, move your"
            " money to a new wallet at once and write to us here."
        ) % {"host": _defanged(report.host)}
    post_bot_message(
        conversation=locked, text=guard.check(text).safe, data={"warning": report.host}
    )


def _defanged(host: str) -> str:
    """Return a host that no program makes a link of."""
    return host.replace(".", "[.]")
