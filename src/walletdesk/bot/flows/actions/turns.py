"""The turns of flows in conversations. Each is part of the transaction of the bot's answer."""

from dataclasses import dataclass, field, replace
from functools import partial

from django.db import transaction
from django.utils import translation

from walletdesk.bot import texts as usual
from walletdesk.bot.diagnosing import known_of_chain
from walletdesk.bot.flows import rules, telling, texts
from walletdesk.bot.flows.alarm import calls_of
from walletdesk.bot.flows.documents import read_flow, read_state, write_state
from walletdesk.bot.flows.hearing import hear
from walletdesk.bot.flows.models import FlowRun, FlowVersion
from walletdesk.bot.flows.queries import (
    known_of,
    networks,
    newest_run,
    running_in,
    said_since,
    version_for,
    voice_for,
)
from walletdesk.bot.flows.telling import Spoken, Voice
from walletdesk.bot.flows.tools import look, result_of
from walletdesk.bot.flows.types import Flow, Heard, State, Step, Then, Tool, Turn
from walletdesk.bot.handing_over import Call, call_person, written
from walletdesk.bot.queries import bot_history
from walletdesk.bot.rules import SMALL, outweighs
from walletdesk.bot.summary import Part
from walletdesk.bot.types import Reason
from walletdesk.conversations.actions.bot import (
    add_summary,
    note_triage,
    post_bot_message,
    set_language,
)
from walletdesk.conversations.actions.timeline import CHAT
from walletdesk.conversations.diagnoses.actions.asking import ask_diagnosis
from walletdesk.conversations.diagnoses.models import Diagnosis
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.conversations.diagnoses.queries import get_diagnosis_in
from walletdesk.conversations.diagnoses.records import from_record
from walletdesk.conversations.diagnoses.types import State as LookState
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.language.topics import default_urgency
from walletdesk.language.triage.judge import Triaged
from walletdesk.language.types import Urgency
from walletdesk.safety import guard

SURE = 0.5  # of triage, from which on a topic begins a flow or counts as another matter
_URGENCY = {Reason.SECURITY: Urgency.CRITICAL, Reason.FUNDS: Urgency.HIGH}
_ENDS = {Then.DONE, Then.HANDED_OVER, Then.CANCELLED, Then.LAPSED}


@dataclass(slots=True)
class _Talk:
    """A turn that is being carried out: the conversation, its run, and what is said meanwhile."""

    conversation: Conversation
    run: FlowRun
    flow: Flow
    voice: Voice
    spoken: list[Spoken] = field(default_factory=list)


def take_turn(
    *, conversation: Conversation, seq: int, question: str, language: str, about: Triaged
) -> bool:
    """Answer by a flow, when one runs or begins; tell whether it did.

    Nothing is written when it did not: the bot answers as ever, and `come_back` follows. `question`
    is what stands unanswered up to `seq`; when a newer message came meanwhile, which may ask for a
    person, that one's event answers all of it, and nothing is left to do here either.
    """
    topic = about.topic if about.confidence >= SURE else ""
    seen = running_in(conversation)
    version = seen.version if seen else version_for(conversation.brand_id, topic)
    if version is None:
        return False
    flow = read_flow(version.body)
    calls = calls_of(flow, question)
    if seen is None and calls:
        return False
    with transaction.atomic():
        locked = lock_conversation(conversation.pk)
        if locked.last_customer_seq > seq:
            return True
        run = running_in(locked)
        if locked.status != Status.BOT or (run and run.pk) != (seen and seen.pk):
            return False
        heard = _hear(locked, run, flow, "" if topic in SMALL else topic)
        if heard is None:
            return False  # it was a secret, or is answered
        state = read_state(run.state) if run else State()
        plain = rules.is_plain(flow, state, heard, question)
        heard = replace(heard, calls="" if plain else calls)
        turn = rules.take(flow, state, heard) if run else rules.begin(flow, heard)
        takes = turn.then not in (Then.ASIDE, Then.LAPSED)
        if takes:
            set_language(conversation=locked, language=language)
            run = run or _begin(locked, version, about)
            run.heard_seq = locked.last_customer_seq
            _carry_out(_talk(locked, run, flow), turn)
    return takes


def _hear(conversation: Conversation, run: FlowRun | None, flow: Flow, topic: str) -> Heard | None:
    """Return what unanswered messages say to a flow, None when nothing is left of them."""
    said = said_since(conversation, run.heard_seq if run else 0)
    if not said:
        return None
    heard = hear(flow, read_state(run.state) if run else State(), said, networks(), topic)
    if run is None:
        heard = replace(heard, facts={**known_of(conversation.contact, flow), **heard.facts})
    return heard


def _begin(conversation: Conversation, version: FlowVersion, about: Triaged) -> FlowRun:
    note_triage(
        conversation=conversation,
        topic=about.topic if outweighs(about.topic, conversation.topic) else "",
        urgency=min(about.urgency, Urgency.HIGH),  # critical is what the flow finds out
    )
    return FlowRun(conversation=conversation, version=version, started_at=clock.now())


def _talk(conversation: Conversation, run: FlowRun, flow: Flow) -> _Talk:
    brand = conversation.brand
    language = conversation.language or brand.default_language
    plain = conversation.channel != CHAT
    voice = voice_for(brand, language, telling.articles_of(flow), plain=plain)
    return _Talk(conversation, run, flow, voice)


def _carry_out(talk: _Talk, turn: Turn) -> None:
    """Say what a turn says, run its tools, and save how far it is."""
    with translation.override(talk.voice.language):
        talk.spoken += telling.opening(turn)
        turn = _run_tools(talk, turn)
        talk.spoken += telling.told(turn.told, talk.voice)
        _close(talk, turn)
        _post(talk)
    talk.run.state = write_state(turn.state)
    if turn.then in _ENDS:
        talk.run.outcome, talk.run.ended_at = turn.then, clock.now()
    talk.run.save()
    if turn.then is Then.HANDED_OVER:
        _hand_over(talk, turn)


def _run_tools(talk: _Talk, turn: Turn) -> Turn:
    """Go on until the flow asks, ends, or awaits the networks."""
    while turn.then is Then.RUN and turn.step is not None:
        talk.spoken += telling.told(turn.told, talk.voice)
        step = turn.step
        if step.tool is Tool.DIAGNOSE:
            row = _ask_networks(talk, turn.state, step)
            if row is not None and row.state == LookState.ASKED:
                talk.run.waiting_seq = row.seq
                return replace(turn, then=Then.AWAIT, told=())
            turn = rules.resume(talk.flow, turn.state, step, _explain(talk, row))
        else:
            fact = turn.state.facts.get(step.fact)
            brand, language = talk.conversation.brand, talk.voice.language
            looked = look(step.tool, brand=brand, language=language, fact=fact)
            talk.spoken += [Spoken(looked.text)] if looked.text else []
            turn = rules.resume(talk.flow, turn.state, step, looked.result, looked.text)
    return turn


def _ask_networks(talk: _Talk, state: State, step: Step) -> Diagnosis | None:
    fact = state.facts[step.fact]
    return ask_diagnosis(conversation=talk.conversation, seq=fact.seq) if fact.seq else None


def _explain(talk: _Talk, row: Diagnosis | None) -> str:
    """Tell what the networks said; return what it means for the flow."""
    found = [from_record(record) for record in row.report] if row else []
    text = Port.words().explain(found) if found else usual.not_looked_up()
    verdict = found[0].verdict.value if found else ""
    talk.spoken.append(Spoken(text, {"diagnosis": row.seq, "verdict": verdict} if row else {}))
    return result_of(found)


def _close(talk: _Talk, turn: Turn) -> None:
    """Say how a turn ends; what ends a flow asks whether it helped."""
    talk.spoken += telling.closing(turn, talk.voice)
    if turn.then is Then.DONE and talk.spoken:
        last = talk.spoken[-1]
        talk.spoken[-1] = Spoken(last.text, {**last.data, "feedback": True})


def _post(talk: _Talk) -> None:
    for each in telling.joined(talk.spoken):
        text = guard.check(each.text).safe
        post_bot_message(conversation=talk.conversation, text=text, data=dict(each.data))


def _hand_over(talk: _Talk, turn: Turn) -> None:
    reason = Reason(turn.reason)
    conversation = talk.conversation
    history = bot_history(conversation)
    call = Call(
        reason=reason,
        urgency=max(default_urgency(conversation.topic), _URGENCY.get(reason, Urgency.LOW)),
        topic=conversation.topic,
        asked=history.asked[-1] if history.asked else "",
        shown=history.titles,
    )
    call_person(conversation=conversation, call=call, known=partial(_known, conversation, talk.run))


def _known(conversation: Conversation, run: FlowRun) -> list[Part]:
    """Return what a run found out, and what the chain says."""
    own = conversation.brand.default_language
    flow = read_flow(run.version.body)
    facts = telling.facts_of(flow, read_state(run.state), Voice(own, own))
    name, number = run.version.flow.name, run.version.number
    return [*texts.summary_of(name, number, facts), *known_of_chain(conversation)]


# --- what happens meanwhile ---------------------------------------------------------------


def come_back(*, conversation_id: int, seq: int) -> None:
    """Ask a flow's question again after the bot answered something else.

    A flow whose customer keeps asking other things lets go of them. A newer message is answered
    first: its event comes back, too.
    """
    with transaction.atomic():
        locked = _locked(conversation_id)
        run = running_in(locked) if locked and locked.status == Status.BOT else None
        if locked is None or run is None or run.heard_seq >= seq or locked.last_customer_seq > seq:
            return
        flow = read_flow(run.version.body)
        turn = rules.take(flow, read_state(run.state), Heard(elsewhere=True))
        run.state, run.heard_seq = write_state(turn.state), seq
        talk = _talk(locked, run, flow)
        step = flow.step(turn.state.asking)
        if turn.then is Then.LAPSED:
            run.outcome, run.ended_at = Then.LAPSED, clock.now()
        elif step is not None:
            with translation.override(talk.voice.language):
                talk.spoken.append(telling.asked(step, talk.voice, back=True))
                _post(talk)
        run.save()


@transaction.atomic
def go_on(*, conversation_id: int, seq: int) -> None:
    """Go on with what a look-up found: a handler of `diagnosis_made`."""
    locked = _locked(conversation_id)
    run = running_in(locked) if locked and locked.status == Status.BOT else None
    if locked is None or run is None or run.waiting_seq != seq:
        return
    try:
        row = get_diagnosis_in(locked, seq)
    except NotFound:
        row = None
    flow, state = read_flow(run.version.body), read_state(run.state)
    run.waiting_seq = 0
    step = flow.step(state.waiting)
    if step is None:
        return  # what was looked up is not what counts any more
    talk = _talk(locked, run, flow)
    with translation.override(talk.voice.language):
        result = _explain(talk, row)
    _carry_out(talk, rules.resume(flow, state, step, result))


@transaction.atomic
def leave_flow(*, conversation_id: int) -> None:
    """End the run of a conversation that left the bot, and tell staff what it had found out.

    A handler of `conversation_queued` and `conversation_resolved`.
    """
    locked = _locked(conversation_id)
    run = newest_run(locked) if locked else None
    if locked is None or run is None or run.outcome == Then.HANDED_OVER:
        return
    waits = locked.status in (Status.QUEUED, Status.OPEN)
    if not waits and (run.outcome or locked.status == Status.BOT):
        return
    run.outcome, run.ended_at = Then.HANDED_OVER if waits else Then.LAPSED, clock.now()
    run.save(update_fields=["outcome", "ended_at"])
    if waits and run.state.get("facts"):
        with translation.override(locked.brand.default_language):
            summary, told = written(_known(locked, run), locked)
        add_summary(
            conversation=locked, summary=summary, staff_data={"topic": locked.topic, **told}
        )


@transaction.atomic
def forget_cut(*, conversation_id: int, kinds: list[str], seqs: list[int]) -> None:
    """Forget facts from messages out of which a secret was cut: a handler of `secret_removed`."""
    del kinds
    for run in FlowRun.objects.filter(conversation_id=conversation_id).select_for_update():
        state = read_state(run.state)
        kept = {name: fact for name, fact in state.facts.items() if fact.seq not in seqs}
        if len(kept) != len(state.facts):
            run.state = write_state(replace(state, facts=kept))
            run.save(update_fields=["state"])


def _locked(conversation_id: int) -> Conversation | None:
    try:
        return lock_conversation(conversation_id)
    except Conversation.DoesNotExist:
        return None  # erased meanwhile
