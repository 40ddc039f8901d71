"""A mail or a text pasted whole: who it says it is from, where answers go, and what it links to."""

import re
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import Parser
from html import unescape

from walletdesk.official import phones
from walletdesk.official.clean import refang
from walletdesk.official.hosts import parse_host

MOST_LINKS = 50
_HEADER = re.compile(
    r"^(from|reply-to|return-path|sender|subject|发件人|寄件人|回复|回复地址|主题|de|responder a|"
    r"asunto)"
    r"[ \t]*[:：][ \t]*(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_FROM = ("from", "发件人", "寄件人", "de")
_REPLY = ("reply-to", "回复", "回复地址", "responder a")
_LINK = re.compile(
    r"https?:/{2,}[^\s<>\"'`{}|^，。；：！？、（）【】「」『』《》“”‘’]+", re.IGNORECASE
)
_BARE = re.compile(
    r"(?<![\w@.\-/:])((?:[\w\-]{1,63}\.)+"
    r"(?:com|net|org|io|app|xyz|top|online|site|info|co|cc|vip|shop|live|support|help|finance|pro|"
    r"dev|me|icu|click|link|cn|ru|br|de|fr|es|uk|us|eu|in|example|cash|exchange|money|network|one|"
    r"pw|tk|ml|ga|cf|ws|su|world|today|life|tech|space|website|zone|biz))"
    r"(?![\w@\-]|\.\w)(/[^\s<>\"'，。]*)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+\-]{1,64}@(?:[\w\-]{1,63}\.)+[\w\-]{2,63}")
_HREF = re.compile(
    r"""(?:href|action)\s*=\s*(?:"([^"<>]{4,2048})"|'([^'<>]{4,2048})'|["']?([^"'\s>]{4,2048}))""",
    re.IGNORECASE,
)
_START = re.compile(r"^(?:https?:[/\\]*|[/\\]{2,})", re.IGNORECASE)
_ON_CHAIN = re.compile(
    r"(?<![\w/=.-])(?:0[xX][0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33}|bc1[02-9ac-hj-np-z]{11,71}"
    r"|(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)(?:[13][1-9A-HJ-NP-Za-km-z]{25,33}|[1-9A-HJ-NP-Za-km-z]{43,44}))"
    r"(?!\w)"
)
_TAIL = ".,;:!?)]}'\""


@dataclass(frozen=True, slots=True)
class PastedMail:
    """What of a mail can lead a reader somewhere."""

    sender: str
    reply_to: str
    text: str
    has_files: bool


def links_in(text: str, *, bare: bool = True) -> list[str]:
    """Return the links of a text in order, each once; `bare` ones stand there without http."""
    plain = refang(text)
    found = [match[0].rstrip(_TAIL) for match in _LINK.finditer(plain)]
    if bare:
        rest = _ADDRESS.sub(" ", _LINK.sub(" ", plain))
        found += [match[0].rstrip(_TAIL) for match in _BARE.finditer(rest)]
    known = (link for link in dict.fromkeys(found) if parse_host(link) is not None)
    return [link for link, _n in zip(known, range(MOST_LINKS), strict=False)]


def addresses_in(text: str) -> list[str]:
    """Return the e-mail addresses of a text, each once."""
    plain = _LINK.sub(" ", refang(text))
    return list(dict.fromkeys(found.casefold() for found in _ADDRESS.findall(plain)))[:MOST_LINKS]


def phones_in(text: str) -> list[str]:
    """Return the telephone numbers of a text."""
    return phones.numbers_in(_ADDRESS.sub(" ", _LINK.sub(" ", refang(text))))[:MOST_LINKS]


def accounts_in(text: str) -> list[str]:
    """Return the addresses on a chain of a text: where somebody wants money sent."""
    plain = _ADDRESS.sub(" ", _LINK.sub(" ", refang(text)))
    return list(dict.fromkeys(_ON_CHAIN.findall(plain)))[:MOST_LINKS]


def is_mail(text: str) -> bool:
    """Tell whether a text is a mail with at least a line that says who it is from."""
    head = text[:20_000]
    return any(found[1].casefold() in _FROM for found in _HEADER.finditer(head))


def read_mail(text: str) -> PastedMail:
    """Return what matters of a raw mail, or of one that was copied out of a program."""
    raw = _raw(text.lstrip("\ufeff \r\n"))
    if raw is not None:
        return raw
    named: dict[str, str] = {}
    for found in _HEADER.finditer(text):  # the first counts: further down others are quoted
        named.setdefault(found[1].casefold(), found[2].strip())
    body = _HEADER.sub("", text)
    return PastedMail(_first(named, _FROM), _first(named, _REPLY), body, has_files=False)


def _first(named: dict[str, str], names: tuple[str, ...]) -> str:
    return next((value for name, value in named.items() if name in names), "")


def _raw(text: str) -> PastedMail | None:
    """Read a mail with its source; None when it is none, or is too broken for the parser."""
    try:
        mail = Parser(EmailMessage, policy=policy.default).parsestr(text)
        if not mail["from"]:
            return None
        texts, files = _parts(mail)
        return PastedMail(
            str(mail["from"]), str(mail.get("reply-to", "")), "\n".join(texts), has_files=files
        )
    # the parser raises these on about one broken mail in a hundred
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None


def _parts(mail: EmailMessage) -> tuple[list[str], bool]:
    texts, files = [], False
    for part in mail.walk():
        if part.is_multipart():
            continue
        if part.get_content_maintype() != "text" or part.is_attachment():
            files = files or part.get_content_disposition() != "inline"
            continue
        content = part.get_content()
        html = part.get_content_subtype() == "html"
        texts.append(_plain_html(content) if html else content)
    return texts, files


def _plain_html(html: str) -> str:
    """Return what HTML says and where its links really lead."""
    targets = " \n".join(_target("".join(found)) for found in _HREF.findall(html))
    return f"{unescape(re.sub(r'<[^>]{0,5000}>', ' ', html))}\n{targets}"


def _target(value: str) -> str:
    """Return an attribute's address as a browser reads it."""
    return _START.sub("https://", re.sub(r"\s", "", unescape(value)))
