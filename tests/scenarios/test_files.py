"""A customer shows what went wrong; the agent looks at it and answers with a guide."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.files import material
from tests.scenarios.words import WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenarios.conftest import Stage

PASTE = """([selector, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], "截图.png", { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(paste);
}"""  # noqa: E501 - a script


def test_a_screenshot_and_a_guide(  # noqa: PLR0915 - one story, told in one go
    stage: Stage, tmp_path: Path
) -> None:
    customer = stage.customer(WORDS["zh"])
    page = customer.page
    shot = base64.b64encode(material.picture("PNG", (900, 600))).decode()

    # the customer pastes a screenshot, is warned once, and sees it in the thread
    page.evaluate(PASTE, ["#text", shot])
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("h2")).to_be_visible()
    dialog.locator("button.primary").click()
    expect(page.locator("#tray .wd-file-name")).to_have_text("截图.webp")
    expect(page.locator("#send")).to_be_enabled()
    # what cannot be sent is refused with the reason, and taken out again
    customer.may_be_told("415")
    page.locator(".composer input[type=file]").set_input_files(
        {"name": "all.zip", "mimeType": "application/zip", "buffer": material.ZIP}
    )
    expect(page.locator("#tray [role=alert]")).to_contain_text("PDF")
    page.locator("#tray li:has([role=alert]) button").click()
    page.locator("#text").press("Enter")
    expect(customer.thread.locator(".wd-picture img[src]")).to_have_count(1)
    expect(customer.thread.locator(".is-pending")).to_have_count(0)
    expect(page.locator("#tray li")).to_have_count(0)

    # the agent sees the thumbnail, opens the viewer by keyboard, and closes it again
    agent = stage.agent("alex")
    agent.page.goto(f"{agent.url}/desk/all/{customer.ref}/")
    picture = agent.thread.locator(".wd-picture")
    expect(picture.locator("img[src]")).to_be_visible()
    width = picture.locator("img").evaluate("image => image.complete && image.naturalWidth")
    assert width in (0, 480)
    picture.focus()
    agent.page.keyboard.press("Enter")
    viewer = agent.page.locator("dialog.viewer")
    expect(viewer.locator("img[src]")).to_be_visible()
    expect(viewer.locator("header strong")).to_have_text("截图.webp")
    agent.page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(picture).to_be_focused()

    # and answers with a guide, which the customer gets as a download
    agent.page.locator(".composer-blocked button").click()
    agent.holds_it()
    agent.page.locator("wd-composer input[type=file]").set_input_files(
        {"name": "guide.pdf", "mimeType": "application/pdf", "buffer": material.PDF}
    )
    expect(agent.page.locator(".wd-tray small")).to_be_visible()
    agent.page.locator("wd-composer [type=submit]").click()
    guide = customer.thread.locator("button.wd-file")
    expect(guide).to_contain_text("guide.pdf")
    with page.expect_download() as found:
        guide.click()
    assert found.value.suggested_filename == "guide.pdf"
    saved = tmp_path / "saved.pdf"
    found.value.save_as(saved)
    assert saved.read_bytes() == material.PDF
