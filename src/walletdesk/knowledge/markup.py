"""Markdown of articles → HTML that can do no harm."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.image import image

# "../pictures/…" leads to the same picture from an article's page and from a folder of exported
# files. The size stands in the name, so that a page does not jump when its pictures arrive.
PICTURE_NAME = r"[0-9a-f]{32}-(?P<width>[0-9]{1,4})x(?P<height>[0-9]{1,4})\.(?:webp|jpg)"
PICTURE = re.compile(
    r"!\[(?P<alt>[^\]\n]*\S[^\]\n]*)\]\(\.\./pictures/(?P<name>" + PICTURE_NAME + r")\)"
)

_ABSOLUTE = re.compile(r"https?://[^/\\\s]", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:\.\./(?:\w|$)|[/?#](?![/\\])|[\w.-]+(?:/|$|\?|#))(?!.*:)")
_SIZE = re.compile(PICTURE_NAME)
_KEPT = 256  # rendered texts that a process remembers; one is some kilobytes

# A second look by a real HTML parser at what the renderer made. Nothing of it is ever taken away
# unless the renderer has a fault.
_TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "a", "strong", "em", "code"),
    *("pre", "blockquote", "hr", "br", "img"),
}
_ATTRIBUTES = {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "code": {"class"},
}


def _allowed(url: str) -> bool:
    return bool(_ABSOLUTE.match(url) or _RELATIVE.match(url))


def _own_picture(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Take a picture only when it is one of ours: another would tell its host who reads."""
    return bool(PICTURE.match(state.src, state.pos)) and image(state, silent)


def _renderer() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False})
    parser.inline.ruler.at("image", _own_picture)
    parser.validateLink = _allowed  # type: ignore[method-assign] # the documented way to restrict
    parser.add_render_rule("link_open", _open_link)
    parser.add_render_rule("image", _show_picture)
    parser.render("text")  # it learns its rules at the first text, and shows them half learnt
    return parser


def _open_link(self: Any, tokens: Any, index: int, options: Any, _env: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, index, options, {}))


def _show_picture(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    token.attrSet("alt", self.renderInlineAsText(token.children or [], options, env))
    source = str(token.attrGet("src"))
    if size := _SIZE.search(source):
        token.attrSet("width", size["width"])
        token.attrSet("height", size["height"])
    token.attrSet("src", urljoin(env["base"], source) if env.get("base") else source)
    token.attrSet("loading", "lazy")
    return str(self.renderToken(tokens, index, options, env))


_PARSER = _renderer()


@lru_cache(maxsize=_KEPT)
def render_markdown(text: str, base: str = "") -> SafeString:
    """Return HTML. Raw HTML in the text is shown as text; links lead to http(s) or stay here.

    `base` is the path of the article's page, where the HTML is shown on another one: its pictures
    are then named from the root.
    """
    html = nh3.clean(
        _PARSER.render(text, {"base": base}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel=None,
        strip_comments=True,
    )
    return SafeString(html)


def picture_names(text: str) -> list[str]:
    """Return the names of the pictures that a text shows."""
    return list(dict.fromkeys(found["name"] for found in PICTURE.finditer(text)))


def bad_pictures(text: str) -> bool:
    """Tell whether a text holds a picture without words for it, or one that is not of this desk."""
    whole = len(re.findall(r"(?<!\\)!\[", text))
    return whole != len(PICTURE.findall(text))
