"""HTML that wants to run, to load or to cover something (S17, S19, S33)."""

import pytest

from walletdesk.integrations.email.parsing.html import clean_html, hidden_hosts, without_tags

RUNS = """
<script>alert(1)</script>
<img src=x onerror=alert(1)>
<svg><script>alert(1)</script></svg>
<svg onload=alert(1)>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=alert(1)&gt;">
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<a href="javascript:alert(1)">x</a>
<a href=" jav&#x09;ascript:alert(1)">x</a>
<a href="data:text/html,<script>alert(1)</script>">x</a>
<a href="vbscript:msgbox(1)">x</a>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="data:text/html,x"></object>
<embed src="data:text/html,x">
<body onload=alert(1)>
<div style="width:expression(alert(1))">x</div>
<div style="behavior:url(x.htc)">x</div>
<base href="https://evil.example/">
<meta http-equiv=refresh content="0;url=https://evil.example">
<link rel=stylesheet href=https://evil.example/x.css>
<form action=https://evil.example><input name=q></form>
<template><img src=x onerror=alert(1)></template>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<textarea><img title="</textarea><img src=x onerror=alert(1)>">
<a id="x" name="y" href="https://ok.example" target=_top onclick=alert(1)>x</a>
<details open ontoggle=alert(1)>x</details>
<video><source onerror=alert(1)></video>
<img src="cid:x" srcset="https://evil.example/x 2x">
<table background="https://evil.example/x"><td background="//evil.example/y">x</table>
<div style="background-color:red url(https://evil.example/x)">x</div>
<div style="background:url('//evil.example/x')">x</div>
<div style="list-style-type:url(https://evil.example)">x</div>
<div style="color:\\75rl(https://evil.example)">x</div>
<style>@import 'https://evil.example/x.css'</style>
<font color="red;background:url(//evil.example)">x</font>
<img src="https://evil.example/track.gif"><img src="//evil.example/x"><img src="/x">
<audio src=https://evil.example/x autoplay></audio>
<a href="https://ok.example" ping="https://evil.example">x</a>
<div style="position:fixed;top:0;left:0;width:100%">x</div>
<p style="margin-left:-9999px">x</p>
""".strip().splitlines()

FORBIDDEN = (
    "<script", "onerror", "onload", "onclick", "ontoggle", "javascript:", "vbscript:", "data:",
    "<svg", "<math", "<iframe", "<object", "<embed", "<base", "<meta", "<link", "<form",
    "<input", "<style", "<template", "evil.example", "expression", "behavior", "position",
    "srcset", "target=", "ping=", "-9999",
)  # fmt: skip


@pytest.mark.parametrize("hostile", RUNS)
def test_nothing_runs_loads_or_covers(hostile: str) -> None:
    cleaned = clean_html(hostile)[0].lower()
    # What is left as text is escaped; a tag begins with a bracket.
    tags = [piece.partition(">")[0] for piece in cleaned.split("<")[1:]]
    assert not [word for word in FORBIDDEN for tag in tags if word in f"<{tag}"]


def test_what_a_letter_needs_is_kept() -> None:
    letter = (
        '<div style="color:#333;font-size:14px"><p>Hola <b>Ana</b></p><table><tr><td colspan="2">x'
        '</td></tr></table><blockquote>old</blockquote><a href="https://ok.example/x">y</a></div>'
    )
    cleaned, problems = clean_html(letter)
    assert problems == []
    for kept in ("color:#333", "font-size:14px", "<b>Ana</b>", 'colspan="2"', "<blockquote>"):
        assert kept in cleaned
    assert 'href="https://ok.example/x" rel="noopener noreferrer nofollow"' in cleaned


def test_remote_pictures_are_told() -> None:
    assert clean_html('<img src="https://t.example/1.gif">') == ("<img>", ["remote_content"])
    assert clean_html('<img src="cid:1">') == ('<img src="cid:1">', [])


BOMBS = {
    "50,000 nested tags": ("<div>" * 50_000, "html_too_deep"),
    "400 nested tags": ("<div>" * 400, "html_too_deep"),
    "formatting never closed": ("<b><p>" * 400, "html_too_deep"),
    "cells in a foreign element": ("<svg>" + "<td>" * 400, "html_too_deep"),
    "links": ("<a href=x>y</a>" * 6_000, "html_too_many_links"),
    "attributes": ("<a " + "".join(f"a{n}=1 " for n in range(90_000)) + ">", "html_too_big"),
    "size": ("x" * 2_000_001, "html_too_big"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_are_cleaned(name: str) -> None:
    bomb, problem = BOMBS[name]
    assert clean_html(bomb) == ("", [problem])


def test_long_tables_and_lists_are_no_bombs() -> None:
    rows = "<tr><td>a<td>b" * 1_000 + "<p>x" * 1_000 + "<li>y" * 1_000
    assert clean_html(f"<table>{rows}")[1] == []


def test_the_text_of_a_bomb_is_still_read() -> None:
    assert without_tags("<div>" * 400 + "help &amp; more<br>x") == "help & more x"


LINKS = {
    '<a href="https://evil.example/login">https://wallet.example/login</a>': ["link_mismatch"],
    '<a href="https://wallet.example.evil.example/">wallet.example</a>': ["link_mismatch"],
    '<a href="https://wallet.example@evil.example/">wallet.example</a>': ["link_mismatch"],
    '<a href="https://wallet.example:x@evil.example/">wallet.example</a>': ["link_mismatch"],
    '<a href="https:\\\\evil.example/">wallet.example</a>': ["link_mismatch"],
    '<a href="https://evil.example/"><b>wallet</b>.<i>example</i></a>': ["link_mismatch"],
    '<a href="https://evil.example/"><img src="cid:1">https://wallet.example/x</a>': [
        "link_mismatch"
    ],
    '<a href="https://www.wallet.example/x">wallet.example</a>': [],
    '<a href="https://wallet.example/x">www.wallet.example/x</a>': [],
    '<a href="https://evil.example/">click here</a>': [],
    '<a href="https://evil.example/">Mr. Smith</a>': [],
    '<a href="https://xn--wllet-3ve.example/">pay</a>': ["link_punycode"],
    '<a href="mailto:a@b.example">a@b.example</a>': [],
}


@pytest.mark.parametrize("link", LINKS)
def test_links_that_lead_elsewhere_are_told(link: str) -> None:
    assert clean_html(link)[1] == LINKS[link]


def test_where_links_lead_is_told_when_their_text_does_not_say_so() -> None:
    cleaned = clean_html("".join(LINKS))[0]
    assert hidden_hosts(cleaned) == (
        "evil.example",
        "wallet.example.evil.example",
        "xn--wllet-3ve.example",
    )
    many = "".join(f'<a href="https://{n}.example/">x</a>' for n in range(4_000))
    assert len(hidden_hosts(clean_html(many)[0])) == 20
