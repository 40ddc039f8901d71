"""Every page: the exact policy, styles by hash, text that stays text (S38, stored XSS)."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast, reply
from tests.security import access_matrix, actors
from tests.security.actors import ARTICLE
from tests.server import Server
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.bot import hand_over_to_people
from walletdesk.conversations.queries import lock_conversation
from walletdesk.safety import guard

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; media-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors {}; require-trusted-types-for 'script'; trusted-types wd default"
)
HEADERS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
WITH_MICROPHONE = "camera=(), microphone=(self), geolocation=(), payment=(), usb=()"
# their links must not travel
UNREFERRED = ("/widget/borealis/continue/", "/ticket/confirm/", "/ticket/s/", "/s/thanks/")
# the loader's iframe on our own pages, and the form in an app
FRAMED = ("/widget/borealis/", "/ticket/borealis/")
CACHED_READERS = ("/help/", "/robots.txt")  # public, asked for again each time
DATA_BLOCKS = {"application/json", "application/ld+json"}  # read by machines, run by nobody
CACHED = ("/widget/borealis/brand.css", "/widget/borealis/loader.js")
MARK = "xq7"
VECTORS = (
    f"<script>{MARK}()</script>",
    f"</script><script>{MARK}()</script>",
    f"<img src=x onerror={MARK}()>",
    f'"><svg onload={MARK}()>',
    f"' onmouseover='{MARK}()",
    f'" autofocus onfocus="{MARK}()',
    f"<!--<script>{MARK}()//-->",
    f"]]><script>{MARK}()</script>",
    f"<style>@import '//{MARK}.example'</style>",
    f"<a href='javascript:{MARK}()'>x</a>",
    f"[x](javascript:{MARK}%28%29) [y](data:text/html,{MARK}) [z](//{MARK}.example)",
    f'<javascript:{MARK}()> <https://a.example/"onclick={MARK}()>',
    f"![x](https://{MARK}.example/a.png)",
    f"{{{{7*7}}}}{{% debug %}}{MARK}",
    f"<math><mtext><table><mglyph><style><!--</style><img src={MARK} onerror={MARK}()>",
    f"\u2028{MARK}()\u2029",
    f"<iframe srcdoc='<script>{MARK}()</script>'>",
    f"<base href=//{MARK}.example/><form action=//{MARK}.example><button>",
)


class Page(HTMLParser):
    """Collects what a page must not have, and the addresses that it loads."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self._script = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self._script = tag == "script"
        if tag in {"base", "object", "embed", "applet", "math"} or "srcdoc" in given:
            self.wrong.append(tag)
        if tag == "style" and attrs:  # ours has none; without any it needs its hash in the policy
            self.wrong.append("a style of somebody else")
        if tag == "script" and "src" not in given and given.get("type") not in DATA_BLOCKS:
            self.wrong.append("inline script")
        for name, value in given.items():
            if name.startswith(("on", "hx-on")) or name == "style":
                self.wrong.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post"}:
                self._address(tag, name, value, given.get("rel", ""))

    def _address(self, tag: str, name: str, value: str, rel: str) -> None:
        parts = urlsplit(value.strip())
        if parts.scheme not in {"", "http", "https", *(("mailto", "tel") if tag == "a" else ())}:
            self.wrong.append(f"{tag} {name}={value}")
        told = rel in {"canonical", "alternate"}  # where a page lives: nothing is loaded
        if name != "href" or (tag == "link" and not told):
            self.loads.append(value)
            if parts.scheme or parts.netloc:
                self.wrong.append(f"{tag} loads {value}")

    def handle_data(self, data: str) -> None:
        if self._script and MARK in data and "<" in data:
            self.wrong.append("a script block holds markup")

    def handle_endtag(self, tag: str) -> None:
        self._script = self._script and tag != "script"


def _styles(got: Any) -> str:
    """Return what the policy says of styles: ours, and those inside the page by their hashes."""
    html = got.headers.get("Content-Type", "").startswith("text/html")
    inside = re.findall(r"<style>(.*?)</style>", got.content.decode(), re.DOTALL) if html else []
    digests = [b64encode(sha256(css.encode()).digest()).decode() for css in inside]
    return " ".join(["style-src 'self'", *(f"'sha256-{digest}'" for digest in digests)])


def check(path: str, got: Any) -> None:
    ancestors = "'self'" if path.partition("?")[0] in FRAMED else "'none'"
    policy = POLICY.format(ancestors).replace("style-src 'self'", _styles(got))
    assert got.headers["Content-Security-Policy"] == policy, path
    referrer = {"Referrer-Policy": "no-referrer"} if path.startswith(UNREFERRED) else {}
    shown = got.headers["Content-Type"].startswith("text/html") and got.status_code == 200
    speaks = path.startswith("/desk/") or (path.startswith("/widget/") and shown)
    # A call begins in the chat, and agents have a telephone.
    microphone = {"Permissions-Policy": WITH_MICROPHONE} if speaks else {}
    expected = HEADERS | referrer | microphone
    assert {name: got.headers[name] for name in HEADERS} == expected, path
    if path.partition("?")[0] in CACHED:
        assert got.headers["Cache-Control"] == "public, max-age=300"
    elif not (path.startswith(CACHED_READERS) and "public" in got.headers["Cache-Control"]):
        assert "no-store" in got.headers["Cache-Control"], path
    if got.headers.get("Content-Type", "").startswith("text/html"):
        assert Page(got.content.decode()).wrong == [], path


def addresses(cast: Cast) -> list[str]:
    rows = access_matrix.rows(access_matrix.DJANGO)
    ref = cast.customer.conversation.ref
    found = {actors.address_of(row.name, cast, ref) for row in rows if row.method == "GET"}
    found |= {"/no/such/page", "/desk/c/unknown/", "/help/borealis/xx/", "/desk/rows?view=x"}
    found |= {f"/desk/{view}/{ref}/" for view in ("queue", "open", "all")}
    found |= {f"/desk/{view}/" for view in ("open", "all", "resolved", "bot", "mine")}
    return sorted(found)


@pytest.mark.parametrize("language", ["en", "zh-hans", "es"])
def test_every_page_has_the_policy_and_nothing_inline(cast: Cast, language: str) -> None:
    actors.publish(cast.brand)
    actors.bring_to("open", cast, cast.customer)
    browsers = [Client(), cast.client(cast.agent), cast.client(cast.viewer)]
    for browser in browsers:
        browser.cookies["walletdesk-language"] = language
        for path in addresses(cast):
            check(path, browser.get(path))
    check("405", browsers[0].post("/demo/"))
    check("403", Client(enforce_csrf_checks=True).post("/accounts/login/"))
    check("400", Client(raise_request_exception=False).get("/accounts/login/", HTTP_HOST="a b"))


def full_of(vector: str, cast: Cast) -> None:
    """Put a vector wherever somebody can write."""
    cast.customer.contact.label = vector[:40]
    cast.customer.contact.save()
    for member in (cast.agent, cast.colleague):
        member.user.name = vector[:80]
        member.user.save()
    cast.brand.name = vector[:80]
    cast.brand.save()
    actors.publish(cast.brand, vector[:150], vector)
    cast.customer.write(vector)
    locked = lock_conversation(cast.customer.conversation.pk)
    hand_over_to_people(
        conversation=locked,
        reason="asked",
        summary=guard.check(vector).safe,
        urgency=3,
        topic=vector[:40],
    )
    reply(cast.agent, cast.customer, vector)
    staff.add_note(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check(vector).safe,
    )


@pytest.mark.parametrize("vector", VECTORS)
def test_text_is_shown_as_text(cast: Cast, vector: str) -> None:
    full_of(vector, cast)
    ref = cast.customer.conversation.ref
    agent = cast.client(cast.agent)
    for path in (
        "/desk/open/",
        f"/desk/all/{ref}/",
        f"/desk/c/{ref}/colleagues",
        f"/desk/changed?view=all&ref={ref}&open={ref}",
        "/desk/rows?view=open",
    ):
        got = agent.get(path)
        check(path, got)
        assert MARK in got.content.decode(), path
    stranger = Client()
    asked = quote(vector, safe="")
    stranger.cookies["wd_theme"] = vector if vector.isascii() else asked
    for path in (
        "/help/borealis/en/",
        f"/help/borealis/en/?q={asked}",
        f"/help/borealis/en/{ARTICLE}",
        f"/widget/borealis/?language={asked}",
        f"/accounts/login/?next=/{asked}",
        f"/no/{asked}",
        "/demo/",
    ):
        check(path, stranger.get(path))
    check("login", stranger.post("/accounts/login/", {"login": vector, "password": vector}))
    loader = stranger.get("/widget/borealis/loader.js").content.decode().splitlines()[0]
    told = json.loads(loader.partition(" = ")[2].removesuffix(";"))
    assert "</" not in loader or told["strings"]["title"]


def test_what_is_not_html_says_so(cast: Cast) -> None:
    """A vector in JSON can only do harm where a browser takes it for a page."""
    cast.customer.write(VECTORS[0])
    headers = {"Authorization": f"Bearer {cast.customer.token}"}
    ref = cast.customer.conversation.ref
    got = Client().get(f"/chat/v1/events?conversation={ref}", headers=headers)
    assert got["Content-Type"] == "application/json"
    check("events", got)
    for path in ("/chat/v1/x", "/chat/v1/state", "/chat/v1/sessions"):
        assert Client().get(path)["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db(transaction=True)
def test_files_and_edge_answers_carry_nosniff_too(server: Server, cast: Cast) -> None:
    browser = server.browser()
    page = Page(browser.get("/accounts/login/").text)
    files = [address for address in page.loads if address.startswith(settings.STATIC_URL)]
    files += [f"{settings.STATIC_URL}{name}" for name in ("common/icons.svg", "widget/widget.js")]
    assert len(files) > 4
    for path in [*files, f"{settings.STATIC_URL}no-such.js", "/live/x", "/live/poll", "/healthz"]:
        got = browser.get(path)
        assert got.headers["x-content-type-options"] == "nosniff", path
        assert "server" not in got.headers
        if not path.startswith(settings.STATIC_URL):  # files are public and the same for all
            assert got.headers.get("access-control-allow-origin") is None
    for path in (
        "..%2f..%2fsettings.py",
        "../../site/settings.py",
        "%2e%2e/%2e%2e/asgi.py",
        "common/",
    ):
        assert browser.get(f"{settings.STATIC_URL}{path}").status_code == 404
