"""Reports of others about our mails: bounces (RFC 3464), complaints (RFC 5965), providers' news.

Anybody can write a report. One counts only when it comes to the return path of that very mail, or
names its Message-ID and its recipient; all others are ignored and logged as forged.
"""

import logging
from enum import StrEnum

from django.db import transaction

from walletdesk.channels.delivery.actions import note_delay, report_delivery
from walletdesk.channels.delivery.types import State
from walletdesk.integrations.email.outgoing import rules
from walletdesk.integrations.email.outgoing.actions.addresses import (
    note_complaint,
    note_undeliverable,
)
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.queries import (
    mail_of_bounce_address,
    recipient_key,
)
from walletdesk.integrations.email.outgoing.types import Trouble
from walletdesk.integrations.email.parsing.types import (
    Bounce,
    BouncedRecipient,
    BounceKind,
    ParsedMail,
)

log = logging.getLogger("walletdesk.mail")


class Taken(StrEnum):
    """What came of a report."""

    APPLIED = "applied"
    NO_NEWS = "no_news"  # true, but known or too late
    FORGED = "forged"  # nothing proves that it is about a mail of ours
    NO_REPORT = "no_report"


@transaction.atomic
def take_report(*, parsed: ParsedMail, delivered_to: tuple[str, ...] = ()) -> Taken:
    """Tie a report to the mail that it answers. `delivered_to`: the transport's own recipients."""
    bounce = parsed.bounce
    if bounce is None:
        return Taken.NO_REPORT
    sent = _answered(parsed, bounce, delivered_to)
    if sent is None:
        log.warning("a report (%s) names no mail of ours: ignored", bounce.kind)
        return Taken.FORGED
    return Taken.APPLIED if _apply(sent, bounce) else Taken.NO_NEWS


def _answered(parsed: ParsedMail, bounce: Bounce, delivered_to: tuple[str, ...]) -> SentMail | None:
    places = (*delivered_to, *parsed.delivered_to, *(box.address for box in parsed.to))
    for address in places:
        if (sent := mail_of_bounce_address(address)) is not None:
            return sent
    message_id = bounce.original_message_id
    sent = (
        SentMail.objects.filter(message_id=f"<{message_id.strip('<>')}>")
        .select_related("delivery", "account")
        .first()
        if 0 < len(message_id) < 250
        else None
    )
    if sent is None:
        return None
    named = {recipient_key(each.address) for each in bounce.recipients if each.address}
    return sent if bytes(sent.recipient) in named else None


def _apply(sent: SentMail, bounce: Bounce) -> bool:
    ours = [r for r in bounce.recipients if recipient_key(r.address) == bytes(sent.recipient)]
    about = (ours or list(bounce.recipients) or [BouncedRecipient("", "", "", "")])[0]
    match bounce.kind:
        case BounceKind.HARD | BounceKind.SOFT:
            return _bounced(sent, about)
        case BounceKind.DELAYED:
            note_delay(delivery_id=sent.delivery_id, code=_code(about))
            return True
        case BounceKind.DELIVERED:
            return report_delivery(delivery_id=sent.delivery_id, state=State.DELIVERED)
        case BounceKind.COMPLAINT:
            return _complained(sent)


def _code(about: BouncedRecipient) -> str:
    return rules.status_of(about.status) or rules.status_of(about.diagnostic)


def _bounced(sent: SentMail, about: BouncedRecipient) -> bool:
    status = _code(about)
    trouble = rules.trouble_of(status, about.diagnostic)
    final = trouble in rules.FINAL and not status.startswith("4")
    return _came_back(sent, trouble, status, final=final)


def _came_back(sent: SentMail, trouble: str, code: str, *, final: bool) -> bool:
    news = report_delivery(
        delivery_id=sent.delivery_id, state=State.BOUNCED, reason=trouble, code=code
    )
    if final and sent.contact_id is not None:
        note_undeliverable(
            contact_id=sent.contact_id, recipient=bytes(sent.recipient), reason=trouble
        )
    return news


def _complained(sent: SentMail) -> bool:
    if sent.contact_id is None:
        return False
    note_complaint(contact_id=sent.contact_id, recipient=bytes(sent.recipient))
    return True


# --- providers ------------------------------------------------------------------------------

_STATES = {"delivered": State.DELIVERED, "sent": State.SENT}
_FAILURES = {
    "invalid": Trouble.NO_MAILBOX,
    "bounced": Trouble.NO_MAILBOX,
    "blocked": Trouble.POLICY,
    "spam": Trouble.SPAM,
    "unsubscribed": Trouble.POLICY,
    "timed_out": Trouble.TOO_SLOW,
}


@transaction.atomic
def take_provider_news(
    *, account_id: int, message_id: str, provider_id: str, recipient: str, news: tuple[str, str]
) -> Taken:
    """Write what a provider tells of a mail of this account. `news` is its kind and why.

    The mail is found by our own Message-ID or by the provider's, and must have gone to `recipient`.
    """
    rows = SentMail.objects.filter(account=account_id).select_related("delivery", "account")
    sent = None
    if 0 < len(message_id) < 250:
        sent = rows.filter(message_id=f"<{message_id.strip('<>')}>").first()
    if sent is None and 0 < len(provider_id) < 250:
        sent = rows.filter(delivery__provider_id=provider_id).first()
    if sent is None or (recipient and recipient_key(recipient) != bytes(sent.recipient)):
        log.warning("news of a provider names no mail of ours: ignored")
        return Taken.FORGED
    kind, why = news
    if kind == "complained":
        return Taken.APPLIED if _complained(sent) else Taken.NO_NEWS
    if kind == "deferred":
        note_delay(delivery_id=sent.delivery_id)
        return Taken.APPLIED
    return Taken.APPLIED if _by_kind(sent, kind, why) else Taken.NO_NEWS


def _by_kind(sent: SentMail, kind: str, why: str) -> bool:
    if kind in _STATES:
        return report_delivery(delivery_id=sent.delivery_id, state=_STATES[kind])
    if kind in {"bounced", "rejected", "failed"}:
        trouble = _FAILURES.get(why, Trouble.REFUSED)
        final = kind == "bounced" and trouble in rules.FINAL
        return _came_back(sent, trouble, "", final=final)
    return False
