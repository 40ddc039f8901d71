"""Fetches the mails of one IMAP account for as long as the process lives.

The bookmark is UIDVALIDITY and the last UID; it moves only after a mail is on the disk, and the
mail is marked on the server after that. Whatever is cut in between is fetched again and known by
its content.
"""

import logging
import random
import threading
import time
from collections.abc import Sequence
from datetime import datetime

from django.db import close_old_connections

from walletdesk.integrations.email.actions.fetching import (
    note_fetched,
    note_trouble,
    set_bookmark,
)
from walletdesk.integrations.email.imap import Fetched, ImapTrouble, Mailbox, open_mailbox
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.oauth import AccessToken, TokenRefused, fetch_token
from walletdesk.integrations.email.queries import bookmark_of
from walletdesk.integrations.email.receiving import receive_mails
from walletdesk.integrations.email.rules import MOST_TOGETHER, MOST_TOGETHER_BYTES
from walletdesk.integrations.email.types import Envelope, Letter, Source
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError

log = logging.getLogger("walletdesk.mail")

# What comes at the moment at which IDLE begins is told together with the server's "go on", and lies
# in a buffer at which nobody looks. Mails come in flocks, so after one it is soon looked again.
FIRST_LISTEN = 1.0  # each listening without news doubles it
POLL_SECONDS = 60.0  # RFC 2177 wants less than 29 minutes
POLL_WITHOUT_IDLE = 20.0
LISTEN_SECONDS = 2.0  # at a time: so soon a stop is noticed
FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
LASTING_DELAY = 300.0  # a wrong password does not get right by asking, and servers lock accounts


class Fetcher(threading.Thread):
    """Keeps one account's mails coming. Ends when `stop` is called."""

    def __init__(self, account: MailAccount) -> None:
        super().__init__(name=f"imap-{account.pk}", daemon=True)
        self.account = account
        self._stopping = threading.Event()
        self._token: AccessToken | None = None

    def stop(self) -> None:
        """Ask the thread to end; it does within a few seconds."""
        self._stopping.set()

    def run(self) -> None:
        """Fetch, listen, and come back with growing pauses after whatever went wrong."""
        delay = FIRST_DELAY
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._stay()
                continue
            except ImapTrouble as trouble:
                pause = LASTING_DELAY if trouble.lasting else delay
                self._tell(trouble.why)
            except DomainError as refused:  # the store is full or away
                self._tell(refused.code)
                pause = delay
            except Exception as error:  # noqa: BLE001 - a dead thread in a living process is the worst
                log.warning(
                    "fetching of account %s stopped: %s", self.account.pk, type(error).__name__
                )
                pause = delay
            finally:
                close_old_connections()
            delay = FIRST_DELAY if time.monotonic() - began > LONGEST_DELAY else delay * 2
            delay = min(delay, LONGEST_DELAY)
            self._stopping.wait(pause * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries

    def _tell(self, code: str) -> None:
        log.warning("account %s cannot be fetched: %s", self.account.pk, code)
        try:
            note_trouble(account=self.account, code=code)
        except Exception as error:  # noqa: BLE001 - the database may be what is away
            log.warning("that could not be noted: %s", type(error).__name__)

    def _stay(self) -> None:
        """Fetch what is new, then listen, until something breaks or `stop` is called."""
        listen = FIRST_LISTEN
        with open_mailbox(self.account, self._access()) as mailbox:
            while not self._stopping.is_set():
                found = fetch_new(self.account, mailbox, self._stopping)
                close_old_connections()
                listen = FIRST_LISTEN if found else min(2 * listen, POLL_SECONDS)
                if mailbox.can_idle:
                    self._listen(mailbox, listen)
                else:
                    self._stopping.wait(POLL_WITHOUT_IDLE)

    def _listen(self, mailbox: Mailbox, seconds: float) -> None:
        mailbox.begin_idle()
        until = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
            if mailbox.news(min(left, LISTEN_SECONDS)):
                break
        mailbox.end_idle()

    def _access(self) -> AccessToken | None:
        if self.account.in_settings.get("auth", "password") == "password":
            return None
        if self._token is None or not self._token.fresh:
            try:
                self._token = fetch_token(self.account)
            except TokenRefused as refused:
                raise ImapTrouble(why=refused.fields["why"]) from None
        return self._token


def fetch_new(
    account: MailAccount, mailbox: Mailbox, stopping: threading.Event | None = None
) -> int:
    """Take in all mails after the bookmark, some together. Return how many.

    An account's first time takes what nobody has read. When the server says that its numbers have
    changed, the whole folder is looked through again: what is known is known by its content.
    """
    bookmark = bookmark_of(account, mailbox.folder)
    if bookmark is None:
        uids = mailbox.unseen()
    elif bookmark.uidvalidity != mailbox.uidvalidity:
        log.warning("the numbers of account %s have changed: reading it anew", account.pk)
        uids = mailbox.uids_after(0)
    else:
        uids = mailbox.uids_after(bookmark.last_uid)
    lag: int | None = None
    taken = 0
    while taken < len(uids) and not (stopping is not None and stopping.is_set()):
        some = _fetched(mailbox, uids[taken:])
        of_these = _take(account, mailbox, some)
        lag = lag if of_these is None else of_these
        taken += len(some)
    if taken < len(uids):
        return taken
    if bookmark is None or (not uids and bookmark.uidvalidity != mailbox.uidvalidity):
        set_bookmark(
            account=account,
            folder=mailbox.folder,
            uidvalidity=mailbox.uidvalidity,
            last_uid=max([0, mailbox.uidnext - 1, *uids[-1:]]),
        )
    note_fetched(account=account, lag_seconds=lag)
    return len(uids)


def _fetched(mailbox: Mailbox, uids: Sequence[int]) -> list[tuple[int, Fetched | None]]:
    """Fetch the next mails that belong into one transaction; None is one that is gone again."""
    some: list[tuple[int, Fetched | None]] = []
    size = 0
    for uid in uids[:MOST_TOGETHER]:
        some.append((uid, mailbox.fetch(uid)))
        size += len(some[-1][1].raw) if some[-1][1] else 0
        if size > MOST_TOGETHER_BYTES:
            break
    return some


def _take(
    account: MailAccount, mailbox: Mailbox, some: Sequence[tuple[int, Fetched | None]]
) -> int | None:
    """Take mails in, then move the bookmark, then mark them. Return the age of the last one."""
    mails = [(uid, mail) for uid, mail in some if mail is not None]
    letters = [
        Letter(mail.raw, Envelope(source=Source.IMAP, arrived=mail.arrived)) for _uid, mail in mails
    ]
    if letters:
        receive_mails(account=account, letters=letters)
    set_bookmark(
        account=account,
        folder=mailbox.folder,
        uidvalidity=mailbox.uidvalidity,
        last_uid=some[-1][0],
    )
    for uid, _mail in mails:
        mailbox.done_with(uid, str(account.in_settings.get("move_to") or ""))
    return _age(mails[-1][1].arrived) if mails else None


def _age(arrived: datetime | None) -> int | None:
    if arrived is None:
        return None
    return max(0, min(int((clock.now() - arrived).total_seconds()), 2**31 - 1))
