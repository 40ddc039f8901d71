"""An article as a tree that the chat builds its page from: `[tag, address, children]`, or text.

The chat page takes no HTML from anywhere, so the Markdown's own safe HTML is told as data. A tag
that is not named here is dropped, and its content stays.
"""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TAGS = frozenset(
    "h2 h3 h4 p ul ol li a strong em code pre blockquote hr br".split()  # noqa: SIM905 - a table of words
)
EMPTY = frozenset({"hr", "br"})

Node = str | list["str | list[Node] | None"]


def article_nodes(html: str, base: str) -> list[Node]:
    """Return the nodes of an article's HTML. Addresses become absolute paths, seen from `base`."""
    reader = _Reader(base)
    reader.feed(html)
    reader.close()
    return reader.stack[0]


class _Reader(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.stack: list[list[Node]] = [[]]
        self.open: list[tuple[str, str]] = []  # tag, host of a link to elsewhere

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._picture(dict(attrs))
        if tag not in TAGS:
            return
        href = urljoin(self.base, dict(attrs).get("href") or "") if tag == "a" else None
        children: list[Node] = []
        self.stack[-1].append([tag, href, children])
        if tag not in EMPTY:
            self.stack.append(children)
            self.open.append((tag, urlsplit(href).hostname or "" if href else ""))

    def _picture(self, given: dict[str, str | None]) -> None:
        """Tell a picture as a link to it with its words: the chat draws no pictures of articles."""
        address = urljoin(self.base, given.get("src") or "")
        self.stack[-1].append(["a", address, [given.get("alt") or address]])

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            _, host = self.open.pop()
            children = self.stack.pop()
            if host and host not in _text(children):
                self.stack[-1].append(f" ({host})")  # where it really leads, beside its words

    def handle_data(self, data: str) -> None:
        if data.strip() or data == " ":
            self.stack[-1].append(data)


def _text(nodes: list[Node]) -> str:
    return "".join(node if isinstance(node, str) else _text(node[2]) for node in nodes)  # type: ignore[arg-type] # children
