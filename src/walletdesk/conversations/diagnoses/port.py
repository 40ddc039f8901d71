"""What this room is handed by `site`: the diagnosing, and the words for what it finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from walletdesk.chain.memory import Memory
from walletdesk.chain.networks import Book
from walletdesk.chain.refs import Guard
from walletdesk.chain.running import Diagnoser
from walletdesk.chain.types import Diagnosis


class Words(Protocol):
    """Tells diagnoses in the language that is active, as plain text."""

    def explain(self, found: Sequence[Diagnosis]) -> str:
        """Return what happened, what to do and what never, for the customer."""

    def summarise(self, diagnosis: Diagnosis) -> str:
        """Return what happened, in one or two sentences."""

    def line(self, step: str, reference: str, said: str) -> str:
        """Return the customer's event line for a step of a watch (`types.Step`)."""

    def title(self, verdict: str) -> str:
        """Return a verdict in two or three words."""


@dataclass(slots=True)
class _Handed:
    """The parts, read when first needed: most processes never diagnose."""

    book: Callable[[], Book]
    guard: Guard
    words: Words


class Port:
    """Where the parts are found. `use` is called once, by the wiring; tests call it again."""

    _handed: ClassVar[_Handed | None] = None
    _book: ClassVar[Book | None] = None

    @classmethod
    def use(cls, *, book: Callable[[], Book], guard: Guard, words: Words) -> None:
        """Hand over the parts; `book` is called when first needed, and once."""
        cls._handed, cls._book = _Handed(book, guard, words), None

    @classmethod
    def _parts(cls) -> _Handed:
        if cls._handed is None:
            raise AssertionError("site/wiring.py hands over the parts")
        return cls._handed

    @classmethod
    def book(cls) -> Book:
        """Return the operator's networks; a brand's own: `books.book_of`.

        Raises NetworksError when the operator's file is wrong.
        """
        if cls._book is None:
            cls._book = cls._parts().book()
        return cls._book

    @classmethod
    def guard(cls) -> Guard:
        """Return what knows secrets by their words."""
        return cls._parts().guard

    @classmethod
    def words(cls) -> Words:
        """Return what tells diagnoses."""
        return cls._parts().words

    @classmethod
    def diagnoser(cls, book: Book, memory: Memory) -> Diagnoser:
        """Return a diagnoser that asks these networks, with this memory."""
        return Diagnoser(book, cls.guard(), memory)
