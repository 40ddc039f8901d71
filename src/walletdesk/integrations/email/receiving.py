"""The whole way in of mails: kept sealed, read in children, judged, and settled together.

Whatever kills us on the way, the raw mail is on the disk and a later try finds it (tasks.py).
"""

import atexit
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache

from walletdesk.accounts.models import Brand
from walletdesk.integrations.email.actions.raw import envelope_of, keep_raws, put_off
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.parsing.confined import KEPT_WARM, end_children, parse_confined
from walletdesk.integrations.email.parsing.resolver import Resolver
from walletdesk.integrations.email.raw_store import raw_bytes
from walletdesk.integrations.email.rules import POISON, TRIES
from walletdesk.integrations.email.senders import sender_of
from walletdesk.integrations.email.settling import NULL_SENDER, Case, settle_cases, told
from walletdesk.integrations.email.types import Envelope, Letter, Received
from walletdesk.kit.errors import DomainError

__all__ = ["NULL_SENDER", "receive_mail", "receive_mails", "try_again"]
log = logging.getLogger("walletdesk.mail")
atexit.register(end_children)

DNS = "dns"  # nobody answered who vouches for the sender: the last try goes on without
TOGETHER_SECONDS = 0.5  # so long a batch waits for the slowest of it, which then comes by itself


@dataclass(frozen=True, slots=True)
class _Job:
    """A mail that is to be read."""

    row: RawMail
    letter: Letter
    brand: Brand
    account: MailAccount | None
    resolver: Resolver | None


@dataclass(frozen=True, slots=True)
class _PutOff:
    """A mail that could not be read, and why."""

    row: RawMail
    reason: str


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(KEPT_WARM, thread_name_prefix="mail-reader")


def receive_mail(
    *,
    account: MailAccount | None,
    raw: bytes,
    envelope: Envelope,
    brand: Brand | None = None,
    resolver: Resolver | None = None,
) -> Received:
    """Take one mail in: see `receive_mails`."""
    letters = [Letter(raw, envelope)]
    return receive_mails(account=account, letters=letters, brand=brand, resolver=resolver)[0]


def receive_mails(
    *,
    account: MailAccount | None,
    letters: Sequence[Letter],
    brand: Brand | None = None,
    resolver: Resolver | None = None,
) -> list[Received]:
    """Take mails in that came together, in their order.

    When this returns, the mails are on the disk; the same ones again are known. One that cannot be
    worked on is tried again later and then quarantined; that is no error, and it neither keeps its
    neighbours waiting nor undoes them.
    Raises StoreFull, StoreUnavailable and the database's OperationalError: then ask for all again.
    """
    owner = account.brand if account else brand
    if owner is None:
        raise ValueError("a mail belongs to an account or at least to a brand")
    kept = keep_raws(brand=owner, account=account, letters=letters)
    done = _work(
        [
            _Job(each.mail, letter, owner, account, resolver)
            for each, letter in zip(kept, letters, strict=True)
            if not each.repeated
        ]
    )
    received: list[Received] = []
    for each in kept:
        now = done.get(each.mail.pk)
        if each.repeated:
            received.append(replace(now, repeated=True) if now else told(each.mail, repeated=True))
        else:
            received.append(done[each.mail.pk])
    return received


def try_again(mail: RawMail, *, resolver: Resolver | None = None) -> Received:
    """Work once more on a mail that was kept before. Never raises but for a lost database."""
    try:
        raw = raw_bytes(mail)
    except DomainError as refused:
        return told(put_off(mail=mail, reason=refused.code))
    letter = Letter(raw, envelope_of(mail))
    return _work([_Job(mail, letter, mail.brand, mail.account, resolver)])[mail.pk]


def _work(jobs: Sequence[_Job]) -> dict[int, Received]:
    done: dict[int, Received] = {}
    for read in _read_all(jobs):
        for each in read:
            if isinstance(each, _PutOff):
                done[each.row.pk] = told(put_off(mail=each.row, reason=each.reason))
        done |= settle_cases([each for each in read if isinstance(each, Case)])
    return done


def _read_all(jobs: Sequence[_Job]) -> Iterator[list[Case | _PutOff]]:
    """Yield mails as they are read, side by side: those that take long after their neighbours."""
    if len(jobs) < 2:
        yield [_read(job) for job in jobs]
        return
    places = {_readers().submit(_read, job): at for at, job in enumerate(jobs)}
    waiting: set[Future[Case | _PutOff]] = set(places)
    while waiting:
        ready, waiting = wait(waiting, timeout=TOGETHER_SECONDS)
        if not ready:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield [future.result() for future in sorted(ready, key=lambda each: places[each])]


def _read(job: _Job) -> Case | _PutOff:
    """Return what a mail says and who wrote it. Asks no database: it runs beside others."""
    try:
        parsed = parse_confined(job.letter.raw)
        found = set(POISON) & set(parsed.problems)
        if found:
            return _PutOff(job.row, min(found))
        sender = sender_of(
            parsed,
            job.letter.raw,
            account=job.account,
            envelope=job.letter.envelope,
            resolver=job.resolver,
        )
    except DomainError as refused:
        return _PutOff(job.row, refused.code)
    except Exception as error:  # noqa: BLE001 - one mail must never stop those behind it
        log.warning("mail %s could not be read: %s", job.row.ref, type(error).__name__)
        return _PutOff(job.row, "crashed")
    if sender.verdict.reason == DNS and job.row.tries < TRIES - 1:
        return _PutOff(job.row, DNS)
    return Case(job.row, job.brand, parsed, sender, job.letter.envelope)
