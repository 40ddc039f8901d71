"""What the bot does next. Pure: the same situation gives the same plan."""

import re

from walletdesk.bot.types import Plan, Reason, Situation, Step, Told
from walletdesk.knowledge.types import HandOver, Hit
from walletdesk.language.rules import (
    declines_person,
    raise_urgency,
    says_yes,
    small_talk,
    wants_person,
)
from walletdesk.language.topics import OTHER, TALK_HUMAN, default_urgency
from walletdesk.language.types import Urgency
from walletdesk.safety.types import SecretKind

# In %, cross-validated by article. At 0.6: of 414 held-out questions (few words in common with
# any article) 76 are answered and 16 of those from another article than the intended one, mostly a
# neighbour; of 135 lines that no article answers 90 are refused. At 0.5: 83, 18 and 84; at 0.7: 63,
# 13 and 93. `make bench NAME=retrieval` measures the shipped constants again.
ANSWER_FROM = 0.6
# What triage takes for no matter of ours needs more: costs 1 of 76 answers, keeps a brand with
# few articles from answering whatever shares a word with one.
FOREIGN_FROM = 0.85
# From here on the first article's topic counts where triage knows none.
TOPIC_FROM = 0.35
SUGGESTIONS = 3

# What is no matter by itself; the later ones say more than the earlier ones.
SMALL = ("greeting", "thanks", OTHER, TALK_HUMAN)
RANK = {topic: rank for rank, topic in enumerate(SMALL)}

_MASK = re.compile("⟦[^⟧]*⟧")
_UNDECIDED = f"⟦secret:{SecretKind.UNDECIDED}⟧"


def question_of(texts: list[str]) -> str:
    """Return what the customer asks in these messages, without the masks of removed secrets."""
    return "\n".join(text for text in (_MASK.sub(" ", text).strip() for text in texts) if text)


def hides_number(texts: list[str]) -> bool:
    """Tell whether the guard hid a number in them that may be a key or a transaction."""
    return any(_UNDECIDED in text for text in texts)


def decide(situation: Situation) -> Plan:
    """Return what to do with a message.

    A person is called when asked for, on anger, on the second failure, on an unclear matter that is
    urgent, and beside the answer whenever money or safety is at stake. Otherwise what a tool found
    is told, the best article is shown, or the customer is asked once to say it in other words.
    """
    text, misses = situation.text, situation.misses
    first = situation.hits[0] if situation.hits else None
    topic = _topic_of(situation, first)
    urgency = raise_urgency(text, max(situation.urgency, default_urgency(topic)))
    if _asks_for_person(situation):
        asked = topic if topic not in SMALL else TALK_HUMAN
        urgency = raise_urgency(text, max(urgency, default_urgency(TALK_HUMAN)))
        return Plan(Step.HAND_OVER, asked, urgency, misses, reason=Reason.ASKED)
    if kind := small_talk(text):
        step = Step.GREET if kind == "greeting" else Step.THANK
        return Plan(step, "", Urgency.LOW, misses)
    if situation.told:
        return _tell(situation, situation.told, topic, urgency)
    return _find(situation, first, topic, urgency)


def _find(situation: Situation, first: Hit | None, topic: str, urgency: int) -> Plan:
    misses = situation.misses
    if situation.angry:
        return Plan(Step.HAND_OVER, topic, urgency, misses, reason=Reason.ANGER)
    if first and first.score >= (FOREIGN_FROM if situation.foreign else ANSWER_FROM):
        return _answer(situation, first, urgency)
    if misses or _presses(situation, first):
        return Plan(Step.HAND_OVER, topic, urgency, misses, reason=_why(None, urgency))
    return Plan(Step.ASK_AGAIN, topic, urgency, misses + 1, others=situation.hits[:SUGGESTIONS])


def _asks_for_person(situation: Situation) -> bool:
    """Whether a person is wished: by our patterns, by what triage makes of it, by a yes to it.

    Who asks whether they talk to a person is told so, and asked whether they want one.
    """
    text, told = situation.text, situation.told
    if wants_person(text) or (situation.offered and says_yes(text)):
        return True
    return situation.topic == TALK_HUMAN and told is None and not declines_person(text)


def _tell(situation: Situation, told: Told, topic: str, urgency: int) -> Plan:
    """Tell what a tool found.

    A person is called as well when the matter is critical and somebody pretends to be us, or the
    words tell of a theft.
    """
    stolen = raise_urgency(situation.text, Urgency.LOW) == Urgency.CRITICAL
    calls = urgency == Urgency.CRITICAL and (told.alarming or stolen)
    return Plan(
        Step.TELL_AND_HAND_OVER if calls else Step.TELL,
        topic,
        urgency,
        situation.misses,
        reason=Reason.SECURITY if calls else None,
        told=told,
    )


def _topic_of(situation: Situation, first: Hit | None) -> str:
    if situation.topic == OTHER:
        return _topic_found(situation, first)
    return situation.topic


def _topic_found(situation: Situation, first: Hit | None) -> str:
    least = FOREIGN_FROM if situation.foreign else TOPIC_FROM
    return first.topic if first and first.score >= least else OTHER


def _presses(situation: Situation, first: Hit | None) -> bool:
    """Whether an unclear matter goes to a person at once.

    A topic alone does not make it so unless it is critical: most matters of money are of high
    urgency, and the customer may find the answer among the suggestions.
    """
    said = raise_urgency(situation.text, default_urgency(_topic_found(situation, first)))
    return said >= Urgency.HIGH or situation.urgency == Urgency.CRITICAL


def outweighs(new: str, old: str) -> bool:
    """Whether a message's topic takes the place of the conversation's so far.

    The first matter decides: a later greeting, thanks or request for a person leaves it.
    """
    return not old or (old in SMALL and (new not in SMALL or RANK[new] > RANK[old]))


def _answer(situation: Situation, hit: Hit, urgency: int) -> Plan:
    topic = hit.topic if situation.topic in SMALL else situation.topic
    if situation.misses and hit.url in situation.shown:
        return Plan(Step.HAND_OVER, topic, urgency, situation.misses, reason=Reason.NOT_HELPED)
    urgent = hit.hand_over != HandOver.NO or urgency == Urgency.CRITICAL
    return Plan(
        Step.ANSWER_AND_HAND_OVER if urgent else Step.ANSWER,
        topic,
        urgency,
        situation.misses,
        hit=hit,
        others=situation.hits[1:SUGGESTIONS],
        reason=_why(hit, urgency) if urgent else None,
    )


def _why(hit: Hit | None, urgency: int) -> Reason:
    if hit and hit.hand_over == HandOver.FUNDS:
        return Reason.FUNDS
    return Reason.SECURITY if urgency == Urgency.CRITICAL or hit else Reason.UNSURE


def after_feedback(misses: int, *, helped: bool) -> tuple[int, bool]:
    """Return the new count of failures and whether a person is called now."""
    return (0, False) if helped else (misses + 1, misses > 0)
