"""What follows from an attempt: of the address, of the account, of what was kept for sending."""

from datetime import timedelta

from walletdesk.channels.delivery.types import Accepted, Postponed, Refused, Result
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing import rules
from walletdesk.integrations.email.outgoing.actions.addresses import note_undeliverable
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.types import Trouble
from walletdesk.integrations.email.vault import seal_fields
from walletdesk.kit import clock

KEPT_WITHOUT_NEWS = timedelta(days=30)  # a template's address, when nobody knows what became of it
_OURS = frozenset({Trouble.SIGN_IN, Trouble.UNREACHABLE, Trouble.TLS, Trouble.BAD_SETTINGS,
                   Trouble.TOO_SLOW})  # fmt: skip


def note_outcome(*, sent: SentMail, result: Result) -> None:
    """Write what an attempt tells of the address and the account."""
    now = clock.now()
    account = MailAccount.objects.filter(pk=sent.account_id)
    match result:
        case Accepted():
            account.update(last_sent_at=now, last_out_error="", last_out_error_at=None)
            SentMail.objects.filter(pk=sent.pk).update(sealed=None)
        case Refused(reason=reason, by_recipient=True):
            _by_recipient(sent, reason)
        case Postponed(reason=reason) | Refused(reason=reason):
            if reason in _OURS:
                account.update(last_out_error=reason, last_out_error_at=now)
        case _:
            pass


def _by_recipient(sent: SentMail, reason: str) -> None:
    if reason in rules.FINAL and sent.delivery.contact_id:
        note_undeliverable(
            contact_id=sent.delivery.contact_id, recipient=bytes(sent.recipient), reason=reason
        )
    SentMail.objects.filter(pk=sent.pk).update(sealed=None)


def keep_copy(*, sent: SentMail, raw: bytes) -> None:
    """Keep a mail as it left, for the page "Outbox"."""
    copy = seal_fields({"raw": raw.decode("ascii", "replace")}, ref=sent.ref, column="copy")
    SentMail.objects.filter(pk=sent.pk).update(copy=copy, copied_at=clock.now())


def remove_old_copies() -> int:
    """Forget copies after rules.KEPT, and sealed addresses of mails that nobody settles."""
    now = clock.now()
    old = SentMail.objects.filter(copied_at__lt=now - rules.KEPT)
    SentMail.objects.filter(sealed__isnull=False, created_at__lt=now - KEPT_WITHOUT_NEWS).update(
        sealed=None
    )
    return old.update(copy=None, copied_at=None)
