"""What an article is before it is stored, and what a search returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from walletdesk.kit.errors import BadInput


class HandOver(StrEnum):
    """Whether a person is called at once beside the bot's extract, and why."""

    NO = ""
    FUNDS = "funds"
    SECURITY = "security"


class ArticleAudience(StrEnum):
    """Who may read an article."""

    CUSTOMERS = "customers"
    STAFF = "staff"


EXAMPLE_LENGTH = 500
TOPIC_NAME_LENGTH = 40


class ExampleState(StrEnum):
    """Whether an example teaches triage."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class VersionState(StrEnum):
    """Where a trained version of a brand's triage stands."""

    TRAINING = "training"
    ACTIVE = "active"
    RETIRED = "retired"
    REFUSED = "refused"  # worse than what counted
    FAILED = "failed"


class TextState(StrEnum):
    """Where an article stands in one language."""

    LIVE = "live"
    CHANGED = "changed"  # live, with changes that are not published
    DRAFT = "draft"  # never published
    MISSING = "missing"


class ReviewState(StrEnum):
    """What became of a text that somebody was asked to look at."""

    NONE = ""
    ASKED = "asked"
    RETURNED = "returned"
    APPROVED = "approved"


class Severity(StrEnum):
    """How much a status notice matters, the least first."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class LinkProblem(StrEnum):
    """What is wrong with a link."""

    NONE = ""
    MISSING = "missing"  # the page says that there is nothing
    FORBIDDEN = "forbidden"  # it leads to an address that is not public
    UNREACHABLE = "unreachable"  # no such host, no answer, a broken certificate
    REFUSED = "refused"  # it answers with another error


class BadArticle(BadInput):
    """An article cannot be used. `file` and `line` say where (line 0: the file as a whole)."""

    code = "bad_article"

    def __init__(self, *, file: str, line: int, problem: str, **fields: Any) -> None:
        super().__init__(file=file, line=line, problem=problem, **fields)

    def __str__(self) -> str:
        where = f"{self.fields['file']}:{self.fields['line']}"
        return f"{where if self.fields['line'] else self.fields['file']}: {self.fields['problem']}"


@dataclass(frozen=True, slots=True)
class TranslationSource:
    """One language of an article. `summary` is plain text, `body` Markdown without the summary."""

    language: str
    title: str
    summary: str
    body: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """An article as its author wrote it."""

    slug: str
    topic: str
    category: str
    hand_over: HandOver
    translations: tuple[TranslationSource, ...]


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """One language of an article as a file: what `files.read` returns and `files.write` takes."""

    id: str
    language: str
    category: str
    topic: str
    audience: ArticleAudience
    hand_over: HandOver
    position: int
    published: bool
    text: TranslationSource
    base: str = ""  # the content's hash when it was exported


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture that we decoded and wrote anew."""

    media_type: str
    width: int
    height: int
    body: bytes


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A status notice as somebody wrote it. `texts`: language → (title, text)."""

    severity: str
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    starts_at: datetime | None = None  # now
    ends_at: datetime | None = None  # until somebody ends it


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article, in the translation that suits the asker best.

    `score` is the chance, 0 to 1, that this article answers the question; see `rules.confidence`.
    `url` is a path; the host is the caller's matter.
    """

    article_slug: str
    translation_id: int
    title: str
    summary: str
    language: str
    topic: str
    hand_over: HandOver
    score: float
    url: str
