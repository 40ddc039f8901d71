"""A wallet is emptied on a real chain: from the first words to the frozen account."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import translation
from playwright.sync_api import expect

from tests.cases.conftest import SECRET
from tests.chain.nodes import anvil
from tests.installation import running, until
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS
from walletdesk.cases import texts
from walletdesk.chain.networks import load_book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.chain.nodes import Evm
    from tests.installation import Installation

UNLIMITED = 2**256 - 1


@pytest.fixture
def node() -> Iterator[Evm]:
    with anvil() as found:
        yield found


@pytest.fixture
def wallet() -> Iterator[str]:
    """The sandbox of a wallet's back end; its address."""
    program = [Path(sys.executable).with_name("walletdesk"), "sandbox-wallet", "--port", "0"]
    environ = {**os.environ, "WALLETDESK_WALLET_SECRET": SECRET, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _line in range(3)]
        yield told[1].strip().partition("=")[2]
        process.kill()


@pytest.fixture
def place(tmp_path: Path, node: Evm, wallet: str) -> Iterator[Installation]:
    """A desk with that wallet, and with the test's chain under the name of Ethereum."""
    others = [name for name in load_book(environ={}).networks if name != "ethereum"]
    networks = tmp_path / "networks.toml"
    networks.write_text(
        f'[ethereum]\nchain_id = 31337\nindexer = ""\nrpc = ["{node.url}"]\n'
        + "".join(f"[{name}]\nenabled = false\n" for name in others)
    )
    settings = {
        "WALLETDESK_NETWORKS": str(networks),
        "WALLETDESK_WALLET_URL": wallet,
        "WALLETDESK_WALLET_SECRET": SECRET,
    }
    with running(tmp_path / "data", **settings) as found:
        yield found


def shows(page: Page, text: str) -> None:
    """Wait until the page, looked at again and again, says something."""

    def told() -> bool:
        page.reload()
        return text in page.inner_text("main")

    until(told, f"the page says {text!r}")


def rob(node: Evm) -> tuple[str, str, str, str]:
    """Let a thief use an approval; return the victim, the thief, the token and the hash."""
    bank, me, thief = node.accounts[:3]
    token = node.deploy(bank, "AUR")
    node.call(bank, token, "transfer(address,uint256)", me, 5_000_000)
    node.call(me, token, "approve(address,uint256)", thief, UNLIMITED)
    taken = node.call(thief, token, "transferFrom(address,address,uint256)", me, thief, 5_000_000)
    node.rpc("anvil_mine", "0x40")
    return me, thief, token, taken


def takes_papers(page: Page) -> list[bytes]:
    """Download the evidence as PDF and as JSON."""
    found = []
    box = page.locator("section", has=page.locator("#evidence-title"))
    for form in ("PDF", "JSON"):
        with page.expect_download() as download:
            box.get_by_role("button", name=form).click()
        found.append(Path(download.value.path()).read_bytes())
    return found


def orders_a_freeze(page: Page, account: str) -> None:
    """Mark whose address it is, and ask for the account behind it to be frozen."""
    reference = page.locator(".case-refs li", has_text=account)
    reference.locator("select").select_option("victim")
    reference.get_by_role("button", name="Set").click()
    page.locator("#order-kind").select_option("freeze")
    page.locator("#order-reason").fill("The customer saw the money leave")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".case-orders")).to_contain_text("A colleague has to agree")


@pytest.mark.long
def test_from_an_emptied_wallet_to_the_frozen_account(
    browser: Browser, place: Installation, node: Evm
) -> None:
    me, thief, token, taken = rob(node)
    stage = Stage(browser, place, {})

    # the customer is warned of the second fraud before anybody comes
    customer = stage.customer(WORDS["zh"])
    customer.asks(f"我的钱包被盗了，里面的币都被转走了！地址 {me} 交易 {taken}")
    with translation.override("zh-hans"):
        customer.sees(texts.second_scam("Aurora Wallet")[:20])

    # an agent takes the case; the chain has told already how it happened and what is open
    agent = stage.agent("alex")
    page = agent.page
    page.goto(f"{agent.url}/desk/cases/")
    page.locator("a[href*='/desk/cases/']", has_text="Wallet emptied").first.click()
    page.get_by_role("button", name="Take the case").click()
    shows(page, "An approval was misused")
    expect(page.locator(".case-risks")).to_contain_text("may take")

    # freezing takes two people
    orders_a_freeze(page, me)
    supervisor = stage.agent("supervisor")
    supervisor.page.goto(page.url.partition("#")[0].partition("?")[0])
    supervisor.page.get_by_role("button", name="Approve").click()
    shows(page, "account: frozen")

    # the door is shut on the chain, and found shut
    node.call(me, token, "approve(address,uint256)", thief, 0)
    page.get_by_role("button", name="Read the chain").click()
    shows(page, "no longer on the chain")

    # papers for the police, and a day to look again
    pdf, told = takes_papers(page)
    assert pdf.startswith(b"%PDF")
    assert thief.lower() in json.dumps(json.loads(told)).lower()
    page.locator("#follow-note").fill("What did the exchange say?")
    page.get_by_role("button", name="In a week").click()
    expect(page.locator(".case-follow")).to_contain_text("What did the exchange say?")

    for person in (customer, agent, supervisor):
        assert person.unexpected() == []
    stage.close()
