"""How settings are read: each is parsed, and what is wrong is collected with its way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from walletdesk.site.config.names import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: which setting, what about it, and how to mend it."""

    setting: str
    message: str
    way_out: str

    def sentence(self) -> str:
        """Return the problem and its way out on one line."""
        return f"{self.setting}: {self.message} {self.way_out}"


class ConfigError(Exception):
    """The settings are wrong; `problems` holds every one of them, never only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.sentence() for problem in problems))
        self.problems = problems


class WrongValueError(Exception):
    """A value cannot be used: what is wrong with it, and how to mend it."""

    def __init__(self, message: str, way_out: str) -> None:
        super().__init__(message)
        self.message = message
        self.way_out = way_out


class Reader:
    """Collects problems while settings are read, so that one run reports all of them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[Problem] = []

    def take(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self.environ.get(name, "").strip() or DEFAULTS[name]
        return self.guarded(name, lambda: parse(text))

    def guarded(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except WrongValueError as error:
            self.problems.append(Problem(name, error.message, error.way_out))
            return None


def known(value: T | None) -> T:
    """Narrow a value that is None only when a problem was recorded, and then never used."""
    if value is None:
        raise AssertionError("a setting without value and without problem")
    return value


def integer(text: str, low: int, high: int) -> int:
    # isdecimal alone accepts digits of other scripts, which int() would silently convert.
    if not (text.isascii() and text.isdecimal()) or not low <= int(text[:9]) <= high:
        raise WrongValueError(
            f"{text!r} is no whole number from {low} to {high}.", f"Give one from {low} to {high}."
        )
    return int(text)


def boolean(text: str) -> bool:
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise WrongValueError(f"{text!r} is neither yes nor no.", "Use true or false.")
