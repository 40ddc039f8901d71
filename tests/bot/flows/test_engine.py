"""The engine: every flow ends, no question is asked for ever, and what is known is not asked."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.bot.flows import rules
from walletdesk.bot.flows.checking import Problem, problems_of
from walletdesk.bot.flows.documents import (
    FlowError,
    read_flow,
    read_state,
    write_flow,
    write_state,
)
from walletdesk.bot.flows.hearing import Said, chosen, facts_in, hear
from walletdesk.bot.flows.shipped import shipped
from walletdesk.bot.flows.types import (
    RESULTS,
    Answer,
    Case,
    Fact,
    Flow,
    Heard,
    Option,
    State,
    Step,
    StepKind,
    Then,
    Tool,
)

LANGUAGES = ["zh-hans", "en", "es"]
NETWORKS = {"ethereum": "Ethereum", "tron": "TRON", "bsc": "BNB Smart Chain"}
TEXT = dict.fromkeys(LANGUAGES, "words")
NAMES = [f"s{n}" for n in range(7)]
FACTS = ["a", "b", "c"]
ENDS = {Then.DONE, Then.HANDED_OVER, Then.CANCELLED, Then.LAPSED}


@st.composite
def flows(draw: Callable[..., object]) -> Flow:
    """Any flow, sound or not."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]  # type: ignore[type-var, misc]
    way = st.sampled_from(["", *names])
    option = st.builds(Option, st.sampled_from(["x", "y"]), st.just(TEXT), st.just(()), way)
    case = st.builds(Case, st.sampled_from([("x",), ("known",), ("unknown",)]), way)

    def step(name: str) -> st.SearchStrategy[Step]:
        return st.builds(
            Step,
            id=st.just(name),
            kind=st.sampled_from(StepKind),
            text=st.just(TEXT),
            next=way,
            fact=st.sampled_from(FACTS),
            answer=st.sampled_from([Answer.TEXT, Answer.CHOICE, Answer.TRANSACTION]),
            options=st.lists(option, min_size=2, max_size=2).map(tuple),
            optional=st.booleans(),
            cases=st.lists(case, min_size=1, max_size=2).map(tuple),
            tool=st.sampled_from(Tool),
            result=st.sampled_from(["r1", "r2"]),
            reason=st.sampled_from(["funds", "unsure"]),
        )

    return Flow(("tx_pending",), tuple(draw(step(name)) for name in names))  # type: ignore[misc]


fact = st.builds(Fact, st.sampled_from(["", "x", "y", "z"]), st.just("shown"))
heard = st.builds(
    Heard,
    facts=st.dictionaries(st.sampled_from(FACTS), fact, max_size=1),
    answer=st.none() | fact,
    skips=st.booleans(),
    elsewhere=st.booleans(),
)


def settled(flow: Flow, turn: rules.Turn, results: Callable[[Tool], str]) -> rules.Turn:
    """Run tools until the customer is to speak."""
    runs = 0
    while turn.then is Then.RUN:
        assert turn.step is not None
        turn = rules.resume(flow, turn.state, turn.step, results(turn.step.tool))
        runs += 1
        assert runs < 100
    return turn


@given(flow=flows(), said=st.lists(heard, max_size=60), data=st.data())
def test_every_run_ends_and_no_question_is_asked_for_ever(
    flow: Flow, said: list[Heard], data: st.DataObject
) -> None:
    """Even a flow that may not be published ends, in as many turns as its questions allow."""

    def results(tool: Tool) -> str:
        return data.draw(st.sampled_from(RESULTS[tool]))

    turn = settled(flow, rules.begin(flow, Heard()), results)
    asked: list[str] = []
    for each in said:
        if turn.then in ENDS:
            break
        if turn.then is Then.ASKED and turn.step is not None:
            asked.append(turn.step.id)
        before = turn.state
        turn = settled(flow, rules.take(flow, read_state(write_state(before)), each), results)
        if turn.again:
            assert turn.step is not None
            assert turn.state.tries[turn.step.id] < rules.MOST_TRIES
        if turn.then is Then.ASIDE:
            assert turn.state.aside <= rules.MOST_ASIDE
    else:
        most = len(flow.steps) * (rules.MOST_ROUNDS + 1) * (rules.MOST_TRIES + rules.MOST_ASIDE + 1)
        assert len(said) <= most
    if turn.then in ENDS:
        assert turn.reason or turn.then is not Then.HANDED_OVER


@given(flow=flows(), data=st.data())
def test_a_flow_without_problems_never_falls_off_its_end(flow: Flow, data: st.DataObject) -> None:
    """A published flow ends with a step of its own, or because it went round too often."""
    if problems_of(flow, languages=LANGUAGES, articles=()):
        return
    turn = settled(flow, rules.begin(flow, Heard()), lambda tool: RESULTS[tool][0])
    for _turn in range(200):
        if turn.then in ENDS:
            break
        answer = Fact(data.draw(st.sampled_from(["x", "y"])))
        turn = rules.take(flow, turn.state, Heard(answer=answer))
        turn = settled(flow, turn, lambda tool: RESULTS[tool][0])
    assert turn.then in ENDS
    assert turn.step is not None or max(turn.state.rounds.values()) > rules.MOST_ROUNDS


@given(flow=flows())
def test_a_document_says_what_the_flow_said(flow: Flow) -> None:
    document = write_flow(flow)
    assert write_flow(read_flow(document)) == document


ODD = st.none() | st.booleans() | st.integers() | st.text()


@given(told=st.recursive(ODD, st.lists, max_leaves=4))
def test_what_is_no_document_is_refused(told: object) -> None:
    for document in (
        told,
        {"steps": told},
        {"steps": [told]},
        {"steps": [{"kind": "ask", "text": told}]},
    ):
        if document == {"steps": []}:
            continue
        with pytest.raises(FlowError):
            read_flow(document)


# --- what we ship -------------------------------------------------------------------------


def ship(code: str) -> Flow:
    return shipped()[code][1]


def talk(code: str, *texts: str, results: dict[Tool, str] | None = None) -> rules.Turn:
    """Return the turn after these messages; tools find `results`, else nothing."""
    flow, turn = ship(code), None
    for number, text in enumerate(texts, 1):
        said = [Said(text, number)]
        if turn is None:
            turn = rules.begin(flow, hear(flow, State(), said, NETWORKS))
        else:
            turn = rules.take(flow, turn.state, hear(flow, turn.state, said, NETWORKS))
        turn = settled(flow, turn, lambda tool: (results or {}).get(tool, "nothing"))
    assert turn is not None
    return turn


def test_what_was_said_before_is_not_asked() -> None:
    flow = ship("missing_deposit")
    said = [Said("I withdrew 20 USDT from Binance to my wallet on TRC20", 1)]
    turn = rules.begin(flow, hear(flow, State(), said, NETWORKS))
    assert turn.step is not None
    assert turn.step.id == "hash"
    known = {name: each.value for name, each in turn.state.facts.items()}
    assert known == {"origin": "exchange", "amount": "20 USDT", "network": "tron"}


@pytest.mark.parametrize(
    ("code", "texts", "at"),
    [
        ("stuck_transfer", ["stuck!", "I don't have it"], "network"),
        ("stuck_transfer", ["卡住了", "不知道", "是波场的"], "explorer"),
        ("stuck_transfer", ["stuck", "skip", "2", "pending"], "settled"),
        ("stuck_transfer", ["stuck", "idk", "on bsc", "第二个", "解决了"], "good"),
        ("stuck_transfer", ["stuck", "idk", "TRC20", "no, it was ERC20"], "explorer"),
        ("stuck_transfer", ["atascada", "no lo tengo", "por TRC20", "Fallida", "no"], "person"),
        ("cannot_log_in", ["no puedo entrar", "se queda cargando", "iPhone", "sí"], "good"),
        ("cannot_log_in", ["cannot log in", "it keeps spinning on my android"], "works"),
        ("cannot_log_in", ["cannot", "1", "no", "something else"], "what"),
        (
            "suspicious_message",
            ["got a mail", "我只是点开了", "http://x.example/verify"],
            "careful",
        ),
        ("suspicious_message", ["odd sms", "I typed my words there"], "unclear"),
        ("account_locked", ["locked", "too many attempts", "not yet"], "later"),
        ("account_locked", ["locked", "不清楚", "A-17", "没有"], "person"),
    ],
)
def test_shipped_flows_understand_people(code: str, texts: list[str], at: str) -> None:
    turn = talk(code, *texts)
    assert turn.step is not None
    assert turn.step.id == at


def test_a_correction_changes_the_fact_and_goes_on() -> None:
    turn = talk("stuck_transfer", "stuck", "idk", "TRC20", "no, it was ERC20")
    assert turn.state.facts["network"].value == "ethereum"
    assert turn.corrected is not None
    assert turn.corrected.shown == "Ethereum"


def test_other_questions_are_left_to_the_bot_and_the_place_is_kept() -> None:
    turn = talk("stuck_transfer", "stuck", "idk", "what are the fees?")
    assert turn.then is Then.ASIDE
    assert turn.state.asking == "network"


def test_not_understood_twice_calls_a_person() -> None:
    assert talk("stuck_transfer", "stuck", "idk", "the purple one").again
    turn = talk("stuck_transfer", "stuck", "idk", "the purple one", "purple, I said")
    assert (turn.then, turn.reason) == (Then.HANDED_OVER, "unsure")


def test_a_loop_begins_anew_and_not_for_ever() -> None:
    once = ["1", "no", "something else"]
    turn = talk("cannot_log_in", "cannot", *once, *once)
    assert turn.step is not None
    assert turn.step.id == "what"
    assert talk("cannot_log_in", "cannot", *once, *once, *once).then is Then.HANDED_OVER


def test_what_the_chain_says_decides() -> None:
    flow = ship("stuck_transfer")
    state = State(facts={"hash": Fact("0x1", "0x1", 3)})
    turn = rules.walk(flow, state)
    assert turn.then is Then.RUN
    assert not turn.told  # the general article is for those without a hash
    assert turn.step is not None
    for result, then, at in (
        ("self_solved", Then.DONE, "explained"),
        ("person_now", Then.HANDED_OVER, "person"),
        ("nothing", Then.ASKED, "network"),
    ):
        found = rules.resume(flow, turn.state, turn.step, result)
        assert found.step is not None
        assert (found.then, found.step.id) == (then, at)


OPTIONS = (Option("yes", {"en": "Yes"}), Option("no", {"en": "No"}, ("never",)))


@pytest.mark.parametrize(
    ("text", "value"),
    [("YES!", "yes"), ("是的", "yes"), ("claro", "yes"), ("还没有", "no"), ("nope.", "no"),
     ("2", "no"), ("第一个", "yes"), ("(1)", "yes"), ("it never did", "no"), ("3", None),
     ("maybe", None), ("", None)],
)  # fmt: skip
def test_a_button_in_own_words(text: str, value: str | None) -> None:
    found = chosen(OPTIONS, text)
    assert (found and found.value) == value


@given(text=st.text(max_size=300))
def test_any_text_is_heard(text: str) -> None:
    for _names, flow in shipped().values():
        state = State(asking=flow.questions[0].id)
        found = hear(flow, state, [Said(text, 1)], NETWORKS)
        assert set(found.facts) <= {step.fact for step in flow.questions}
        rules.take(flow, state, found)


def test_two_networks_at_once_are_none() -> None:
    flow = ship("stuck_transfer")
    assert facts_in(flow, Said("TRC20 or ERC20, who knows"), NETWORKS) == {}


# --- problems -----------------------------------------------------------------------------


def step(name: str, kind: str, **more: object) -> dict[str, object]:
    return {"id": name, "kind": kind, **more}


ASK = step("q", "ask", fact="f", answer="choice", text=TEXT, options=[
    {"value": "x", "label": TEXT}, {"value": "y", "label": TEXT}])  # fmt: skip
END = step("z", "end")


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([], Problem("no_steps")),
        ([ASK], Problem("dead_end", "q", "")),
        ([{**ASK, "next": "gone"}, END], Problem("unknown_step", "q", "gone")),
        ([{**ASK, "text": {"en": "words"}}, END], Problem("missing_text", "q", "es")),
        ([{**ASK, "options": []}, END], Problem("no_options", "q")),
        ([{**ASK, "next": "z"}, step("t", "tell", text=TEXT, next="z"), END],
         Problem("unreachable", "t")),
        ([step("t", "tell", text=TEXT, next="u"), step("u", "tell", text=TEXT, next="t"), END],
         Problem("loop", "t")),
        ([step("t", "tell", article="gone"), END], Problem("unknown_article", "t", "gone")),
        ([ASK, step("b", "branch", fact="g", cases=[{"values": ["x"], "next": "z"}]), END],
         Problem("unknown_fact", "b", "g")),
        ([ASK, step("b", "branch", fact="f", cases=[{"values": ["n"], "next": "z"}]), END],
         Problem("unknown_value", "b", "n")),
        ([ASK, step("l", "tool", tool="diagnose", fact="f", result="r"), END],
         Problem("wrong_fact", "l", "f")),
        ([{**ASK, "text": {**TEXT, "en": "Please send me your seed phrase."}}, END],
         Problem("asks_secret", "q")),
        ([{**ASK, "text": {**TEXT, "zh-hans": "请把您的助记词发给我。"}}, END],
         Problem("asks_secret", "q")),
        ([step("h", "hand_over")], Problem("no_person", "h")),
    ],
)  # fmt: skip
def test_what_keeps_a_flow_from_being_published(
    steps: list[dict[str, object]], problem: Problem
) -> None:
    flow = read_flow({"topics": ["fees"], "steps": steps})
    assert problem in problems_of(flow, languages=LANGUAGES, articles=["there"])


def test_what_we_ship_can_be_published() -> None:
    articles = {s.article for _names, flow in shipped().values() for s in flow.steps}
    for names, flow in shipped().values():
        assert problems_of(flow, languages=LANGUAGES, articles=articles) == []
        assert set(names) == set(LANGUAGES)
