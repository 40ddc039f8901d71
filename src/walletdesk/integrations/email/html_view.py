"""The formatted version of a mail for staff: made from the original when somebody asks for it.

It is stored nowhere. Personal data stand masked in it as in the text; a mail in which a secret was
found has no formatted version at all, since tags may hide parts of one.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final

from walletdesk.contacts.personal.keys import namer
from walletdesk.integrations.email.models import RawMail
from walletdesk.integrations.email.parsing.confined import parse_confined
from walletdesk.integrations.email.raw_store import raw_bytes
from walletdesk.kit.errors import NotFound
from walletdesk.safety import guard
from walletdesk.safety.personal import TOKEN

MASK: Final = "•••"
# The parser's output: well-formed tags, attributes in double quotes, text between them.
_PIECE: Final = re.compile(r'(<(?:/?)[a-z0-9]+(?:\s+[a-z-]+="[^"]*+")*+\s*+/?>)|([^<]++)|<')
_LINKS: Final = re.compile(r'\s(?:href|src|title|alt|cite|name|id)="[^"]*"')


def formatted(mail: RawMail) -> str:
    """Return the cleaned, masked HTML of a mail. Raises NotFound when there is none to show."""
    html = parse_confined(raw_bytes(mail)).html
    contact = mail.contact
    if not html or contact is None:
        raise NotFound
    shown = masked(html, namer(contact.pk))
    if shown is None:
        raise NotFound
    return shown


def holds_secret(html: str) -> bool:
    """Tell whether the text of cleaned HTML holds a secret, also one that tags cut up."""
    texts = [unescape(text) for _tag, text in _pieces(html) if text]
    return bool(guard.check(" ".join(texts)).secret or guard.check("".join(texts)).secret)


def _pieces(html: str) -> list[tuple[str, str]]:
    """Return pairs of a tag and a text, of which one is empty."""
    return _PIECE.findall(html)


def masked(html: str, name: Callable[[str, str], str]) -> str | None:
    """Return HTML with personal data masked and without addresses of links.

    None when it holds a secret, or a datum that only tags keep apart.
    """
    if holds_secret(html):
        return None
    out: list[str] = []
    plain: list[str] = []
    for tag, text in _pieces(html):
        if tag or not text:
            out.append(_LINKS.sub("", tag))
            continue
        stored = guard.tokenise(guard.check(unescape(text)).safe, name).text
        seen = TOKEN.sub(MASK, stored)
        plain.append(seen)
        out.append(escape(seen, quote=False))
    left = guard.tokenise(guard.check("".join(plain)).safe, name)
    return None if left.values else "".join(out)
