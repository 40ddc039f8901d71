"""The links of articles: where they stand, and whether those to our own pages lead on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False})
_PARSER.parse("text")  # it learns its rules at the first text, and shows them half learnt
URL_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Link:
    """A link as its author wrote it: `target` is absolute for the web, a path for our own pages."""

    text: str
    target: str

    @property
    def external(self) -> bool:
        """Tell whether it leads away from this desk."""
        return bool(urlsplit(self.target).netloc)


def links_in(markdown: str, path: str) -> Iterator[Link]:
    """Yield the links of a text whose page is at `path`."""
    for block in _PARSER.parse(markdown):
        tokens = block.children or []
        for at, token in enumerate(tokens):
            if token.type != "link_open":
                continue
            end = next(n for n in range(at, len(tokens)) if tokens[n].type == "link_close")
            words = "".join(inner.content for inner in tokens[at:end])
            href = str(token.attrGet("href") or "")
            try:
                target = urljoin(path, href)
                urlsplit(target)
            except ValueError:  # such as a broken IPv6 address
                target = href
            if len(target) <= URL_LENGTH:
                yield Link(words[:80], target)


def own_article(path: str, brand: str) -> tuple[str, str] | None:
    """Return (language, slug) when a path is that of an article of the brand, else None.

    Other paths below /help/ return ("", path): they are pages only when the caller knows them.
    """
    found = re.fullmatch(rf"/help/{re.escape(brand)}/([a-z0-9-]+)/([a-z0-9-]+)", _clean(path))
    return (found[1], found[2]) if found else None


def _clean(path: str) -> str:
    return unquote(path.partition("?")[0].partition("#")[0])


def own_page(path: str, brand: str, languages: list[str]) -> bool:
    """Tell whether a path is a page of ours that always exists."""
    clean = _clean(path)
    starts = [f"/help/{brand}/", *(f"/help/{brand}/{language}/" for language in languages)]
    lists = [f"{start}c/" for start in starts[1:]]
    return clean in starts or clean == "" or clean.startswith((*lists, "/widget/", "/ticket/"))
