"""Is a flow fit to be published? Names each problem and its step. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from walletdesk.bot.flows.types import (
    KNOWN,
    LAST,
    NEEDS,
    NOT_KNOWN,
    RESULTS,
    Answer,
    Flow,
    Step,
    StepKind,
)
from walletdesk.safety.asking import asks_for

REASONS = ("funds", "security", "unsure", "asked")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way. `step` "" is the flow itself, `detail` what it is about.

    Codes: no_steps, no_topics, missing_text, unknown_article, asks_secret, no_fact, fact_twice,
    no_options, unknown_fact, unknown_value, unknown_step, wrong_fact, dead_end, loop, unreachable,
    no_person.
    """

    code: str
    step: str = ""
    detail: str = ""


def problems_of(
    flow: Flow, *, languages: Collection[str], articles: Collection[str]
) -> list[Problem]:
    """Return all that keeps a flow from being published, in the order of its steps."""
    if not flow.steps:
        return [Problem("no_steps")]
    found = [] if flow.topics else [Problem("no_topics")]
    reached = _reached(flow)
    for step in flow.steps:
        found += _of_step(flow, step, languages, articles)
        if step.id not in reached:
            found.append(Problem("unreachable", step.id))
    found += [Problem("loop", name) for name in _loops(flow)]
    return found


def _of_step(
    flow: Flow, step: Step, languages: Collection[str], articles: Collection[str]
) -> Iterator[Problem]:
    yield from _texts(step, languages)
    if step.article and step.article not in articles:
        yield Problem("unknown_article", step.id, step.article)
    for way in flow.ways(step):
        if flow.step(way) is None:
            yield Problem("unknown_step" if way else "dead_end", step.id, way)
    if step.kind in _CHECKS:
        yield from _CHECKS[step.kind](flow, step)


def _texts(step: Step, languages: Collection[str]) -> Iterator[Problem]:
    needed = step.kind is StepKind.ASK or (step.kind is StepKind.TELL and not step.article)
    texts = [step.text] if needed or step.text else []
    for each in [*texts, *(option.label for option in step.options)]:
        for language in languages:
            if not each.get(language, "").strip():
                yield Problem("missing_text", step.id, language)
    for each in (step.text, step.name, *(option.label for option in step.options)):
        if any(asks_for(text) for text in each.values()):
            yield Problem("asks_secret", step.id)


def _ask(flow: Flow, step: Step) -> Iterator[Problem]:
    if not step.fact:
        yield Problem("no_fact", step.id)
    elif any(each.fact == step.fact and each.answer is not step.answer for each in flow.questions):
        yield Problem("fact_twice", step.id, step.fact)
    if step.answer is Answer.CHOICE and len(step.options) < 2:
        yield Problem("no_options", step.id)


def _branch(flow: Flow, step: Step) -> Iterator[Problem]:
    if not step.cases:
        yield Problem("no_options", step.id)
    known = values_of(flow).get(step.fact)
    if known is None:
        yield Problem("unknown_fact", step.id, step.fact)
        return
    for case in step.cases:
        for value in case.values:
            if known and value not in {*known, KNOWN, NOT_KNOWN}:
                yield Problem("unknown_value", step.id, value)


def _tool(flow: Flow, step: Step) -> Iterator[Problem]:
    if not step.result:
        yield Problem("no_fact", step.id)
    if step.tool in NEEDS and not any(
        each.fact == step.fact and each.answer in NEEDS[step.tool] for each in flow.questions
    ):
        yield Problem("wrong_fact", step.id, step.fact)


def _hand_over(_flow: Flow, step: Step) -> Iterator[Problem]:
    if step.reason not in REASONS:
        yield Problem("no_person", step.id)


_CHECKS = {
    StepKind.ASK: _ask,
    StepKind.BRANCH: _branch,
    StepKind.TOOL: _tool,
    StepKind.HAND_OVER: _hand_over,
}


def values_of(flow: Flow) -> dict[str, tuple[str, ...]]:
    """Return fact → the values it can have, () where it can be anything."""
    found: dict[str, tuple[str, ...]] = {}
    for step in flow.steps:
        if step.kind is StepKind.ASK and step.fact:
            own = tuple(option.value for option in step.options)
            found[step.fact] = own if step.answer is Answer.CHOICE else ()
        elif step.kind is StepKind.TOOL and step.result:
            found[step.result] = RESULTS[step.tool]
    return found


def _reached(flow: Flow) -> set[str]:
    reached: set[str] = set()
    ahead = [flow.steps[0].id]
    while ahead:
        step = flow.step(ahead.pop())
        if step is not None and step.id not in reached:
            reached.add(step.id)
            ahead += flow.ways(step)
    return reached


def _loops(flow: Flow) -> list[str]:
    """Return the steps that lead back to themselves past no question: nobody could ever leave."""
    found = []
    for start in flow.steps:
        seen: set[str] = set()
        ahead = [] if start.kind in {*LAST, StepKind.ASK} else flow.ways(start)
        while ahead:
            step = flow.step(ahead.pop())
            if step is None or step.id in seen or step.kind is StepKind.ASK:
                continue
            seen.add(step.id)
            ahead += flow.ways(step)
        if start.id in seen:
            found.append(start.id)
    return found
