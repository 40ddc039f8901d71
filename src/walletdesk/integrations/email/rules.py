"""Pure rules of incoming mail: which is the same mail, what a subject names, what holds codes."""

import re
import unicodedata
from datetime import timedelta
from typing import Final

TEXT_LENGTH: Final = 20_000  # characters of what is shown; the original has all of them
QUOTE_LENGTH: Final = 20_000
SUBJECT_LENGTH: Final = 300
ADDRESSES_SHOWN: Final = 50
LINKS_LENGTH: Final = 1_000
# Of what the parser found, what somebody who answers has to know.
SHOWN_MARKS: Final = {
    "link_mismatch", "link_punycode", "remote_content", "signed", "encrypted"
}  # fmt: skip
MESSAGE_ID_LENGTH: Final = 250
MOST_BYTES: Final = 50_000_000  # of one mail
MOST_TOGETHER: Final = 25  # mails of one transaction: it lasts some tenths of a second
MOST_TOGETHER_BYTES: Final = 8_000_000  # with it, a batch is at most as long as its last mail more
TRIES: Final = 3
POISON: Final = ("timeout", "crashed", "memory")  # why a mail may have killed who read it
RETRY_AFTER: Final = (timedelta(seconds=10), timedelta(seconds=60))

# Fields that servers add on the way: a mail that came on two ways differs in these only.
_TRACE: Final = re.compile(
    rb"(?:return-path|received|received-spf|delivered-to|x-original-to|envelope-to|delivery-date"
    rb"|authentication-results|arc-[a-z-]+|x-received|x-forwarded-[a-z]+|x-spam-[a-z-]+"
    rb"|x-gm-[a-z-]+|x-google-[a-z-]+|status|x-status|x-keywords|x-uid|lines|content-length)\s*:",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(r"\[#([23456789abcdefghjkmnpqrstvwxyz]{16})\]")
_CODE: Final = re.compile(
    r"verif(?:y|ication)|confirm(?:ation)? (?:code|your)|one[- ]time|security code|sign[- ]?in code"
    r"|log[- ]?in code|\botp\b|passcode|2fa|reset your password|password reset|magic link"
    r"|验证码|校验码|动态码|驗證碼|验证您的|重置密码|登录链接"
    r"|c[oó]digo de (?:verificaci[oó]n|seguridad|acceso)|verifi(?:ca|que) (?:tu|su)"
    r"|restablecer (?:tu|su|la) contrase",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"(?<![\w.])\d{4,8}(?!\w|\.\d)|\d{3}[- ]\d{3}\b")
_LINK: Final = re.compile(r"https?://\S{12,}", re.IGNORECASE)
_OTHERS: Final = re.compile(
    r"\b(?:your|you)\b.{0,80}\b(?:account|workspace|team|device|request)\b|您的|\b(?:tu|su) cuenta",
    re.IGNORECASE | re.DOTALL,
)
VERIFICATION_LENGTH: Final = 4_000  # such mails say little; a long letter about a code is a letter


def stable_part(raw: bytes) -> bytes:
    """Return a mail without the fields that transport adds before and among its header fields."""
    head, separator, body = _split(raw)
    kept: list[bytes] = []
    dropped = False
    for line in head.split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            if not dropped:
                kept.append(line.rstrip(b"\r"))
            continue
        dropped = bool(_TRACE.match(line[:80]))
        if not dropped:
            kept.append(line.rstrip(b"\r"))
    if not separator:
        return b"\n".join(kept)
    return b"\n".join(kept) + b"\n\n" + body.replace(b"\r\n", b"\n").rstrip(b"\n")


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    ends = [(at, mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark)) >= 0]
    if not ends:
        return raw, b"", b""
    at, mark = min(ends)
    return raw[:at], mark, raw[at + len(mark) :]


def reference_in(subject: str) -> str:
    """Return the conversation that a subject names as [#…], "" when it names none."""
    found = _REFERENCE.search(subject)
    return found.group(1) if found else ""


def looks_like_verification(subject: str, text: str) -> bool:
    """Tell whether a mail hands out a code or a link with which somebody proves an address.

    Whoever registers elsewhere with the desk's address wants to read that mail (the "ticket
    trick", security.md S14): it is flagged, and no customer is ever shown it.
    """
    if len(text) > VERIFICATION_LENGTH:
        return False
    said = f"{subject}\n{text}"
    if not _CODE.search(said):
        return False
    return bool(_DIGITS.search(said) or (_LINK.search(text) and _OTHERS.search(said)))


def tidy(text: str, most: int) -> str:
    """Return a text that can be stored: no NUL, no lone surrogate, at most so many characters."""
    plain = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return plain[:most]


def one_line(text: str, most: int) -> str:
    """Return a text as one line of at most `most` characters."""
    seen = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return " ".join(tidy(seen, most * 2).split())[:most]


def normal_address(address: str) -> str:
    """Return an address with its domain in lower-case ASCII (RFC 5890), "" when it is none.

    Raises nothing. The part before the @ is left as it is: only its own server knows its rules.
    """
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or any(c.isspace() or ord(c) < 33 for c in address.strip()):
        return ""
    try:
        return f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        return ""


def without_detail(address: str) -> str:
    """Return a recipient in lower case without what follows a + (RFC 5233), "" when it is none."""
    plain = normal_address(address).lower().replace("\x00", "")
    local, _at, domain = plain.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if local and domain else ""
