"""Read public lists of fakes: eth-phishing-detect, ScamSniffer, hosts files, CSV."""

import csv
import io
import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from walletdesk.official.hosts import HOSTING, PATH_HOSTING, SHORTENERS, parse_host
from walletdesk.official.judge import PLATFORMS, contract_value
from walletdesk.official.types import Kind

MOST_BYTES = 64 * 1024 * 1024  # the largest public hosts file has about 40 MB
MOST_ENTRIES = 1_000_000
_CONTRACT = re.compile(r"^(?:0x[0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33})$")
_SKIPPED = frozenset(
    [
        "localhost", "localhost.localdomain", "broadcasthost", "local", "ip6-localhost",
    ]
)  # fmt: skip
# A page that is listed here says nothing of all the others.
_SHARED = HOSTING | PATH_HOSTING | SHORTENERS | {*PLATFORMS, "play.google.com", "apps.apple.com"}
_LISTS = ("blacklist", "blocklist", "deny", "domains", "blocked")
_COLUMNS = ("domain", "host", "hostname", "url", "address", "value", "indicator")

Found = tuple[Kind, str]


class BadList(ValueError):
    """A file that is no list. `code`: too_large, not_text, not_known, empty."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_list(data: bytes) -> list[Found]:
    """Return the kinds and values of a list, each once, whatever its format. Raises BadList."""
    if len(data) > MOST_BYTES:
        raise BadList("too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadList("not_text") from None
    if "\0" in text:
        raise BadList("not_text")
    found: dict[Found, None] = {}
    for value in _values(text):
        known = entry_of(value)
        if known is not None:
            found[known] = None
        if len(found) > MOST_ENTRIES:
            raise BadList("too_large")
    if not found:
        raise BadList("empty")
    return list(found)


def entry_of(value: str) -> Found | None:
    """Return what a line of a list names: a domain or a contract; None when it is neither."""
    value = value.strip()[:2_048]
    if _CONTRACT.match(value):
        return Kind.CONTRACT, contract_value(value)
    host = parse_host(value) if value else None
    # a whole ending, or this machine, is no fake
    if host is None or host.is_number or "." not in host.ascii or host.ascii in _SKIPPED:
        return None
    name = host.ascii.removeprefix("www.")
    is_page = name in _SHARED and host.path.strip("/")
    return None if is_page else (Kind.DOMAIN, name[:253])


def _values(text: str) -> Iterator[str]:
    start = text.lstrip()[:1]
    if start in ("{", "["):
        try:
            yield from _in_json(json.loads(text))
        except (ValueError, RecursionError):
            raise BadList("not_known") from None
        return
    lines = [line for line in text.splitlines() if line.strip()]
    plain = [line for line in lines if not line.lstrip().startswith(("#", "!"))]
    if plain and any(mark in plain[0] for mark in (",", ";", "\t")) and not _hosts_line(plain[0]):
        yield from _in_csv("\n".join(plain))
    else:
        yield from _in_hosts(plain)


def _in_json(told: Any) -> Iterator[str]:
    """Read a list, {"blacklist": […]}, or ScamSniffer's {domain: [addresses]}."""
    if isinstance(told, list):
        yield from (each for each in told if isinstance(each, str))
        return
    if not isinstance(told, dict):
        return
    named = [told[name] for name in _LISTS if isinstance(told.get(name), list)]
    if named:
        for values in named:
            yield from _in_json(values)
        return
    if isinstance(told.get("address"), list):
        yield from _in_json(told["address"])
        return
    for name, values in told.items():
        yield name
        yield from _in_json(values if isinstance(values, list) else [])


def _hosts_line(line: str) -> bool:
    try:
        ipaddress.ip_address(line.split(maxsplit=1)[0])
    except ValueError:
        return False
    return True


def _in_hosts(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        words = line.split("#", 1)[0].split()
        yield from words[1:] if words and _hosts_line(line) else words[:1]


def _in_csv(text: str) -> Iterator[str]:
    first = text.split("\n", 1)[0]
    mark = max((",", ";", "\t"), key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error:
        raise BadList("not_known") from None
    names = [name.strip().casefold() for name in rows[0]]
    columns = [at for at, name in enumerate(names) if name in _COLUMNS]
    for row in rows[1:] if columns else rows:
        yield from (row[at] for at in (columns or [0]) if at < len(row))
