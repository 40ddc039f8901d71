"""`walletdesk bot replay`: what the bot would say to past conversations, and how good that is."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from walletdesk.site.commands.articles import brand_named
from walletdesk.site.commands.database import reachable_database, require_usable
from walletdesk.site.commands.prepare import load_django
from walletdesk.site.config import database_dsn, ensure_secret_key, load_config
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from walletdesk.accounts.models import Brand
    from walletdesk.bot.replays.types import Case, Judged

# Imports inside the functions (PLC0415): models can be imported after load_django only.
# ruff: noqa: PLC0415

PROBLEMS = {
    "too_large": "It has more than 20 MB.",
    "not_text": "It is no text in UTF-8 (line {line}).",
    "not_csv": "It is no CSV (line {line}).",
    "empty": "It holds no question.",
    "no_question": "Its first line has to name the column question.",
    "unknown_column": "There is no column {shown!r}: question, language, expected_topic, "
    "expected_article.",
    "too_many_fields": "Line {line} has more fields than the first line names.",
    "too_long": "The question in line {line} has more than 4,000 characters.",
}


def run(arguments: argparse.Namespace) -> int:
    """Replay, print the report and return 0; 1 when the bot said a sentence without support.

    Raises:
        RefusalError: the file is no list of questions, there is no desk, brand or language.

    """
    data = _read(Path(arguments.csv)) if arguments.csv else None
    config = load_config(os.environ)
    with reachable_database(config):
        require_usable(database_dsn(config))
        ensure_secret_key(config)
        load_django()
        brand = brand_named(arguments.brand)
        language = served_language(brand, arguments.language)
        cases, total = chosen_cases(brand, data, arguments, language)
        report = replay(brand, cases, total)
    shown = json.dumps(report) if arguments.json else for_people(report)
    sys.stdout.write(shown + "\n")
    return 1 if report["unsupported"] else 0


def _read(path: Path) -> bytes:
    from walletdesk.bot.replays.files import MOST_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RefusalError(f"{path} cannot be read: {error.strerror}.", "Name a file.") from error


def served_language(brand: Brand, asked: str) -> str:
    """Return the language asked for. Raises RefusalError when the brand does not serve it."""
    if asked and asked not in brand.languages:
        raise RefusalError(
            f"{brand.name} does not serve the language {asked[:20]!r}.",
            f"It serves {', '.join(brand.languages)}.",
        )
    return asked


def chosen_cases(
    brand: Brand, data: bytes | None, arguments: argparse.Namespace, language: str
) -> tuple[Iterable[Case], int]:
    """Return what is replayed, and how much that is: a file, or past conversations."""
    from walletdesk.bot.replays.files import BadFile, read_questions
    from walletdesk.bot.replays.queries import past_cases, past_names
    from walletdesk.bot.replays.types import Span

    if data is None:
        names = past_names(brand, Span(arguments.days, language, arguments.limit))
        return past_cases(names), len(names)
    try:
        cases = read_questions(data, language=language, limit=arguments.limit)
    except BadFile as error:
        problem = PROBLEMS[error.code].format(line=error.line, shown=error.shown)
        raise RefusalError(f"{arguments.csv} cannot be used.", problem) from error
    return cases, len(cases)


def replay(brand: Brand, cases: Iterable[Case], total: int) -> dict[str, Any]:
    """Replay with progress on stderr, and return the report with the words of its examples."""
    from walletdesk.bot.replays.running import replay_cases

    def progress(done: int) -> bool:
        sys.stderr.write(f"\r{done} of {total}")
        sys.stderr.flush()
        return True

    judged, report = replay_cases(brand, cases, progress)
    sys.stderr.write(f"\r{len(judged)} of {total}\n")
    return with_words(report, judged)


def with_words(report: dict[str, Any], judged: Sequence[Judged]) -> dict[str, Any]:
    """Put the words of the examples in, with everything masked that points to a person."""
    from walletdesk.web.common.personal import masked_line

    asked = {one.name: one.told.question for one in judged}
    for missing in report["missing"]:
        missing["examples"] = [
            {"in": name, "question": masked_line(asked[name])} for name in missing["examples"]
        ]
    return report


def for_people(report: dict[str, Any]) -> str:
    """Return the report as lines."""
    share = report["right_share"]
    times = report["first_word_ms"]
    reasons = ", ".join(f"{name} {count}" for name, count in report["reasons"].items())
    lines = [
        f"conversations        {report['conversations']} ({report['turns']} turns)",
        f"answered             {report['answered']}",
        f"answered + person    {report['answered_and_handed_over']}",
        f"handed over          {report['handed_over']}" + (f" ({reasons})" if reasons else ""),
        f"looked up            {report['looked_up']}",
        f"asked again          {report['asked_again']}",
        f"small talk           {report['small_talk']}",
        f"right                {report['right']} of {report['right'] + report['wrong']} judged"
        + (f" ({share:.0%})" if share is not None else ""),
        *(f"  by {rule:17} {counts}" for rule, counts in _rules(report)),
        f"unsupported          {report['unsupported']} sentences",
        f"first word           p50 {times['p50']} ms, p95 {times['p95']} ms",
        "",
        "missing articles",
    ]
    for gap in report["missing"]:
        lines.append(f"  {gap['questions']:4} x {gap['topic'] or '-'} {gap['languages']}")
        lines += [f"         {one['in']}: {one['question']}" for one in gap["examples"]]
    return "\n".join(lines if report["missing"] else [*lines, "  none"])


def _rules(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (rule, ", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
        for rule, counts in report["rules"].items()
        if rule != "none"
    ]
