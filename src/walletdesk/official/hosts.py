"""The host behind a link as a browser finds it (WHATWG URL), and its parts."""

import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from walletdesk.official.clean import refang

LONGEST = 2_048
# Anybody may put pages below these; the name before them is the page's, not the owner's.
HOSTING = frozenset(
    [
        "pages.dev", "web.app", "firebaseapp.com", "github.io", "gitlab.io", "vercel.app",
        "now.sh", "netlify.app", "herokuapp.com", "workers.dev", "r2.dev", "glitch.me",
        "surge.sh", "repl.co", "replit.app", "onrender.com", "render.com", "fly.dev",
        "railway.app", "ngrok.io", "ngrok.app", "ngrok-free.app", "gitbook.io", "webflow.io",
        "godaddysites.com", "azurewebsites.net", "azurestaticapps.net", "cloudfront.net",
        "amazonaws.com", "ipfs.io", "dweb.link", "square.site", "mystrikingly.com", "carrd.co",
        "notion.site", "framer.app", "framer.website", "framer.ai", "myshopify.com",
        "wordpress.com", "000webhostapp.com", "translate.goog", "weebly.com", "weeblysite.com",
        "wixsite.com", "wixstudio.io", "blogspot.com", "appspot.com", "run.app", "duckdns.org",
        "hopto.org", "zapto.org", "ddns.net", "serveo.net", "lovable.app", "teachable.com",
        "zendesk.com", "freshdesk.com", "helpscoutdocs.com", "softr.app", "bubbleapps.io",
        "typedream.app", "mailchimpsites.com", "strikingly.com", "tilda.ws", "yolasite.com",
        "jimdosite.com", "site123.me", "hubside.fr", "canva.site", "my.canva.site", "linktr.ee",
        "taplink.cc",
    ]
)  # fmt: skip
# Names of people's pages stand in the path here.
PATH_HOSTING = frozenset(
    [
        "sites.google.com", "docs.google.com", "forms.gle", "storage.googleapis.com",
        "drive.google.com", "typeform.com", "jotform.com", "medium.com", "telegra.ph",
        "linktr.ee", "notion.so", "s3.amazonaws.com", "gateway.pinata.cloud",
        "cloudflare-ipfs.com", "ipfs.io",
    ]
)  # fmt: skip
SHORTENERS = frozenset(
    [
        "bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly",
        "cutt.ly", "shorturl.at", "rb.gy", "s.id", "t.ly", "lnkd.in", "tiny.cc", "v.gd",
        "bl.ink", "short.io", "dwz.cn", "suo.im", "url.cn", "t.cn",
    ]
)  # fmt: skip
_REDIRECTS = frozenset(
    [
        "q", "u", "url", "to", "target", "dest", "destination", "redirect", "redir", "next",
        "continue", "r", "link",
    ]
)  # fmt: skip
# Registries of whole countries sell names on the third level below these.
_SECOND = frozenset(
    [
        "com", "co", "org", "net", "edu", "gov", "ac", "gob", "gouv", "or", "ne", "go", "gv",
        "mil", "nom", "ltd", "plc", "me",
    ]
)  # fmt: skip
RESTRICTED = frozenset(
    [
        "edu", "gov", "mil", "int", "ac", "gob", "gouv", "go", "gv",
    ]
)  # fmt: skip
_LABEL = re.compile(r"^(?!-)[^\s.\x00-\x2c/:;<=>?@\[\\\]^`{|}~]{1,63}(?<!-)$")
_OTHER_SCHEME = re.compile(r"([^/?#]*?)://")
_SCRIPT = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)  # these lead to no host
_IPV4 = re.compile(r"^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}$")


@dataclass(frozen=True, slots=True)
class Host:
    """A host in letters (`name`, punycode undone) and in ASCII, and what stood around it."""

    name: str
    ascii: str
    userinfo: str = ""
    path: str = ""
    was_punycode: bool = False
    is_number: bool = False
    targets: tuple[str, ...] = ()  # addresses in its query: where a redirector leads

    @property
    def domains(self) -> tuple[str, ...]:
        """The host and every domain above it, nearest first."""
        return (self.ascii,) if self.is_number else above(self.ascii)


def above(host: str) -> tuple[str, ...]:
    """Return a host and every domain above it, nearest first."""
    labels = host.split(".")
    return tuple(".".join(labels[at:]) for at in range(max(1, len(labels) - 1)))


def parse_host(text: str) -> Host | None:
    """Return the host of a link or a bare name, None when there is none."""
    text = refang(text).strip().strip("<>\"'“”‘’()[]，。；").replace("\\", "/")[:LONGEST]
    text = re.sub(r"[\t\r\n ]", "", text)
    scheme, mark, rest = text.partition(":")
    if mark and re.fullmatch(r"https?", scheme, re.IGNORECASE):
        rest = rest.lstrip("/")
    elif found := _OTHER_SCHEME.match(text):  # further behind, "://" is part of a path
        if "." in found[1] or _SCRIPT.match(text):
            return None
        rest = text[found.end() :]
    else:
        rest = text
    place, path, query = _parts(rest)
    userinfo, _at, place = place.rpartition("@")
    name = _host_name(place)
    if name is None:
        return None
    letters, is_punycode = _letters(name)
    return Host(
        name=letters,
        ascii=_ascii(letters) or name,
        userinfo=unquote(userinfo),
        path=unquote(path).casefold(),
        was_punycode=is_punycode,
        is_number=bool(_IPV4.match(name)) or ":" in name,
        targets=_targets(query),
    )


def _parts(rest: str) -> tuple[str, str, str]:
    found = re.match(r"([^/?#]*)([^?#]*)\??([^#]*)", rest)
    return (found[1], found[2], found[3]) if found else ("", "", "")


def _host_name(place: str) -> str | None:
    place = refang(unquote(place)).lower()  # case folding would make "ss" of "ß"
    if place.startswith("["):
        inside = place[1:].partition("]")[0]
        return inside if re.fullmatch(r"[0-9a-f:.]{2,45}", inside) else None
    name = re.sub(r":\d{0,5}$", "", place).strip(".")
    if _IPV4.match(name):
        return name
    labels = name.split(".")
    known = len(labels) > 1 and len(name) <= 253 and all(_LABEL.match(each) for each in labels)
    return name if known and not labels[-1].isdigit() else None


def _letters(name: str) -> tuple[str, bool]:
    labels, was = [], False
    for label in name.split("."):
        if label.startswith("xn--"):
            was = True
            with suppress(UnicodeError, ValueError, OverflowError):  # else: as it stands
                label = label[4:].encode("ascii").decode("punycode")  # noqa: PLW2901 - the label itself is decoded
        labels.append(label)
    return ".".join(labels), was


def _ascii(letters: str) -> str:
    """Return letters as ASCII labels (RFC 3492)."""
    try:
        return ".".join(
            each if each.isascii() else "xn--" + each.encode("punycode").decode()
            for each in letters.split(".")
        )
    except UnicodeError:
        return ""


def _targets(query: str) -> tuple[str, ...]:
    return tuple(
        value
        for name, value in parse_qsl(query)
        if name.casefold() in _REDIRECTS
        and re.match(r"(?:https?:)?//|https?%3a", value, re.IGNORECASE)
    )


def split_suffix(host: str) -> tuple[tuple[str, ...], str, bool]:
    """Return the labels in front of the ending, the ending, and whether it is a hosting service's.

    The last of the labels is the one that somebody registered.
    """
    labels = host.split(".")
    for count in (3, 2):
        suffix = ".".join(labels[-count:])
        if len(labels) > count and suffix in HOSTING:
            return tuple(labels[:-count]), suffix, True
    two = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND
    count = 2 if two else 1
    return tuple(labels[:-count]), ".".join(labels[-count:]), False
