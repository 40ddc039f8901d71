"""A text as simple HTML: paragraphs, line breaks, web addresses that show where they lead. Pure.

Everything is escaped first. Only https addresses become links, their text is the very address with
its host in ASCII, so that a look-alike host shows itself.
"""

import re
from html import escape
from urllib.parse import urlsplit

_URL = re.compile(r"https://[^\s<>\"'⟦⟧（）()\[\]{}，。；！？、]{4,500}")
_TAIL = ".,;:!?*_~"
_FRAME = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title></title></head>'
    '<body style="font:15px/1.5 -apple-system,Segoe UI,Roboto,PingFang SC,sans-serif;'
    'color:#1a1d24;background:#fff;margin:0;padding:16px"><div style="max-width:620px">{body}</div>'
    "</body></html>"
)


def html_of(text: str, language: str, *, links: bool = True) -> str:
    """Return a text as a whole HTML page for a mail; without `links` nothing can be clicked."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    body = "".join(
        f'<p style="margin:0 0 1em">{_lines(each, links=links)}</p>' for each in paragraphs
    )
    return _FRAME.format(language=escape(language, quote=True), body=body)


def _lines(paragraph: str, *, links: bool) -> str:
    return "<br>".join(_linked(line) if links else escape(line) for line in paragraph.split("\n"))


def _linked(line: str) -> str:
    parts, end = [], 0
    for found in _URL.finditer(line):
        url = found.group().rstrip(_TAIL)
        shown = shown_url(url)
        if not shown:
            continue
        parts += [escape(line[end : found.start()]), _anchor(shown)]
        end = found.start() + len(url)
    return "".join([*parts, escape(line[end:])])


def _anchor(shown: str) -> str:
    return f'<a href="{escape(shown, quote=True)}" rel="noopener noreferrer">{escape(shown)}</a>'


def shown_url(url: str) -> str:
    """Return an address with its host in ASCII, "" for one that is better not clicked."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except (ValueError, UnicodeError):
        return ""
    if parts.username is not None or parts.password is not None or "." not in host:
        return ""
    where = f"{host}:{port}" if port else host
    return parts._replace(netloc=where).geturl()
