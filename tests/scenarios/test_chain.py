"""A stuck transfer on a real chain: the customer is told what happens to it, and so is the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.chain.nodes import anvil
from tests.installation import running
from tests.scenarios.conftest import Stage
from tests.scenarios.words import WORDS
from walletdesk.chain.networks import load_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.chain.nodes import Evm
    from tests.installation import Installation


@pytest.fixture(scope="module")
def node() -> Iterator[Evm]:
    with anvil() as found:
        yield found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, node: Evm) -> Iterator[Installation]:
    """A desk that knows one network: the test's own chain, under the name of Ethereum."""
    folder: Path = tmp_path_factory.mktemp("chain")
    off = "".join(
        f"[{name}]\nenabled = false\n"
        for name in load_book(environ={}).networks
        if name != "ethereum"
    )
    one = f'[ethereum]\nchain_id = 31337\nindexer = ""\nrpc = ["{node.url}"]\n'
    (folder / "networks.toml").write_text(one + off)
    with running(folder / "data", WALLETDESK_NETWORKS=str(folder / "networks.toml")) as found:
        yield found


@pytest.mark.long
def test_a_stuck_transfer_is_watched_until_it_is_mined(
    browser: Browser, place: Installation, node: Evm
) -> None:
    node.rpc("evm_setAutomine", False)
    me, friend = node.accounts[:2]
    sent = node.send(me, friend, value=10**18)
    stage = Stage(browser, place, {})

    customer = stage.customer(WORDS["en"])
    customer.asks(f"My transfer is stuck, please look: {sent}")
    customer.sees("Nothing is wrong, and nothing is lost")
    chip = customer.thread.locator(".wd-chain-chip")
    expect(chip).to_contain_text("Ethereum")
    expect(chip).to_contain_text("Waiting for a block")

    agent = stage.agent("alex").watches("bot")
    agent.opens(customer)
    agent.thread.locator(".wd-chain-chip").click()
    sheet = agent.page.locator(".chain-sheet")
    expect(sheet.locator("svg.chain-way desc")).to_contain_text("1 ETH has not moved")
    expect(sheet.locator("tr.is-decisive").first).to_contain_text("eth_get")
    sheet.locator("header button").click()

    chip.click()
    customer.thread.get_by_role("button", name="Tell me when it changes").click()
    customer.sees("is being watched")
    agent.sees("watched")

    node.rpc("anvil_mine", hex(40))
    customer.sees("The transaction is complete: 1 ETH reached")
    agent.sees("is now “Complete”")
    expect(chip).to_contain_text("Complete")
    expect(agent.thread.locator(".wd-chain-chip")).to_contain_text("Complete")
    for person in (customer, agent):
        assert person.unexpected() == []
    stage.close()
