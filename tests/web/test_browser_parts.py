"""Parts of the front end in a real Chromium: the Trusted Types policy, the light look at secrets,
the reader of event streams, and how people's text becomes nodes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from mnemonic import Mnemonic
from playwright.sync_api import Page, Route

from tests.browser import PATIENCE_MS, launched
from walletdesk.web.common.strings import thread_strings
from walletdesk.web.security import CONTENT_SECURITY_POLICY

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
