"""HTML of mails: cleaned so that it can neither run, nor load, nor cover anything.

nh3 takes time that grows with the square of the depth, so depth, size and links are counted first.
What is cleaned keeps two classes of ours, `mail-quote` and `mail-signature`, where the writing
program marked quoted mails and signatures; the page folds them.
"""

import re
from functools import cache
from html import escape, unescape
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    import nh3

MOST_HTML_CHARS: Final = 2_000_000
MOST_HTML_DEPTH: Final = 256
MOST_LINKS: Final = 5_000
MOST_TAGS: Final = 50_000
MOST_ATTRIBUTES: Final = 100_000

TOO_DEEP: Final = "html_too_deep"
TOO_BIG: Final = "html_too_big"
TOO_MANY_LINKS: Final = "html_too_many_links"
REMOTE: Final = "remote_content"
MISMATCH: Final = "link_mismatch"
PUNYCODE: Final = "link_punycode"

QUOTE_CLASS: Final = "mail-quote"
SIGNATURE_CLASS: Final = "mail-signature"


def _words(text: str) -> set[str]:
    return set(text.split())


_TAGS: Final = _words(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup"
    " dd del details div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img"
    " ins kbd li main mark ol p pre q rp rt ruby s samp section small span strike strong sub"
    " summary sup table tbody td tfoot th thead time tr tt u ul var wbr includetail"
)
_DROPPED: Final = _words(
    "script style title template noscript iframe object embed applet svg math audio video"
    " canvas select textarea xmp noembed noframes"
)
_COMMON: Final = {"style", "class", "id", "dir", "lang", "title", "align"}
_ATTRIBUTES: Final = {
    "*": _COMMON,
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "height", "valign", "bgcolor"},
    "tr": {"valign", "bgcolor"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "col": {"span", "width"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "blockquote": {"type"},
    "time": {"datetime"},
}
_WORDED: Final = {"alt", "title", "name"}
_PLAIN_VALUE: Final = re.compile(r"[\w#%., :+-]{0,120}")
_SCHEMES: Final = {"http", "https", "mailto", "tel", "cid"}
_PROPERTIES: Final = _words(
    "background-color border border-bottom border-collapse border-color border-left border-radius"
    " border-right border-spacing border-style border-top border-width color direction font-family"
    " font-size font-style font-weight letter-spacing line-height list-style-type margin"
    " margin-bottom margin-left margin-right margin-top max-width padding padding-bottom"
    " padding-left padding-right padding-top text-align text-decoration text-indent text-transform"
    " vertical-align white-space width word-break word-wrap"
)
_UNSAFE_VALUE: Final = re.compile(r"[\\@<>{}]|url|expression|image|var\(|attr\(|/\*|-moz|behavior")
_NEGATIVE: Final = re.compile(r"(?:^|[\s(,])-\s*[\d.]")  # a negative margin could cover the page
_HIDDEN: Final = re.compile(r"display\s{0,5}:\s{0,5}none|mso-hide\s{0,5}:\s{0,5}all", re.IGNORECASE)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_LINK: Final = re.compile(r'<a [^>]{0,2000}?href="https?:[/\\]*+([^"]*+)"[^>]*+>', re.IGNORECASE)
_MOST_LINK_TEXT: Final = 2_000
_MOST_HOSTS: Final = 20
_MOST_DISGUISED: Final = 5
_ANY_TAG: Final = re.compile(r"<[^<>]*+>")
_WRITTEN_HOST: Final = re.compile(
    r"\s*+(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?![\w.@-])"
)
_VOID: Final = _words("area base br col embed hr img input link meta param source track wbr")
# Their end tags may be left out, and a second one ends the first: they do not nest by themselves.
_SELF_ENDING: Final = _words("p li td tr th tbody thead tfoot dd dt option optgroup colgroup")

_QUOTE_NAMES: Final = re.compile(
    r"gmail_quote(?!_attribution)|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra"
    r"|(?<![a-z])ntes|isreplycontent|alimail-?quote|__aliyun_previous|qmbox_quote|qmquote|foxmail_quote"
    r"|divrplyfwdmsg|appendonsend|olk_src_body|mail-?quote\b|x_gmail_quote|tutanota_quote"
    r"|outlookmessageheader|stopspelling|lotusquote|replyforward|mailcontainer_quote|reply-quoted"
)
_SIGNATURE_NAMES: Final = re.compile(
    r"gmail_signature|moz-signature|mail-?signature|ms-outlook-mobile-signature|foxmail_signature"
    r"|applemailsignature|ntes_signature|protonmail_signature_block|qq_mail_signature|x-signature"
    r"|spirit_signature|f?m_signature|mailsignature|aliyun_?signature|qmsignature|xm_signature"
)
_REMOTE_URL: Final = re.compile(r"<(?:img|input|video|audio|body|table|td|link)\b[^<>]{0,3000}?//")


@cache
def _cleaner() -> "nh3.Cleaner":
    import nh3  # noqa: PLC0415 - many mails have no HTML

    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        url_schemes=_SCHEMES,
        url_relative="deny",
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """Return what an attribute may say, or None."""
    if name == "style":
        return _style(value)
    if name in {"class", "id"}:
        return _mark(value) if name == "class" else _mark_id(value)
    if name == "src":
        return value if value[:4].lower() == "cid:" else None
    if name == "href":
        return None if value[:4].lower() == "cid:" else value
    if name in _WORDED:
        return value if len(value) <= 500 else None
    return value if _PLAIN_VALUE.fullmatch(value) else None


def _mark(value: str) -> str | None:
    low = value.lower()
    if _SIGNATURE_NAMES.search(low):
        return SIGNATURE_CLASS
    return QUOTE_CLASS if _QUOTE_NAMES.search(low) else None


def _mark_id(value: str) -> str | None:
    # Ids are kept for `visible` only; `_without_ids` takes them away.
    return _mark(value)


def _style(value: str) -> str | None:
    if len(value) > 2000:
        return None
    if _HIDDEN.search(value):
        return "display:none"
    kept = []
    for declaration in value.split(";"):
        name, _, setting = declaration.partition(":")
        name, setting = name.strip().lower(), setting.strip()
        if name not in _PROPERTIES or not 0 < len(setting) <= 120:
            continue
        if _UNSAFE_VALUE.search(setting.lower()) or _NEGATIVE.search(setting):
            continue
        kept.append(f"{name}:{setting}")
    return ";".join(kept) or None


def refusal(html: str) -> str:
    """Return why it cannot be cleaned in time, as a problem code; empty if it can."""
    tags = html.count("<")
    if len(html) > MOST_HTML_CHARS or tags > MOST_TAGS or html.count("=") > MOST_ATTRIBUTES:
        return TOO_BIG
    if any(len(tag) > 5_000 and tag.partition(">")[0].count("=") > 500 for tag in html.split("<")):
        return TOO_BIG  # attributes of one tag are compared with each other
    if tags <= MOST_HTML_DEPTH:
        return ""
    low = html.lower()
    if low.count("<a") > MOST_LINKS and len(re.findall(r"<a\s", low)) > MOST_LINKS:
        return TOO_MANY_LINKS
    return TOO_DEEP if _depth(low) > MOST_HTML_DEPTH else ""


def _depth(low: str) -> int:
    """Return a bound of how deeply the elements nest in a browser's tree."""
    free = _VOID if "<svg" in low or "<math" in low else _VOID | _SELF_ENDING
    opened: dict[str, int] = {}
    depth = deepest = 0
    for hit in _TAG.finditer(low):
        name = hit[2]
        if name in free:
            continue
        if not hit[1]:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened.get(name, 0) > 0:
            opened[name] -= 1
            depth -= 1
    return deepest


def clean_html(html: str) -> tuple[str, list[str]]:
    """Return cleaned HTML, with marks of quotes and signatures, and problem codes.

    Without anything that a browser would load, except pictures of the mail itself (`cid:`).
    """
    problem = refusal(html)
    if problem:
        return "", [problem]
    cleaned = _cleaner().clean(html)
    problems = [REMOTE] if _loads(html) else []
    return cleaned, problems + _links(cleaned)


def _links(cleaned: str) -> list[str]:
    """Return what is suspicious about links: another host than is written, or disguised letters."""
    found = set()
    for host, written in _hosts(cleaned):
        if "xn--" in host or not host.isascii():
            found.add(PUNYCODE)
        if written and not _related(written, host):
            found.add(MISMATCH)
    return sorted(found)


def hidden_hosts(cleaned: str) -> tuple[str, ...]:
    """Return where links of cleaned HTML lead whose text does not say so, each host once."""
    told = (host for host, written in _hosts(cleaned) if not (written and _related(written, host)))
    return tuple(islice(dict.fromkeys(filter(None, told)), _MOST_HOSTS))


def disguised_hosts(cleaned: str) -> tuple[str, ...]:
    """Return where links lead whose text names another host: the worst of the hidden ones."""
    told = (host for host, written in _hosts(cleaned) if written and not _related(written, host))
    return tuple(islice(dict.fromkeys(filter(None, told)), _MOST_DISGUISED))


def _hosts(cleaned: str) -> "Iterator[tuple[str, str]]":
    """Yield where each link leads, and the host that its text names, "" for none."""
    for hit in _LINK.finditer(cleaned):
        end = cleaned.find("</a>", hit.end(), hit.end() + _MOST_LINK_TEXT)
        inner = cleaned[hit.end() : end if end >= 0 else hit.end() + _MOST_LINK_TEXT]
        written = _WRITTEN_HOST.match(unescape(_ANY_TAG.sub("", inner)).lower())
        yield _host(unescape(hit[1])), written[1] if written else ""


def _host(rest: str) -> str:
    # What a browser takes for the host: all up to a slash of either kind, without user and port.
    authority = re.split(r"[/\\?#]", rest[:2_000], maxsplit=1)[0]
    return authority.rpartition("@")[2].partition(":")[0].strip().rstrip(".").lower()[:255]


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _loads(html: str) -> bool:
    low = html.lower()
    return "//" in low and (_REMOTE_URL.search(low) is not None or "url(" in low)


def without_marks(cleaned: str) -> str:
    """Return cleaned HTML as it is kept: ids, which served for finding quotes only, are gone."""
    return cleaned.replace(f' id="{QUOTE_CLASS}"', "").replace(f' id="{SIGNATURE_CLASS}"', "")


def html_of_text(text: str) -> str:
    """Return a text as HTML, for mails that mix both."""
    lines = escape(text.strip("\n"), quote=False).replace("\n", "<br>")
    return f"<div>{lines}</div>"


def without_tags(html: str) -> str:
    """Return roughly the text of HTML that is too deep or too big to be read properly."""
    pieces = html[:MOST_HTML_CHARS].split("<")
    texts = [pieces[0], *(piece.partition(">")[2] for piece in pieces[1:])]
    return unescape(" ".join(text for text in texts if text.strip()))
