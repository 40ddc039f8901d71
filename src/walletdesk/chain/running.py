"""Diagnosing from code that is not asynchronous: a command, or a job of the worker.

The port of the desk: `diagnose_now` in a job, never in an action, since it asks the network. A
resolver that hangs must not hold the process, so names are looked up in threads that nobody joins.
"""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeVar

from walletdesk.chain.diagnose import DEADLINE, Setup, diagnose
from walletdesk.chain.memory import Memory, ProcessMemory
from walletdesk.chain.networks import Book
from walletdesk.chain.refs import Guard
from walletdesk.chain.transport import Transport
from walletdesk.chain.types import Diagnosis

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Diagnoser:
    """What a process diagnoses with: the data, the guard, the memory, and how long it may take."""

    book: Book
    guard: Guard
    memory: Memory = field(default_factory=ProcessMemory)
    deadline: float = DEADLINE

    def diagnose_now(
        self, text: str, *, network: str | None = None, known: AbstractSet[str] = frozenset()
    ) -> list[Diagnosis]:
        """Return what `diagnose` returns, within the deadline. Raises what it raises."""

        async def all_of_it() -> list[Diagnosis]:
            async with Transport() as transport:
                setup = Setup(self.book, self.guard, transport, self.memory, self.deadline)
                return await diagnose(text, setup, network=network, known=known)

        return run(all_of_it())


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run something asynchronous to its end."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


class _Loop(asyncio.SelectorEventLoop):
    async def getaddrinfo(self, host: Any, port: Any, **hints: Any) -> Any:
        """Look a name up in a thread of its own that dies with the process."""
        future: asyncio.Future[Any] = self.create_future()

        def tell(settle: Callable[[Any], None], outcome: Any) -> None:
            if not future.done():
                settle(outcome)

        def look() -> None:
            try:
                found: Any = socket.getaddrinfo(host, port, **hints)
                settle: Callable[[Any], None] = future.set_result
            except OSError as error:
                found, settle = error, future.set_exception
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.call_soon_threadsafe(tell, settle, found)

        Thread(target=look, daemon=True).start()
        return await future
