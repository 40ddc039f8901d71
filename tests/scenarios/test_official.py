"""A customer checks who answers and what a link is; a confirmed phishing link warns them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.scenarios.words import WORDS

if TYPE_CHECKING:
    from tests.scenarios.conftest import Stage

EVIL = "https://aurora-login.com/claim"


def test_who_answers_and_where_a_link_leads(stage: Stage) -> None:
    customer = stage.customer(WORDS["en"])
    page = customer.page
    page.fill("#text", f"Let me speak to a person. Is {EVIL} yours, or https://aurora.example/a?")
    page.press("#text", "Enter")
    verdicts = customer.thread.locator(".wd-verdict")
    expect(verdicts).to_have_count(2)
    expect(verdicts.nth(0)).to_have_attribute("data-code", "lookalike")
    expect(verdicts.nth(1)).to_have_attribute("data-code", "official")

    # the agent is asked before a link leaves that is not official, and sends it all the same
    agent = stage.agent("alex")
    agent.may_be_told("409")
    agent.page.goto(f"{agent.url}/desk/all/{customer.ref}/")
    expect(agent.thread.locator(".wd-verdict").first).to_be_visible()
    agent.page.click("#act-claim")
    field = agent.page.locator("wd-composer textarea")
    field.fill("See https://etherscan.io/tx/0x1")
    field.press("Control+Enter")
    failed = agent.thread.locator(".wd-state.is-bad")
    expect(failed).to_contain_text("etherscan.io")
    failed.locator("button").first.click()
    expect(failed).to_have_count(0)

    # the customer checks the agent's code, and reports the link
    expect(page.locator(".wd-official code")).to_have_text(re.compile(r"^\w{5}-\w{5}-\w{5}$"))
    page.click(".wd-official summary")
    page.fill("#official-check", page.inner_text(".wd-official code"))
    page.press("#official-check", "Enter")
    expect(page.locator(".wd-official output")).to_have_class("is-good")
    verdicts.nth(0).locator("button").click()
    expect(verdicts.nth(0).locator("[role=status]")).to_be_visible()

    # a supervisor confirms it, and the customer is warned
    supervisor = stage.agent("supervisor")
    supervisor.page.goto(f"{supervisor.url}/desk/links/")
    supervisor.page.click("button[name=confirm][value=yes]")
    expect(customer.thread).to_contain_text("aurora-login[.]com")
