"""axe looks at a page as it stands: at all of it in one look, at its contrast in both.

Nothing but contrast depends on the colour scheme, so the other scheme is asked for that alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SCRIPT = Axe().axe_script
PRESENT = "typeof axe === 'object'"
# What fades has its last colour only when nothing moves any more. Some things never rest; what
# nobody sees (in a closed <details>) is not drawn, so it never begins to fade.
RESTS = """Promise.allSettled(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime < Infinity)
  .filter((each) => each.effect.target.checkVisibility())
  .map((each) => each.finished))"""
LOOK = "options => axe.run(document, options).then(found => found.violations)"
SCHEME = "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
OTHER = {"light": "dark", "dark": "light"}


def faults(page: Page, *, tags: tuple[str, ...] = WCAG, both: bool = True) -> list[str]:
    """Return what axe finds wrong, each with its rule and element; `both` colour schemes."""
    found = _look(page, {"type": "tag", "values": tags})
    if both:
        scheme = page.evaluate(SCHEME)
        page.emulate_media(color_scheme=OTHER[scheme])  # type: ignore[arg-type] # one of both
        contrast = _look(page, {"type": "rule", "values": ["color-contrast"]})
        found += [f"{OTHER[scheme]}: {fault}" for fault in contrast]
        page.emulate_media(color_scheme=scheme)
    return found


def _look(page: Page, which: dict[str, Any]) -> list[str]:
    if not page.evaluate(PRESENT):
        page.evaluate(f"{SCRIPT};0")
    page.evaluate(RESTS)
    options = {"preload": False, "resultTypes": ["violations"], "runOnly": which}
    return [
        f"{violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in page.evaluate(LOOK, options)
        for node in violation["nodes"]
    ]
