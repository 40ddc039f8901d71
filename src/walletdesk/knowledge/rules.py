"""Reading an author's files, and cutting an article into the passages that search looks at."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from walletdesk.knowledge import ranking
from walletdesk.knowledge.types import ArticleSource, BadArticle, HandOver, TranslationSource
from walletdesk.language.tokens import search_terms
from walletdesk.language.topics import TOPICS

META_FILE = "article.toml"
TITLE_LENGTH = 150
SUMMARY_LENGTH = 1_000
BODY_LENGTH = 40_000
ASKED_LENGTH = 200
ASKED_COUNT = 30
PASSAGE_LENGTH = 600  # of a section; longer ones add cost and blur the vector

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE_FILE = re.compile(r"(?P<language>[a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.md")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.*?)\s*#*$")
_LIST_MARK = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|^>\s?")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[。！？；])|(?<=[.!?])\s+")


def parse_article(slug: str, files: Mapping[str, str]) -> ArticleSource:
    """Return the article that these files (name → text) hold. Raises BadArticle.

    `article.toml` holds topic, category, hand_over and the table `asked`; every other file is
    `<language>.md`.
    """
    if not _SLUG.fullmatch(slug):
        _refuse(slug, 0, "the folder's name must be lower-case words joined by '-'")
    if META_FILE not in files:
        _refuse(slug, 0, f"{META_FILE} is missing")
    meta_file = f"{slug}/{META_FILE}"
    meta = _read_toml(meta_file, files[META_FILE])
    lines = files[META_FILE].splitlines()
    if (topic := _text(meta, "topic", meta_file, lines)) not in TOPICS:
        _refuse(meta_file, _line_of(lines, "topic"), f"unknown topic {topic!r}")
    if (hand_over := meta.get("hand_over", "")) not in list(HandOver):
        _refuse(meta_file, _line_of(lines, "hand_over"), f"unknown hand_over {hand_over!r}")
    asked = _asked(meta, meta_file, lines)
    names = sorted(name for name in files if name != META_FILE)
    for language in asked:
        if f"{language}.md" not in names:
            _refuse(meta_file, _line_of(lines, language), f"asked in {language}, no {language}.md")
    if not names:
        _refuse(slug, 0, "there is no translation such as en.md")
    return ArticleSource(
        slug=slug,
        topic=topic,
        category=_text(meta, "category", meta_file, lines),
        hand_over=HandOver(hand_over),
        translations=tuple(_translation(slug, name, files[name], asked) for name in names),
    )


def content_hash(source: TranslationSource) -> str:
    """Return a digest that changes when, and only when, something of the translation changes."""
    parts = (source.language, source.title, source.summary, source.body, *source.asked)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def source_mark(language: str, digest: str) -> str:
    """Return how a translation names the state of the original that it was brought up to."""
    return f"{language}:{digest}"


def passages(source: TranslationSource) -> list[tuple[str, int]]:
    """Return the texts that stand for a translation in search with their weights, each text once.

    Title, summary, each phrasing, each sentence, and each section as a whole.
    """
    found = {source.title: ranking.WEIGHT_TITLE}
    found |= dict.fromkeys(source.asked, ranking.WEIGHT_ASKED)
    found[source.summary] = ranking.WEIGHT_SUMMARY
    plain = [*_sentences(source.summary)]
    for heading, blocks in _sections(source.body):
        plain.append(f"{heading} {' '.join(blocks)}"[:PASSAGE_LENGTH])
        plain += [sentence for block in blocks for sentence in _sentences(block)]
    found = dict.fromkeys(plain, ranking.WEIGHT_BODY) | found
    return [(text, weight) for text, weight in found.items() if text.strip()]


def excerpts(summary: str, body: str) -> list[str]:
    """Return an article as what may be cited: its summary and each section under its heading."""
    sections = [
        f"{heading}: {' '.join(blocks)}" if heading else " ".join(blocks)
        for heading, blocks in _sections(body)
    ]
    return [text[:PASSAGE_LENGTH] for text in (summary, *sections) if text.strip()]


def search_vector(source: TranslationSource) -> str:
    """Return the words of a translation as the text of a tsvector, labelled by their best place."""
    places: dict[str, str] = {}
    for label, text in (
        ("A", " ".join((source.title, *source.asked))),
        ("B", source.summary),
        ("D", plain_text(source.body)),
    ):
        for term in search_terms(text):
            places.setdefault(term, label)
    # Terms hold letters and digits only, so the quotes need no escape.
    return " ".join(f"'{term}':1{label}" for term, label in places.items())


def plain_text(markdown: str) -> str:
    """Return a line of Markdown without its marks."""
    return _MARKS.sub("", _LINK.sub(r"\1", markdown)).strip()


def article_path(*, brand: str, language: str, slug: str) -> str:
    """Return the path of an article's page in the help centre."""
    return f"/help/{brand}/{language}/{slug}"


def _refuse(file: str, line: int, problem: str) -> None:
    raise BadArticle(file=file, line=line, problem=problem)


def _read_toml(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())
        raise BadArticle(file=file, line=line, problem=str(error)) from None


def _line_of(lines: list[str], key: str) -> int:
    start = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]|\s*\[{re.escape(key)}\]")
    return next((number for number, line in enumerate(lines, 1) if start.match(line)), 0)


def _text(meta: Mapping[str, Any], key: str, file: str, lines: list[str]) -> str:
    value = meta.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > 40:
        _refuse(file, _line_of(lines, key), f"{key} must be a text of 1 to 40 characters")
    return str(value)


def _asked(meta: Mapping[str, Any], file: str, lines: list[str]) -> dict[str, tuple[str, ...]]:
    table = meta.get("asked", {})
    if not isinstance(table, dict):
        _refuse(file, _line_of(lines, "asked"), "asked must be a table language = [phrasings]")
    found = {}
    for language, phrasings in table.items():
        line = _line_of(lines, language)
        if not isinstance(phrasings, list) or len(phrasings) > ASKED_COUNT:
            _refuse(file, line, f"asked.{language} must be a list of at most {ASKED_COUNT} texts")
        for text in phrasings:
            if not isinstance(text, str) or not 0 < len(text.strip()) <= ASKED_LENGTH:
                _refuse(file, line, f"asked.{language}: each is a text of 1 to {ASKED_LENGTH}")
            _no_control_characters(file, line, text)
        found[language] = tuple(text.strip() for text in phrasings)
    return found


def _no_control_characters(file: str, line: int, text: str) -> None:
    if _CONTROL.search(text):
        _refuse(file, line, "holds a control character")


def _translation(
    slug: str, name: str, text: str, asked: Mapping[str, tuple[str, ...]]
) -> TranslationSource:
    file = f"{slug}/{name}"
    named = _LANGUAGE_FILE.fullmatch(name)
    if named is None:
        raise BadArticle(file=file, line=0, problem="the name must be <language>.md, as in en.md")
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        _no_control_characters(file, number, line)
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    title = lines[start].removeprefix("# ").strip()
    if not lines[start].startswith("# ") or not 0 < len(title) <= TITLE_LENGTH:
        _refuse(file, start + 1, f"the first line must be '# ' and a title (<= {TITLE_LENGTH})")
    first = next((i for i in range(start + 1, len(lines)) if lines[i].strip()), len(lines))
    end = next((i for i in range(first, len(lines)) if not lines[i].strip()), len(lines))
    summary = plain_text(" ".join(line.strip() for line in lines[first:end]))
    opens_block = first < len(lines) and (
        _HEADING.match(lines[first]) or _LIST_MARK.match(lines[first])
    )
    if opens_block or not 0 < len(summary) <= SUMMARY_LENGTH:
        _refuse(
            file,
            min(first, len(lines) - 1) + 1,
            f"after the title comes one paragraph (<= {SUMMARY_LENGTH}) that answers the question",
        )
    body = "\n".join(lines[end:]).strip()
    if len(body) > BODY_LENGTH:
        _refuse(file, end + 1, f"the text is longer than {BODY_LENGTH} characters")
    language = named["language"]
    return TranslationSource(language, title, summary, body, asked.get(language, ()))


def _sections(body: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (heading, blocks): a block is a paragraph or one item of a list, without marks."""
    heading, blocks, fresh = "", list[str](), True
    for line in body.split("\n"):
        if found := _HEADING.match(line):
            if blocks:
                yield heading, blocks
            heading, blocks, fresh = plain_text(found["text"]), [], True
        elif not line.strip():
            fresh = True
        elif fresh or _LIST_MARK.match(line):
            blocks.append(plain_text(_LIST_MARK.sub("", line)))
            fresh = False
        else:
            blocks[-1] = f"{blocks[-1]} {plain_text(line)}"
    if blocks:
        yield heading, blocks


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]
