"""Past conversations and files of questions in; a report out, and nothing written meanwhile."""

import json
from typing import Any

import pytest
import time_machine
from django.db import InternalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast, Customer, make_customer, reply
from tests.factories.articles import load
from walletdesk.bot import actions as bot
from walletdesk.bot.replays import actions, queries
from walletdesk.bot.replays.files import BadFile, read_questions
from walletdesk.bot.replays.gaps import gaps_of, unanswered
from walletdesk.bot.replays.judging import judge, unsupported
from walletdesk.bot.replays.models import Replay
from walletdesk.bot.replays.rules import TURNS, Line, case_of
from walletdesk.bot.replays.running import replay_cases, run_replay
from walletdesk.bot.replays.telling import reading_only
from walletdesk.bot.replays.types import Case, Evidence, Result, Rule, Span, State, Told, Verdict
from walletdesk.bot.types import Reason, Step
from walletdesk.conversations.actions.customer import give_feedback
from walletdesk.conversations.models import Conversation, Event
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.site.commands.bot_replay import for_people, with_words
from walletdesk.web.common.personal import masked_line

ARTICLES = ["transaction-pending", "sent-on-wrong-network", "wallet-emptied-or-stolen"]
GAP = ["do you have a dark mode", "where do I switch on dark mode?", "hay modo oscuro?"]


def go_on(_done: int) -> bool:
    return True


@pytest.fixture
def library(cast: Cast) -> Cast:
    load(cast.brand, ARTICLES)
    return cast


def ask(customer: Customer, text: str) -> None:
    """Have a customer write, and the bot answer."""
    customer.write(text)
    now = customer.now()
    bot.answer_customer(conversation_id=now.pk, seq=now.last_customer_seq)


def told(**fields: Any) -> Told:
    return Told("a question", "en", **fields)


# --- the judge ----------------------------------------------------------------------------

SHOWN = told(article="a", topic="fees", step=Step.ANSWER)
PERSON = told(step=Step.HAND_OVER, reason=Reason.UNSURE)
JUDGED = [
    (Evidence(expected_article="a"), SHOWN, Verdict.RIGHT, Rule.EXPECTED_ARTICLE),
    (Evidence(expected_article="b"), SHOWN, Verdict.WRONG, Rule.EXPECTED_ARTICLE),
    (Evidence(expected_article="a"), PERSON, Verdict.WRONG, Rule.EXPECTED_ARTICLE),
    (Evidence(expected_article="-"), PERSON, Verdict.RIGHT, Rule.EXPECTED_ARTICLE),
    (Evidence(expected_article="-"), SHOWN, Verdict.WRONG, Rule.EXPECTED_ARTICLE),
    (Evidence(helped=frozenset("a")), SHOWN, Verdict.RIGHT, Rule.CUSTOMER_SAID),
    (Evidence(helped_not=frozenset("a")), SHOWN, Verdict.WRONG, Rule.CUSTOMER_SAID),
    (Evidence(helped=frozenset("b")), SHOWN, Verdict.UNKNOWN, Rule.NONE),
    (Evidence(sent=frozenset("a"), person=True), SHOWN, Verdict.RIGHT, Rule.AGENT_SENT),
    (Evidence(sent=frozenset("b"), person=True), SHOWN, Verdict.WRONG, Rule.AGENT_SENT),
    (Evidence(sent=frozenset("b"), person=True), PERSON, Verdict.WRONG, Rule.AGENT_SENT),
    (Evidence(ended_with="a"), SHOWN, Verdict.RIGHT, Rule.ENDED_WELL),
    (Evidence(ended_with="b"), SHOWN, Verdict.WRONG, Rule.ENDED_WELL),
    (Evidence(person=True), PERSON, Verdict.RIGHT, Rule.PERSON_NEEDED),
    (Evidence(ended_with="a"), PERSON, Verdict.WRONG, Rule.PERSON_NEEDED),
    (Evidence(topic="fees"), SHOWN, Verdict.RIGHT, Rule.TOPIC),
    (Evidence(topic="staking"), SHOWN, Verdict.WRONG, Rule.TOPIC),
    (Evidence(topic="other"), SHOWN, Verdict.UNKNOWN, Rule.NONE),
    (Evidence(), PERSON, Verdict.UNKNOWN, Rule.NONE),
]


@pytest.mark.parametrize(("evidence", "said", "verdict", "rule"), JUDGED)
def test_each_rule_of_the_judge(
    evidence: Evidence, said: Told, verdict: Verdict, rule: Rule
) -> None:
    judged = judge(Case("x", ("q",), evidence=evidence), [said])
    assert (judged.verdict, judged.rule) == (verdict, rule)


def test_how_a_conversation_ends() -> None:
    again, small = told(step=Step.ASK_AGAIN), told(step=Step.GREET)
    case = Case("x", ("q",))
    assert judge(case, []).result == Result.EMPTY
    assert judge(case, [small]).result == Result.SMALL_TALK
    assert judge(case, [small, again]).result == Result.ASKED_AGAIN
    assert judge(case, [again, SHOWN]).result == Result.ANSWERED
    assert judge(case, [SHOWN, PERSON]).result == Result.ANSWERED_AND_HANDED_OVER
    assert judge(case, [SHOWN, PERSON]).told == SHOWN  # the answer is what is judged


def test_a_sentence_without_support_is_found() -> None:
    source = "**Wait** an hour. Then:\n\n1. Open the *app*.\n2. 打开设置。"
    assert unsupported("Wait an hour.\nOpen the app. 打开设置。", source) == ()
    said = "Wait an hour. We will refund 500 USDT. 我们会赔偿您。"
    assert unsupported(said, source) == ("We will refund 500 USDT.", "我们会赔偿您。")
    assert unsupported("Wait two hours.", source) == ("Wait two hours.",)


@given(st.text(max_size=200))
def test_a_text_supports_itself(text: str) -> None:
    assert unsupported(text, text) == ()


# --- what is taken out of a conversation --------------------------------------------------


def line(kind: str, author: str, text: str = "", **data: Any) -> Line:
    return Line(kind, author, text, data)


def shows(slug: str) -> Line:
    return line("message", "bot", "…", sources=[{"url": f"/help/aurora/en/{slug}"}])


def test_turns_and_evidence_of_a_conversation() -> None:
    lines = [
        line("message", "customer", "it is stuck"),
        line("message", "customer", "since monday"),
        shows("first"),
        line("feedback", "customer", helped=False),
        line("message", "customer", "no, the other one"),
        shows("second"),
        line("feedback", "customer", helped=True),
    ]
    case = case_of("ref", "en", "", lines, ended=True)
    assert case.turns == ("it is stuck\nsince monday", "no, the other one")
    evidence = case.evidence
    assert (evidence.helped, evidence.helped_not) == ({"second"}, {"first"})
    assert (evidence.ended_with, evidence.person) == ("second", False)
    person = [
        *lines,
        line("handed_over", "bot"),
        line("message", "customer", "hello?"),
        line("message", "agent", "See https://x.example/help/aurora/zh-hans/third."),
    ]
    case = case_of("ref", "en", "fees", person, ended=True)
    assert len(case.turns) == 2  # what was said to a person is not the bot's
    evidence = case.evidence
    assert (evidence.sent, evidence.ended_with, evidence.person) == ({"third"}, "", True)
    endless = [each for _ in range(30) for each in (lines[0], shows("first"))]
    assert len(case_of("ref", "en", "", endless, ended=False).turns) == TURNS


# --- files --------------------------------------------------------------------------------


def test_a_file_of_questions() -> None:
    data = (
        "\ufeffquestion,language,expected_topic,expected_article\n"
        '"my mail is mei@example.com, why\nis it stuck?",en,tx_pending,transaction-pending\n'
        "讲个笑话,zh-hans,,-\n,,,\n"
    )
    cases = read_questions(data.encode())
    assert [case.language for case in cases] == ["en", "zh-hans"]
    assert "mei@example.com" not in cases[0].turns[0]
    assert cases[0].evidence == Evidence(expected_article="transaction-pending", topic="tx_pending")
    assert cases[1].evidence.expected_article == "-"
    assert len(read_questions(data.encode(), language="en")) == 1
    assert len(read_questions(data.encode(), limit=1)) == 1


BAD = [
    (b"", "no_question", 1),
    (b"text\nhello\n", "no_question", 1),
    (b"question,why\nhello,x\n", "unknown_column", 1),
    (b"question\n", "empty", 0),
    (b"question\na,b\n", "too_many_fields", 2),
    (b"question\n\xff\n", "not_text", 2),
    (b"question\n\x00\n", "not_text", 2),
    (b'question\n"a"b\n', "not_csv", 2),
    (b"question\n" + b"x" * 4_001, "too_long", 2),
    (b"question\n" + b"x" * 200_000, "not_csv", 2),
]


@pytest.mark.parametrize(("data", "code", "line_number"), BAD)
def test_a_bad_file_is_refused_with_its_line(data: bytes, code: str, line_number: int) -> None:
    with pytest.raises(BadFile) as refused:
        read_questions(data)
    assert (refused.value.code, refused.value.line) == (code, line_number)


def test_examples_point_to_nobody() -> None:
    shown = masked_line("mei@example.com 0x52908400098527886E0F7030069857D2E4169EE7\nsent?")
    assert shown == "[E-mail] 0x52…9EE7 sent?"


# --- whole runs ---------------------------------------------------------------------------


def test_past_conversations_are_replayed_and_judged(library: Cast) -> None:
    said_yes, by_person = library.customer, library.other_customer
    ask(said_yes, "my transfer is stuck on pending")
    seq = Event.objects.get(conversation=said_yes.now(), author="bot").seq
    give_feedback(conversation=said_yes.now(), seq=seq, helped=True)
    ask(by_person, "I sent my USDT on the wrong network")
    reply(library.agent, by_person, "See /help/borealis/en/transaction-pending")
    for text in GAP:
        ask(make_customer(library.brand), text)
    before = list(Event.objects.order_by("pk").values_list("pk", "text"))
    rows = list(Conversation.objects.order_by("pk").values())

    names = queries.past_names(library.brand, Span(days=1, limit=50))
    judged, report = replay_cases(library.brand, queries.past_cases(names), go_on)

    assert list(Event.objects.order_by("pk").values_list("pk", "text")) == before
    assert list(Conversation.objects.order_by("pk").values()) == rows
    verdicts = {one.name: (one.verdict, one.rule) for one in judged}
    assert verdicts[said_yes.conversation.ref] == (Verdict.RIGHT, Rule.CUSTOMER_SAID)
    assert verdicts[by_person.conversation.ref] == (Verdict.WRONG, Rule.AGENT_SENT)
    assert (report["conversations"], report["unsupported"]) == (5, 0)
    assert (report["right"], report["wrong"], report["right_share"]) == (1, 1, 0.5)
    assert report["first_word_ms"]["p95"] >= report["first_word_ms"]["p50"] > 0
    (missing,) = report["missing"]
    assert missing["questions"] == 3
    assert report["wrong_in"][0]["in"] == by_person.conversation.ref
    shown = with_words(json.loads(json.dumps(report)), judged)
    assert "dark" in for_people(shown)


def test_the_database_refuses_to_write_meanwhile(transactional_db: None) -> None:
    with reading_only(), pytest.raises(InternalError, match="read-only"), transaction.atomic():
        Replay.objects.filter(pk=1).update(done=1)
    with connection.cursor() as cursor:
        cursor.execute("SHOW default_transaction_read_only")
        assert cursor.fetchone() == ("off",)


def test_groups_of_questions_without_an_answer(cast: Cast) -> None:
    load(cast.brand, [])
    texts = [*GAP, "what is the capital of france", "talk to a human"]
    judged = [
        judge(Case(text, (text,)), [Told(text, "en", step=Step.ASK_AGAIN)]) for text in texts[:-1]
    ]
    asked = Told(texts[-1], "en", step=Step.HAND_OVER, reason=Reason.ASKED)
    open_ones = unanswered([*judged, judge(Case("a", ("a",)), [asked])])
    assert len(open_ones) == 4  # who asked for a person misses no article
    groups = gaps_of(open_ones, current_embedder().embed([one.told.question for one in open_ones]))
    assert [len(group.questions) for group in groups] == [3, 1]


def test_a_replay_on_the_desk_from_start_to_report(library: Cast) -> None:
    ask(library.customer, "my transfer is stuck on pending")
    replay = actions.ask_replay(membership=library.supervisor, span=Span(days=30, limit=100))
    with pytest.raises(actions.ReplayRunning):
        actions.ask_replay(membership=library.owner, span=Span())
    run_replay(replay.pk)
    done = queries.get_replay_for(library.supervisor, replay.pk)
    assert (done.state, done.done, done.total) == (State.DONE, 1, 1)
    assert done.report["answered"] == 1
    assert "pending" not in json.dumps(done.report["missing"])
    run_replay(replay.pk)  # a job that comes twice does nothing
    with pytest.raises(NotFound):
        queries.get_replay_for(library.stranger, replay.pk)
    for person in (library.agent, library.viewer):
        with pytest.raises(NotAllowed):
            actions.ask_replay(membership=person, span=Span())


def test_a_replay_is_cancelled_or_given_up(library: Cast) -> None:
    ask(library.customer, "my transfer is stuck on pending")
    ask_one = {"membership": library.owner, "span": Span()}
    replay = actions.ask_replay(**ask_one)
    actions.cancel_replay(membership=library.owner, replay=replay)
    run_replay(replay.pk)
    assert queries.get_replay_for(library.owner, replay.pk).state == State.CANCELLED
    second = actions.ask_replay(**ask_one)
    for round_ in range(1, actions.ATTEMPTS + 1):
        assert actions.begin_replay(replay_id=second.pk)
        with time_machine.travel(clock.now() + round_ * 2 * actions.LOST_AFTER, tick=False):
            actions.take_up_lost()
    assert queries.get_replay_for(library.owner, second.pk).state == State.FAILED


@pytest.mark.parametrize(
    "span", [Span(days=0), Span(days=400), Span(limit=0), Span(limit=10**6), Span(language="xx")]
)
def test_a_span_out_of_range_is_refused(cast: Cast, span: Span) -> None:
    with pytest.raises(BadInput):
        actions.ask_replay(membership=cast.owner, span=span)
