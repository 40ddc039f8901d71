"""Fetches the mails of one IMAP account for as long as the process lives.

The bookmark is UIDVALIDITY and the last UID; it moves only after a mail is on the disk, and the
mail is marked on the server after that. Whatever is cut in between is fetched again and known by
its content.

A mail that the server cannot give, or at which it ends the connection each time, holds its batch
for some connections. Then it is asked for after its neighbours, and passed over when those came.
"""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import close_old_connections

from walletdesk.integrations.email.actions.fetching import (
    note_fetched,
    note_not_given,
    note_trouble,
    set_bookmark,
)
from walletdesk.integrations.email.imap import (
    NOT_GIVEN,
    Fetched,
    ImapTrouble,
    Mailbox,
    open_mailbox,
)
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
TRIES_OF_ONE = 8  # connections, with the pauses between them about two minutes
PASSED_OVER = 1000
LASTING_DELAY = 300.0  # a wrong password does not get right by asking, and servers lock accounts

Refusals = Counter[tuple[int, int]]  # of mails by UIDVALIDITY and UID


@dataclass(slots=True)
class _Batch:
    """Mails that belong into one transaction; None is one that is gone or passed over.

    `held` are those not given yet, `last` of them those that are asked for after the others.
    """

    some: list[tuple[int, Fetched | None]] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    trouble: ImapTrouble | None = None

    @property
    def size(self) -> int:
        return sum(len(mail.raw) for _uid, mail in self.some if mail)

    @property
    def cut(self) -> bool:
        return self.trouble is not None and self.trouble.why != NOT_GIVEN


class Fetcher(threading.Thread):
    """Keeps one account's mails coming. Ends when `stop` is called."""

    def __init__(self, account: MailAccount) -> None:
        super().__init__(name=f"imap-{account.pk}", daemon=True)
        self.account = account
        self._stopping = threading.Event()
        self._token: AccessToken | None = None
        self._refusals: Refusals = Counter()

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
                found = fetch_new(self.account, mailbox, self._stopping, self._refusals)
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
    account: MailAccount,
    mailbox: Mailbox,
    stopping: threading.Event | None = None,
    refusals: Refusals | None = None,
) -> int:
    """Take in all mails after the bookmark, some together. Return how many.

    An account's first time takes what nobody has read. When the server says that its numbers have
    changed, the whole folder is looked through again: what is known is known by its content.
    `refusals` counts what could not be given, from one connection to the next.
    """
    refusals = Counter() if refusals is None else refusals
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
        batch = _fetched(mailbox, uids[taken:], refusals)
        of_these = _take(account, mailbox, batch, first=bookmark is None)
        if batch.trouble is not None:
            raise batch.trouble
        lag = lag if of_these is None else of_these
        if batch.last:
            _ask_last(account, mailbox, batch, refusals, first=bookmark is None)
        taken += len(batch.some) + len(batch.last)
    if taken < len(uids):
        return taken
    if bookmark is None or (not uids and bookmark.uidvalidity != mailbox.uidvalidity):
        _move_bookmark(account, mailbox, max([0, mailbox.uidnext - 1, *uids[-1:]]))
    note_fetched(account=account, lag_seconds=lag)
    return len(uids)


def _fetched(mailbox: Mailbox, uids: Sequence[int], refusals: Refusals) -> _Batch:
    """Fetch the next mails that belong together, as far as the server gives them."""
    batch = _Batch()
    for uid in uids[: 4 * MOST_TOGETHER]:
        tries = refusals[mailbox.uidvalidity, uid]
        if tries >= PASSED_OVER:
            batch.some.append((uid, None))
        elif tries >= TRIES_OF_ONE:
            batch.last.append(uid)
        else:
            _fetch_into(batch, mailbox, uid, refusals)
        full = len(batch.some) >= MOST_TOGETHER or batch.size > MOST_TOGETHER_BYTES
        if batch.cut or full:
            break
    batch.held += batch.last
    return batch


def _fetch_into(batch: _Batch, mailbox: Mailbox, uid: int, refusals: Refusals) -> None:
    try:
        batch.some.append((uid, mailbox.fetch(uid)))
    except ImapTrouble as trouble:
        refusals[mailbox.uidvalidity, uid] += 1
        batch.held.append(uid)
        batch.trouble = trouble
    else:
        del refusals[mailbox.uidvalidity, uid]


def _take(account: MailAccount, mailbox: Mailbox, batch: _Batch, *, first: bool) -> int | None:
    """Take mails in, then move the bookmark, then mark them. Return the age of the last one.

    The `first` time the bookmark waits until all are taken: those that are left are known by their
    mark, and behind a bookmark lie also those that somebody has read. Where the connection was cut
    it waits too, for nothing can be marked.
    """
    mails = [(uid, mail) for uid, mail in batch.some if mail is not None]
    _receive(account, [mail for _uid, mail in mails])
    if batch.cut:
        return None
    upto = min([each - 1 for each in batch.held] or [uid for uid, _mail in batch.some[-1:]])
    if not first:
        _move_bookmark(account, mailbox, upto)
    try:
        _mark(account, mailbox, [uid for uid, _mail in mails])
    except ImapTrouble:
        _move_bookmark(account, mailbox, upto)  # where nothing can be marked it leads on
        raise
    return _age(mails[-1][1].arrived) if mails else None


def _ask_last(
    account: MailAccount, mailbox: Mailbox, batch: _Batch, refusals: Refusals, *, first: bool
) -> None:
    """Ask for those that were refused so often. Raises ImapTrouble.

    One that is refused again, while the server gives others, is passed over for good.
    """
    answers = _answers(mailbox, batch, refusals)
    for uid in batch.last:
        key = (mailbox.uidvalidity, uid)
        try:
            mail = mailbox.fetch(uid)
        except ImapTrouble as trouble:
            if not answers:
                raise
            log.warning("account %s: mail %s is not given by its server", account.pk, uid)
            note_not_given(account=account, folder=mailbox.folder, uidvalidity=key[0], uid=uid)
            refusals[key] = PASSED_OVER
            if trouble.why != NOT_GIVEN:
                raise
            continue
        del refusals[key]
        if mail is not None:
            _receive(account, [mail])
            _mark(account, mailbox, [uid])
    if not first:
        _move_bookmark(account, mailbox, max(*batch.last, *(uid for uid, _mail in batch.some)))


def _answers(mailbox: Mailbox, batch: _Batch, refusals: Refusals) -> bool:
    """Tell whether the server gives other mails: of this batch, else the newest of the folder."""
    if any(mail is not None for _uid, mail in batch.some):
        return True
    others = [uid for uid in mailbox.uids_after(0) if (mailbox.uidvalidity, uid) not in refusals]
    return bool(others) and mailbox.fetch(others[-1]) is not None


def _receive(account: MailAccount, mails: Sequence[Fetched]) -> None:
    letters = [
        Letter(mail.raw, Envelope(source=Source.IMAP, arrived=mail.arrived)) for mail in mails
    ]
    if letters:
        receive_mails(account=account, letters=letters)


def _mark(account: MailAccount, mailbox: Mailbox, uids: Iterable[int]) -> None:
    for uid in uids:
        mailbox.done_with(uid, str(account.in_settings.get("move_to") or ""))


def _move_bookmark(account: MailAccount, mailbox: Mailbox, last_uid: int) -> None:
    set_bookmark(
        account=account,
        folder=mailbox.folder,
        uidvalidity=mailbox.uidvalidity,
        last_uid=last_uid,
    )


def _age(arrived: datetime | None) -> int | None:
    if arrived is None:
        return None
    return max(0, min(int((clock.now() - arrived).total_seconds()), 2**31 - 1))
