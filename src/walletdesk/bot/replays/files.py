"""Questions out of a CSV file: columns question, language, expected_topic, expected_article. Pure.

Only `question` must be there. `expected_article` is an article's name (slug), or "-" where a person
has to answer. The guard reads each question first.
"""

import csv
import io

from walletdesk.bot.replays.types import NO_ARTICLE, Case, Evidence
from walletdesk.safety import guard

MOST_BYTES = 20_000_000
MOST_CHARACTERS = 4_000  # of a question: as many as a message may have
COLUMNS = ("question", "language", "expected_topic", "expected_article")


class BadFile(Exception):
    """A file is no list of questions. `code` and `line` (0: the file as a whole) say why."""

    def __init__(self, code: str, line: int = 0, shown: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.shown = code, line, shown


def read_questions(data: bytes, *, language: str = "", limit: int | None = None) -> list[Case]:
    """Return the questions of a file in their order. Raises BadFile.

    Lines without a question are passed over; with `language`, those that name another one, too.
    """
    if len(data) > MOST_BYTES:
        raise BadFile("too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("not_text", data[: error.start].count(b"\n") + 1) from None
    if "\x00" in text:
        raise BadFile("not_text", text[: text.index("\x00")].count("\n") + 1)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    cases: list[Case] = []
    try:
        _check_columns(reader.fieldnames or [])
        for row in reader:
            case = _case(row, reader.line_num)
            if case.turns and (not language or case.language in ("", language)):
                cases.append(case)
            if limit is not None and len(cases) == limit:
                break
    except csv.Error:
        raise BadFile("not_csv", reader.line_num + 1) from None
    if not cases:
        raise BadFile("empty")
    return cases


def _check_columns(names: object) -> None:
    given = [str(name).strip() for name in names] if isinstance(names, list | tuple) else []
    if "question" not in given:
        raise BadFile("no_question", 1)
    if unknown := [name for name in given if name not in COLUMNS]:
        raise BadFile("unknown_column", 1, unknown[0][:40])


def _case(row: dict[str | None, str | list[str] | None], line: int) -> Case:
    if None in row:
        raise BadFile("too_many_fields", line)
    fields = {str(name).strip(): str(value or "").strip() for name, value in row.items()}
    question = fields["question"]
    if len(question) > MOST_CHARACTERS:
        raise BadFile("too_long", line)
    safe = guard.impersonal(guard.check(question).safe).text
    article = fields.get("expected_article", "")
    return Case(
        name=f"line {line}",
        turns=(safe,) if safe else (),
        language=fields.get("language", "").lower(),
        evidence=Evidence(
            expected_article=article or None,
            topic=fields.get("expected_topic", ""),
            person=article == NO_ARTICLE,
        ),
    )
