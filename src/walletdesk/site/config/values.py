"""What single settings hold: each function returns the value or says what is wrong with it."""

from __future__ import annotations

import ipaddress
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs

from walletdesk.site.config.addresses import is_private, on_the_web, taken_apart
from walletdesk.site.config.reading import FALSE_WORDS, WrongValueError, integer

# An outside secret shorter than this can be guessed; Django warns below 50 characters, and 32
# random URL-safe characters already carry 192 bits.
SECRET_KEY_MIN_LENGTH = 32
# The embedded server allows 60 connections; server and worker each hold one pool beside a few
# connections for LISTEN and for maintenance.
POOL_MAX = 25
LOG_LEVELS = ("debug", "info", "warning", "error")
VOICE_DRIVERS = ("embedded", "asterisk", "cpaas")
VOICE_WHEELS = ("aiortc", "aiosipua", "aiortp")  # of the extra [voice]


def has_voice_extra() -> bool:
    """Tell whether the wheels are installed that carry calls in our own process."""
    return all(find_spec(wheel) is not None for wheel in VOICE_WHEELS)


def voice(text: str) -> tuple[str, ...]:
    """Return what carries calls; "auto" is our own process wherever it is installed."""
    if text == "auto":
        return ("embedded",) if has_voice_extra() else ()
    if text == "none":
        return ()
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in names if name not in VOICE_DRIVERS]
    if unknown:
        raise WrongValueError(
            f"there is no driver {unknown[0]!r}.",
            f"Use auto, none, or {', '.join(VOICE_DRIVERS)}, with commas.",
        )
    if "embedded" in names and not has_voice_extra():
        raise WrongValueError(
            "embedded needs the extra [voice], which is not installed.",
            "Install it: uv pip install 'walletdesk[voice]'.",
        )
    return names


def folder(text: str) -> Path:
    if "\0" in text:
        raise WrongValueError("holds a NUL byte.", "Give a plain folder name.")
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise WrongValueError(f"{path} is a file, not a folder.", "Name another folder.")
    return Path(os.path.normpath(path))


def key_file(text: str) -> Path | Literal[""]:
    if not text:
        return ""
    path = Path(text).expanduser()
    if "\0" in text or not path.is_absolute() or path.is_dir():
        raise WrongValueError(
            f"{text!r} is no full path of a file.", "Write it as /run/secrets/walletdesk.keys."
        )
    return path


def chain_networks(text: str) -> Path | Literal[""]:
    if not text:
        return ""
    from walletdesk.chain.networks import NetworksError, load_book  # noqa: PLC0415 - most have none

    if "\0" in text:
        raise WrongValueError("holds a NUL byte.", "Give a plain file name.")
    path = Path(text).expanduser().absolute()
    try:
        load_book(path)
    except NetworksError as error:
        raise WrongValueError(str(error), "docs/operate/networks.md shows how.") from error
    return path


def complaint_profiles(text: str) -> Path | Literal[""]:
    if not text:
        return ""
    from walletdesk.complaints.law_files import ProfileError, load_profiles  # noqa: PLC0415 - few

    path = Path(text).expanduser().absolute()
    try:
        load_profiles(path)
    except (ProfileError, OSError, ValueError) as error:
        raise WrongValueError(str(error), "docs/use/complaints.md shows how.") from error
    return path


def wallet_url(text: str) -> str:
    if not text:
        return ""
    example = "Write it as https://wallet.example.com/desk."
    parts = on_the_web(text, example)
    if not is_private(parts):
        raise WrongValueError("is no https:// address, and not on this machine.", example)
    if parts.query or parts.fragment:
        raise WrongValueError("must end after the path.", example)
    return text.rstrip("/")


def wallet_secret(text: str) -> str:
    """Return the secret shared with the wallet. Raises a problem when it can be guessed."""
    if text and len(text) < SECRET_KEY_MIN_LENGTH:
        raise WrongValueError(
            f"is shorter than {SECRET_KEY_MIN_LENGTH} characters.",
            "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return text


def ocr(text: str) -> str:
    """Return the program's name or full path, "" for none; whether it is there is looked up later.

    Pictures of customers wait behind a warning where it is not.
    """
    if text.lower() in FALSE_WORDS:
        return ""
    if "\0" in text or ("/" in text and not Path(text).is_absolute()):
        raise WrongValueError(f"{text!r} is no program.", "Write tesseract, its full path, or off.")
    return text


def host(text: str) -> str:
    if text == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError as error:
        raise WrongValueError(
            f"{text!r} is no IP address.", "Use 127.0.0.1 for this machine, 0.0.0.0 for all."
        ) from error


def port(text: str) -> int:
    return integer(text, 0, 65535)


def pool(text: str) -> int:
    return integer(text, 2, POOL_MAX)


def idle_minutes(text: str) -> int:
    return integer(text, 5, 12 * 60)


def streams(text: str) -> int:
    return integer(text, 1, 100_000)


def messages(text: str) -> int:
    return integer(text, 1, 1_000_000)


def log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise WrongValueError(f"{text!r} is no log level.", f"Use one of {', '.join(LOG_LEVELS)}.")
    return text.lower()


def database_url(text: str) -> str:
    if not text:
        return ""
    example = "Write it as postgresql://user:password@host:5432/database."
    parts = taken_apart(text, example)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise WrongValueError("must start with postgresql://.", example)
    if not parts.path.strip("/"):
        raise WrongValueError("names no database.", example)
    return text


def base_url(text: str) -> str:
    if not text:
        return ""
    example = "Write it as https://help.example.com."
    parts = on_the_web(text, example)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise WrongValueError("must end after the host name; a path is not supported.", example)
    return f"{parts.scheme}://{parts.netloc}"


def origins(text: str) -> tuple[str, ...]:
    return tuple(base_url(word.strip()) for word in text.split(",") if word.strip())


def blobs(text: str) -> str:
    if not text:
        return ""
    example = "Write it as s3://bucket/prefix, with ?endpoint=https://… for stores other than AWS."
    parts = taken_apart(text, example)
    try:
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError as error:
        raise WrongValueError("has options that cannot be read.", example) from error
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or parts.fragment:
        raise WrongValueError("is no address of a bucket.", example)
    if unknown := sorted(options.keys() - {"endpoint", "region"}):
        raise WrongValueError(f"has options that are not known: {', '.join(unknown)}.", example)
    for endpoint in options.get("endpoint", []):
        base_url(endpoint)
    return text


def default_base_url(host: str, port: int) -> str:
    # An "all interfaces" address cannot be opened in a browser; this machine's own can.
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared with, not bound
    return f"http://{shown}:{port}"


def mail_listen(text: str) -> str:
    if not text:
        return ""
    example = "Write it as lmtp://127.0.0.1:8024."
    parts = taken_apart(text, example)
    if parts.scheme not in {"lmtp", "smtp"} or not parts.port or parts.path.strip("/"):
        raise WrongValueError("is no lmtp:// or smtp:// address with a port.", example)
    return f"{parts.scheme}://{host(parts.hostname or '')}:{parts.port}"


def networks(text: str) -> tuple[str, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        return tuple(str(ipaddress.ip_network(word)).removesuffix("/32") for word in words)
    except ValueError as error:
        raise WrongValueError(
            f"{text!r} is no list of addresses.", "Write it as 10.0.0.1, 10.1.0.0/16."
        ) from error


def secret_key(text: str) -> str:
    if text and len(text) < SECRET_KEY_MIN_LENGTH:
        raise WrongValueError(
            f"is shorter than {SECRET_KEY_MIN_LENGTH} characters.",
            "Leave it out and walletdesk makes one, or give a long random text.",
        )
    return text


def stored_secret_key(data: Path) -> str:
    path = data / "secret.key"
    try:
        key = path.read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise WrongValueError(
            f"{path} cannot be read.", "Give this user the right to read it, or restore it."
        ) from error
    if len(key) < SECRET_KEY_MIN_LENGTH:
        raise WrongValueError(
            f"{path} is damaged: it holds {len(key)} characters.",
            "Restore it from a backup; deleting it signs everyone out.",
        )
    return key
