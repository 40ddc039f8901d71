"""The ports of this room and the values that cross them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

UNKNOWN = "und"  # ISO 639-2 for "undetermined"

Vectors = NDArray[np.float32]


class Urgency(IntEnum):
    """How soon a person has to look at a conversation."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A language code such as 'zh-hans', 'en', 'es', or 'und', and how sure we are (0 to 1)."""

    language: str
    confidence: float


class LanguageId(Protocol):
    """Says which language a text is in."""

    def identify(self, text: str, prior: str | None = None) -> Guess:
        """Return the language of a text.

        `prior` is the language of the conversation so far. It wins when the text is too short or
        too uncertain to speak against it. Never raises, whatever the text.
        """
        ...


class Embedder(Protocol):
    """Turns texts into vectors whose inner product is their likeness in meaning."""

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, L2-normalised, shape (len(texts), dimensions).

        Raises EmbedderUnavailable when the model cannot be asked now.
        """
        ...


class EmbedderUnavailable(Exception):
    """The model could not be reached or answered nonsense. The message never quotes a text."""


class TextGenerator(Protocol):
    """Writes text. Nothing it writes is shown unchecked: it may invent anything."""

    def generate(self, *, instruction: str, text: str, most_tokens: int = 400) -> Iterator[str]:
        """Yield the answer in pieces as they come.

        `instruction` is ours; `text` is data, whoever wrote it. Raises GeneratorUnavailable, also
        amid the pieces.
        """
        ...


class GeneratorUnavailable(Exception):
    """The model could not be reached or answered nonsense. The message never quotes a text."""


class Segment(NamedTuple):
    """A piece of what was said, a word or a sentence, and its place in seconds."""

    text: str
    start: float
    end: float


class SpeechToText(Protocol):
    """Writes down what is said in a sound."""

    def transcribe(self, wav: bytes, language: str = "") -> Sequence[Segment]:
        """Return what is said in a WAV of one channel, in order; words where they are known.

        `language` as in `Guess`, empty when it is not known. Raises SpeechUnavailable.
        """
        ...


class SpeechUnavailable(Exception):
    """Nothing could be written down now. The message never quotes what was said."""
