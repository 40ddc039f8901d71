"""Thefts that really happen on a chain, from the customer's words to the police's evidence."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.cast import Cast
from tests.chain import conftest as chains
from tests.chain.nodes import Evm
from walletdesk.cases import tasks, texts
from walletdesk.cases.models import CaseRisk, SecurityCase
from walletdesk.cases.ports import use_chain
from walletdesk.chain.networks import Book
from walletdesk.conversations import queries
from walletdesk.conversations.actions.describe import describe_conversation
from walletdesk.conversations.types import Audience
from walletdesk.kit.outbox.actions import handle_next
from walletdesk.site.case_chain import CaseChain

chain, book = chains.chain, chains.book  # fixtures
NETWORK = "evm:31337"
UNLIMITED = 2**256 - 1


@pytest.fixture
def reading(chain: Evm, book: Book, tmp_path: Path) -> Iterator[None]:
    before = use_chain(CaseChain(tmp_path / "seen", book.limited([(NETWORK, chain.url)])))
    yield
    use_chain(before)


def opened(cast: Cast, text: str) -> SecurityCase:
    """The customer writes; somebody sees what it is about; the case opens by itself."""
    conversation = cast.customer.now()
    conversation.language = "zh-hans"
    conversation.save()
    cast.customer.write(text)
    cast.customer.ask_for_person()
    describe_conversation(
        conversation=cast.customer.now(), membership=cast.agent, field="topic",
        value="wallet_stolen",
    )  # fmt: skip
    while handle_next():
        pass
    case = SecurityCase.objects.get()
    tasks.read_chain(case.pk)
    return SecurityCase.objects.get()


def evidence(cast: Cast, case: SecurityCase) -> dict[str, object]:
    client = cast.client(cast.agent)
    got = client.post(f"/desk/cases/{case.ref}/evidence", {"language": "zh-hans", "form": "json"})
    found: dict[str, object] = json.loads(got.content)
    pdf = client.post(f"/desk/cases/{case.ref}/evidence", {"language": "zh-hans", "form": "pdf"})
    assert pdf.content.startswith(b"%PDF")
    return found


def test_an_approval_is_drained(cast: Cast, chain: Evm, reading: None) -> None:
    owner, me, thief = chain.accounts[0], chain.accounts[6], chain.accounts[7]
    token = chain.deploy(owner, "USDX")
    chain.call(owner, token, "transfer(address,uint256)", me, 900)
    chain.call(me, token, "approve(address,uint256)", thief, UNLIMITED)
    taken = chain.call(thief, token, "transferFrom(address,address,uint256)", me, thief, 900)
    chain.rpc("anvil_mine", "0x40")

    case = opened(cast, f"我的钱包被盗了！地址 {me}，交易 {taken}")

    assert (case.cause, case.confidence) == ("approval", "certain")
    doors = CaseRisk.objects.filter(kind="approval")
    assert [row.fields["spender"].lower() for row in doors] == [thief.lower()]
    assert CaseRisk.objects.filter(kind="coin").exists()
    with translation.override("zh-hans"):
        warning = texts.second_scam(cast.brand.name)
    assert warning in [
        event["text"] for event in queries.thread(cast.customer.now(), Audience.CUSTOMER)
    ]
    pack = json.dumps(evidence(cast, case)).lower()
    assert all(part.lower() in pack for part in (me, thief, taken, token))

    chain.call(me, token, "approve(address,uint256)", thief, 0)  # the customer takes it back
    tasks.read_chain(case.pk)
    assert not CaseRisk.objects.filter(kind="approval", gone=False).exists()


def test_a_key_that_somebody_else_has(cast: Cast, chain: Evm, reading: None) -> None:
    me, thief = chain.accounts[8:10]
    taken = chain.send(me, thief, value=9 * 10**18)
    chain.rpc("anvil_mine", "0x40")

    case = opened(cast, f"钱包里的币没了，不是我转的：{taken}")

    assert (case.cause, case.confidence) == ("key_leak", "possible")
    assert "fake_app" in case.other_causes
    left = CaseRisk.objects.get(kind="coin", reference=me)
    assert left.fields["amount"]["value"] > 0
    assert taken in json.dumps(evidence(cast, case))
