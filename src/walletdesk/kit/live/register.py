"""The register of open streams and polls: caps, rights, heartbeats and ends."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from walletdesk.kit.live.coalesce import OverloadedError
from walletdesk.kit.live.limits import Limits
from walletdesk.kit.live.listeners import REVOKED, Member, Stream
from walletdesk.kit.live.rooms import Subscription
from walletdesk.kit.live.types import Credential, Feed
from walletdesk.kit.live.wire import RefusedError, address_group

AskRight = Callable[[tuple[Credential, str]], "asyncio.Future[Feed | None]"]

#: Heartbeats are spread over this many turns, so that 5,000 streams do not write at one instant.
_SPOKES = 15


class Register:
    """Everybody who is connected to this process."""

    def __init__(self, ask_right: AskRight, limits: Limits) -> None:
        self._ask_right = ask_right
        self._limits = limits
        self._opening = 0
        self._addresses: Counter[str] = Counter()
        self._subjects: dict[str, set[Member]] = {}
        self._members: set[Member] = set()
        self._wheel: list[set[Stream]] = [set() for _ in range(_SPOKES)]
        self._spoke = 0
        self.closing = False
        self.revocations = 0
        """Counts what may have changed a right; see `Edge`, which compares it around a check."""

    def __len__(self) -> int:
        """Count the open streams and waiting polls."""
        return len(self._members)

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold one place under the caps for all and per address; RefusedError when none is free."""
        group = address_group(address)
        if self.closing:
            raise RefusedError(503, "restarting", retry_after=1)
        if self._opening >= self._limits.total:
            raise RefusedError(503, "full", retry_after=5)
        if self._addresses[group] >= self._limits.per_address:
            raise RefusedError(429, "too_many_from_address", retry_after=10)
        self._opening += 1
        self._addresses[group] += 1
        try:
            yield
        finally:
            self._opening -= 1
            self._addresses[group] -= 1
            if not self._addresses[group]:
                del self._addresses[group]

    @contextmanager
    def membership(self, member: Member) -> Iterator[None]:
        """List a member, who has entered its rooms, under its subjects; RefusedError 429 or 503."""
        if self.closing:
            raise RefusedError(503, "restarting", retry_after=1)
        subjects = member.subjects
        if any(
            len(self._subjects.get(subject, ())) >= self._limits.per_subject for subject in subjects
        ):
            raise RefusedError(429, "too_many_streams", retry_after=10)
        for subject in subjects:
            self._subjects.setdefault(subject, set()).add(member)
        self._members.add(member)
        # The spoke that was just turned: a whole heartbeat until it comes again.
        spoke = self._wheel[self._spoke]
        if isinstance(member, Stream):
            spoke.add(member)
        try:
            yield
        finally:
            self._members.discard(member)
            if isinstance(member, Stream):
                spoke.discard(member)
            for subject in subjects:
                listed = self._subjects[subject]
                listed.discard(member)
                if not listed:
                    del self._subjects[subject]

    async def turn(self) -> None:
        """Turn the wheel of heartbeats until cancelled."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        for turns in itertools.count(1):
            await asyncio.sleep(start + turns * self._limits.heartbeat / _SPOKES - loop.time())
            self._spoke = turns % _SPOKES
            for stream in tuple(self._wheel[self._spoke]):
                self._beat(stream)

    def _beat(self, stream: Stream) -> None:
        stream.beat()
        if not stream.gone and (stream.unverified or stream.beats % self._limits.sweep_beats == 0):
            self.recheck(stream)

    def revoke(self, subject: str) -> None:
        """Check the rights of one subject's members again, now."""
        self.revocations += 1
        for member in tuple(self._subjects.get(subject, ())):
            self.recheck(member)

    def recheck_all(self) -> None:
        """Check everybody's rights again, because revocations may have been lost."""
        self.revocations += 1
        for member in tuple(self._members):
            self.recheck(member)

    def recheck(self, member: Member) -> None:
        """Ask for a member's rights again; it ends when one is gone or became another."""
        member.unverified = False
        for subscription in member.subscriptions:
            try:
                answer = self._ask_right((member.credential, subscription.name))
            except OverloadedError:
                member.unverified = True  # asked again with the next heartbeat
                return
            member.checks += 1
            answer.add_done_callback(partial(self._rechecked, member, subscription))

    def _rechecked(
        self, member: Member, subscription: Subscription, answer: "asyncio.Future[Feed | None]"
    ) -> None:
        member.checks -= 1
        if answer.cancelled() or answer.exception() is not None:
            member.unverified = True  # the database is away; so are all who could read from it
        elif answer.result() != subscription.feed:
            member.end(REVOKED)

    def end_all(self, reason: str) -> None:
        """End every stream and poll, and refuse new ones."""
        self.closing = True
        for member in tuple(self._members):
            member.end(reason)
