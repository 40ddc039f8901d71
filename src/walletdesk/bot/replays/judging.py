"""The judge: whether what the bot does now is right, by rules anybody can read. Pure.

A rule speaks where something is known of how the conversation went. The first that speaks decides;
where none does, the judge says `unknown` and the conversation counts neither way. Each rule is
explained to those who read the figures in docs/use/bot-proof.md: change both together.
"""

import re
from collections.abc import Callable, Sequence

from walletdesk.bot.claims import facts_of, split
from walletdesk.bot.conduct import offence_in
from walletdesk.bot.replays.types import (
    NO_ARTICLE,
    Case,
    Evidence,
    Judged,
    Result,
    Rule,
    Told,
    Verdict,
)
from walletdesk.bot.rules import SMALL
from walletdesk.bot.types import Step

Found = tuple[Verdict, Rule] | None

HANDING = (Step.HAND_OVER, Step.ANSWER_AND_HAND_OVER)
_END = re.compile(r"(?<=[。！？；])|(?<=[.!?])\s+|\n+")
_GAPS = re.compile(r"\s+")
_MARKS = re.compile(r"[*_`>#]|^\s*(?:[-+]|\d{1,3}[.)])\s+", re.MULTILINE)


def judge(case: Case, told: Sequence[Told]) -> Judged:
    """Return what becomes of a conversation, and whether that is right."""
    last = _counting(told)
    result = result_of(told)
    verdict, rule = _verdict(case.evidence, last, result)
    return Judged(
        name=case.name,
        told=last,
        turns=len(told),
        result=result,
        verdict=verdict,
        rule=rule,
        seconds=tuple(one.seconds for one in told),
        unsupported=tuple(sentence for one in told for sentence in one.unsupported),
    )


def _counting(told: Sequence[Told]) -> Told:
    """Return the turn that counts: the last in which an article was shown, else the last."""
    shown = [one for one in told if one.article]
    return (shown or list(told) or [Told("", "")])[-1]


def result_of(told: Sequence[Told]) -> Result:
    """Return how a conversation ends when the bot says this."""
    if not told:
        return Result.EMPTY
    handed = any(one.step in HANDING for one in told)
    if any(one.article for one in told):
        return Result.ANSWERED_AND_HANDED_OVER if handed else Result.ANSWERED
    if handed:
        return Result.HANDED_OVER
    steps = {one.step for one in told}
    if Step.TELL in steps:
        return Result.LOOKED_UP
    return Result.ASKED_AGAIN if Step.ASK_AGAIN in steps else Result.SMALL_TALK


def _verdict(evidence: Evidence, told: Told, result: Result) -> tuple[Verdict, Rule]:
    for rule in _RULES:
        found = rule(evidence, told, result)
        if found is not None:
            return found
    return Verdict.UNKNOWN, Rule.NONE


def _said(*, right: bool, rule: Rule) -> Found:
    return (Verdict.RIGHT if right else Verdict.WRONG), rule


def _expected_article(evidence: Evidence, told: Told, result: Result) -> Found:
    """Go by the author of the file, who names the article that answers, or says that none does."""
    del result
    wanted = evidence.expected_article
    if wanted is None:
        return None
    right = told.article == ("" if wanted == NO_ARTICLE else wanted)
    return _said(right=right, rule=Rule.EXPECTED_ARTICLE)


def _customer_said(evidence: Evidence, told: Told, result: Result) -> Found:
    """Go by the customer, who was shown the same article then and said whether it helped."""
    del result
    if told.article and told.article in evidence.helped | evidence.helped_not:
        right = told.article in evidence.helped
        return _said(right=right, rule=Rule.CUSTOMER_SAID)
    return None


def _agent_sent(evidence: Evidence, told: Told, result: Result) -> Found:
    """Go by the person who answered then with articles: the bot has to show one of those."""
    if not evidence.sent or result in (Result.SMALL_TALK, Result.LOOKED_UP):
        return None
    return _said(right=told.article in evidence.sent, rule=Rule.AGENT_SENT)


def _ended_well(evidence: Evidence, told: Told, result: Result) -> Found:
    """Go by the article after which it was resolved without a person."""
    if not evidence.ended_with or not told.article:
        return None
    right = told.article == evidence.ended_with and result is Result.ANSWERED
    return _said(right=right, rule=Rule.ENDED_WELL)


def _person_needed(evidence: Evidence, told: Told, result: Result) -> Found:
    """Go by whether a person was needed then, when one is called now."""
    if told.article or result is not Result.HANDED_OVER:
        return None
    if evidence.person:
        return _said(right=True, rule=Rule.PERSON_NEEDED)
    return _said(right=False, rule=Rule.PERSON_NEEDED) if evidence.ended_with else None


def _topic(evidence: Evidence, told: Told, result: Result) -> Found:
    """Go by the topic that a person gave the conversation."""
    del result
    if not told.article or evidence.topic in ("", *SMALL):
        return None
    return _said(right=told.topic == evidence.topic, rule=Rule.TOPIC)


_RULES: tuple[Callable[[Evidence, Told, Result], Found], ...] = (
    _expected_article,
    _customer_said,
    _agent_sent,
    _ended_well,
    _person_needed,
    _topic,
)


def unsupported(text: str, *sources: str) -> tuple[str, ...]:
    """Return the sentences of a text that stand in none of the sources.

    >>> unsupported("Wait an hour. Send us money.", "Please: wait an hour.")
    ('Send us money.',)
    """
    known = [_plain(source) for source in sources]
    sentences = (part.strip() for part in _END.split(text))
    return tuple(
        sentence
        for sentence in sentences
        if (plain := _plain(sentence)) and not any(plain in source for source in known)
    )


def unproved(text: str, *sources: str) -> tuple[str, ...]:
    """Return the sentences of a model with a fact that no source holds, or that may not be said.

    Looks once more, and apart from what decided that they were shown.
    """
    known = frozenset().union(*map(facts_of, sources))
    return tuple(part for part in split(text) if facts_of(part) - known or offence_in(part))


def _plain(text: str) -> str:
    """Return a text without Markdown marks, spaces and the case of letters."""
    return _GAPS.sub("", _MARKS.sub("", text)).casefold().strip("。！？；.!?;")
