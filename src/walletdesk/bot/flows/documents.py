"""A flow as a document: JSON in the database, TOML where we ship one. Strict, and never surprised.

Reads and writes one shape; says where it is wrong. What it means is for `checking` to judge.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from walletdesk.bot.flows.types import (
    UNKNOWN,
    Answer,
    Case,
    Fact,
    Flow,
    Option,
    State,
    Step,
    StepKind,
    Texts,
    Tool,
)

STEPS = 60
OPTIONS = 12
TOPICS = 20
WORDS = 30
LANGUAGES = 20
LENGTH = 2_000  # of a text
LABEL = 80
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELDS: Mapping[StepKind, frozenset[str]] = {
    StepKind.ASK: frozenset({"text", "fact", "answer", "name", "options", "optional", "next"}),
    StepKind.BRANCH: frozenset({"fact", "cases", "next"}),
    StepKind.TELL: frozenset({"text", "article", "next"}),
    StepKind.TOOL: frozenset({"tool", "fact", "result", "next"}),
    StepKind.HAND_OVER: frozenset({"text", "reason"}),
    StepKind.END: frozenset({"text"}),
}
E = TypeVar("E", bound=StrEnum)


class FlowError(ValueError):
    """The document is no flow. `code` and `where` are for the log: people never write documents."""


def read_flow(told: Any) -> Flow:
    """Return the flow of a document. Raises FlowError."""
    table = _table(told, {"topics", "steps"}, "flow")
    steps = tuple(_step(one) for one in _list(table.get("steps", []), STEPS, "steps"))
    if len({step.id for step in steps}) != len(steps):
        raise FlowError("two steps have one name")
    topics = tuple(_name(one) for one in _list(table.get("topics", []), TOPICS, "topics"))
    return Flow(topics, steps)


def _step(told: Any) -> Step:
    kind = _one_of(StepKind, told.get("kind") if isinstance(told, Mapping) else None)
    table = _table(told, _FIELDS[kind] | {"id", "kind"}, "step")
    return Step(
        id=_name(table.get("id")),
        kind=kind,
        text=_texts(table.get("text", {}), LENGTH),
        next=_name(table.get("next", ""), empty=True),
        fact=_name(table.get("fact", ""), empty=True),
        answer=_one_of(Answer, table.get("answer", Answer.TEXT)),
        name=_texts(table.get("name", {}), LABEL),
        options=tuple(_option(one) for one in _list(table.get("options", []), OPTIONS, "options")),
        optional=table.get("optional", False) is True,
        cases=tuple(_case(one) for one in _list(table.get("cases", []), OPTIONS, "cases")),
        article=_text(table.get("article", ""), LABEL),
        tool=_one_of(Tool, table.get("tool", Tool.DIAGNOSE)),
        result=_name(table.get("result", ""), empty=True),
        reason=_name(table.get("reason", ""), empty=True),
    )


def _option(told: Any) -> Option:
    table = _table(told, {"value", "label", "words", "next"}, "option")
    words = (_text(one, LABEL) for one in _list(table.get("words", []), WORDS, "words"))
    return Option(
        value=_name(table.get("value")),
        label=_texts(table.get("label", {}), LABEL),
        words=tuple(word for word in words if word.strip()),
        next=_name(table.get("next", ""), empty=True),
    )


def _case(told: Any) -> Case:
    table = _table(told, {"values", "next"}, "case")
    values = tuple(_name(one) for one in _list(table.get("values", []), OPTIONS, "values"))
    return Case(values, _name(table.get("next", ""), empty=True))


def _table(told: Any, fields: set[str] | frozenset[str], where: str) -> Mapping[str, Any]:
    if not isinstance(told, Mapping) or not set(told) <= fields:
        raise FlowError(f"{where} is no table of {', '.join(sorted(fields))}")
    return told


def _list(told: Any, most: int, where: str) -> list[Any]:
    if not isinstance(told, list) or len(told) > most:
        raise FlowError(f"{where} is no list of at most {most}")
    return told


def _name(told: Any, *, empty: bool = False) -> str:
    if empty and told == "":
        return ""
    if not isinstance(told, str) or not NAME.fullmatch(told):
        raise FlowError(f"{told!r:.60} is no name")
    return told


def _text(told: Any, most: int) -> str:
    if not isinstance(told, str) or len(told) > most or "\x00" in told:
        raise FlowError(f"{told!r:.60} is no text of at most {most}")
    return told


def _texts(told: Any, most: int) -> Texts:
    if not isinstance(told, Mapping) or len(told) > LANGUAGES:
        raise FlowError("no texts by language")
    return {
        _text(code, 12): text for code, one in told.items() if (text := _text(one, most).strip())
    }


def _one_of(kind: type[E], told: Any) -> E:
    try:
        return kind(told)
    except ValueError:
        raise FlowError(f"{told!r:.60} is none of {', '.join(kind)}") from None


# --- writing --------------------------------------------------------------------------------


def write_flow(flow: Flow) -> dict[str, Any]:
    """Return the document of a flow: what `read_flow` reads."""
    return {"topics": list(flow.topics), "steps": [write_step(step) for step in flow.steps]}


def write_step(step: Step) -> dict[str, Any]:
    """Return the document of one step, without what is empty."""
    every = {
        "text": dict(step.text),
        "next": step.next,
        "fact": step.fact,
        "answer": step.answer.value,
        "name": dict(step.name),
        "options": [_written(each) for each in step.options],
        "optional": step.optional,
        "cases": [{"values": list(each.values), "next": each.next} for each in step.cases],
        "article": step.article,
        "tool": step.tool.value,
        "result": step.result,
        "reason": step.reason,
    }
    kept = {name: every[name] for name in every if name in _FIELDS[step.kind] and every[name]}
    return {"id": step.id, "kind": step.kind.value, **kept}


def _written(option: Option) -> dict[str, Any]:
    found = {
        "value": option.value,
        "label": dict(option.label),
        "words": list(option.words),
        "next": option.next,
    }
    return {name: value for name, value in found.items() if value}


# --- the state of a run ----------------------------------------------------------------------


def write_state(state: State) -> dict[str, Any]:
    """Return a state as JSON."""
    return {
        "facts": {name: [each.value, each.shown, each.seq] for name, each in state.facts.items()},
        "told": list(state.told),
        "tries": dict(state.tries),
        "rounds": dict(state.rounds),
        "asking": state.asking,
        "waiting": state.waiting,
        "aside": state.aside,
    }


def read_state(told: Mapping[str, Any]) -> State:
    """Return the state that `write_state` wrote."""
    return State(
        facts={
            name: Fact(value or UNKNOWN, shown, seq)
            for name, (value, shown, seq) in told.get("facts", {}).items()
        },
        told=tuple(told.get("told", ())),
        tries=dict(told.get("tries", {})),
        rounds=dict(told.get("rounds", {})),
        asking=told.get("asking", ""),
        waiting=told.get("waiting", ""),
        aside=told.get("aside", 0),
    )
