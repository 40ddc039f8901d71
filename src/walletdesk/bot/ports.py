"""What this room is handed by `site`: a model that writes, and the words of verdicts."""

from collections.abc import Callable

from walletdesk.language.types import TextGenerator
from walletdesk.official.types import Answer


class _Handed:
    generator: TextGenerator | None = None
    official: Callable[[Answer], str] | None = None


def use_generator(generator: TextGenerator | None) -> None:
    """Have a model write answers from now on; None: articles speak for themselves."""
    _Handed.generator = generator


def current_generator() -> TextGenerator | None:
    """Return the model that writes, None when the bot only quotes."""
    return _Handed.generator


def use_official_words(words: Callable[[Answer], str]) -> None:
    """Hand over what tells a verdict in the language that is active."""
    _Handed.official = words


def official_words(answer: Answer) -> str:
    """Return a verdict of the register in words."""
    if _Handed.official is None:
        raise AssertionError("site/wiring.py hands over the words")
    return _Handed.official(answer)
