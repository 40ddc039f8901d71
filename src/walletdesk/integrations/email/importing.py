"""Mails out of files: .eml, folders of them, maildirs and mboxes, through the whole way in.

Safe to repeat: what is known by its content is left alone. Mails of one sender are taken in the
order of the files, so that an answer finds what it answers; those of others run beside.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from django.db import close_old_connections

from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.receiving import receive_mails
from walletdesk.integrations.email.rules import MOST_BYTES, MOST_TOGETHER, MOST_TOGETHER_BYTES
from walletdesk.integrations.email.types import Envelope, Letter, MailState, Received, Source

LANES = 2
HEAD_BYTES = 64 * 1024
UNREADABLE = "unreadable"
NO_MAIL = "no_mail"
MAILDIR = ("new", "cur")
_FROM = re.compile(rb"^From:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
# RFC 5322 wants Date and From; old archives lack one or the other, a text file lacks all of these.
_HEADER = re.compile(
    rb"^(?:From|Date|Message-ID|Received|Return-Path):", re.IGNORECASE | re.MULTILINE
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


def mails_below(place: Path) -> Iterator[bytes | None]:
    """Yield the raw mails of a file or folder in the order of names; None for an unreadable file.

    Raises OSError when the place itself cannot be read.
    """
    if place.is_dir():
        for path in _files(place):
            try:
                yield from _of_file(path)
            except OSError:
                yield None
    else:
        yield from _of_file(place)


def _files(folder: Path) -> Iterator[Path]:
    if all((folder / part).is_dir() for part in MAILDIR):
        for part in MAILDIR:
            yield from sorted(path for path in (folder / part).iterdir() if path.is_file())
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        elif path.is_file() and path.suffix.lower() in {".eml", ".mbox", ".msg822", ""}:
            yield path


def _of_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if file.read(5) != b"From ":
            file.seek(0)
            yield file.read(MOST_BYTES)
            return
        file.seek(0)
        yield from _of_mbox(file)


def _of_mbox(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Take an mbox apart at lines that begin with "From " after an empty one (RFC 4155)."""
    mail: list[bytes] = []
    size, after_empty, begun = 0, True, False
    for line in lines:
        if after_empty and line.startswith(b"From "):
            if begun:
                yield _unquoted(mail)
            mail, size, begun = [], 0, True
        elif size < MOST_BYTES:
            mail.append(line)
            size += len(line)
        after_empty = line in {b"\n", b"\r\n"}
    if begun:
        yield _unquoted(mail)


def _unquoted(lines: list[bytes]) -> bytes:
    return _QUOTED_FROM.sub(rb"\1", b"".join(lines))


def import_mails(
    place: Path, account: MailAccount, *, told: Callable[[Counter[str]], None]
) -> Counter[str]:
    """Take in all mails of a place. Returns how many came to which end; `told` hears of progress.

    Raises OSError when the place cannot be read, and what a lost database or store raises.
    """
    counts: Counter[str] = Counter()
    lanes = [_Lane(account, number) for number in range(LANES)]
    try:
        for raw in mails_below(place):
            if raw is None:
                counts[UNREADABLE] += 1
            elif not _HEADER.search(raw[:HEAD_BYTES]):
                counts[NO_MAIL] += 1
            elif lanes[_lane(raw)].take(raw, counts):
                told(counts)
        for lane in lanes:
            lane.finish(counts)
            told(counts)
    finally:
        for lane in lanes:
            lane.close()
    return counts


class _Lane:
    """Takes in mails in their order, some together: the next ones are gathered meanwhile."""

    def __init__(self, account: MailAccount, number: int) -> None:
        self._account = account
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=f"import-{number}")
        self._gathered: list[Letter] = []
        self._size = 0
        self._at_work: Future[list[Received]] | None = None

    def take(self, raw: bytes, counts: Counter[str]) -> bool:
        """Gather a mail; tell whether that made a batch full, and the one before is counted."""
        self._gathered.append(Letter(raw, Envelope(source=Source.IMPORT)))
        self._size += len(raw)
        if len(self._gathered) < MOST_TOGETHER and self._size < MOST_TOGETHER_BYTES:
            return False
        self._hand_in(counts)
        return True

    def finish(self, counts: Counter[str]) -> None:
        """Take in what is gathered and wait for it."""
        self._hand_in(counts)
        self._hand_in(counts)

    def close(self) -> None:
        """End the lane's thread after what it is at."""
        self._pool.shutdown(cancel_futures=True)

    def _hand_in(self, counts: Counter[str]) -> None:
        if self._at_work is not None:
            for received in self._at_work.result():
                _count(counts, received)
        letters, self._gathered, self._size = self._gathered, [], 0
        self._at_work = self._pool.submit(_take, self._account, letters) if letters else None


def _lane(raw: bytes) -> int:
    found = _FROM.search(raw[:HEAD_BYTES])
    sender = found.group(1) if found else b""
    return sum(sender.rpartition(b"<")[2].rstrip(b"> \r\n").lower()) % LANES


def _take(account: MailAccount, letters: list[Letter]) -> list[Received]:
    try:
        return receive_mails(account=account, letters=letters)
    finally:
        with suppress(Exception):  # it closes what is broken; the error itself is told
            close_old_connections()


def _count(counts: Counter[str], received: Received) -> None:
    if received.repeated or received.reason == "repeated":
        counts["repeated"] += 1
    elif received.state == MailState.RECEIVED:
        counts["waiting"] += 1
    else:
        counts[str(received.state)] += 1
