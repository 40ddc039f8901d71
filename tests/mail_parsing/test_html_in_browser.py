"""Cleaned mails in a real browser, without any policy: nothing runs, nothing is fetched (S19)."""

from itertools import product

import pytest

from tests.browser import launched
from tests.mail_parsing.letters import CAPTURED
from tests.mail_parsing.test_html import RUNS
from tests.scenarios.test_hostile_texts import vectors
from walletdesk.integrations.email.parsing.html import clean_html
from walletdesk.integrations.email.parsing.message import parse_mail

TAGS = (
    "img", "image", "input type=image", "video", "audio", "source", "track", "embed", "iframe",
    "frame", "object", "link rel=stylesheet", "link rel=prefetch", "body", "table", "td", "use",
    "feImage", "script", "bgsound", "portal",
)  # fmt: skip
ATTRIBUTES = (
    "src", "srcset", "href", "xlink:href", "data", "poster", "background", "lowsrc",
)  # fmt: skip
ADDRESSES = ("https://x.invalid/x", "//x.invalid/x", "/x.gif", "'ftp://x.invalid/x 2x'")
PROPERTIES = (
    "background", "background-image", "list-style", "content", "cursor", "border-image", "mask",
    "filter", "src", "font",
)  # fmt: skip
VALUES = (
    "url(https://x.invalid/x)",
    "url('//x.invalid/x')",
    "image-set('//x.invalid/x' 1x)",
    "\\75rl(https://x.invalid/x)",
)
LOADS = [
    *(f"<{tag} {name}={url}>x" for tag, name, url in product(TAGS, ATTRIBUTES, ADDRESSES)),
    *(f'<p style="{name}:{value}">x</p>' for name, value in product(PROPERTIES, VALUES)),
    *(f"<style>p{{{name}:{value}}}</style>" for name, value in product(PROPERTIES, VALUES)),
]


@pytest.mark.long
def test_nothing_runs_and_nothing_is_fetched() -> None:
    captured = [parse_mail(path.read_bytes()).html for path in sorted(CAPTURED.glob("*/*.eml"))]
    hostile = [clean_html(each)[0] for each in (*RUNS, *vectors(), *LOADS)]
    asked: list[str] = []
    with launched() as browser:
        page = browser.new_page()
        page.add_init_script("window.ran = []; window.canary = (n) => window.ran.push(n);")
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        page.goto("about:blank")
        page.on("request", lambda request: asked.append(request.url))
        for some in (captured, *(hostile[at : at + 100] for at in range(0, len(hostile), 100))):
            page.set_content("\n".join(f"<div>{each}</div>" for each in some))
            assert page.evaluate("window.ran") == []
    # A picture in the mail itself has an address from which nothing can be fetched.
    assert [url for url in asked if not url.startswith("cid:")] == []
