"""Markdown of articles → HTML that can do no harm."""

import re
from typing import Any

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_ABSOLUTE = re.compile(r"https?://[^/\\\s]", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:[/?#](?![/\\])|[\w.-]+(?:/|$|\?|#))(?!.*:)")


def _allowed(url: str) -> bool:
    return bool(_ABSOLUTE.match(url) or _RELATIVE.match(url))


def _renderer() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False})
    parser.disable("image")  # a picture would load from a host that we do not know
    parser.validateLink = _allowed  # type: ignore[method-assign] # the documented way to restrict
    parser.add_render_rule("link_open", _open_link)
    return parser


def _open_link(self: Any, tokens: Any, index: int, options: Any, _env: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, index, options, {}))


_PARSER = _renderer()


def render_markdown(text: str) -> SafeString:
    """Return HTML. Raw HTML in the text is shown as text; links lead to http(s) or stay here."""
    return SafeString(_PARSER.render(text))
