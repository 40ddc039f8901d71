"""The browser of the tests: Debian's Chromium, without its own window where that is installed.

The headless shell is the same engine. It has no toolbar and no tab strip, which `chromium` draws
even when nobody looks: a person in a story costs a sixth of the processor's time.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Frame, Page

PROGRAMS = ("chromium-headless-shell", "chromium")  # the first that is there
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# For whatever is waited for on a page. Patience, not a promise: a busy machine must fail no test,
# and what comes at once costs nothing.
PATIENCE_MS = 60_000


def program() -> str | None:
    """Return the path of the browser, None when there is none."""
    named = os.environ.get("WALLETDESK_CHROMIUM")
    return named or next(filter(None, map(shutil.which, PROGRAMS)), None)


def comes_true(page: Page | Frame, expression: str) -> None:
    """Wait until `expression` is true on a page.

    Not `wait_for_function`: from its second look on it evaluates within the page, whose policy
    forbids that.
    """
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(f"Boolean({expression})"):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        page.wait_for_timeout(20)


@contextmanager
def launched() -> Iterator[Browser]:
    """Run a browser as long as the block lasts. Within it Django's ORM cannot be used.

    Not for a whole run therefore, but for a module or a folder without the database.
    """
    path = program()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
