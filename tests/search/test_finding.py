"""What is found, in which order, and what is not."""

import random

import pytest

from tests.cast import Cast, make_customer, reply
from tests.search.conftest import Search
from walletdesk.conversations.search import queries as finding
from walletdesk.conversations.search.types import Results


def refs(results: Results) -> list[str]:
    assert not results.problems
    return [found.ref for found in results.found]


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("我的转账一直没到账", ["转账", "没到账", "账", "到", "转账 没到账"]),
        ("USDT没到账,TRC20网络", ["usdt", "trc20", "USDT没到账", "没到账 TRC20"]),
        ("La transacción está pendiente", ["transaccion", "TRANSACCIÓN", "transac", "pendiente"]),
        ("My transfer has not arrived yet", ["trasnfer", "transfr", "not arived", "not arrived"]),
        ("It has not arrived, I said", ['"has not arrived"', "“not arrived”", "-hello arrived"]),
    ],
)  # fmt: skip
def test_words(cast: Cast, search: Search, text: str, queries: list[str]) -> None:
    cast.customer.write(text)
    cast.other_customer.write("Something else: 别的事")
    for query in queries:
        assert refs(search(query))[:1] == [cast.customer.conversation.ref], query


def test_newest_first_and_the_closest_on_top(cast: Cast, search: Search) -> None:
    cast.customer.write("stuck: my withdrawal")
    cast.other_customer.write("withdrawal is what I would call stuck")
    third = make_customer(cast.brand)
    third.write("my withdrawal stuck")
    ref = [c.conversation.ref for c in (cast.customer, cast.other_customer, third)]
    assert refs(search("withdrawal stuck")) == [ref[2], ref[1], ref[0]]
    assert refs(search("withdrawal")) == [ref[2], ref[1], ref[0]]
    assert refs(search('"withdrawal stuck"')) == [ref[2]]
    assert refs(search("withdrawal -call")) == [ref[2], ref[0]]


def test_words_spread_over_messages_are_found_after_the_others(cast: Cast, search: Search) -> None:
    cast.customer.write("my ledger is new", "it does not show arbitrum")
    cast.other_customer.write("hello there")
    found = search("ledger arbitrum").found
    assert [(f.ref, f.partly) for f in found] == [(cast.customer.conversation.ref, True)]


def test_replies_are_found(cast: Cast, search: Search) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    reply(cast.agent, cast.customer, "Please update to version 7.14")
    results = search("7.14 version")
    assert refs(results) == [cast.customer.conversation.ref]
    assert results.found[0].author == "agent"


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_a_filter_that_leaves_few_shows_the_newest_of_all_of_them(
    cast: Cast, search: Search, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    dice = random.Random(11)  # noqa: S311 - not for secrets
    customers = [make_customer(cast.brand) for _ in range(6)]
    for turn in range(40):
        dice.choice(customers).write(f"{dice.choice(['apricot', 'plum'])} {turn}")
    queries = ["channel:chat apricot", "channel:chat plum", "channel:chat 7", "channel:chat grape"]
    monkeypatch.setattr(finding, "ENOUGH", 3)
    whole = [search(query) for query in queries]
    assert [len(each.found) > 0 for each in whole] == [True, True, True, False]
    monkeypatch.setattr(finding, "AT_ONCE", at_once)
    assert [refs(search(query)) for query in queries] == [refs(each) for each in whole]
