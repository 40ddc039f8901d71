"""A real desk and a real Chromium, without waiting for the assistant to know its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.conftest import Stage, browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.installation import Installation

__all__ = ["browser"]


@pytest.fixture
def stage(browser: Browser, installation: Installation) -> Iterator[Stage]:
    """No page may have complained at the end."""
    stage = Stage(browser, installation, {})
    yield stage
    complaints = [complaint for person in stage.people for complaint in person.unexpected()]
    stage.close()
    assert complaints == []
