"""Triage of messages: language, topic, urgency and whether it is our matter, in one answer.

The model says the topic. Rules may raise the urgency, never lower it, and they decide where they
are surer than any model: a bare greeting, thanks, a bare request for a person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from walletdesk.language.rules import raise_urgency, small_talk, wants_person
from walletdesk.language.topics import OTHER, TALK_HUMAN, default_urgency
from walletdesk.language.triage.alarm_words import alarming
from walletdesk.language.triage.features import plain, words
from walletdesk.language.triage.model import ALARMS, OUTSIDE, Judgement, TopicModel, load
from walletdesk.language.types import Urgency, Vectors
from walletdesk.language.use_embedder import packaged_embedder

MODEL = Path(__file__).parent / "topics.npz"
STOLEN = "wallet_stolen"
SMALL_TALK = ("greeting", "thanks")
_CERTAIN = 0.99  # what a rule says of itself
_LOOKED_UP = {"xhash", "xaddress", "xlink"}
_OPAQUE = {*_LOOKED_UP, "xnumber", "xmail"}
_SURE = 0.6  # below it words of theft or a request for a person outweigh the model's topic


@dataclass(frozen=True, slots=True)
class Triaged:
    """What a message is about. `likeness` is the mean cosine to the nearest examples."""

    topic: str
    confidence: float
    urgency: Urgency
    out_of_scope: bool
    likeness: float = 0.0


NOTHING = Triaged(OTHER, 0.0, Urgency.LOW, out_of_scope=True)


@cache
def topic_model() -> TopicModel:
    """Return the shipped model; loads it at the first call. Raises BadModel."""
    return load(MODEL)


def vectors_of(texts: Sequence[str]) -> Vectors:
    """Return the sentence vectors that the model was trained on."""
    return packaged_embedder().embed([plain(text) for text in texts])


def triage(texts: Sequence[str]) -> list[Triaged]:
    """Return what each message is about; each stands alone. Never raises for any text."""
    return triage_vectors(texts, vectors_of(texts))


def triage_vectors(
    texts: Sequence[str],
    vectors: Vectors,
    urgency_of: Callable[[str], Urgency] = default_urgency,
    model: TopicModel | None = None,
) -> list[Triaged]:
    """Return the same for texts whose vectors are known, by the shipped model or another."""
    judged = (model or topic_model()).judge_vectors(texts, vectors) if texts else []
    return [settle(*pair, urgency_of) for pair in zip(texts, judged, strict=True)]


def settle(
    text: str, judged: Judgement, urgency_of: Callable[[str], Urgency] = default_urgency
) -> Triaged:
    """Return the final word on a message: what the model says, after the rules."""
    found = {word for word in words(text) if word.isalnum()}
    if found <= _OPAQUE:
        # Nothing but hashes and links: a matter of ours, and no word about which.
        return replace(NOTHING, out_of_scope=not found & _LOOKED_UP)
    topic, confidence, outside = judged.label, judged.confidence, judged.out_of_scope
    alarm = alarming(text) or raise_urgency(text, Urgency.LOW) == Urgency.CRITICAL
    if kind := small_talk(text):
        topic, confidence, outside = kind, _CERTAIN, False
    elif alarm and (outside or (confidence < _SURE and topic not in ALARMS)):
        topic, outside = STOLEN, False
    elif wants_person(text) and (outside or confidence < _SURE):
        topic, confidence, outside = TALK_HUMAN, max(confidence, _SURE), False
    if outside or topic == OUTSIDE:
        topic = OTHER
    urgency = raise_urgency(text, urgency_of(topic))
    if alarm and topic not in SMALL_TALK:
        urgency = Urgency.CRITICAL
    return Triaged(topic, confidence, Urgency(urgency), outside, judged.likeness)
