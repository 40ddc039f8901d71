"""What a past conversation is to a replay: turns of the customer, and evidence. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from walletdesk.bot.replays.types import Case, Evidence

TURNS = 4  # what a customer has to say to a bot that did not help was said by then
DAYS = (1, 366)
MOST = (1, 5_000)
_ARTICLE = re.compile(r"/help/[a-z0-9-]+/[a-z-]+/([a-z0-9]+(?:-[a-z0-9]+)*)")


@dataclass(frozen=True, slots=True)
class Line:
    """An event of a timeline, as far as it counts here."""

    kind: str
    author: str
    text: str
    data: Mapping[str, Any]


def articles_in(text: str) -> list[str]:
    """Return the articles to which a text links, by name.

    >>> articles_in("See https://x.example/help/aurora/en/swap-failed, please")
    ['swap-failed']
    """
    return list(dict.fromkeys(_ARTICLE.findall(text)))


def case_of(name: str, language: str, topic: str, lines: Sequence[Line], *, ended: bool) -> Case:
    """Return what is replayed of a conversation. `topic` counts if staff set it, else "".

    `ended`: it is resolved. Turns are what the customer wrote without a pause for an answer, until
    a person had the word.
    """
    said = [line for line in lines if line.kind == "message"]
    by_agent = [line.text for line in said if line.author == "agent"]
    called = bool(by_agent) or any(line.kind == "handed_over" for line in lines)
    helped, helped_not = _feedback(lines)
    shown = [slug for line in said if line.author == "bot" for slug in _sources(line)]
    ended_with = shown[-1] if shown and ended and not called else ""
    return Case(
        name=name,
        turns=tuple(_turns(lines)),
        language=language,
        evidence=Evidence(
            topic=topic,
            helped=frozenset(helped - helped_not),
            helped_not=frozenset(helped_not),
            sent=frozenset(slug for text in by_agent for slug in articles_in(text)),
            ended_with="" if ended_with in helped_not else ended_with,
            person=bool(by_agent),
        ),
    )


def _sources(line: Line) -> list[str]:
    sources = line.data.get("sources") or []
    return [slug for source in sources for slug in articles_in(str(source.get("url", "")))]


def _feedback(lines: Iterable[Line]) -> tuple[set[str], set[str]]:
    """Return the articles of which the customer said that they helped, and that they did not."""
    said: dict[bool, set[str]] = {True: set(), False: set()}
    last: list[str] = []
    for line in lines:
        if line.kind == "message" and line.author == "bot":
            last = _sources(line) or last
        elif line.kind == "feedback":
            said[bool(line.data.get("helped"))] |= set(last)
    return said[True], said[False]


def _turns(lines: Iterable[Line]) -> list[str]:
    turns: list[list[str]] = []
    open_turn = False
    for line in lines:
        if line.kind == "message" and line.author == "customer":
            if not open_turn:
                turns.append([])
            turns[-1].append(line.text)
            open_turn = True
        elif line.kind == "message":
            open_turn = False
        if turns and (line.author == "agent" or line.kind == "handed_over"):
            break
    return ["\n".join(turn) for turn in turns[:TURNS]]
