"""Chips and facts by HTTP: what each side is told, what is refused, hostile nodes and bodies."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.diagnoses.conftest import HASH, OTHER, Chain, answers, work
from walletdesk.chain.types import Facts, Finding, Verdict
from walletdesk.conversations.diagnoses.models import Diagnosis, Watch
from walletdesk.conversations.diagnoses.records import as_record, from_record


def chat(cast: Cast, method: str, body: Any = None, query: str = "", path: str = "chain") -> Any:
    headers = {"Authorization": f"Bearer {cast.customer.token}"}
    sent = body if isinstance(body, bytes) else json.dumps(body)
    url = f"/chat/v1/{path}?{query}"
    return Client().generic(method, url, sent, "application/json", headers=headers)


def desk(cast: Cast, path: str, body: Any = None, who: Any = None) -> Any:
    client = cast.client(who or cast.agent)
    url = f"/desk/c/{cast.customer.conversation.ref}/chain{path}"
    if body is None:
        return client.get(url)
    return client.post(url, json.dumps(body), content_type="application/json")


def chips(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return answer.json()["messages"]


def test_a_chip_asks_nothing_until_it_is_pressed(cast: Cast, chain: Chain) -> None:
    chain.send()
    cast.customer.write("hello", f"this one {HASH} to {OTHER}")
    ref = cast.customer.conversation.ref
    query = f"conversation={ref}&seqs=1,2"
    assert chips(chat(cast, "GET", query=query)) == {
        "2": {
            "state": "",
            "chips": [
                {"kind": "transaction", "network": "Ethereum", "short": "0x5e5e5e…5e5e5e"},
                {"kind": "address", "network": "Ethereum", "short": "0x3C44Cd…4293BC"},
            ],
        }
    }
    assert chain.calls == []
    pressed = chips(chat(cast, "POST", {"conversation": ref, "seq": 2}))
    assert pressed["2"]["state"] == "asked"
    work()
    found = chips(chat(cast, "GET", query=f"{query}&language=es"))["2"]["chips"][0]
    assert (found["verdict"], found["watch"], found["watched"]) == ("pending", True, False)
    watched = chips(
        chat(cast, "POST", {"conversation": ref, "seq": 2, "reference": HASH}, path="chain/watch")
    )
    assert watched["2"]["chips"][0]["watched"] is True
    body = {"conversation": ref, "seq": 2, "reference": HASH, "on": False}
    assert chips(chat(cast, "POST", body, path="chain/watch"))["2"]["chips"][0]["watched"] is False
    assert chat(cast, "POST", {"conversation": ref, "seq": 1}).json()["code"] == "nothing_named"


def test_the_desk_looks_by_itself_and_shows_every_fact(cast: Cast, chain: Chain) -> None:
    chain.send()
    cast.customer.write(f"where is it {HASH}")
    assert desk(cast, "/look", {"seqs": [1]}, cast.viewer).status_code == 403
    assert "Nobody has asked" in desk(cast, "/1", who=cast.viewer).content.decode()
    assert chips(desk(cast, "/look", {"seqs": [1, 7]}))["1"]["state"] == "asked"
    work()
    page = desk(cast, "/1").content.decode()
    for said in (
        "Waiting for a block",
        "eth_getTransactionByHash",
        "The money",
        HASH,
        "has not moved",
        "data-evidence",
        "Watch this transaction",
        "decided",
    ):
        assert said in page, said
    assert "data-watch" not in desk(cast, "/1", who=cast.viewer).content.decode()
    assert chips(desk(cast, "/1/watch", {"reference": HASH}))["1"]["chips"][0]["watched"] is True
    assert "Stop watching" in desk(cast, "/1").content.decode()
    assert Watch.objects.get().by == cast.agent
    assert desk(cast, "/1/watch", {"reference": HASH}, cast.stranger).status_code == 404
    Diagnosis.objects.update(made_at="2026-01-01T00:00:00Z")
    assert chips(desk(cast, "/look", {"seqs": [1], "again": True}))["1"]["state"] == "asked"


def test_a_page_of_messages_costs_few_statements(cast: Cast, chain: Chain) -> None:
    chain.send()
    for _ in range(8):
        cast.customer.write(f"look {HASH}")
    client = cast.client(cast.agent)
    url = f"/desk/c/{cast.customer.conversation.ref}/chain?seqs="
    counts = []
    for seqs in ("1,2", "1,2,3,4,5,6,7,8"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url + seqs).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 9


@pytest.mark.parametrize(
    "query", ["", "seqs=", "seqs=x", "seqs=-1", "seqs=1;2", "seqs=" + "1," * 200, "seqs=²"]
)
def test_bad_numbers_are_refused(cast: Cast, chain: Chain, query: str) -> None:
    cast.customer.write("hello")
    ref = cast.customer.conversation.ref
    assert chat(cast, "GET", query=f"conversation={ref}&{query}").status_code == 400
    assert desk(cast, f"?{query}").status_code == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff", {"seq": 1}, {"seq": 0}, {"seq": 2**40}, {"seq": "1"}, {"seq": True},
     {"seq": 1, "more": 1}, {"seqs": []}, {"reference": ""}, {"seq": 1, "reference": "x" * 121}],
)  # fmt: skip
def test_bad_bodies_are_refused(cast: Cast, chain: Chain, body: Any) -> None:
    cast.customer.write("hello")
    sent = body
    if isinstance(body, dict) and body != {"seq": 1}:
        sent = {"conversation": cast.customer.conversation.ref, **body}
    assert 400 <= chat(cast, "POST", sent).status_code < 500
    assert 400 <= chat(cast, "POST", sent, path="chain/watch").status_code < 500
    if isinstance(body, dict):
        assert desk(cast, "/look", body).status_code == 400
        assert desk(cast, "/1/watch", body).status_code in (400, 404)


@pytest.mark.parametrize("path", ["/99999999999999999999", "/99999999999999999999/watch"])
def test_numbers_out_of_range_are_nothing(cast: Cast, chain: Chain, path: str) -> None:
    cast.customer.write(f"look {HASH}")
    body = {"reference": HASH} if path.endswith("watch") else None
    assert desk(cast, path, body).status_code == 404


def test_what_nodes_say_fits_into_a_row(cast: Cast, chain: Chain) -> None:
    """NUL, lone surrogates, NaN, depth: what a node says is stored or left out, never a crash."""
    chain.send()
    answers(cast, cast.customer, f"stuck {HASH}")
    work()
    row = Diagnosis.objects.get()
    found = from_record(row.report[0])
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]
    values: dict[str, Any] = {"nul": "a\0b", "half": "\ud800", "no": float("nan"), "deep": deep,
                              "large": 2**300, "long": "y" * 9_000}  # fmt: skip
    hostile = type(found)(
        ref=found.ref, network="ethereum", network_name="Ethereum\0", plan=found.plan,
        finding=Finding(Verdict.REVERTED, fields=values), facts=Facts.of("ethereum", **values),
    )  # fmt: skip
    Diagnosis.objects.filter(pk=row.pk).update(report=[as_record(hostile)])
    again = from_record(Diagnosis.objects.get().report[0])
    assert (again.facts.text("nul"), again.facts.value("no")) == ("ab", None)
    assert again.finding.fields["large"] == 2**300
    assert desk(cast, "/1").status_code == 200
