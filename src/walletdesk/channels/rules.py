"""Addresses of inboxes, by kind: their one written form, and where they lead. Pure.

Forms: Telegram 5-32 (core.telegram.org/method/account.checkUsername), X 1-15
(help.x.com/managing-your-account), WeChat 6-20 beginning with a letter, QQ 5-11 digits, telephone
numbers ITU-T E.164 by libphonenumber, origins RFC 6454.
"""

import re
from urllib.parse import urlsplit

import phonenumbers

from walletdesk.channels.types import InboxKind

ADDRESS_LENGTH = 200
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?P<host>[A-Za-z0-9.-]{3,190})")
_HOST_PART = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_NAMES = {
    InboxKind.TELEGRAM: re.compile(r"[A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9]"),
    InboxKind.X: re.compile(r"[A-Za-z0-9_]{1,15}"),
    InboxKind.WECHAT: re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}"),
    InboxKind.QQ: re.compile(r"[1-9][0-9]{4,10}"),
}
_HOSTS = {
    InboxKind.TELEGRAM: ("t.me", "telegram.me"),
    InboxKind.X: ("x.com", "twitter.com"),
    InboxKind.WEIBO: ("weibo.com", "www.weibo.com", "m.weibo.cn"),
}
_LEADS = {
    InboxKind.EMAIL: "mailto:",
    InboxKind.PHONE: "tel:",
    InboxKind.WHATSAPP: "https://wa.me/",
    InboxKind.TELEGRAM: "https://t.me/",
    InboxKind.X: "https://x.com/",
    InboxKind.WEIBO: "",
    InboxKind.COMMUNITY: "",
    InboxKind.LINK: "",
}
_WITH_AT = (InboxKind.TELEGRAM, InboxKind.X)
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def normal_address(kind: InboxKind, text: str) -> str:
    """Return an address in its one form, "" for chat. Raises ValueError with a stable code.

    Codes: required, email, phone, name, web, host.
    """
    text = text.strip()
    if kind == InboxKind.CHAT:
        return ""
    if not text or len(text) > ADDRESS_LENGTH:
        raise ValueError("required")
    if kind == InboxKind.EMAIL:
        return _email(text)
    if kind in {InboxKind.PHONE, InboxKind.WHATSAPP}:
        return _phone(text)
    if kind in _NAMES:
        return _name(kind, text)
    url = _web(text)
    if kind in _HOSTS and urlsplit(url).hostname not in _HOSTS[kind]:
        raise ValueError("host")
    return url


def href(kind: InboxKind, address: str) -> str:
    """Return where an address in its normal form leads, "" where there is no link for it."""
    if kind not in _LEADS:
        return ""
    return _LEADS[kind] + address.lstrip("@+" if _LEADS[kind].startswith("https:") else "")


def shown(kind: InboxKind, address: str) -> str:
    """Return an address as people read it: a number in groups, a page without its scheme."""
    if kind in {InboxKind.PHONE, InboxKind.WHATSAPP}:
        number = phonenumbers.parse(address)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return address.removeprefix("https://").rstrip("/")


def normal_origin(text: str) -> str:
    """Return scheme, host and port of a page that may embed the chat. Raises ValueError.

    https only, except on this machine. No wildcard: whoever may embed can show the chat in a frame
    of their own making. A path is refused rather than dropped, so that nobody believes it counts.
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("origin") from None
    host = (parts.hostname or "").lower()
    local = parts.netloc.split(":", 1)[0] in _LOCAL or parts.netloc.startswith("[::1]")
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    if not plain or parts.scheme not in {"https", "http"} or (parts.scheme == "http" and not local):
        raise ValueError("origin")
    if not local and not _is_host(host):
        raise ValueError("origin")
    usual = {"https": 443, "http": 80}[parts.scheme]
    shown_host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown_host}" + (f":{port}" if port and port != usual else "")


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return len(host) <= 190 and len(labels) > 1 and all(map(_HOST_PART.fullmatch, labels))


def _email(text: str) -> str:
    found = _EMAIL.fullmatch(text)
    if found is None or not _is_host(found["host"].lower()) or ".." in text:
        raise ValueError("email")
    local, _at, host = text.rpartition("@")
    return f"{local}@{host.lower()}"


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        raise ValueError("phone") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _name(kind: InboxKind, text: str) -> str:
    for host in _HOSTS.get(kind, ()):  # a pasted link counts as its name
        text = re.sub(rf"^(?:https?://)?(?:www\.)?{re.escape(host)}/", "", text)
    name = text.removeprefix("@").rstrip("/")
    if not _NAMES[kind].fullmatch(name):
        raise ValueError("name")
    return f"@{name}" if kind in _WITH_AT else name


def _web(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError("web") from None
    bad = "@" in parts.netloc or "\\" in text or any(c <= " " for c in text)
    if parts.scheme != "https" or bad or not _is_host((parts.hostname or "").lower()):
        raise ValueError("web")
    return text
