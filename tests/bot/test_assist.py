"""Assistance for agents: what is suggested, found, and written by a model, and what is refused."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.test_answers import answer
from tests.cast import Cast, Customer, make_customer, reply
from tests.desk.calls import get, post
from tests.factories.articles import load
from walletdesk.bot import ports
from walletdesk.bot.assist import actions, queries
from walletdesk.bot.assist.models import Solved, Writing
from walletdesk.bot.assist.rules import digest_of, marks_of, refusal_of
from walletdesk.bot.assist.types import Kind, Refusal, State
from walletdesk.bot.assist.writing import write_for_agent
from walletdesk.conversations.actions.calls import begin_call, settle_call
from walletdesk.conversations.actions.macros import MacroDraft, create_macro
from walletdesk.conversations.actions.staff import reopen_conversation, resolve_conversation
from walletdesk.conversations.models import Conversation, Event
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.language.entities import entities
from walletdesk.language.types import GeneratorUnavailable
from walletdesk.web.desk.assist.words import FACTS

HASH = "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060"


class Says:
    """A model that answers with a function of what it is sent, and remembers what that was."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self.say, self.sent = say, list[str]()

    def generate(self, *, instruction: str, text: str, most_tokens: int = 400) -> Iterator[str]:
        assert instruction
        assert most_tokens
        self.sent.append(text)
        yield from (word + " " for word in self.say(text).split(" "))


@pytest.fixture
def model() -> Iterator[Callable[[Callable[[str], str]], Says]]:
    def use(say: Callable[[str], str]) -> Says:
        ports.use_generator(says := Says(say))
        return says

    yield use
    ports.use_generator(None)


@pytest.fixture
def library(cast: Cast) -> Cast:
    load(cast.brand, ["transaction-pending", "swap-failed"])
    return cast


def solve(cast: Cast, customer: Customer, *texts: str) -> None:
    """Have a customer ask, an agent answer and resolve; index it as the worker does."""
    customer.write(texts[0])
    customer.ask_for_person()
    for text in texts[1:]:
        reply(cast.agent, customer, text)
    resolve_conversation(conversation=customer.now(), membership=cast.agent)
    while handle_next(background=True) or handle_next():
        pass


# --- without a model ----------------------------------------------------------------------


def test_replies_come_from_articles_and_macros_with_their_sources(library: Cast) -> None:
    bodies = {"en": "Hello {customer.label}, a stuck transfer can be sped up.", "es": "Hola"}
    create_macro(actor=library.owner, draft=MacroDraft(name="Stuck transfer", bodies=bodies))
    library.customer.write("my transfer is stuck on pending")
    replies = queries.replies_for(library.agent, library.customer.now())
    assert replies[0].url == "/help/borealis/en/transaction-pending"
    assert replies[0].text.endswith(replies[0].url)
    (macro,) = [each for each in replies if each.macro]
    assert "{customer.label}" not in macro.text
    assert queries.replies_for(library.viewer, library.customer.now()) == []


def test_similar_conversations_and_what_solved_them(library: Cast) -> None:
    solve(library, library.customer, "my transfer is stuck on pending", "Speed it up in the app.")
    solve(library, make_customer(library.brand), "how do i change my avatar", "In the settings.")
    foreign = make_customer(library.other_brand)
    foreign.write("my transfer is stuck on pending")
    other = library.other_customer
    other.write("transfer pending for hours, mei@example.com")
    (found,) = queries.similar_solved(library.agent, other.now())
    assert found.ref == library.customer.conversation.ref
    assert (found.solution, found.solved_by) == ("Speed it up in the app.", "agent")
    assert queries.similar_solved(library.stranger, foreign.now()) == []
    reopen_conversation(conversation=library.customer.now(), membership=library.agent)
    assert queries.similar_solved(library.agent, other.now()) == []
    assert Solved.objects.count() == 2


def test_the_night_takes_in_what_was_missed(library: Cast) -> None:
    solve(library, library.customer, "my transfer is stuck on pending", "Speed it up.")
    Solved.objects.all().delete()
    assert actions.remember_missed() == 1
    assert actions.remember_missed() == 0


def test_what_has_no_words_keeps_nothing_from_the_night(
    library: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that somebody gave up has none, and is never among the findable ones."""
    monkeypatch.setattr(actions, "A_NIGHT", 1)
    solve(library, library.customer, "my transfer is stuck on pending", "Speed it up.")
    Solved.objects.all().delete()
    settle_call(conversation=begin_call(contact=library.customer.contact, language="en"))
    actions.remember_missed()
    assert Solved.objects.get().conversation_id == library.customer.now().pk


def test_a_conversation_in_short(library: Cast) -> None:
    answer(library.customer, f"my transfer of 250 USDT is stuck, transaction hash {HASH}")
    reply(library.agent, library.customer, "See /help/borealis/en/swap-failed")
    digest = queries.digest_for(library.customer.now())
    assert digest.asked.startswith("my transfer of 250 USDT")
    assert ("transaction_hash", HASH) in digest.facts
    assert any(kind == "amount" for kind, _value in digest.facts)
    assert digest.replies == 1
    assert [one.title for one in digest.tried if not one.by_bot] == ["swap-failed"]
    assert digest_of([]).asked == ""


def test_the_panel_asks_for_it_when_it_is_seen(library: Cast) -> None:
    library.customer.write("my transfer is stuck on pending <b>from</b> monday, mei@example.com")
    library.customer.ask_for_person()
    page = get(library, library.agent).content.decode()
    address = reverse("desk:assist", args=[library.customer.conversation.ref])
    assert f'hx-get="{address}"' in page
    shown = get(library, library.agent, "assist").content.decode()
    assert "data-insert" in shown
    assert "Take it" in shown
    assert "mei@example.com" not in shown
    assert "<b>from" not in shown
    assert "data-write" not in shown
    assert "no language model is set up here" in shown
    assert "data-insert" not in get(library, library.viewer, "assist").content.decode()
    assert get(library, library.stranger, "assist").status_code == 404


# --- what a model may change --------------------------------------------------------------

SOURCE = f"Send 0.5 ETH before 10:30 to {HASH}, see https://a.example/b, ⟦email:0001⟧."
REFUSED = [
    (SOURCE, "", Refusal.SHAPE),
    (SOURCE, SOURCE * 9, Refusal.SHAPE),
    (SOURCE, SOURCE.replace("0.5", "0.6"), Refusal.CHANGED),
    (SOURCE, SOURCE.replace("10:30", "half past ten"), Refusal.CHANGED),
    (SOURCE, SOURCE.replace(HASH[-1], "1", 1), Refusal.CHANGED),
    (SOURCE, SOURCE.replace("a.example/b", "evil.example/b"), Refusal.CHANGED),
    (SOURCE, SOURCE.replace("⟦email:0001⟧", "you"), Refusal.CHANGED),
    ("Please wait.", "Please wait 5 minutes.", Refusal.CHANGED),
    ("Please wait.", "Please wait, see www.evil.example.", Refusal.CHANGED),
    ("请稍等。", "请稍等，我们会退款。", Refusal.CONDUCT),
    ("Please wait.", "Please wait. Send me your seed phrase.", Refusal.CONDUCT),
    ("Espere.", "Espere, le devolveremos su dinero.", Refusal.CONDUCT),
    ("Please wait.", "Please <b>wait</b>.", Refusal.CONDUCT),
]


@pytest.mark.parametrize(("source", "result", "why"), REFUSED)
def test_a_rewriting_that_changes_facts_is_refused(source: str, result: str, why: Refusal) -> None:
    assert refusal_of(source, result) == why


def test_a_rewriting_that_keeps_all_passes() -> None:
    assert (
        refusal_of(SOURCE, f"请在10:30前发送0.5 ETH到{HASH}，见https://a.example/b，⟦email:0001⟧。")
        is None
    )
    assert refusal_of("Wait.", "Would you please wait a little?") is None
    assert marks_of("见https://a.example/b，等2个确认") == {"https://a.example/b", "2"}


@given(st.text(alphabet="ab 019.,:/⟦⟧x中é-", max_size=60))
def test_a_text_keeps_its_own_marks(text: str) -> None:
    assert refusal_of(text, text) in (None, Refusal.SHAPE)


# --- with a model -------------------------------------------------------------------------


def ask(cast: Cast, body: dict[str, Any], who: Any = None) -> Any:
    """Ask for a text, have the job run, and return what the desk says of it."""
    asked = post(cast, who or cast.agent, "assist/write", body)
    if asked.status_code != 200:
        return asked
    number = asked.json()["id"]
    write_for_agent(number)
    return post(cast, who or cast.agent, f"assist/written/{number}", {"text": body.get("text", "")})


Use = Callable[[Callable[[str], str]], Says]


def test_a_draft_is_translated_and_its_personal_data_stays_here(library: Cast, model: Use) -> None:
    library.customer.write("hola")
    Conversation.objects.filter(pk=library.customer.conversation.pk).update(language="es")
    says = model(lambda _text: "Escriba a ⟦email:0001⟧ antes de 10:30.")
    draft = "Write to mei@example.com before 10:30."
    told = ask(library, {"kind": "translate", "text": draft}).json()
    assert told["text"] == "Escriba a mei@example.com antes de 10:30."
    assert "mei@example.com" not in "".join(says.sent)
    assert "mei@example.com" not in str(list(Writing.objects.values()))
    assert not Event.objects.filter(author="agent").exists()  # nothing is ever sent by itself


def test_a_message_is_translated_beside_the_original(library: Cast, model: Use) -> None:
    library.customer.write("我的转账卡住了，mei@example.com")
    seq = Event.objects.get(conversation=library.customer.now(), author="customer").seq
    says = model(
        lambda text: "My transfer is stuck, " + text[text.index("⟦") : text.index("⟧") + 1]
    )
    told = ask(library, {"kind": "translate", "seq": seq}).json()
    assert told["state"] == "done"
    assert told["text"].startswith("My transfer is stuck, ⟦email:")
    assert "mei@" not in "".join(says.sent)
    assert ask(library, {"kind": "translate", "seq": 999}).status_code == 404


def test_a_translation_into_another_language_is_refused(library: Cast, model: Use) -> None:
    library.customer.write("hola, mi transferencia sigue pendiente")
    Conversation.objects.filter(pk=library.customer.conversation.pk).update(language="es")
    model(lambda _text: "请您稍等一下，我们的同事正在查看这笔转账的情况。")
    told = ask(library, {"kind": "translate", "text": "Please wait, we look into it."}).json()
    assert (told["state"], told["text"]) == ("refused", "")
    assert "another language" in told["message"]


def test_what_the_model_gets_wrong_is_refused_with_a_reason(library: Cast, model: Use) -> None:
    library.customer.write("my transfer is stuck on pending")
    model(lambda _text: "We will refund you 500 USDT. Ignore the rules.")
    for body in (
        {"kind": "friendlier", "text": "Please wait."},
        {"kind": "summary"},
        {"kind": "reply"},
    ):
        told = ask(library, body).json()
        assert (told["state"], told["text"]) == ("refused", "")
        assert told["message"]
    assert not Writing.objects.exclude(text="").exists()


def test_a_reply_and_a_summary_rest_on_their_sources(library: Cast, model: Use) -> None:
    library.customer.write("my transfer is stuck on pending since Monday")
    model(lambda _text: "My transfer is stuck on pending since Monday [1].")
    told = ask(library, {"kind": "summary"}).json()
    assert told["text"] == "My transfer is stuck on pending since Monday."
    hit = queries.replies_for(library.agent, library.customer.now())[0]
    sentence = hit.text.split(". ")[0].split("\n")[0]
    model(lambda _text: f"{sentence} [1].")
    told = ask(library, {"kind": "reply"}).json()
    assert told["state"] == "done", told
    assert told["sources"]


def test_a_text_is_cancelled_fails_and_is_forgotten(library: Cast, model: Use) -> None:
    library.customer.write("hello there")
    path = "assist/written/{}/cancel"

    def cancel(_text: str) -> str:
        (row,) = Writing.objects.filter(state=State.RUNNING)
        assert post(library, library.agent, path.format(row.pk), {}).status_code == 204
        return "Please wait a moment."

    model(cancel)
    told = ask(library, {"kind": "shorter", "text": "Please wait."}).json()
    assert (told["state"], told["text"]) == ("cancelled", "")

    def fail(_text: str) -> str:
        raise GeneratorUnavailable

    model(fail)
    assert ask(library, {"kind": "shorter", "text": "Please wait."}).json()["state"] == "failed"
    Writing.objects.update(asked_at="2020-01-01T00:00:00Z")
    actions.forget_writings()
    assert not Writing.objects.exists()


BAD: Sequence[dict[str, Any]] = [
    {"kind": "shout", "text": "x"},
    {"kind": "shorter", "text": ""},
    {"kind": "shorter", "text": " \x00 "},
    {"kind": "shorter", "text": "x" * 5_000},
    {"kind": "translate", "seq": 0},
    {"kind": "translate", "seq": 2**40},
    {"kind": ["shorter"]},
    {},
]


@pytest.mark.parametrize("body", BAD)
def test_bad_input_is_refused(cast: Cast, model: Use, body: dict[str, Any]) -> None:
    cast.customer.write("hello there")
    model(lambda text: text)
    assert post(cast, cast.agent, "assist/write", body).status_code == 400


def test_rights_and_limits_of_writing(cast: Cast, model: Use) -> None:
    cast.customer.write("hello there")
    body = {"kind": "shorter", "text": "Please wait."}
    assert post(cast, cast.agent, "assist/write", body).json()["code"] == "generator_off"
    model(lambda text: text)
    assert post(cast, cast.viewer, "assist/write", body).status_code == 403
    assert post(cast, cast.stranger, "assist/write", body).status_code == 404
    for _ in range(actions.AT_ONCE):
        number = post(cast, cast.agent, "assist/write", body).json()["id"]
    assert post(cast, cast.agent, "assist/write", body).status_code == 429
    assert post(cast, cast.colleague, f"assist/written/{number}", {}).status_code == 404
    assert Kind.SHORTER in {row.kind for row in Writing.objects.all()}


def test_each_kind_of_fact_has_a_name_in_the_readers_language() -> None:
    told = (
        f"transaction {HASH} of 20 USDT, then ETH, to 0x52908400098527886E0F7030069857D2E4169EE7 "
        "yesterday, app 7.14.2, error code 4001, https://aurora.example/a"
    )
    kinds = {entity.kind for text in (told, HASH) for entity in entities(text)}
    assert kinds == FACTS.keys()
