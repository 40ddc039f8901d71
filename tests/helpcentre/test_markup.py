"""Hostile Markdown (catalogue S17) becomes text; pictures are ours or none."""

import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.knowledge.markup import bad_pictures, picture_names, render_markdown

NAME = f"{'0a' * 16}-800x600.webp"
PICTURE = f"![The button](../pictures/{NAME})"
ALLOWED = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "a", "strong", "em", "code"),
    *("pre", "blockquote", "hr", "br", "img"),
}
VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=a>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "[x](javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](https:\\\\evil.example)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "![x](//evil.example/pixel.gif)",
    f"![x](../pictures/../../evil/{NAME})",
    '[x](https://a.example "\\" onmouseover=alert(1) \\"")',
    "`` <script> ``",
    "```html\n<script>alert(1)</script>\n```",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=x style=position:fixed;inset:0>x</a>",
    "<form action=//evil.example><input name=seed>",
    "<base href=//evil.example>",
    "<!--><script>alert(1)</script>-->",
    "> " * 3_000 + "deep",
    "*" * 20_000,
    "[" * 20_000,
    "- " * 5_000 + "x",
]


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "formaction"}:
                self.wrong.append(name)
            if name == "src" and not str(value).startswith("../pictures/"):
                self.wrong.append(f"src={value}")
            elsewhere = ":" in str(value) or str(value).startswith(("//", "/\\"))
            if name == "href" and elsewhere and not str(value).startswith(("https://", "http://")):
                self.wrong.append(f"href={value}")


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_nothing_in_a_text_runs_loads_or_restyles(vector: str) -> None:
    assert Seen(render_markdown(vector)).wrong == []
    assert Seen(render_markdown(f"Before {vector}\n\n- {vector}")).wrong == []


@given(st.text("<>[]()!\"'`*_&#;:/\\ \nascriptjvondt", max_size=60))
def test_no_mixture_of_signs_does(text: str) -> None:
    assert Seen(render_markdown(text)).wrong == []


def test_a_picture_of_ours_is_shown_with_its_words_and_size() -> None:
    html = render_markdown(PICTURE)
    assert 'alt="The button"' in html
    assert 'width="800" height="600"' in html.replace(
        'height="600" width="800"', 'width="800" height="600"'
    )
    assert 'loading="lazy"' in html
    assert f'src="/help/b/pictures/{NAME}"' in render_markdown(PICTURE, "/help/b/en/slug")
    assert picture_names(f"{PICTURE} and {PICTURE}") == [NAME]


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (PICTURE, False),
        ("No picture! [a link](other-article)", False),
        ("Wow\\![x](y)", False),
        (f"![](../pictures/{NAME})", True),
        (f"![ ](../pictures/{NAME})", True),
        ("![x](https://a.example/x.png)", True),
        ("![x][ref]", True),
    ],
)
def test_pictures_need_words_and_must_be_ours(text: str, bad: bool) -> None:
    assert bad_pictures(text) is bad


# A process of its own: nothing was rendered in it yet.
LEARNT = """
from walletdesk.knowledge import link_rules, markup
for parser in (link_rules._PARSER, markup._PARSER):
    inline = parser.inline
    for ruler in (parser.core.ruler, parser.block.ruler, inline.ruler, inline.ruler2):
        assert ruler.__cache__ is not None
"""


def test_readers_who_come_first_and_at_once_get_the_whole_article() -> None:
    """A parser that learns its rules at the first text uses half of them in the other threads."""
    ended = subprocess.run(
        [sys.executable, "-c", LEARNT], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
