"""Networks: an owner's nodes, where they may lead, and that every process takes a change up."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.chain.recorded import Recorded, recorded, rpc
from walletdesk.accounts.models import AuditEntry
from walletdesk.chain.choices import Choice, applied, chosen_node
from walletdesk.chain.networks import EndpointSpec, Network, NetworksError, load_book
from walletdesk.chain.probing import probe_now
from walletdesk.chain.types import Family
from walletdesk.conversations.diagnoses.actions.networks import choose_network, undo_network
from walletdesk.conversations.diagnoses.books import book_of, operators_network
from walletdesk.conversations.diagnoses.models import NetworkChoice
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.kit.errors import BadInput, ChangedMeanwhile
from walletdesk.site.chain_guard import WordGuard
from walletdesk.web.common.diagnosis.chat import ChatWords

PAGE = "/desk/settings/networks/ethereum/"
KEYED = "https://nodes.example/v3/a-key-that-nobody-sees"


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[Recorded]]:
    """Two nodes in the operator's file: Ethereum's, and one that serves another chain."""
    with (
        recorded(rpc({"eth_chainId": "0x1", "eth_blockNumber": "0x1312d00"})) as right,
        recorded(rpc({"eth_chainId": "0x38", "eth_blockNumber": "0x10"})) as wrong,
    ):
        file = tmp_path / "networks.toml"
        file.write_text(f'[ethereum]\nrpc = ["{right.url}", "{wrong.url}"]\nindexer = ""\n')
        Port.use(book=lambda: load_book(file, {}), guard=WordGuard(), words=ChatWords())
        yield [right, wrong]
    Port.use(book=lambda: load_book(environ={}), guard=WordGuard(), words=ChatWords())


def owner_of(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.owner.user)
    return client


def hosts(cast: Cast) -> list[str]:
    return [spec.host for spec in book_of(cast.brand.pk).networks["ethereum"].endpoints]


def test_each_node_says_who_it_is_and_how_high(cast: Cast, nodes: list[Recorded]) -> None:
    answer = owner_of(cast).post(f"{PAGE}try", {"enabled": "on"}).content.decode()
    assert "20,000,000" in answer
    assert "serves another chain: 56" in answer
    assert answer.index("20,000,000") < answer.index("another chain")  # the order of asking
    assert all(node.asked for node in nodes)


def test_a_change_holds_at_once_for_this_brand_and_can_be_undone(
    cast: Cast, nodes: list[Recorded]
) -> None:
    client, usual = owner_of(cast), hosts(cast)
    form = {"enabled": "on", "nodes": f"{KEYED}\n\nhttps://second.example", "version": 0}
    assert client.post(PAGE, form).status_code == 302
    assert hosts(cast) == ["nodes.example", "second.example", *usual]
    assert client.post(PAGE, form).status_code == 409  # a colleague saw the page before
    alone = {**form, "only": "on", "seconds": 4, "version": 1}
    assert client.post(PAGE, alone).status_code == 302
    network = book_of(cast.brand.pk).networks["ethereum"]
    assert hosts(cast) == ["nodes.example", "second.example"]
    assert (network.seconds, network.indexer) == (4, "")
    page = client.get(PAGE).content.decode()
    assert usual[0] in page  # what stood there before, and what the file says
    assert client.post(f"{PAGE}undo/2").status_code == 302
    assert hosts(cast) == ["nodes.example", "second.example", *usual]
    with pytest.raises(ChangedMeanwhile):
        undo_network(actor=cast.owner, network=network, version=2)
    another = cast.stranger.brand_id
    choose_network(actor=cast.owner, network=network, version=3, choice=Choice(enabled=False))
    assert "ethereum" not in book_of(cast.brand.pk).networks
    assert "ethereum" in book_of(another).networks
    del nodes


@pytest.mark.usefixtures("nodes")
def test_keys_in_addresses_stay_out_of_the_trail_and_the_database(cast: Cast) -> None:
    owner_of(cast).post(PAGE, {"enabled": "on", "nodes": KEYED, "version": 0})
    entry = AuditEntry.objects.filter(brand=cast.brand, action="network.changed").get()
    assert entry.detail["changed"]["nodes"] == [[], ["nodes.example"]]
    row = NetworkChoice.objects.get(brand=cast.brand)
    assert b"nodes.example" not in bytes(row.choice) + bytes(row.before)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1", "https://10.0.0.5:8545", "https://[::1]/", "https://localhost",
        "https://[::ffff:169.254.169.254]/latest", "https://node.internal", "https://2130706433",
        "core+https://user:word@192.168.1.2:8332", "https://intranet/",
    ],
)  # fmt: skip
def test_no_owner_leads_the_desk_into_a_private_network(url: str) -> None:
    with pytest.raises(NetworksError, match="inside"):
        chosen_node(url, Family.BITCOIN)


@pytest.mark.parametrize(
    "url",
    [
        "http://node.example", "ftp://node.example", "https://", "node.example", "https://[::",
        "https://node.example/${WALLETDESK_SECRET_KEY}", "https://node.example:99999",
        "https://nöde.example", "https://node.example/\x00", "https://node.example/\ud800",
        "https://a b.example", "https://" + "a" * 500 + ".example",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_node(url: str) -> None:
    with pytest.raises(NetworksError, match="node"):
        chosen_node(url, Family.EVM)


def test_a_name_that_leads_inside_is_not_followed(nodes: list[Recorded]) -> None:
    """The name passed, its address is judged with each connection (DNS rebinding)."""
    port = nodes[0].url.rpartition(":")[2]
    network = operators_network("ethereum")
    spec = EndpointSpec(f"http://localhost:{port}", judged=True)
    [found] = probe_now(Network("x", "X", network.family, "ETH", endpoints=(spec,)))
    assert (found.trouble, nodes[0].asked) == ("inside", [])


@pytest.mark.usefixtures("nodes")
@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(only=True), "nodes"),
        (Choice(nodes=("https://node.example",) * 11), "nodes"),
        (Choice(seconds=6), "seconds"),
        (Choice(per_second=0), "per_second"),
    ],
)
def test_what_cannot_be_chosen(cast: Cast, choice: Choice, field: str) -> None:
    network = operators_network("ethereum")
    with pytest.raises(BadInput) as refused:
        choose_network(actor=cast.owner, network=network, version=0, choice=choice)
    assert list(refused.value.fields) == [field]
    assert not NetworkChoice.objects.exists()


def test_every_family_tells_its_height() -> None:
    def answer(path: str, body: Any) -> Any:
        told = {
            "/wallet/getnowblock": {"block_header": {"raw_data": {"number": 7}}},
            "/api/blocks/tip/height": b"8",
        }
        if path in told:
            return told[path]
        methods = {"getBlockHeight": 9, "getblockchaininfo": {"blocks": 10, "chain": "main"}}
        return {"id": 1, "result": methods[body["method"]]}

    with recorded(answer) as server:
        found = [
            probe_now(Network("x", "X", family, "C", endpoints=(EndpointSpec(url, dialect),)))[0]
            for family, url, dialect in (
                (Family.TRON, server.url, ""),
                (Family.BITCOIN, f"{server.url}/api", "esplora"),
                (Family.SOLANA, server.url, ""),
                (Family.BITCOIN, server.url, "core"),
            )
        ]
    assert [(one.height, one.chain, one.trouble) for one in found] == [
        (7, "", ""), (8, "", ""), (9, "", ""), (10, "main", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (None, "status"),
        (b"<html>", "malformed"),
        ({"error": {"code": 1, "message": "no"}}, "refused"),
    ],
)
def test_what_is_wrong_with_a_node(said: Any, trouble: str) -> None:
    with recorded(lambda _path, _body: said) as server:
        spec = EndpointSpec(server.url)
        [found] = probe_now(Network("x", "X", Family.EVM, "ETH", endpoints=(spec,)))
    assert found.trouble == trouble
    [gone] = probe_now(Network("x", "X", Family.EVM, "ETH", endpoints=(spec,)))
    assert gone.trouble == "unreachable"


@pytest.mark.usefixtures("nodes")
def test_the_list_asks_the_database_once_for_all_networks(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = owner_of(cast)
    for network in load_book(environ={}).networks.values():
        choose_network(actor=cast.owner, network=network, version=0, choice=Choice(enabled=False))
    with django_assert_max_num_queries(9):
        page = client.get("/desk/settings/networks/").content.decode()
    assert "127.0.0.1" in page
    assert applied(operators_network("ethereum"), Choice()).seconds == 2
