"""The bot's answers. Each handler is one transaction and holds the conversation's lock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import translation

from walletdesk.bot import texts
from walletdesk.bot.answering import compose, may_be_written
from walletdesk.bot.diagnosing import answers, begin_look, known_of_chain
from walletdesk.bot.flows.actions.turns import come_back, take_turn
from walletdesk.bot.handing_over import Call, call_person
from walletdesk.bot.ports import current_generator
from walletdesk.bot.queries import bot_history
from walletdesk.bot.rules import SMALL, after_feedback, hides_number, outweighs, question_of
from walletdesk.bot.types import Composed, History, Reason, Source, Step
from walletdesk.conversations.actions.bot import (
    note_triage,
    post_bot_message,
    set_bot_misses,
    set_language,
)
from walletdesk.conversations.diagnoses.queries import unanswered_naming
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import (
    first_customer_texts,
    get_conversation,
    lock_conversation,
    unanswered_customer_texts,
    was_described,
)
from walletdesk.conversations.types import Author, Status
from walletdesk.kit import clock
from walletdesk.kit.jobs import later
from walletdesk.knowledge.topic_queries import triage_for
from walletdesk.language.identifying import language_id
from walletdesk.language.rules import raise_urgency
from walletdesk.language.triage.judge import NOTHING
from walletdesk.language.types import TextGenerator
from walletdesk.safety import guard

WRITE_JOB = "bot.write"
LOST_AFTER = timedelta(seconds=90)  # a model gets 60 s at most
GIVEN_UP_AFTER = timedelta(hours=1)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a conversation waits to have answered. `hidden`: the guard hid a number in it."""

    conversation: Conversation
    seq: int
    question: str
    hidden: bool
    language: str
    history: History


def answer_customer(*, conversation_id: int, seq: int) -> None:
    """Answer what a customer wrote to the bot: the handler of `customer_wrote_to_bot`.

    Does nothing when the conversation is no longer with the bot, or a newer message waits: that
    one's event answers all that is unanswered together. What is to be said is found before the
    lock, because whoever holds the lock makes the way in wait. Where a model may word the answer, a
    job asks it (`write_with_model`), since a handler never talks to the network.
    """
    asked = unanswered(conversation_id, seq)
    if asked is None:
        return
    question, brand = asked.question, asked.conversation.brand
    about = triage_for(brand=brand, text=question) if question else NOTHING
    if not asked.hidden and take_turn(
        conversation=asked.conversation,
        seq=seq,
        question=question,
        language=asked.language,
        about=about,
    ):
        return  # personal data alone, which is no question, can be an answer
    if not question:
        if asked.hidden:
            _ask_for_link(asked.conversation, seq)
        come_back(conversation_id=conversation_id, seq=seq)
        return  # answered already, or nothing is left of it: the guard's notice says what to do
    composed = compose_for(asked)
    if current_generator() is not None and may_be_written(composed) and _has_words_only(asked):
        later(WRITE_JOB, at=clock.now(), conversation_id=conversation_id, seq=seq)
        return
    post_composed(asked=asked, composed=composed)


def _has_words_only(asked: Asked) -> bool:
    """Whether nothing else is to be said than an answer: no look at a chain, no hidden number."""
    return not asked.hidden and not unanswered_naming(asked.conversation)


def unanswered(conversation_id: int, seq: int) -> Asked | None:
    """Return what waits for the bot's answer, None when there is nothing for it to answer."""
    seen = get_conversation(conversation_id)
    if seen is None or not _is_due(seen, seq):
        return None
    said = unanswered_customer_texts(seen)
    question = question_of(said)
    history = bot_history(seen)
    before = history.asked[: max(0, len(history.asked) - len(said))]
    return Asked(
        conversation=seen,
        seq=seq,
        question=question,
        hidden=hides_number(said),
        language=_language_of(seen, question),
        history=replace(history, asked=before),
    )


def compose_for(
    asked: Asked,
    *,
    generator: TextGenerator | None = None,
    show: Callable[[str], None] = lambda _sentence: None,
) -> Composed:
    """Return what the bot says to what waits."""
    return compose(
        brand=asked.conversation.brand,
        question=asked.question,
        language=asked.language,
        history=asked.history,
        asker=asked.conversation,
        generator=generator,
        show=show,
    )


def post_composed(*, asked: Asked, composed: Composed) -> None:
    """Say what was composed, if that is still what waits; call a person when it says so.

    A flow that runs then asks its question again.
    """
    _say(asked, composed)
    come_back(conversation_id=asked.conversation.pk, seq=asked.seq)


@transaction.atomic
def _say(asked: Asked, composed: Composed) -> None:
    conversation = _with_the_bot(asked.conversation.pk)
    if conversation is None or not _is_due(conversation, asked.seq):
        return
    if not unanswered_customer_texts(conversation):
        return  # somebody was faster
    set_language(conversation=conversation, language=composed.language)
    topic = composed.topic
    note_triage(
        conversation=conversation,
        topic=topic if outweighs(topic, conversation.topic) else "",
        urgency=composed.urgency,
    )
    if begin_look(conversation, topic) and answers(composed):
        return  # what the chain says follows
    with translation.override(composed.language):
        if asked.hidden:
            _post(conversation, texts.number_hidden(), {})
        if asked.hidden and composed.step == Step.ASK_AGAIN:
            return  # one question at a time
        _carry_out(conversation, composed)


def take_up_unwritten() -> int:
    """Answer from articles what a model was to word a while ago and never did. Returns how many."""
    if current_generator() is None:
        return 0
    before = clock.now() - LOST_AFTER
    lost = Conversation.objects.filter(
        status=Status.BOT,
        last_author=Author.CUSTOMER,
        last_event_at__range=(before - GIVEN_UP_AFTER, before),
    ).values_list("pk", "last_customer_seq")[:AT_ONCE]
    waiting = [asked for pk, seq in lost if (asked := unanswered(pk, seq)) and asked.question]
    for asked in waiting:
        post_composed(asked=asked, composed=compose_for(asked))
    return len(waiting)


def _ask_for_link(seen: Conversation, seq: int) -> None:
    """Ask what a number is that may be a key: a transaction comes again as a link."""
    with transaction.atomic(), translation.override(_language_of(seen, "")):
        conversation = _with_the_bot(seen.pk)
        if conversation is not None and _is_due(conversation, seq):
            _post(conversation, texts.number_hidden(), {})


def sort_queued(*, conversation_id: int) -> None:
    """Tell what a conversation that waits for a person is about: handles `conversation_queued`.

    Who asked for a person at once, wrote a mail or a ticket has had no look of the bot's. A topic
    that somebody chose stays, and then only words of alarm raise the urgency. What staff have
    described, nothing changes.
    """
    seen = get_conversation(conversation_id)
    if seen is None or seen.status != Status.QUEUED or was_described(seen):
        return
    said = question_of(first_customer_texts(seen))
    if not said:
        return
    topic, urgency = "", raise_urgency(said, seen.urgency)
    if seen.topic in ("", *SMALL):
        triaged = triage_for(brand=seen.brand, text=said)
        topic, urgency = triaged.topic, int(triaged.urgency)
    with transaction.atomic():
        conversation = lock_conversation(conversation_id)
        if conversation.status == Status.QUEUED and not was_described(conversation):
            note_triage(
                conversation=conversation,
                topic=topic if outweighs(topic, conversation.topic) else "",
                urgency=urgency,
            )


def _is_due(conversation: Conversation, seq: int) -> bool:
    return conversation.status == Status.BOT and conversation.last_customer_seq <= seq


@transaction.atomic
def take_feedback(*, conversation_id: int, seq: int, helped: bool) -> None:
    """React to "did this help?": the handler of `feedback_given`.

    The first no offers a person, the second one calls one. Nothing happens once a person has the
    conversation, and nothing is offered between a newer question and its answer.
    """
    del seq  # whichever answer it was, it did or did not help
    conversation = _with_the_bot(conversation_id)
    if conversation is None:
        return
    misses, hand_over = after_feedback(conversation.bot_misses, helped=helped)
    set_bot_misses(conversation=conversation, misses=misses)
    if helped:
        return
    if not hand_over and question_of(unanswered_customer_texts(conversation)):
        return  # the answer to what was written after it follows
    history = bot_history(conversation)
    with translation.override(conversation.language):
        if hand_over:
            composed = Composed(
                texts.handing_over(),
                Step.HAND_OVER,
                conversation.language,
                conversation.topic,
                conversation.urgency,
                misses,
                reason=Reason.NOT_HELPED,
                tried=history.titles,
                question=history.asked[-1] if history.asked else "",
            )
            _carry_out(conversation, composed)
        else:
            _post(conversation, texts.not_helped(), {"offer_person": True})


def _with_the_bot(conversation_id: int) -> Conversation | None:
    try:
        conversation = lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return None  # erased meanwhile
    return conversation if conversation.status == Status.BOT else None


def _language_of(conversation: Conversation, question: str) -> str:
    brand = conversation.brand
    prior = conversation.language if conversation.language in brand.languages else None
    guess = language_id(tuple(brand.languages)).identify(question, prior=prior).language
    return guess if guess in brand.languages else prior or brand.default_language


def _carry_out(conversation: Conversation, composed: Composed) -> None:
    _post(conversation, *_message(composed))
    if composed.misses != conversation.bot_misses:
        set_bot_misses(conversation=conversation, misses=composed.misses)
    if composed.reason is not None:
        _hand_over(conversation, composed, composed.reason)


def _message(composed: Composed) -> tuple[str, dict[str, Any]]:
    """Return an answer's text and what stands below it. A source without a page stands in it."""
    text = "\n".join([composed.text, *(f"({s.title})" for s in composed.sources if not s.url)])
    sources = [
        {"title": s.title, "url": s.url, **({"language": s.language} if s.language else {})}
        for s in composed.sources
        if s.url
    ]
    answered = composed.step in (Step.ANSWER, Step.ANSWER_AND_HAND_OVER)
    asks = composed.step == Step.ASK_AGAIN
    return text, {
        **({"sources": sources} if sources else {}),
        **({"suggestions": _links(composed.others)} if answered or asks else {}),
        **({"feedback": composed.step == Step.ANSWER} if answered else {}),
        **({"generated": True} if composed.generated else {}),
        **({"offer_person": True} if composed.offers_person else {}),
    }


def _hand_over(conversation: Conversation, composed: Composed, reason: Reason) -> None:
    call = Call(
        reason=reason,
        urgency=composed.urgency,
        topic=conversation.topic or composed.topic,
        asked=composed.question,
        shown=composed.tried,
    )
    call_person(conversation=conversation, call=call, known=lambda: known_of_chain(conversation))


def _post(conversation: Conversation, text: str, data: dict[str, Any]) -> None:
    post_bot_message(conversation=conversation, text=guard.check(text).safe, data=data)


def _links(others: tuple[Source, ...]) -> list[dict[str, str]]:
    return [{"title": other.title, "url": other.url} for other in others]
