"""The bot and the chain: it has looked up what a customer names, and explains what was found."""

from functools import partial

from django.db import transaction
from django.utils import translation

from walletdesk.bot import texts
from walletdesk.bot.handing_over import Call, call_person
from walletdesk.bot.queries import bot_history
from walletdesk.bot.summary import Part, chain_says, evidence_ready
from walletdesk.bot.types import Composed, Reason, Step
from walletdesk.chain.types import Diagnosis as Found
from walletdesk.chain.types import Ending, Kind, Recoverable, Verdict
from walletdesk.conversations.actions.bot import post_bot_message
from walletdesk.conversations.diagnoses.actions.asking import ask_diagnosis
from walletdesk.conversations.diagnoses.models import Diagnosis
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.conversations.diagnoses.queries import (
    get_diagnosis_in,
    newest_diagnoses,
    unanswered_naming,
)
from walletdesk.conversations.diagnoses.records import from_record
from walletdesk.conversations.diagnoses.rules import (
    ADDRESS_TOPICS,
    ANSWERED_BY_CHAIN,
    needs_person,
    urgency_of,
)
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Status
from walletdesk.kit.errors import NotFound
from walletdesk.language.types import Urgency
from walletdesk.safety import guard

MESSAGES = 2  # of one burst of messages are looked up: the newest


def begin_look(conversation: Conversation, topic: str) -> bool:
    """Have looked up what the unanswered messages of a locked conversation name.

    A hash always is a question; an address is one when the topic is about money on the chain.
    Returns whether an explanation will follow.
    """
    asks = [
        seq
        for seq, refs in sorted(unanswered_naming(conversation).items())
        if topic in ADDRESS_TOPICS or any(ref.kind is Kind.TRANSACTION for ref in refs)
    ]
    for seq in asks[-MESSAGES:]:
        ask_diagnosis(conversation=conversation, seq=seq, explain=True)
    return bool(asks)


def answers(composed: Composed) -> bool:
    """Tell whether the explanation that follows takes the place of what the bot would do.

    A person is called at once where one was asked for or safety is at stake; otherwise the verdict
    says whether one is needed.
    """
    if composed.step in (Step.GREET, Step.THANK, Step.ASK_AGAIN):
        return True
    by_chain = composed.topic in ANSWERED_BY_CHAIN and composed.urgency < Urgency.CRITICAL
    told = composed.step in (Step.TELL, Step.TELL_AND_HAND_OVER)
    return by_chain and not told and composed.reason in (None, Reason.UNSURE, Reason.FUNDS)


@transaction.atomic
def explain_diagnosis(*, conversation_id: int, seq: int) -> None:
    """Tell the customer what a look-up found: the handler of `diagnosis_made`.

    Calls a person when the verdict says so. Says nothing once a person has the conversation: they
    decide what is said.
    """
    try:
        conversation = lock_conversation(conversation_id)
        row = get_diagnosis_in(conversation, seq)
    except (Conversation.DoesNotExist, NotFound):
        return  # erased meanwhile
    if not row.explain or conversation.status not in (Status.BOT, Status.QUEUED):
        return
    found = [from_record(record) for record in row.report]
    language = conversation.language or conversation.brand.default_language
    with translation.override(language):
        _say(conversation, found, seq)
        if conversation.status == Status.BOT and found and _calls(found[0]):
            _call_person(conversation, row, found)


def _say(conversation: Conversation, found: list[Found], seq: int) -> None:
    text = Port.words().explain(found) if found else texts.not_looked_up()
    first = found[0] if found else None
    solved = first is not None and first.plan.recoverable is not Recoverable.UNKNOWN
    with_bot = conversation.status == Status.BOT and not (first and _calls(first))
    data = {
        "diagnosis": seq,
        "verdict": first.verdict.value if first else "",
        **({"feedback": True} if with_bot and solved else {}),
        **({"offer_person": True} if with_bot and not solved else {}),
    }
    post_bot_message(conversation=conversation, text=guard.check(text).safe, data=data)


def _calls(found: Found) -> bool:
    """Tell whether a person is called: what nobody can read is offered one instead."""
    return needs_person(found.verdict) and found.verdict is not Verdict.NOT_READABLE


def _call_person(conversation: Conversation, row: Diagnosis, found: list[Found]) -> None:
    urgency = max(urgency_of(each.verdict) for each in found)
    reason = Reason.SECURITY if urgency == Urgency.CRITICAL else Reason.FUNDS
    history = bot_history(conversation)
    post_bot_message(
        conversation=conversation, text=guard.check(texts.handing_over()).safe, data={}
    )
    call = Call(
        reason=reason,
        urgency=urgency,
        topic=conversation.topic,
        asked=history.asked[-1] if history.asked else "",
        shown=history.titles,
        staff_data={"diagnosis": row.seq},
    )
    known = partial(_chain_says, found)
    call_person(conversation=conversation, call=call, known=known)


def _chain_says(found: list[Found]) -> list[Part]:
    return [chain_says(chain_summary(found))]


def chain_summary(found: list[Found]) -> str:
    """Return what the chain says, for staff, in the language that is active."""
    words = Port.words()
    lines = [f"{words.title(each.verdict)}: {words.summarise(each)}" for each in found[:3]]
    ends = {each.plan.ending for each in found}
    if Ending.SOMEBODY_ELSE in ends:
        lines.append(evidence_ready())
    return " ".join(lines)


def known_of_chain(conversation: Conversation) -> list[Part]:
    """Return what the chain said so far about a conversation, for the summary of a hand-over."""
    rows = [row for row in newest_diagnoses(conversation) if row.report]
    found = [from_record(row.report[0]) for row in rows]
    return _chain_says(found) if found else []
