"""The bot's answers. Each handler is one transaction and holds the conversation's lock."""

from functools import cache
from typing import Any

from django.db import transaction
from django.utils import translation

from walletdesk.bot import texts
from walletdesk.bot.diagnosing import answers, begin_look, known_of_chain
from walletdesk.bot.flows.actions.turns import come_back, take_turn
from walletdesk.bot.queries import BotHistory, bot_history
from walletdesk.bot.rules import (
    SMALL,
    after_feedback,
    decide,
    hides_number,
    outweighs,
    question_of,
)
from walletdesk.bot.types import Plan, Reason, Situation, Step
from walletdesk.conversations.actions.bot import (
    hand_over_to_people,
    note_triage,
    post_bot_message,
    set_bot_misses,
    set_language,
)
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import (
    first_customer_texts,
    get_conversation,
    lock_conversation,
    unanswered_customer_texts,
    was_described,
)
from walletdesk.conversations.types import Status
from walletdesk.knowledge.queries import search
from walletdesk.knowledge.topic_queries import triage_for
from walletdesk.knowledge.types import Hit
from walletdesk.language.eldc_id import EldcLanguageId
from walletdesk.language.rules import raise_urgency
from walletdesk.language.triage.judge import NOTHING, Triaged
from walletdesk.language.types import LanguageId
from walletdesk.safety import guard

ASKED_LENGTH = 1_500  # of the customer's words in the summary; the thread has them all


@cache
def _language_id(languages: tuple[str, ...]) -> LanguageId:
    return EldcLanguageId(languages)


def answer_customer(*, conversation_id: int, seq: int) -> None:
    """Answer what a customer wrote to the bot: the handler of `customer_wrote_to_bot`.

    Does nothing when the conversation is no longer with the bot, or a newer message waits: that
    one's event answers all that is unanswered together. The search comes before the lock, because
    whoever holds the lock makes the way in wait.
    """
    seen = get_conversation(conversation_id)
    if seen is None or not _is_due(seen, seq):
        return
    said = unanswered_customer_texts(seen)
    question = question_of(said)
    hidden = hides_number(said)
    if not question:
        language = _language_of(seen, "")
        if not hidden and take_turn(
            conversation=seen, question="", language=language, about=NOTHING
        ):
            return  # personal data alone can be an answer
        if hidden:
            _ask_for_link(seen, seq)
        come_back(conversation_id=conversation_id, seq=seq)
        return  # answered already, or nothing is left of it: the guard's notice says what to do
    language = _language_of(seen, question)
    about = triage_for(brand=seen.brand, text=question)
    if not hidden and take_turn(
        conversation=seen, question=question, language=language, about=about
    ):
        return
    _answer(seen, seq, said, language, about)
    come_back(conversation_id=conversation_id, seq=seq)


def _answer(seen: Conversation, seq: int, said: list[str], language: str, triaged: Triaged) -> None:
    """Answer with an article, by the chain or by a person."""
    question, hidden = question_of(said), hides_number(said)
    hits = tuple(search(brand=seen.brand, text=question, language=language))
    with transaction.atomic():
        conversation = _with_the_bot(seen.pk)
        if conversation is None or not _is_due(conversation, seq):
            return
        set_language(conversation=conversation, language=language)
        history = bot_history(conversation)
        plan = decide(
            Situation(
                text=question,
                hits=hits,
                misses=conversation.bot_misses,
                shown=history.urls,
                offered=history.offered_person,
                topic=triaged.topic,
                urgency=triaged.urgency,
            )
        )
        topic = plan.topic or triaged.topic
        note_triage(
            conversation=conversation,
            topic=topic if outweighs(topic, conversation.topic) else "",
            urgency=max(plan.urgency, triaged.urgency),
        )
        if begin_look(conversation, topic) and answers(topic, plan):
            return  # what the chain says follows
        with translation.override(language):
            if hidden:
                _post(conversation, texts.number_hidden(), {})
            if hidden and plan.step == Step.ASK_AGAIN:
                return  # one question at a time
            _carry_out(conversation, plan, question, history)


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
    conversation.
    """
    del seq  # whichever answer it was, it did or did not help
    conversation = _with_the_bot(conversation_id)
    if conversation is None:
        return
    misses, hand_over = after_feedback(conversation.bot_misses, helped=helped)
    set_bot_misses(conversation=conversation, misses=misses)
    if helped:
        return
    history = bot_history(conversation)
    with translation.override(conversation.language):
        if hand_over:
            _post(conversation, texts.handing_over(), {})
            plan = Plan(
                Step.HAND_OVER,
                conversation.topic,
                conversation.urgency,
                misses,
                reason=Reason.NOT_HELPED,
            )
            _hand_over(conversation, plan, history.asked, history)
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
    guess = _language_id(tuple(brand.languages)).identify(question, prior=prior).language
    return guess if guess in brand.languages else prior or brand.default_language


def _carry_out(conversation: Conversation, plan: Plan, question: str, history: BotHistory) -> None:
    match plan.step:
        case Step.GREET:
            _post(conversation, texts.greeting(conversation.brand.name), {})
        case Step.THANK:
            _post(conversation, texts.thanks(), {})
        case Step.ASK_AGAIN:
            _post(
                conversation,
                texts.ask_again(has_suggestions=bool(plan.others)),
                {"suggestions": _links(plan.others), "offer_person": True},
            )
        case Step.HAND_OVER:
            _post(conversation, texts.handing_over(), {})
        case Step.ANSWER | Step.ANSWER_AND_HAND_OVER:
            _show_article(conversation, plan)
    if plan.misses != conversation.bot_misses:
        set_bot_misses(conversation=conversation, misses=plan.misses)
    if plan.reason is not None:
        _hand_over(conversation, plan, question, history)


def _show_article(conversation: Conversation, plan: Plan) -> None:
    if plan.hit is None:
        raise AssertionError("a plan to answer holds an article")
    text = plan.hit.summary
    if plan.hit.language != conversation.language:
        text = f"{texts.in_another_language(plan.hit.language)}\n\n{text}"
    data = {
        "sources": [{**_links((plan.hit,))[0], "language": plan.hit.language}],
        "suggestions": _links(plan.others),
        "feedback": plan.step == Step.ANSWER,
    }
    _post(conversation, text, data)


def _hand_over(conversation: Conversation, plan: Plan, question: str, history: BotHistory) -> None:
    shown = [*history.titles, *([f"{plan.hit.title} ({plan.hit.url})"] if plan.hit else [])]
    reason = plan.reason or Reason.UNSURE
    with translation.override(conversation.brand.default_language):
        summary = texts.summary(
            reason=reason,
            language=conversation.language,
            topic=conversation.topic or plan.topic,
            urgency=max(conversation.urgency, plan.urgency),
            asked=question[:ASKED_LENGTH],
            shown=shown,
        )
        if known := known_of_chain(conversation):
            summary += f"\n{known}"
    hand_over_to_people(
        conversation=conversation,
        reason=reason,
        # Once more through the guard: messages that stand side by side here stood apart before.
        summary=guard.check(summary).safe,
        urgency=plan.urgency,
        topic=conversation.topic or plan.topic,
    )


def _post(conversation: Conversation, text: str, data: dict[str, Any]) -> None:
    post_bot_message(conversation=conversation, text=guard.check(text).safe, data=data)


def _links(hits: tuple[Hit, ...]) -> list[dict[str, str]]:
    return [{"title": hit.title, "url": hit.url} for hit in hits]
