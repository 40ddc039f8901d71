"""Flows in conversations: messages in, timeline rows out."""

from typing import Any

import pytest

from tests.cast import Cast, Customer, make_customer, reply
from tests.factories.articles import load
from walletdesk.bot import actions
from walletdesk.bot.flows.actions import editing
from walletdesk.bot.flows.actions.turns import forget_cut, leave_flow
from walletdesk.bot.flows.models import BotFlow, FlowRun
from walletdesk.bot.flows.types import Then
from walletdesk.bot.types import Composed
from walletdesk.contacts.personal.actions.identities import set_identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations import queries
from walletdesk.conversations.actions.customer import request_person
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience, Kind, Recorded, Status
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.language.triage.judge import Triaged

STUCK = "my transfer is stuck on pending"
WITHOUT = "I don't have it"
SAFETY = ("phishing-link-or-message", "revoke-token-approvals", "typed-seed-phrase-on-website")


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """The cast with the flow for stuck transfers; the others lack their articles."""
    load(cast.brand, ["transaction-pending"])
    editing.load_shipped_flows(actor=cast.owner)
    return cast


def say(customer: Customer, *texts: str) -> list[dict[str, Any]]:
    """Have a customer write, the bot react; return what the customer reads from then on."""
    before = customer.now().last_seq
    for recorded in customer.write(*texts):
        assert isinstance(recorded, Recorded)
    now = customer.now()
    actions.answer_customer(conversation_id=now.pk, seq=now.last_customer_seq)
    events = queries.thread(now, Audience.CUSTOMER, after=before)
    return [event for event in events if event["author"] != "customer"]


def buttons(event: dict[str, Any]) -> list[str]:
    return [each["title"] for each in event["data"].get("suggestions", [])]


def summaries(customer: Customer) -> list[str]:
    events = queries.thread(customer.now(), Audience.STAFF)
    return [event["text"] for event in events if event["kind"] == Kind.SUMMARY]


def test_shipped_flows_are_on_where_their_articles_are(shop: Cast) -> None:
    rows = BotFlow.objects.filter(brand=shop.brand)
    assert {row.code: row.on for row in rows} == {
        "account_locked": False,
        "cannot_log_in": False,
        "missing_deposit": False,
        "stuck_transfer": True,
        "suspicious_message": False,
    }
    assert editing.load_shipped_flows(actor=shop.owner) == []


def test_a_flow_from_question_to_end(shop: Cast) -> None:
    """The article first, then only what is missing; buttons, own words, and the end."""
    article, question = say(shop.customer, STUCK)
    assert article["data"]["sources"][0]["url"].endswith("/en/transaction-pending")
    assert "transaction hash" in question["text"]
    assert buttons(question) == ["I don't know"]
    (network,) = say(shop.customer, WITHOUT)
    assert buttons(network)[:2] == ["Ethereum (ERC20)", "TRON (TRC20)"]
    (explorer,) = say(shop.customer, "trc20 i think")
    assert "What does it say" in explorer["text"]
    (settled,) = say(shop.customer, "2")
    assert "transfer is complete" in settled["text"]
    assert buttons(settled) == ["Yes", "No, I need a person"]
    (end,) = say(shop.customer, "Yes")
    assert end["data"]["feedback"] is True
    assert FlowRun.objects.get().outcome == Then.DONE
    now = shop.customer.now()
    assert (now.status, now.topic) == (Status.BOT, "tx_pending")


def test_another_language_and_a_correction(shop: Cast) -> None:
    customer = make_customer(shop.brand, "zh-hans")
    say(customer, "我的转账一直卡住了，还在确认中")
    (network,) = say(customer, "不知道")
    assert "哪个网络" in network["text"]
    say(customer, "以太坊")
    (again,) = say(customer, "不对，是波场")
    assert "TRON" in again["text"]
    assert "那里显示什么" in again["text"]
    assert FlowRun.objects.get().state["facts"]["network"][0] == "tron"


def test_a_person_gets_what_was_told_and_the_flow_ends(shop: Cast) -> None:
    say(shop.customer, STUCK, "it was 20 USDT over TRC20")
    told = say(shop.customer, "I want to talk to a human")
    assert told[-1]["data"] == {"reason": "asked"}
    [summary] = summaries(shop.customer)
    assert "Flow: Stuck transfer · 1" in summary
    assert "Network → TRON (TRC20)" in summary
    assert "/help/borealis/en/transaction-pending" in summary
    assert FlowRun.objects.get().outcome == Then.HANDED_OVER
    leave_flow(conversation_id=shop.customer.now().pk)
    assert len(summaries(shop.customer)) == 1


@pytest.mark.parametrize("runs", [False, True], ids=["begins", "runs"])
def test_a_person_asked_for_while_the_bot_thinks_is_called(
    shop: Cast, monkeypatch: pytest.MonkeyPatch, runs: bool
) -> None:
    """The second message arrives between the look at the first and the conversation's lock."""
    if runs:
        say(shop.customer, STUCK)
    think = actions.triage_for

    def interrupted(**about: Any) -> Triaged:
        monkeypatch.setattr(actions, "triage_for", think)
        shop.customer.write("I would like to talk to a person.")
        return think(**about)

    monkeypatch.setattr(actions, "triage_for", interrupted)
    assert say(shop.customer, WITHOUT if runs else STUCK) == [], "left to the newer one's event"
    now = shop.customer.now()
    actions.answer_customer(conversation_id=now.pk, seq=now.last_customer_seq)
    assert shop.customer.now().status == Status.QUEUED
    [summary] = summaries(shop.customer)
    assert ("Flow: Stuck transfer" in summary) is runs


@pytest.mark.parametrize(
    ("text", "reason", "urgency"),
    [
        ("my wallet was hacked, somebody stole my coins", "security", 3),
        ("you are useless, this is a disgrace, answer me you incompetent idiots", "not_helped", 2),
    ],
)
def test_danger_and_anger_call_a_person(shop: Cast, text: str, reason: str, urgency: int) -> None:
    say(shop.customer, STUCK)
    assert say(shop.customer, text)[-1]["data"] == {"reason": reason}
    assert shop.customer.now().urgency == urgency


@pytest.mark.parametrize("text", ["I want to talk to a person", "转人工"])
def test_a_short_call_is_no_answer_to_a_question_for_words(cast: Cast, text: str) -> None:
    load(cast.brand, ["account-locked"])
    editing.load_shipped_flows(actor=cast.owner)
    say(cast.customer, "my account is locked")
    (question,) = say(cast.customer, "New device or changed details")
    assert "Which number" in question["text"]
    assert say(cast.customer, text)[-1]["data"] == {"reason": "asked"}
    assert text not in summaries(cast.customer)[0].partition("Lock number")[2].partition("\n")[0]


def test_twice_not_understood_calls_a_person(shop: Cast) -> None:
    say(shop.customer, STUCK)
    say(shop.customer, WITHOUT)
    (again,) = say(shop.customer, "purple")
    assert again["text"].startswith("I did not quite get that.")
    assert say(shop.customer, "violet")[-1]["data"] == {"reason": "unsure"}


def test_something_else_is_answered_and_the_question_stands_again(shop: Cast) -> None:
    load(shop.brand, ["how-network-fees-work"])
    say(shop.customer, STUCK)
    say(shop.customer, WITHOUT)
    told = say(shop.customer, "How are network fees calculated?")
    assert told[0]["data"]["sources"][0]["url"].endswith("/how-network-fees-work")
    assert told[-1]["text"].startswith("Back to your matter: Over which network")
    assert "TRON (TRC20)" in buttons(told[-1])
    (explorer,) = say(shop.customer, "TRON (TRC20)")
    assert "What does it say" in explorer["text"]


def test_what_is_written_while_the_bot_words_an_answer_is_answered(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second message arrives once the answer to the first is found, before it is said."""
    load(shop.brand, ["how-network-fees-work"])
    say(shop.customer, STUCK)
    find = actions.compose_for

    def interrupted(asked: actions.Asked) -> Composed:
        monkeypatch.setattr(actions, "compose_for", find)
        shop.customer.write("I mean for USDT")
        return find(asked)

    monkeypatch.setattr(actions, "compose_for", interrupted)
    assert say(shop.customer, "How are network fees calculated?") == [], "left to the newer one"
    before = shop.customer.now()
    actions.answer_customer(conversation_id=before.pk, seq=before.last_customer_seq)
    told = queries.thread(before, Audience.CUSTOMER, after=before.last_seq)
    assert told[0]["data"]["sources"][0]["url"].endswith("/how-network-fees-work")
    assert told[-1]["text"].startswith("Back to your matter")


def test_who_asks_other_things_only_is_let_go(shop: Cast) -> None:
    load(shop.brand, ["how-network-fees-work"])
    say(shop.customer, STUCK)
    for _time in range(3):
        assert "Back to" in say(shop.customer, "How are network fees calculated?")[-1]["text"]
    assert "Back to" not in say(shop.customer, "How are network fees calculated?")[-1]["text"]
    assert FlowRun.objects.get().outcome == Then.LAPSED


def test_cancelling_gives_the_bot_back(shop: Cast) -> None:
    say(shop.customer, STUCK)
    told, *more = say(shop.customer, "never mind")
    assert more == []
    assert told["text"].startswith("All right, I stop here.")
    assert say(shop.customer, "hi there")[0]["data"] == {}


def test_the_button_for_a_person_brings_the_facts_along(shop: Cast) -> None:
    say(shop.customer, STUCK, "over TRC20")
    request_person(conversation=shop.customer.conversation)
    while handle_next():
        pass
    [summary] = summaries(shop.customer)
    assert "Network → TRON (TRC20)" in summary


def test_a_running_flow_keeps_its_version(shop: Cast) -> None:
    say(shop.customer, STUCK)
    row = BotFlow.objects.get(code="stuck_transfer")
    editing.turn_flow(actor=shop.owner, flow=row, on=False)
    editing.remove_step(actor=shop.owner, flow=row, version=row.version, step="network")
    (network,) = say(shop.customer, WITHOUT)
    assert "Over which network" in network["text"]
    (plain, *_more) = say(shop.other_customer, STUCK)
    assert plain["data"]["feedback"] is True  # the article, as ever


def test_the_words_of_a_secret_are_no_fact(shop: Cast) -> None:
    """The guard cuts it out before a flow hears of it; what turns out as one later is forgotten."""
    say(shop.customer, STUCK)
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    say(shop.customer, f"here: {phrase}")
    run = FlowRun.objects.get()
    assert "winner" not in str(run.state)
    run.state["facts"]["network"] = ["tron", "TRON", 7]
    run.save()
    forget_cut(conversation_id=run.conversation_id, kinds=["phrase"], seqs=[7])
    assert FlowRun.objects.get().state["facts"] == {}


def test_without_buttons_they_are_numbered(shop: Cast) -> None:
    Conversation.objects.filter(pk=shop.customer.conversation.pk).update(channel="email")
    say(shop.customer, STUCK)
    (network,) = say(shop.customer, WITHOUT)
    assert "\n2. TRON (TRC20)\n" in network["text"]
    assert network["data"] == {}
    (explorer,) = say(shop.customer, "2.")
    assert "\n1. Pending\n" in explorer["text"]


def test_an_address_that_the_wallet_vouches_for_is_not_asked(shop: Cast) -> None:
    row = editing.create_flow(actor=shop.owner, name="Codes", topics=["tx_pending"])
    ask = {"id": "mail", "kind": "ask", "fact": "mail", "answer": "email"}
    texts = {"en": "Which address?", "es": "¿Qué correo?", "zh-hans": "哪个邮箱？"}
    steps = [{**ask, "text": texts}, {"id": "z", "kind": "end", "text": texts | {"en": "Good."}}]
    for number, step in enumerate(steps, 1):
        editing.save_step(actor=shop.owner, flow=row, version=number, step=step)
    editing.publish_flow(actor=shop.owner, flow=row, version=3)
    stuck = BotFlow.objects.get(code="stuck_transfer")
    editing.turn_flow(actor=shop.owner, flow=stuck, on=False)
    editing.turn_flow(actor=shop.owner, flow=row, on=True)
    mail = {"kind": IdentityKind.EMAIL, "value": "ana@mail.example", "source": Source.WALLET}
    set_identity(contact=shop.other_customer.contact, **mail)
    assert say(shop.customer, STUCK)[0]["text"] == "Which address?"
    assert say(shop.other_customer, STUCK)[0]["text"] == "Good."
    assert "ana@mail" not in str([run.state for run in FlowRun.objects.all()])
    assert say(shop.customer, "ben@mail.example")[0]["text"] == "Good."


def test_a_link_is_compared_and_not_opened(shop: Cast) -> None:
    load(shop.brand, [*SAFETY])
    flow = BotFlow.objects.get(code="suspicious_message")
    editing.publish_flow(actor=shop.owner, flow=flow, version=1)
    editing.turn_flow(actor=shop.owner, flow=flow, on=True)
    say(shop.customer, "got an email saying my wallet must be verified, is this a scam")
    say(shop.customer, "only opened it")
    told = say(shop.customer, "https://borealis-wallet-verify.example/x")
    assert "borealis-wallet-verify[.]example/x" in told[0]["text"]
    assert "Do not answer" in told[0]["text"]
    assert FlowRun.objects.get().outcome == Then.DONE


def test_a_conversation_of_people_is_left_alone(shop: Cast) -> None:
    say(shop.customer, STUCK)
    request_person(conversation=shop.customer.conversation)
    reply(shop.agent, shop.customer, "I am looking")
    assert say(shop.customer, WITHOUT) == []


def test_screens_follow_a_flow(shop: Cast) -> None:
    """What a page that was there before and heard the events shows is what a fresh one shows."""
    before = queries.thread(shop.customer.now(), Audience.CUSTOMER)
    cursor = shop.customer.now().last_seq
    say(shop.customer, STUCK)
    say(shop.customer, WITHOUT)
    now = shop.customer.now()
    fresh = queries.thread(now, Audience.CUSTOMER)
    assert fresh == [*before, *queries.thread(now, Audience.CUSTOMER, after=cursor)]
    assert [event["seq"] for event in fresh] == sorted(event["seq"] for event in fresh)
