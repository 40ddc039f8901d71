"""Writes of the fetching of mails: bookmarks, and how an account fares."""

from walletdesk.integrations.email.models import FolderBookmark, MailAccount, RawMail
from walletdesk.integrations.email.types import MailState, Source
from walletdesk.integrations.email.vault import digest
from walletdesk.kit import clock, ids


def set_bookmark(*, account: MailAccount, folder: str, uidvalidity: int, last_uid: int) -> None:
    """Note up to where a folder was read. Called after the mails before it are on the disk."""
    FolderBookmark.objects.update_or_create(
        account=account,
        folder=folder,
        defaults={
            "uidvalidity": uidvalidity,
            "last_uid": last_uid,
            "updated_at": clock.now(),
        },
    )


def note_not_given(*, account: MailAccount, folder: str, uidvalidity: int, uid: int) -> None:
    """Note for the operator, once, a mail that the server could not give: in the quarantine."""
    where = (str(account.pk), folder, str(uidvalidity), str(uid))
    RawMail.objects.get_or_create(
        brand_id=account.brand_id,
        content_key=digest("not-given", *where),
        defaults={
            "ref": ids.new_ref(),
            "account": account,
            "size": 0,
            "source": Source.IMAP,
            "state": MailState.QUARANTINED,
            "reason": "not_given",
            "received_at": clock.now(),
        },
    )


def note_fetched(*, account: MailAccount, lag_seconds: int | None) -> None:
    """Note that the server was asked just now and all that it had is here. Clears the error."""
    fields: dict[str, object] = {"last_fetched_at": clock.now(), "last_error": ""}
    if lag_seconds is not None:
        fields["lag_seconds"] = lag_seconds
    MailAccount.objects.filter(pk=account.pk).update(**fields)


def note_trouble(*, account: MailAccount, code: str) -> None:
    """Note why mails cannot be fetched; the settings show it in words."""
    MailAccount.objects.filter(pk=account.pk).update(
        last_error=code[:40], last_error_at=clock.now()
    )


def keep_refresh_token(*, account: MailAccount, sealed: bytes) -> None:
    """Keep the refresh token that a provider gave in place of the old one."""
    MailAccount.objects.filter(pk=account.pk).update(in_secrets=sealed)
