"""A stuck transfer, step by step: by keyboard, with a change of mind, and on to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.accessibility import faults
from tests.scenarios.words import WORDS

if TYPE_CHECKING:
    from tests.scenarios.conftest import Stage


def test_a_stuck_transfer_step_by_step(stage: Stage) -> None:
    customer = stage.customer(WORDS["zh"])
    choices = customer.thread.locator(".wd-choice:visible")

    customer.asks("我的转账一直卡住了，还在确认中")
    customer.sees_an_answer_with_its_source()
    expect(choices).to_have_count(1)  # that they have no hash
    choices.first.focus()
    customer.page.keyboard.press("Enter")
    expect(choices).to_have_count(5)  # networks; what was pressed is spent
    customer.page.keyboard.press("Tab")
    expect(choices.first).to_be_focused()
    choices.filter(has_text="ERC20").click()
    customer.sees_once("以太坊 (ERC20)")
    customer.sees("那里显示什么")
    assert faults(customer.page) == []

    told = customer.thread.locator(".wd-message:not(.is-own)")
    before = told.count()
    customer.asks("不对，是波场")
    expect(told).to_have_count(before + 1)
    customer.asks("网络手续费是怎么计算的？")
    expect(customer.thread.locator("a.wd-source")).to_have_count(2)
    expect(choices.first).to_have_text("处理中")
    customer.asks("转人工")
    customer.sees_line("line_handed_over_asked_to_customer")

    agent = stage.agent("owner").watches("queue")
    agent.opens(customer)
    agent.sees("Network → TRON")
    page = agent.page
    page.goto(f"{agent.url}/desk/settings/flows/")
    page.get_by_role("link", name="Stuck transfer").click()
    page.wait_for_load_state()  # its scripts listen
    page.locator("#try-text").fill("stuck")
    page.locator("#try-text").press("Enter")
    expect(page.locator("#trial")).to_contain_text("transaction hash")
    page.locator("#try-text").fill("0x" + "5e" * 32)
    page.locator("#try-text").press("Enter")
    page.get_by_role("button", name="Nothing was found").click()
    expect(page.locator("#trial")).to_contain_text("Over which network")
    assert faults(page) == []
