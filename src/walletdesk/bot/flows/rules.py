"""The engine of flows. Pure: the same flow, state and words give the same turn.

A run has no place of its own: the way is walked from the first step with the facts that are known,
and stands at the first question whose fact is not. So an answer, a correction and a fact that came
before it was asked for are one and the same thing.
"""

from dataclasses import replace

from walletdesk.bot.flows.types import (
    KNOWN,
    LAST,
    NEEDS,
    NOT_KNOWN,
    NOTHING,
    UNKNOWN,
    Answer,
    Fact,
    Flow,
    Heard,
    State,
    Step,
    StepKind,
    Then,
    Turn,
)

MOST_TRIES = 2  # answers to one question that were not understood: then a person
MOST_ROUNDS = 2  # times that a loop begins anew: then a person
MOST_ASIDE = 3  # other questions in between: then the flow lets go
STUCK = "unsure"
BRIEF = 40  # characters


def begin(flow: Flow, heard: Heard) -> Turn:
    """Return the first turn, with all that the conversation has told so far."""
    if heard.calls:
        return Turn(State(), Then.HANDED_OVER, reason=heard.calls)
    return walk(flow, State(facts=dict(heard.facts)))


def take(flow: Flow, state: State, heard: Heard) -> Turn:
    """Return the turn that answers what was heard.

    A question is asked at most MOST_TRIES times for one answer. What the customer asks aside from
    the flow ends it after MOST_ASIDE times.
    """
    if heard.calls:
        return Turn(state, Then.HANDED_OVER, reason=heard.calls)
    if heard.cancels:
        return Turn(state, Then.CANCELLED)
    asked = flow.step(state.asking)
    fresh, corrected = _news(state, asked, heard)
    if fresh:
        return replace(walk(flow, _learn(flow, state, fresh)), corrected=corrected)
    return _unanswered(flow, state, asked, heard)


def _unanswered(flow: Flow, state: State, asked: Step | None, heard: Heard) -> Turn:
    if asked is None:
        return _aside(state)  # what is awaited comes by itself
    if heard.skips and asked.optional:
        return walk(flow, _learn(flow, state, {asked.fact: Fact(UNKNOWN)}))
    if heard.elsewhere:
        return _aside(state)
    tries = state.tries.get(asked.id, 0) + 1
    state = replace(state, tries={**state.tries, asked.id: tries})
    if tries >= MOST_TRIES:
        return Turn(state, Then.HANDED_OVER, reason=STUCK)
    return Turn(state, Then.ASKED, asked, again=True)


def resume(flow: Flow, state: State, step: Step, result: str, shown: str = "") -> Turn:
    """Return how it goes on with what a tool found."""
    facts = {**state.facts, step.result: Fact(result, shown)}
    return walk(flow, replace(state, facts=facts, waiting=""))


def is_plain(flow: Flow, state: State, heard: Heard, text: str) -> bool:
    """Tell whether a message only answers, stops or has no answer: such words sound no alarm.

    Any words at all answer a question for words, so they are no reason to hear no alarm in them.
    """
    asked, answer = flow.step(state.asking), heard.answer
    if asked is not None and answer is not None and asked.answer is Answer.TEXT:
        answer = answer if answer.value in {option.value for option in asked.options} else None
    return len(text) <= BRIEF and (answer is not None or heard.cancels or heard.skips)


def _aside(state: State) -> Turn:
    state = replace(state, aside=state.aside + 1)
    return Turn(state, Then.LAPSED if state.aside > MOST_ASIDE else Then.ASIDE)


def _news(state: State, asked: Step | None, heard: Heard) -> tuple[dict[str, Fact], Fact | None]:
    """Return the facts that are new or corrected, and the one that was corrected."""
    fresh: dict[str, Fact] = {}
    corrected = None
    for name, fact in heard.facts.items():
        old = state.facts.get(name)
        if old is None or (old.value == UNKNOWN and fact.value != UNKNOWN):
            fresh[name] = fact
        elif heard.corrects and old.value != fact.value:
            fresh[name], corrected = fact, fact
    if asked is not None and heard.answer is not None:
        fresh[asked.fact] = heard.answer
    return fresh, corrected


def _learn(flow: Flow, state: State, fresh: dict[str, Fact]) -> State:
    """Return the state that knows these facts, and no longer what was found out from old ones."""
    stale = {
        step.result for step in flow.steps if step.kind is StepKind.TOOL and step.fact in fresh
    }
    facts = {name: fact for name, fact in state.facts.items() if name not in stale}
    return replace(state, facts={**facts, **fresh}, waiting="", aside=0)


def walk(flow: Flow, state: State) -> Turn:
    """Return where the facts lead: what is told on the way, and the step at which it stands."""
    facts, told, rounds = dict(state.facts), list(state.told), dict(state.rounds)
    said: list[Step] = []
    way: list[str] = []
    at = flow.steps[0].id if flow.steps else ""

    def turn(then: Then, step: Step | None, reason: str = "") -> Turn:
        left = replace(
            state,
            facts=facts,
            told=tuple(told),
            rounds=rounds,
            asking=step.id if step and then is Then.ASKED else "",
            waiting=step.id if step and then is Then.RUN else "",
        )
        return Turn(left, then, step, tuple(said), reason=reason)

    while (step := flow.step(at)) is not None:
        if at in way:
            rounds[at] = rounds.get(at, 0) + 1
            if rounds[at] > MOST_ROUNDS:
                return turn(Then.HANDED_OVER, None, STUCK)
            again = way[way.index(at) :]
            way = way[: way.index(at)]
            _forget(flow, again, facts, told)
        way.append(at)
        if step.kind in LAST:
            then = Then.DONE if step.kind is StepKind.END else Then.HANDED_OVER
            return turn(then, step, step.reason or STUCK)
        if step.kind is StepKind.ASK and step.fact not in facts:
            return turn(Then.ASKED, step)
        if step.kind is StepKind.TOOL and step.result not in facts:
            if _runs(step, facts):
                return turn(Then.RUN, step)
            facts[step.result] = Fact(NOTHING)
        if step.kind is StepKind.TELL and at not in told:
            told.append(at)
            said.append(step)
        at = leads(flow, step, facts)
    return turn(Then.HANDED_OVER, None, STUCK)  # a published flow has no such end


def _runs(step: Step, facts: dict[str, Fact]) -> bool:
    return step.tool not in NEEDS or bool(facts.get(step.fact, Fact(UNKNOWN)).value)


def _forget(flow: Flow, names: list[str], facts: dict[str, Fact], told: list[str]) -> None:
    for step in flow.steps:
        if step.id in names:
            if step.kind in (StepKind.ASK, StepKind.TOOL):
                facts.pop(step.fact if step.kind is StepKind.ASK else step.result, None)
            if step.id in told:
                told.remove(step.id)


def leads(flow: Flow, step: Step, facts: dict[str, Fact]) -> str:
    """Return the step that comes after this one with these facts."""
    fact = facts.get(step.fact)
    value = fact.value if fact else UNKNOWN
    if step.kind is StepKind.ASK:
        chosen = next((each.next for each in step.options if each.value == value), "")
        return chosen or flow.after(step)
    for case in step.cases:
        if value in case.values or (KNOWN if value else NOT_KNOWN) in case.values:
            return case.next or flow.after(step)
    return flow.after(step)
