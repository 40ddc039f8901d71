"""An article's text as a Markdown file with front matter: reading and writing, byte for byte.

The front matter is the part of YAML that is also easy to read by eye: `key: value`, one a line;
values are plain words, JSON strings, true or false, whole numbers or JSON lists of strings.

    ---
    id: "how-fees-work"
    language: "en"
    ...
    ---
    The summary, one paragraph.

    ## The text
"""

import json
import re
from typing import Any

from walletdesk.knowledge import rules
from walletdesk.knowledge.types import (
    ArticleAudience,
    ArticleFile,
    BadArticle,
    HandOver,
    TranslationSource,
)
from walletdesk.language.topics import TOPICS

FENCE = "---"
KEYS = (
    *("id", "language", "title", "category", "topic", "audience"),
    *("hand_over", "position", "published", "asked", "base"),
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _./-]*")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LAST_POSITION = 2**31 - 1


def write(article: ArticleFile) -> str:
    """Return the file of an article's text. The same article is always the same bytes."""
    text = article.text
    values: dict[str, Any] = {
        "id": article.id,
        "language": article.language,
        "title": text.title,
        "category": article.category,
        "topic": article.topic,
        "audience": str(article.audience),
        "hand_over": str(article.hand_over),
        "position": article.position,
        "published": article.published,
        "asked": list(text.asked),
        "base": rules.content_hash(text)[:16],
    }
    head = "\n".join(f"{key}: {json.dumps(values[key], ensure_ascii=False)}" for key in KEYS)
    body = f"\n\n{text.body}" if text.body else ""
    return f"{FENCE}\n{head}\n{FENCE}\n{text.summary}{body}\n"


def read(name: str, data: bytes) -> ArticleFile:
    """Return what a file holds. Raises BadArticle, which names the line."""
    text = _decoded(name, data)
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise BadArticle(file=name, line=1, problem="the first line must be ---")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), 0)
    if not end:
        raise BadArticle(file=name, line=len(lines), problem="the front matter has no end (---)")
    meta = _meta(name, lines[1:end])
    summary, body = _parts("\n".join(lines[end + 1 :]))
    if not 0 < len(summary) <= rules.SUMMARY_LENGTH:
        problem = f"begin with one paragraph of at most {rules.SUMMARY_LENGTH} characters"
        raise BadArticle(file=name, line=end + 2, problem=problem)
    if len(body) > rules.BODY_LENGTH:
        problem = f"the text is longer than {rules.BODY_LENGTH} characters"
        raise BadArticle(file=name, line=end + 2, problem=problem)
    return _article(name, meta, summary, body)


def _decoded(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadArticle(file=name, line=line, problem="is not UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        line = text[: found.start()].count("\n") + 1
        raise BadArticle(file=name, line=line, problem="holds a control character")
    return text


def _parts(text: str) -> tuple[str, str]:
    summary, _, body = text.strip("\n").partition("\n\n")
    return " ".join(summary.split()), body.strip()


def _meta(name: str, lines: list[str]) -> dict[str, tuple[int, Any]]:
    found: dict[str, tuple[int, Any]] = {}
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon or key not in KEYS:
            raise BadArticle(file=name, line=number, problem=f"unknown key {key[:40]!r}")
        if key in found:
            raise BadArticle(file=name, line=number, problem=f"{key} stands here twice")
        found[key] = number, _value(name, number, value.strip())
    return found


def _value(name: str, number: int, text: str) -> Any:
    if not text:
        return ""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        if _PLAIN.fullmatch(text) or not text.startswith(('"', "[", "{")):
            return text
    raise BadArticle(file=name, line=number, problem="this value is not closed")


class _Meta:
    """Takes values out of a front matter and refuses those of the wrong kind."""

    def __init__(self, name: str, values: dict[str, tuple[int, Any]]) -> None:
        self.name = name
        self.values = values

    def refuse(self, key: str, problem: str) -> BadArticle:
        line = self.values.get(key, (1, None))[0]
        return BadArticle(file=self.name, line=line, problem=f"{key} {problem}")

    def text(self, key: str, most: int, default: str | None = None) -> str:
        value = self.values.get(key, (1, default))[1]
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or len(value) > most or (default is None and not value):
            raise self.refuse(key, f"must be a text of 1 to {most} characters")
        return value

    def one_of(self, key: str, choices: list[str], default: str | None = None) -> str:
        value = self.text(key, 40, default)
        if value not in choices:
            raise self.refuse(key, f"must be one of {', '.join(repr(str(c)) for c in choices)}")
        return value


def _article(name: str, values: dict[str, tuple[int, Any]], summary: str, body: str) -> ArticleFile:
    meta = _Meta(name, values)
    slug, language = meta.text("id", 80), meta.text("language", 12)
    if not _SLUG.fullmatch(slug):
        raise meta.refuse("id", "must be lower-case words joined by '-'")
    if not _LANGUAGE.fullmatch(language):
        raise meta.refuse("language", "must be a code such as en or zh-hans")
    topic = meta.text("topic", 40)
    if topic not in TOPICS:
        raise meta.refuse("topic", f"{topic!r} is unknown")
    position = values.get("position", (1, 0))[1]
    if isinstance(position, bool) or not isinstance(position, int):
        raise meta.refuse("position", "must be a whole number")
    if not 0 <= position <= _LAST_POSITION:
        raise meta.refuse("position", "is out of range")
    published = values.get("published", (1, True))[1]
    if not isinstance(published, bool):
        raise meta.refuse("published", "must be true or false")
    title = " ".join(meta.text("title", rules.TITLE_LENGTH).split())
    return ArticleFile(
        id=slug,
        language=language,
        category=meta.text("category", 40).strip(),
        topic=topic,
        audience=ArticleAudience(meta.one_of("audience", list(ArticleAudience), "customers")),
        hand_over=HandOver(meta.one_of("hand_over", list(HandOver), "")),
        position=position,
        published=published,
        text=TranslationSource(language, title, rules.plain_text(summary), body, _asked(meta)),
        base=meta.text("base", 64, ""),
    )


def _asked(meta: _Meta) -> tuple[str, ...]:
    value = meta.values.get("asked", (1, []))[1]
    if not isinstance(value, list) or len(value) > rules.ASKED_COUNT:
        raise meta.refuse("asked", f"must be a list of at most {rules.ASKED_COUNT} texts")
    lines = [" ".join(line.split()) if isinstance(line, str) else "" for line in value]
    if any(not 0 < len(line) <= rules.ASKED_LENGTH for line in lines):
        raise meta.refuse("asked", f"holds texts of 1 to {rules.ASKED_LENGTH} characters")
    if any(_CONTROL.search(line) for line in lines):
        raise meta.refuse("asked", "holds a control character")
    return tuple(dict.fromkeys(lines))
