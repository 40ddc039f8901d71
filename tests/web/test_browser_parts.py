"""Parts of the front end in a real Chromium: the Trusted Types policy, the light look at secrets,
the reader of event streams, and how people's text becomes nodes.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import json_script
from mnemonic import Mnemonic
from playwright.sync_api import Page, Route

from tests.browser import PATIENCE_MS, comes_true, launched
from walletdesk.web.common.strings import thread_strings
from walletdesk.web.security import CONTENT_SECURITY_POLICY
from walletdesk.web.widget.strings import strings
from walletdesk.web.widget.views import PlainJson

STATIC = Path(settings.STATIC_FOLDER)
ORIGIN = "http://desk.test"  # every request is answered below, none leaves the browser
SHELL = """<!doctype html><html lang="en"><meta charset="utf-8">{meta}
<script type="module" src="/static/common/trusted.js"></script><body></body></html>"""
HTMX = '<meta name="wd-fragments" content="htmx">'
ORDINARY = Path(__file__).parent.parent / "safety" / "ordinary"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    policy = {"Content-Security-Policy": CONTENT_SECURITY_POLICY.format(ancestors="'none'")}
    if path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
    elif path in {"/", "/desk"}:
        html = SHELL.format(meta=HTMX if path == "/desk" else "")
        route.fulfill(body=html, content_type="text/html", headers=policy)
    else:
        route.fulfill(status=404)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Any) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    context.route("**/*", serve)
    yield context.new_page()
    context.close()


# --- trusted.js ---------------------------------------------------------------------------

PARSE = """html => { try {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim() || "parsed";
} catch (error) { return "refused"; } }"""
INNER = """html => { try { document.body.innerHTML = html; return "set"; }
  catch (error) { return "refused"; } }"""
GOOD = [
    "<li data-ref='x'>Hello &lt;script&gt; onclick=</li>",
    '<a href="/desk/c/abc?x=1:2">open</a><button hx-post="/desk/c/abc/claim">Take</button>',
    '<template><p class="row">row</p></template>',
    '<svg class="icon"><use href="/static/common/icons.svg#bell"></use></svg>text',
]
BAD = [
    "<script>alert(1)</script>",
    "<template><template><script>1</script></template></template>",
    "<img src=x onerror=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    '<a href="&#106;ava\tscript:alert(1)">x</a>',
    "<form action='data:text/html,x'></form>",
    "<iframe srcdoc='x'></iframe>",
    "<p style='position:fixed'>x</p>",
    "<base href='https://evil.example/'>",
    "<div hx-on:click='alert(1)'>x</div>",
    "<meta http-equiv='refresh' content='0;url=https://evil.example'>",
]


def test_fragments_of_our_server_pass_on_desk_pages(page: Page) -> None:
    page.goto(f"{ORIGIN}/desk")
    assert [html for html in GOOD if page.evaluate(PARSE, html) == "refused"] == []


def test_fragments_that_could_act_are_refused(page: Page) -> None:
    page.goto(f"{ORIGIN}/desk")
    assert [html for html in BAD if page.evaluate(PARSE, html) != "refused"] == []


def test_every_other_way_to_make_markup_or_script_is_refused(page: Page) -> None:
    page.goto(f"{ORIGIN}/desk")
    assert page.evaluate(INNER, "<b>x</b>") == "refused"
    second = (
        "() => { try { trustedTypes.createPolicy('default', {}); return 1 } catch { return 0 } }"
    )
    assert page.evaluate(second) == 0
    source = """() => { const s = document.createElement("script");
      try { s.src = "/static/common/live.js"; return "set"; } catch { return "refused"; } }"""
    assert page.evaluate(source) == "refused"


def test_pages_that_did_not_ask_parse_nothing(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    assert page.evaluate(PARSE, GOOD[0]) == "refused"


# --- secrets.js ---------------------------------------------------------------------------

LOOK = """async texts => {
  const { secretShape } = await import("/static/widget/secrets.js");
  return texts.map(secretShape);
}"""


def looks(page: Page, texts: list[str]) -> list[str | None]:
    page.goto(f"{ORIGIN}/")
    found: list[str | None] = page.evaluate(LOOK, texts)
    return found


@pytest.mark.parametrize("strength", [128, 192, 256])
def test_phrases_are_noticed_before_they_leave(page: Page, strength: int) -> None:
    english = [Mnemonic("english").generate(strength) for _ in range(60)]
    chinese = [Mnemonic("chinese_simplified").generate(strength) for _ in range(60)]
    numbered = ["\n".join(f"{n}. {w}" for n, w in enumerate(t.split(), 1)) for t in english]
    framed = [f"hi, my words are: {text.title()} please help" for text in english]
    for texts in (english, chinese, numbered, framed):
        assert looks(page, texts) == ["seed_phrase"] * len(texts)


def test_keys_are_noticed_and_hashes_are_not(page: Page) -> None:
    hexes = "9fc76417374aa880d4449a1f7f31ec597f00b1f6f3dd2d66f4c9c6c445836d8b"
    assert looks(
        page,
        [
            f"my private key is {hexes}",
            f"私钥 0x{hexes}",
            "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
            "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
            '{"crypto":{"cipher":"aes-128-ctr","ciphertext":"d1","kdf":"scrypt"}}',
            f"0x{hexes}",
            f"transaction {hexes} is pending",
            f"https://etherscan.io/tx/0x{hexes}",
        ],
    ) == ["private_key", "private_key", "private_key", "extended_key", "keystore", None, None, None]


def test_ordinary_messages_are_left_alone(page: Page) -> None:
    lines = [
        line
        for file in sorted(ORDINARY.glob("*.txt"))
        for line in file.read_text().splitlines()
        if line
    ]
    alarmed = [line for line, found in zip(lines, looks(page, lines), strict=True) if found]
    assert len(lines) > 300
    assert alarmed == []


# --- text.js ------------------------------------------------------------------------------

RICH = """async ([text, strings]) => {
  const { richText } = await import("/static/common/text.js");
  const box = document.createElement("div");
  box.append(richText(text, strings));
  return {
    text: box.textContent,
    links: [...box.querySelectorAll("a")].map((a) => [a.href, a.firstChild.textContent]),
    chips: box.querySelectorAll(".wd-secret").length,
    tags: [...new Set([...box.querySelectorAll("*")].map((e) => e.tagName.toLowerCase()))].sort(),
  };
}"""


LINKS: list[tuple[str, list[list[str]]]] = [
    ("see https://aurora.example/a?b=1.", [["https://aurora.example/a?b=1", "aurora.example"]]),
    ("https://aurora.example@evil.example/", []),
    ("javascript:alert(1) data:text/html,x ftp://x.example", []),
    ("看https://aurora.example/帮助，谢谢",
     [["https://aurora.example/%E5%B8%AE%E5%8A%A9", "aurora.example"]]),
    ("https://аurora.example/", [["https://xn--urora-3ve.example/", "xn--urora-3ve.example"]]),
    ("https:// http://", []),
]  # fmt: skip


def test_links_show_where_they_lead(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    for text, links in LINKS:
        assert page.evaluate(RICH, [text, thread_strings()])["links"] == links


def test_markup_stays_text_and_secrets_become_chips(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    told = page.evaluate(
        RICH, ["<img src=x onerror=1> ⟦secret:seed_phrase⟧ ⟦secret:<b>⟧", thread_strings()]
    )
    assert told["text"].startswith("<img src=x onerror=1> Seed phrase removed")
    assert told["chips"] == 1
    assert told["tags"] == ["span", "svg", "use"]


# --- live.js ------------------------------------------------------------------------------

FRAMES = """async chunks => {
  const { sseParser } = await import("/static/common/live.js");
  const frames = [];
  const parse = sseParser((frame) => frames.push(frame));
  chunks.forEach(parse);
  return frames;
}"""


def test_a_stream_reads_the_same_however_it_is_cut(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    event = json.dumps({"t": "conversation:a", "c": 2, "e": [{"seq": 2, "text": "你好\nlinha"}]})
    stream = f"retry: 900\n\nevent: ready\ndata:\n\n: beat\n\nid: 2\ndata: {event}\n\n"
    whole = page.evaluate(FRAMES, [stream])
    assert [frame.get("event") or frame.get("retry") or frame["id"] for frame in whole] == [
        "900", "ready", "2",
    ]  # fmt: skip
    assert json.loads(whole[2]["data"])["e"][0]["text"] == "你好\nlinha"
    for size in (1, 2, 3, 7, 20):
        chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert page.evaluate(FRAMES, chunks) == whole
        crlf = stream.replace("\n", "\r\n")
        cut = [crlf[at : at + size] for at in range(0, len(crlf), size)]
        assert page.evaluate(FRAMES, cut) == whole


# A stream that was asked for before the network went; `opens` lets its first words arrive.
FOLLOWED = """async () => {
  const streams = [];
  window.fetch = (path, { signal }) => {
    if (streams.length) return Promise.reject(new TypeError("no network"));
    const body = new ReadableStream({
      start(stream) {
        streams.push(stream);
        signal.addEventListener("abort", () => stream.error(signal.reason));
      },
    });
    return Promise.resolve(new Response(body));
  };
  window.opens = () => streams[0].enqueue(new TextEncoder().encode("event: ready\\ndata:\\n\\n"));
  window.states = [];
  const { LiveConnection } = await import("/static/common/live.js");
  const live = new LiveConnection({ onEvents() {}, onState: (state) => window.states.push(state) });
  live.start();
  live.follow("conversation:a", 0);
}"""
OPENS = "try { opens(); } catch { /* it was given up */ }"


def test_a_stream_that_opens_after_the_network_went_does_not_say_online(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    page.evaluate(FOLLOWED)
    page.context.set_offline(True)
    comes_true(page, "states.includes('offline')")
    page.evaluate(OPENS)
    page.wait_for_timeout(200)
    assert page.evaluate("states") == ["offline"]


# --- the desk's open conversation, with slow answers ------------------------------------------

STAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="wd-fragments" content="htmx">
<meta name="htmx-config"
 content='{"includeIndicatorStyles":false,"allowEval":false,"historyEnabled":false}'>
<script src="/static/common/trusted.js"></script>
<script src="/static/vendor/htmx-2.0.11.min.js"></script>
<script type="application/json" id="wd-desk">{"writes": true}</script>
<script type="application/json" id="wd-strings">{"look": "Look", "retry": "Try again",
 "discard": "Discard", "sending": "Sending", "answered_meanwhile": "Mei has answered",
 "send_anyway": "Send anyway"}
</script>
<body data-csrf="x"><div id="toasts"></div><section id="conversation"></section>
<dialog id="hand-over"><div id="hand-over-people"></div></dialog>
<div class="menu" id="act-menu" popover></div><dialog id="act"><div id="act-body"></div></dialog>
<dialog id="reveal"><form class="reveal-form" method="dialog">
<bdi id="reveal-what"></bdi>
<textarea id="reveal-reason"></textarea><p id="reveal-problem" hidden></p>
<button type="submit">Show</button></form>
<div class="reveal-shown" hidden><span class="reveal-value"></span><span class="reveal-mark"></span>
<p id="reveal-until"></p></div></dialog></body></html>"""
CONVERSATION = """<article class="conversation" data-ref="{ref}">
<header id="head" data-ref="{ref}" data-composer="ready" data-assignee="Alex" data-label="{ref}"
 data-delivered="0" data-read="0" data-offers="snooze">
<button data-act="hand-over" data-url="/desk/c/{ref}/colleagues">Hand over</button></header>
<button id="mail" data-item="email:ABCD">mail</button>
<wd-thread audience="staff" data-events='{events}'></wd-thread>
<ul class="later" data-scheduled='{later}'></ul>
<wd-composer data-ref="{ref}"><p id="composer-warning"></p><form><span class="composer-hint"></span>
<button type="button" role="tab" id="tab-reply" data-mode="reply">Reply</button>
<button type="button" role="tab" id="tab-note" data-mode="note">Note</button>
<div id="composer-pane">
<div class="composer-blocked" hidden><p></p><button type="button"></button></div>
<div class="composer-write"><textarea id="composer-text"></textarea><div class="composer-foot">
<div class="composer-tools"><button type="button" data-tool="macros"></button>
<button type="button" data-tool="emoji"></button></div><span class="composer-keys"></span>
<button type="button" data-tool="later"></button><button type="submit"><span></span></button>
</div></div></div></form></wd-composer></article>"""
LATER = [
    {"id": 7, "text": "For later", "at": "2026-01-01T09:00:00Z", "state": "waiting", "mine": True}
]


def said(text: str, seq: int = 1, author: str = "customer") -> dict[str, Any]:
    at = f"2026-01-01T08:00:{seq:02}Z"
    return {"seq": seq, "kind": "message", "author": author, "text": text, "at": at, "data": {}}


class Desk:
    """A desk whose answers come when the test lets them; all others come at once."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.held: dict[str, list[Route]] = {}
        self.asked: list[str] = []
        page.route(f"{ORIGIN}/desk/**", self._answer)
        page.route(f"{ORIGIN}/stage", lambda route: self.html(route, STAGE))
        page.goto(f"{ORIGIN}/stage")
        page.evaluate("""async () => {
          const { OpenConversation } = await import("/static/desk/conversation.js");
          window.conversation = new OpenConversation(() => {});
        }""")

    @staticmethod
    def html(route: Route, html: str) -> None:
        policy = {"Content-Security-Policy": CONTENT_SECURITY_POLICY.format(ancestors="'none'")}
        route.fulfill(body=html, content_type="text/html", headers=policy)

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        self.asked.append(path)
        if path in self.held:
            self.held[path].append(route)
        else:
            self.answer(route)

    def answer(self, route: Route) -> None:
        parts = route.request.url.removeprefix(f"{ORIGIN}/desk/c/").split("/")
        if parts[1:] == [""]:
            events = json.dumps([said(f"Hello from {parts[0]}")])
            later = json.dumps(LATER)
            self.html(route, CONVERSATION.format(ref=parts[0], events=events, later=later))
        elif parts[1:] in (["colleagues"], ["do", "snooze"]):
            self.html(route, f'<p class="people">{parts[0]}</p>')
        else:
            route.fulfill(json={})

    def hold(self, path: str) -> None:
        self.held[path] = []

    def let_go(self, path: str, **answer: Any) -> None:
        """Answer what was asked for at this path, by now or soon."""
        waiting = self.held[path]
        for _ in range(200):
            if not waiting:
                self.page.wait_for_timeout(20)
        assert waiting, f"nobody asked for {path}"
        del self.held[path]
        for route in waiting:
            if "event" in answer:
                sent = json.loads(route.request.post_data or "{}")
                event = answer["event"] | {"client_id": sent.get("id")}
                route.fulfill(json={"event": event, "secret": []})
            elif answer:
                route.fulfill(**answer)
            else:
                self.answer(route)

    def opens(self, ref: str) -> None:
        self.page.evaluate("ref => conversation.open(ref)", ref)

    def thread(self) -> str:
        return self.page.locator("wd-thread").inner_text()

    def writes(self, text: str) -> None:
        self.page.locator("#composer-text").fill(text)


@pytest.fixture
def desk(page: Page) -> Desk:
    return Desk(page)


def test_the_conversation_that_was_pressed_last_is_open_whichever_comes_first(desk: Desk) -> None:
    desk.opens("aaaa")
    for path in ("/desk/c/bbbb/", "/desk/c/cccc/"):
        desk.hold(path)
    desk.page.evaluate("""() => {
      window.opened = Promise.all(["bbbb", "cccc"].map((ref) => conversation.open(ref)));
    }""")
    desk.let_go("/desk/c/cccc/")
    desk.page.get_by_text("Hello from cccc").wait_for()
    desk.let_go("/desk/c/bbbb/")
    assert desk.page.evaluate("opened") == [False, True]
    assert desk.page.evaluate("conversation.ref") == "cccc"
    assert "Hello from cccc" in desk.thread()


def test_one_who_goes_back_to_the_open_conversation_stays_there(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.hold("/desk/c/bbbb/")
    desk.page.evaluate("() => { window.opened = conversation.open('bbbb'); }")
    desk.page.evaluate("conversation.stay(0)")
    desk.let_go("/desk/c/bbbb/")
    assert desk.page.evaluate("opened") is False
    assert desk.page.evaluate("conversation.ref") == "aaaa"


def test_colleagues_are_offered_for_the_conversation_that_is_open(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.hold("/desk/c/aaaa/colleagues")
    choose = "ref => void conversation.chooseColleague(`/desk/c/${ref}/colleagues`)"
    desk.page.evaluate(choose, "aaaa")
    desk.page.keyboard.press("Escape")
    desk.opens("bbbb")
    desk.page.evaluate(choose, "bbbb")
    desk.page.locator(".people").get_by_text("bbbb").wait_for()
    with desk.page.expect_response("**/aaaa/colleagues"):
        desk.let_go("/desk/c/aaaa/colleagues")
    desk.page.wait_for_timeout(200)
    assert desk.page.locator("#hand-over-people").inner_text() == "bbbb"


def test_a_form_that_comes_late_does_not_act_on_another_conversation(desk: Desk) -> None:
    desk.page.evaluate('import("/static/desk/acts.js").then((it) => (window.acts = it))')
    desk.opens("aaaa")
    desk.hold("/desk/c/aaaa/do/snooze")
    desk.page.evaluate("() => void acts.begin('snooze')")
    desk.page.keyboard.press("Escape")
    desk.opens("bbbb")
    desk.page.evaluate("() => void acts.begin('snooze')")
    desk.page.locator(".people").get_by_text("bbbb").wait_for()
    with desk.page.expect_response("**/aaaa/do/snooze"):
        desk.let_go("/desk/c/aaaa/do/snooze")
    desk.page.wait_for_timeout(200)
    assert desk.page.locator("#act-body").inner_text() == "bbbb"


def test_a_reply_that_fails_after_another_conversation_was_opened_is_not_lost(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.hold("/desk/c/aaaa/reply")
    desk.writes("Your money is safe")
    desk.page.keyboard.press("Enter")
    desk.opens("bbbb")
    refusal = {"code": "answered_meanwhile", "name": "Mei", "message": "no"}
    desk.let_go("/desk/c/aaaa/reply", status=409, json=refusal)
    desk.page.locator('.toast [data-open="aaaa"]').wait_for()
    assert "Your money is safe" not in desk.thread()
    desk.opens("aaaa")
    failed = desk.page.locator(".wd-row.is-failed")
    assert "Your money is safe" in failed.inner_text()
    desk.hold("/desk/c/aaaa/reply")
    failed.locator("button").first.click()  # try again
    desk.let_go("/desk/c/aaaa/reply", event=said("Your money is safe", 2, "agent"))
    failed.wait_for(state="detached")
    assert desk.thread().count("Your money is safe") == 1


def test_a_reply_on_its_way_is_shown_again_where_it_was_written(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.hold("/desk/c/aaaa/reply")
    desk.writes("On its way")
    desk.page.keyboard.press("Enter")
    desk.opens("bbbb")
    desk.opens("aaaa")
    assert "On its way" in desk.page.locator(".wd-row.is-pending").inner_text()
    desk.let_go("/desk/c/aaaa/reply", event=said("On its way", 2, "agent"))
    desk.page.locator(".wd-row.is-pending").wait_for(state="detached")
    assert desk.thread().count("On its way") == 1


def test_why_a_value_is_not_shown_is_told(desk: Desk) -> None:
    complaints: list[str] = []
    desk.page.on("pageerror", lambda error: complaints.append(str(error)))
    desk.page.evaluate('import("/static/desk/reveal.js").then((it) => it.prepareReveal())')
    desk.opens("aaaa")
    desk.hold("/desk/c/aaaa/reveal")
    desk.page.locator("#mail").click()
    desk.page.locator("#reveal button").click()
    desk.let_go("/desk/c/aaaa/reveal", status=403, json={"message": "Not yours any more"})
    problem = desk.page.locator("#reveal-problem")
    problem.wait_for()
    assert problem.inner_text() == "Not yours any more"
    assert complaints == []


SUGGESTS = """async () => {
  const { providers } = await import("/static/desk/writing.js");
  const run = () => new Promise((done) => (window.suggests = done));
  providers.suggest.push({ label: "Suggest", run });
}"""


def test_a_suggestion_that_comes_late_is_not_put_into_another_conversation(desk: Desk) -> None:
    desk.page.evaluate(SUGGESTS)
    desk.opens("aaaa")
    desk.page.locator('[data-tool="suggest"]').click()
    desk.opens("bbbb")
    desk.writes("Dear B")
    desk.page.evaluate("suggests('The balance of A')")
    desk.page.wait_for_timeout(200)
    assert desk.page.locator("#composer-text").input_value() == "Dear B"


def test_what_was_typed_while_a_suggestion_was_made_stays(desk: Desk) -> None:
    desk.page.evaluate(SUGGESTS)
    desk.opens("aaaa")
    desk.page.locator('[data-tool="suggest"]').click()
    desk.writes("Dear A, ")
    desk.page.evaluate("suggests('it is on its way')")
    comes_true(desk.page, "document.getElementById('composer-text').value.includes('on its way')")
    assert desk.page.locator("#composer-text").input_value() == "Dear A, it is on its way"


def test_what_could_not_be_taken_back_is_offered_again(desk: Desk) -> None:
    desk.page.evaluate("""async () => {
      const { offerUndo } = await import("/static/desk/undo.js");
      offerUndo({ token: "t", text: "Resolved" });
    }""")
    desk.page.route("**/desk/undo", lambda route: route.abort(), times=1)
    desk.page.locator(".toast-undo").click()
    desk.page.locator(".toast-undo").wait_for()
    answer = {"done": 1, "changed": []}
    desk.page.route("**/desk/undo", lambda route: route.fulfill(json=answer))
    desk.page.locator(".toast-undo").click()
    desk.page.locator(".toast-undo").wait_for(state="detached")


SEARCH = SHELL.format(meta=HTMX).replace(
    "</body>",
    """<form id="search-form"><input id="q"></form><ul id="offers"></ul>
<div id="found"></div><input id="other"><a id="link" href="#x">link</a>
<script type="module" src="/static/desk/search.js"></script></body>""",
)


def test_a_slash_in_another_field_is_a_slash(page: Page) -> None:
    page.route(f"{ORIGIN}/searching", lambda route: Desk.html(route, SEARCH))
    page.goto(f"{ORIGIN}/searching")
    page.locator("#other").press_sequentially("1/2")
    assert page.locator("#other").input_value() == "1/2"
    page.locator("#link").press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_a_reply_that_is_put_off_leaves_the_note_alone(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.page.evaluate("""() => conversation.place.addEventListener("wd-later", (event) => {
      event.stopImmediatePropagation();
      window.later = event.detail;
    }, true)""")
    desk.writes("Tomorrow we know more")
    desk.page.locator('[data-tool="later"]').click()
    desk.page.locator("#popup-0").click()
    desk.page.locator("#tab-note").click()
    desk.writes("Ask the bank")
    desk.page.evaluate("later.done()")
    assert desk.page.locator("#composer-text").input_value() == "Ask the bank"
    desk.page.locator("#tab-reply").click()
    assert desk.page.locator("#composer-text").input_value() == ""


def put_off(desk: Desk) -> None:
    desk.page.locator('[data-tool="later"]').click()
    desk.page.locator("#popup-0").click()


def test_a_reply_for_later_that_is_tried_again_is_the_same_reply(desk: Desk) -> None:
    desk.opens("aaaa")
    path = "/desk/c/aaaa/scheduled"
    desk.hold(path)
    desk.writes("Tomorrow we know more")
    with desk.page.expect_request(f"**{path}") as first:
        put_off(desk)
    assert desk.page.locator(".composer-hint").inner_text() == "Sending"
    assert desk.page.locator('wd-composer [type="submit"]').is_disabled()
    desk.let_go(path, status=500, json={})  # it was stored, but the answer did not come
    comes_true(desk.page, "document.querySelector('[data-tool=later]').disabled === false")
    desk.hold(path)
    with desk.page.expect_request(f"**{path}") as second:
        put_off(desk)
    assert first.value.post_data_json["id"] == second.value.post_data_json["id"]
    desk.writes("Tomorrow we know more, and")
    desk.let_go(path, json={"reply": {"state": "waiting"}, "secret": []})
    comes_true(desk.page, "document.querySelector('[data-tool=later]').disabled === false")
    assert desk.page.locator("#composer-text").input_value() == "Tomorrow we know more, and"


def is_collected(page: Page) -> bool:
    """Whether nothing holds what the page calls `gone`, a WeakRef, any more."""
    session = page.context.new_cdp_session(page)
    for _ in range(50):
        session.send("HeapProfiler.collectGarbage")
        if page.evaluate("gone.deref() === undefined"):
            return True
        page.wait_for_timeout(50)
    return False


def test_conversations_that_were_looked_at_leave_nothing_in_memory(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.page.evaluate("""() => {
      window.gone = new WeakRef(document.querySelector(".conversation"));
    }""")
    desk.page.locator("#composer-text").click()
    desk.opens("bbbb")
    desk.page.locator("#composer-text").click()
    assert is_collected(desk.page)


def test_pictures_of_conversations_that_were_left_leave_nothing_in_memory(desk: Desk) -> None:
    for name in ("files", "pictures"):
        desk.page.evaluate("name => import(`/static/desk/${name}.js`).then(() => 0)", name)
    file = {"id": "f1", "name": "log.txt", "type": "text/plain", "size": 9, "check": "fine"}
    sent = said("See this") | {"data": {"files": [file]}}
    html = CONVERSATION.format(ref="aaaa", events=json.dumps([sent]), later="[]")
    desk.hold("/desk/c/aaaa/")
    desk.page.evaluate("() => { window.opened = conversation.open('aaaa'); }")
    desk.let_go("/desk/c/aaaa/", body=html, content_type="text/html")
    desk.page.get_by_text("log.txt").wait_for()
    desk.page.evaluate("""() => {
      window.gone = new WeakRef(document.querySelector(".conversation"));
    }""")
    sent["data"]["files"][0]["id"] = "f2"
    desk.hold("/desk/c/bbbb/")
    desk.page.evaluate("() => { window.opened = conversation.open('bbbb'); }")
    html = CONVERSATION.format(ref="bbbb", events=json.dumps([sent]), later="[]")
    desk.let_go("/desk/c/bbbb/", body=html, content_type="text/html")
    comes_true(desk.page, "conversation.ref === 'bbbb'")
    assert is_collected(desk.page)


def test_a_reply_for_later_that_is_sent_now_stands_in_its_own_conversation(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.hold("/desk/c/aaaa/scheduled/7/send")
    desk.page.locator(".later-acts button").first.click()
    desk.opens("bbbb")
    with desk.page.expect_response("**/scheduled/7/send"):
        desk.let_go("/desk/c/aaaa/scheduled/7/send", event=said("For later", 2, "agent"))
    desk.page.wait_for_timeout(200)
    assert "For later" not in desk.thread()


def test_mail_of_one_conversation_is_not_told_below_another_s_messages(desk: Desk) -> None:
    html = CONVERSATION.format(ref="aaaa", events=json.dumps([said("Newest", 9)]), later="[]")
    older = "/desk/c/aaaa/events?before=9"
    for path in ("/desk/c/aaaa/", older):
        desk.hold(path)
    desk.page.evaluate("() => { window.opened = conversation.open('aaaa'); }")
    desk.let_go("/desk/c/aaaa/", body=html, content_type="text/html")
    desk.page.get_by_text("Newest").wait_for()
    desk.page.evaluate("() => void document.querySelector('wd-thread').loadOlder()")
    desk.opens("bbbb")
    mail = said("", 8, "system") | {"kind": "delivery"}
    mail["staff_data"] = {"id": "m", "last": 1, "state": "failed", "reason": "", "code": ""}
    with desk.page.expect_response(f"**{older}"):
        desk.let_go(older, json={"events": [mail]})
    desk.page.wait_for_timeout(200)
    desk.page.evaluate("conversation.apply([])")
    assert desk.page.locator(".wd-delivery").count() == 0


def test_a_choice_that_was_not_saved_is_saved_when_it_is_made_again(desk: Desk) -> None:
    desk.page.evaluate(
        'import("/static/desk/preferences.js").then((it) => { window.choose = it.choose; })'
    )
    for status in (503, 204):
        desk.hold("/desk/preferences")
        desk.page.evaluate("choose('density', 'compact')")
        with desk.page.expect_response("**/desk/preferences"):
            desk.let_go("/desk/preferences", status=status)
        desk.page.wait_for_timeout(200)
    desk.page.evaluate("choose('density', 'compact')")
    desk.page.wait_for_timeout(200)
    assert desk.asked.count("/desk/preferences") == 2


def test_what_was_read_is_told_also_when_the_next_is_opened_at_once(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.opens("bbbb")
    desk.page.wait_for_timeout(1_500)
    told = [path for path in desk.asked if path.endswith("/read")]
    assert sorted(told) == ["/desk/c/aaaa/read", "/desk/c/bbbb/read"]


def test_what_came_while_the_tab_was_hidden_is_read_when_it_is_shown(desk: Desk) -> None:
    desk.opens("aaaa")
    desk.page.evaluate("""() => {
      window.hide = (on) => {
        Object.defineProperty(document, "hidden", { value: on, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      };
      hide(true);
    }""")
    desk.page.evaluate("event => conversation.apply([event])", said("And then?", 2))
    assert desk.page.evaluate("conversation.isRead") is False
    desk.page.evaluate("hide(false)")
    assert desk.page.evaluate("conversation.isRead") is True


# --- parts of the chat, with slow answers -----------------------------------------------------

OLDER = """async ([first, older]) => {
  document.body.append(document.createElement("wd-thread"));
  await import("/static/common/thread.js");
  const thread = document.querySelector("wd-thread");
  const loadBefore = () => new Promise((done) => (window.comes = () => done(older)));
  thread.open({ strings: {}, language: "en", events: first, more: true, loadBefore });
  const loading = thread.loadOlder();
  thread.open({ strings: {}, language: "en", events: [], more: false, loadBefore: null });
  comes();
  await loading;
  return thread.querySelectorAll("[data-seq]").length;
}"""


def test_an_older_page_that_comes_late_is_not_put_into_another_conversation(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    assert page.evaluate(OLDER, [[said("Newest", 9)], [said("Older", 8)]]) == 0


# A network that takes everything and brings nothing, after a stream that was open.
SWALLOWED = """async () => {
  let asked = 0;
  window.fetch = (path, { signal }) => new Promise((done, refused) => {
    asked += 1;
    signal.addEventListener("abort", () => refused(signal.reason));
    if (asked > 1) return;
    const start = (stream) => {
      stream.enqueue(new TextEncoder().encode("event: ready\\ndata:\\n\\n"));
      signal.addEventListener("abort", () => stream.error(signal.reason));
    };
    done(new Response(new ReadableStream({ start })));
  });
  window.states = [];
  const { LiveConnection } = await import("/static/common/live.js");
  const live = new LiveConnection({ onEvents() {}, onState: (state) => window.states.push(state) });
  live.start();
  live.follow("conversation:a", 0);
}"""


def test_a_network_that_swallows_everything_does_not_stay_online(page: Page) -> None:
    page.clock.install()
    page.goto(f"{ORIGIN}/")
    page.evaluate(SWALLOWED)
    comes_true(page, "states.includes('online')")
    for _ in range(20):  # a silent stream, then a poll without an answer
        page.clock.run_for(5_000)
    assert page.evaluate("states.at(-1)") == "offline"


DEVICES = """<!doctype html><html lang="en"><meta charset="utf-8"><body><dialog id="devices">
<div id="devices-link"><input id="devices-url"><svg id="devices-qr"><path></path></svg>
<button id="devices-copy"></button></div><ul id="devices-list"></ul>
<button id="devices-close">Close</button></dialog></body></html>"""
SHOWN = """async () => {
  const { showDevices } = await import("/static/widget/devices.js");
  window.asked = 0;
  const { devices: dialog } = window;
  window.closes = new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  const makeLink = () => new Promise((done) => (window.linked = done));
  const devices = async () => { asked += 1; return { devices: [] }; };
  window.shown = showDevices({
    api: { conversation: "a", makeLink, devices }, strings: {}, say() {},
  });
}"""


def test_the_devices_can_be_closed_before_they_are_there(page: Page) -> None:
    page.clock.install()
    page.route(f"{ORIGIN}/devices", lambda r: r.fulfill(body=DEVICES, content_type="text/html"))
    page.goto(f"{ORIGIN}/devices")
    page.evaluate(SHOWN)
    page.locator("#devices-close").click()
    assert page.evaluate("document.getElementById('devices').open") is False
    page.evaluate("linked({ url: '', qr: { size: 1, path: '' } }), shown")
    page.evaluate("closes.then(() => null)")  # comes with the next frame
    asked = page.evaluate("asked")
    page.clock.run_for(60_000)
    assert page.evaluate("asked") == asked  # nobody looks any more


CHECKED = """async () => {
  document.body.append(Object.assign(document.createElement("div"), { className: "middle" }));
  const thread = document.body.appendChild(document.createElement("div"));
  const { look } = await import("/static/widget/official.js");
  const { ApiError } = await import("/static/widget/api.js");
  const answers = [];
  const identify = (path) => path === "official" ? new Promise((done) => answers.push(done))
    : Promise.reject(new ApiError(0, "network"));
  const api = { conversation: "a", identify };
  const told = (code) => ({ agent: { code }, strings: { failed: "Try again", check: "Check" } });
  const looks = [look(thread, api, { agent: "Alex", status: "open" })];
  looks.push(look(thread, api, { agent: "Mei", status: "open" }));
  answers[1](told("MEI"));
  await looks[1];
  answers[0](told("ALEX"));
  await looks[0];
}"""


def test_the_code_of_the_agent_stays_when_an_earlier_answer_comes_late(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    page.evaluate(CHECKED)
    assert page.locator("summary code").all_inner_texts() == ["MEI"]
    page.locator("summary").click()
    page.locator("#official-check").fill("https://aurora.example")
    page.locator(".wd-official form button").click()
    page.get_by_text("Try again").wait_for()  # words, no code of ours


CALLED = """async () => {
  for (const [tag, name] of [["div", "chat"], ["button", "back"]]) {
    document.body.append(Object.assign(document.createElement(tag), { id: name }));
  }
  document.body.append(Object.assign(document.createElement("div"), { className: "middle" }));
  const { begin } = await import("/static/widget/call.js");
  const { make, icon } = await import("/static/common/text.js");
  const chat = { make, icon, label: "Call us", ensureChat: () => new Promise(() => {}) };
  begin(chat);
  await begin(chat);
  return document.querySelectorAll(".call").length;
}"""


def test_who_presses_call_us_twice_makes_one_call(page: Page) -> None:
    page.goto(f"{ORIGIN}/")
    assert page.evaluate(CALLED) == 1


def test_an_alarm_stays_while_the_server_does_not_answer(page: Page) -> None:
    answers: list[dict[str, Any]] = [{"status": 503}, {"json": {"waiting": 1}}]
    page.route(f"{ORIGIN}/desk/alarms/waiting", lambda route: route.fulfill(**answers.pop()))
    page.goto(f"{ORIGIN}/")
    page.evaluate("""async () => {
      const banner = document.createElement("p");
      Object.assign(banner, { id: "alarm-banner", hidden: true });
      banner.append(document.createElement("span"), "An alarm");
      document.body.append(banner);
      const { prepareAlarms } = await import("/static/desk/alarms.js");
      prepareAlarms();
    }""")
    page.get_by_text("An alarm").wait_for()
    with page.expect_response("**/desk/alarms/waiting"):
        page.evaluate(
            'import("/static/desk/alarms.js").then((it) => it.alarmSignal({ what: "alarm" }))'
        )
    page.wait_for_timeout(200)
    assert page.locator("#alarm-banner").is_visible()


# A host that names one user after the other; `answers` has what the desk was asked for each.
HOSTED = """async () => {
  for (const id of ["diagnostics", "devices-open", "wallet", "refused-again", "refused-anew"]) {
    document.body.append(Object.assign(document.createElement("button"), { id }));
  }
  document.body.append(Object.assign(document.createElement("dialog"), { id: "refused" }));
  window.walletdeskAndroid = { postMessage() {} };
  const { Identity } = await import("/static/widget/identity.js");
  const { ApiError, ChatApi } = await import("/static/widget/api.js");
  window.away = new ApiError(0, "network");
  window.answers = [];
  window.held = [];
  window.api = {
    session: null,
    token: null,
    brand: "aurora",
    signIn: ChatApi.prototype.signIn,
    forget() {},
    identify: (_path, { token }) =>
      new Promise((done, refuse) => answers.push({ token, done: () => done({ token }), refuse })),
    adopt: ({ token }) => held.push((api.token = token)),
    describe: async () => {},
  };
  const on = { changed() {}, forgetUnsent() {}, blocked: () => held.push("nobody"), forget() {} };
  const config = { origins: [], chains: [] };
  window.identity = new Identity({ api, config, strings: {}, on });
  window.says = (type, data) =>
    walletdeskReceive(JSON.stringify({ walletdesk: 1, type, data }));
  identity.begin();
  says("init", { token: "Ann" });
}"""


def test_a_sign_in_that_is_late_does_not_take_the_device_of_the_next_user(page: Page) -> None:
    page.clock.install()
    page.goto(f"{ORIGIN}/")
    page.evaluate(HOSTED)
    page.evaluate("says('setToken', { token: 'Ben' }), answers[1].done()")
    page.evaluate("answers[0].done()")
    assert page.evaluate("held") == ["Ben"]
    page.evaluate("says('setToken', { token: 'Cat' }), answers[2].refuse(away)")
    page.evaluate("says('setToken', { token: 'Dan' }), answers[3].done()")
    page.clock.run_for(6_000)
    assert page.evaluate("answers.map((asked) => asked.token)") == ["Ann", "Ben", "Cat", "Dan"]
    assert page.evaluate("held") == ["Ben", "Dan"]
    page.evaluate("says('setToken', { token: 'Eve' }), says('logout', {}), answers[4].done()")
    assert page.evaluate("held") == ["Ben", "Dan"]


# --- the whole chat, with slow answers --------------------------------------------------------

# The stream is open from the beginning and stays so; `tells` sends something through it.
STREAMS = """const { fetch } = window;
const encode = (text) => new TextEncoder().encode(text);
window.fetch = (path, options) => {
  if (!String(path).startsWith("/live/stream")) return fetch(path, options);
  if (!navigator.onLine) return Promise.reject(new TypeError("no network"));
  const body = new ReadableStream({
    start(stream) {
      stream.enqueue(encode("event: ready\\ndata:\\n\\n"));
      window.tells = (told) => stream.enqueue(encode(`data: ${JSON.stringify(told)}\\n\\n`));
      options.signal.addEventListener("abort", () => stream.error(options.signal.reason));
    },
  });
  return Promise.resolve(new Response(body));
};
const session = { token: "t", conversation: "aaaa" };
const kept = "walletdesk:aurora:session";
if (!localStorage.length) localStorage.setItem(kept, JSON.stringify(session));
"""


class Chat:
    """The chat of a customer with two conversations; answers that are held wait for the test."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.held: dict[str, list[Route]] = {}
        self.failing: set[str] = set()
        config = {
            "brand": "aurora", "name": "Aurora", "language": "en", "htmlLanguage": "en",
            "languageNames": {"en": "English"}, "length": 4000, "home": "/chat", "origins": [],
            "chains": [], "byLink": False,
        }  # fmt: skip
        scripts = [(strings(), "wd-strings"), (config, "wd-config")]
        self.html = render_to_string("widget/page.html", {
            "brand": SimpleNamespace(slug="aurora", name="Aurora"), "html_code": "en",
            "languages": [("en", "English")], "language": "en", "length": 4000,
            "data": [json_script(data, name, PlainJson) for data, name in scripts],
        })  # fmt: skip
        self.html = self.html.replace(settings.STATIC_URL, "/static/")
        page.add_init_script(STREAMS)
        page.route(f"{ORIGIN}/chat", lambda r: r.fulfill(body=self.html, content_type="text/html"))
        for path in ("chat/v1", "live"):
            page.route(f"{ORIGIN}/{path}/**", self._answer)

    def opens(self) -> None:
        self.page.goto(f"{ORIGIN}/chat")

    def _answer(self, route: Route) -> None:
        path, _, query = route.request.url.removeprefix(ORIGIN).partition("?")
        name = path.split("/")[-1]
        found = re.search(r"(?:conversation|slug)=(\w+)", query)
        of = found[1] if found else ""
        if name in self.failing:
            route.fulfill(status=503, json={"code": "busy"})
        elif (key := f"{name} {of}".strip()) in self.held:
            self.held[key].append(route)
        else:
            route.fulfill(json=self._told(name, of))

    @staticmethod
    def _told(name: str, of: str) -> dict[str, Any]:
        if name == "events":
            return {"events": [said(f"Hello from {of}", 1, "agent")]}
        if name == "state":
            seen = {"read": 1, "delivered": 1}
            return {"conversation": of, "status": "open", "rating": None, "agent": "Mei",
                    "queue": None, "seen": {"agent": seen, "customer": seen}}  # fmt: skip
        if name == "conversations":
            both = [
                {"ref": ref, "preview": ref, "at": "2026-01-01T08:00:00Z", "status": "open",
                 "answer": 1, "read": 1, "author": "agent", "name": "Mei"}
                for ref in ("aaaa", "bbbb")
            ]  # fmt: skip
            return {"conversations": both}
        if name == "articles":
            hits = [{"slug": one, "title": one, "summary": one, "lang": "en"} for one in SLUGS]
            return {"articles": hits}
        if name == "article":
            return {"slug": of, "lang": "en", "title": f"About {of}", "summary": "", "body": []}
        return {"wait": "", "hours": None, "ways": [], "call": None}

    def let_go(self, name: str, status: int = 200, **answer: Any) -> None:
        for _ in range(200):
            if not self.held[name]:
                self.page.wait_for_timeout(20)
        for route in self.held.pop(name):
            of = name.partition(" ")
            route.fulfill(status=status, json=answer or self._told(of[0], of[2]))


SLUGS = ("fees", "keys")


@pytest.fixture
def chat(page: Page) -> Chat:
    return Chat(page)


def test_the_server_is_no_longer_called_away_once_it_answers(chat: Chat) -> None:
    chat.page.clock.install()
    chat.opens()
    chat.page.get_by_text("Hello from aaaa").wait_for()
    banner = chat.page.locator("#banner")
    chat.failing.add("events")
    chat.page.locator("#back").click()
    chat.page.locator('[data-ref="bbbb"]').click()
    banner.wait_for()
    chat.failing.clear()
    chat.page.clock.run_for(7_000)
    chat.page.get_by_text("Hello from bbbb").wait_for()
    banner.wait_for(state="hidden")


def test_what_is_said_in_passing_gives_way_to_what_lasts(chat: Chat) -> None:
    chat.page.clock.install()
    chat.opens()
    chat.page.get_by_text("Hello from aaaa").wait_for()
    banner = chat.page.locator("#banner")
    chat.page.context.set_offline(True)
    banner.wait_for()
    lasts = banner.inner_text()
    chat.failing.add("transcript")
    chat.page.locator("#menu-button").click()
    chat.page.locator("#transcript").click()
    comes_true(chat.page, "document.getElementById('banner').classList.contains('is-calm')")
    chat.page.clock.run_for(7_000)
    assert banner.inner_text() == lasts
    chat.page.context.set_offline(False)
    banner.wait_for(state="hidden")


def test_of_two_articles_the_one_pressed_last_is_shown_and_none_to_who_writes(chat: Chat) -> None:
    chat.opens()
    chat.page.get_by_text("Hello from aaaa").wait_for()
    chat.page.locator("#back").click()
    chat.page.locator("#q").fill("fees")
    for slug in SLUGS:
        chat.held[f"article {slug}"] = []
        chat.page.locator("#hits").get_by_text(slug).first.click()
    chat.let_go("article keys")
    chat.page.get_by_text("About keys").wait_for()
    with chat.page.expect_response("**/article?*slug=fees*"):
        chat.let_go("article fees")
    chat.page.wait_for_timeout(200)
    assert chat.page.locator("#article h2").inner_text() == "About keys"
    chat.page.locator("#back").click()
    chat.held["article fees"] = []
    chat.page.locator("#hits").get_by_text("fees").first.click()
    chat.page.locator("#text").fill("My own words")
    with chat.page.expect_response("**/article?*slug=fees*"):
        chat.let_go("article fees")
    chat.page.wait_for_timeout(200)
    assert chat.page.evaluate("document.activeElement.id") == "text"
    assert chat.page.locator("#chat").get_attribute("data-view") == "home"


def test_a_message_that_is_refused_stands_in_its_conversation_until_it_is_removed(
    chat: Chat,
) -> None:
    chat.opens()
    chat.page.get_by_text("Hello from aaaa").wait_for()
    chat.held["messages"] = []
    chat.page.locator("#text").fill("Let me in")
    chat.page.keyboard.press("Enter")
    failed = chat.page.locator(".wd-row.is-failed")
    for ref in ("bbbb", "aaaa", "bbbb"):
        chat.page.locator("#back").click()
        chat.page.locator(f'[data-ref="{ref}"]').click()
        chat.page.get_by_text(f"Hello from {ref}").wait_for()
        if chat.held:
            chat.let_go("messages", status=403, code="blocked")
            chat.page.locator("#banner").get_by_text("You cannot write here").wait_for()
        assert failed.count() == (ref == "aaaa")
    absorbed = said("", 2) | {"kind": "absorbed", "author": "system"}
    chat.page.locator("#back").click()
    chat.page.locator('[data-ref="aaaa"]').click()
    chat.page.get_by_text("Hello from aaaa").wait_for()
    with chat.page.expect_response("**/events?*"):
        told = {"t": "conversation:aaaa", "c": 2, "e": [absorbed]}
        chat.page.evaluate("told => tells(told)", told)
    chat.page.wait_for_timeout(200)
    assert "Let me in" in failed.inner_text()
    failed.locator("button").click()
    assert chat.page.locator("#text").input_value() == "Let me in"
    assert failed.count() == 0
