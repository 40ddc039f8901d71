"""SPF (RFC 7208) and DKIM (RFC 6376) by pyspf and dkimpy, on an injected resolver.

Both trust their input more than we do: what could take them long is refused before.
"""

import logging
import re
import warnings
from collections.abc import Iterator
from typing import Any, Final

import dkim

from walletdesk.integrations.email.parsing.headers import Header
from walletdesk.integrations.email.parsing.resolver import DnsUnavailable, Kind, Resolver

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of a doubtful escape in one of its docstrings
    import spf

MOST_SIGNATURES: Final = 4
MOST_SIGNATURE_BYTES: Final = 8_000
MOST_BYTES: Final = 40_000_000
MOST_LINES: Final = 500_000  # dkimpy keeps each as an object
MOST_HEADER_BYTES: Final = 256_000
MOST_KEY_RECORD: Final = 1_200  # bytes; a key of 4096 bits has 740
LEAST_KEY_BITS: Final = 1024
MOST_LOOKUPS: Final = 60  # in one SPF check, with what its ten mechanisms lead to

_LONG_WHITE: Final = re.compile(rb"(?<![ \t])[ \t]{2000}")
_MOST_FOLDS: Final = 3_000
_HEADER_END: Final = re.compile(rb"\r?\n\r?\n")
_TAG: Final = re.compile(rb"(?:^|;)\s{0,9}([a-z]{1,2})\s{0,9}=\s{0,9}([^;]*)")
_silent = logging.getLogger("walletdesk.mail.dkim")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class _Query(spf.query):  # type: ignore[misc] # pyspf has no types
    """An SPF check that asks our resolver."""

    def __init__(self, *, peer: str, sender: str, helo: str, resolver: Resolver) -> None:
        super().__init__(i=peer, s=sender, h=helo)
        self._resolver = resolver
        self._left = MOST_LOOKUPS

    def dns(
        self,
        name: str,
        qtype: str,
        _cnames: object = None,
        ignore_void: bool = False,  # noqa: FBT001, FBT002 - as the method that it replaces
    ) -> list[Any]:
        """Return records as pyspf wants them."""
        name = str(name).rstrip(".").lower()
        labels = name.split(".")
        if not name or len(name) > 253 or any(not 0 < len(label) < 64 for label in labels):
            return []
        self._left -= 1
        if self._left < 0:
            raise spf.PermError("Too many DNS lookups")
        try:
            found = self._resolver.lookup(name, _kind(qtype)) if qtype != "SPF" else None
        except DnsUnavailable as error:
            raise spf.TempError(f"DNS {name}") from error
        records = [_shaped(each, qtype) for each in found.records] if found else []
        if not records and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("Void lookup limit exceeded")
        return records


def _kind(qtype: str) -> Kind:
    kinds: dict[str, Kind] = {"A": "A", "AAAA": "AAAA", "MX": "MX", "PTR": "PTR"}
    return kinds.get(qtype, "TXT")


def _shaped(record: str | bytes, qtype: str) -> Any:
    if qtype == "TXT":
        return (record if isinstance(record, bytes) else record.encode(),)
    return (0, record) if qtype == "MX" else record


def spf_result(*, peer: str, helo: str, mail_from: str, resolver: Resolver) -> tuple[str, str]:
    """Return the result word of RFC 8601 and the domain that was checked."""
    domain = mail_from.rpartition("@")[2] or helo
    sender = mail_from if "@" in mail_from else f"postmaster@{helo}"
    try:
        result = _Query(peer=peer, sender=sender, helo=helo, resolver=resolver).check()[0]
    except Exception:  # noqa: BLE001 - a library that trusts the shape of what strangers publish
        return "permerror", domain.lower()
    return str(result), domain.lower()


def dkim_results(raw: bytes, header: Header, resolver: Resolver) -> Iterator[tuple[str, str]]:
    """Yield (result word, signing domain) for each signature, the first few only."""
    signatures = header.all("dkim-signature")
    if not signatures:
        return
    end = _HEADER_END.search(raw, 0, MOST_HEADER_BYTES)
    long = any(len(value) > MOST_SIGNATURE_BYTES for value in signatures)
    folded = end is not None and raw.count(b"\n ", 0, end.start()) > _MOST_FOLDS
    big = len(raw) > MOST_BYTES or raw.count(b"\n") > MOST_LINES
    if end is None or long or folded or big or _LONG_WHITE.search(raw):
        yield "policy", ""
        return
    for number, value in enumerate(signatures[:MOST_SIGNATURES]):
        tags = dict(_TAG.findall(value))
        domain = tags.get(b"d", b"").strip().decode("ascii", "replace").lower()
        if b"l" in tags:
            yield "policy", domain  # signs a part only: anything could follow
            continue
        yield _one(raw, number, resolver), domain


def _one(raw: bytes, number: int, resolver: Resolver) -> str:
    def text_record(name: bytes, timeout: int = 5) -> bytes | None:
        del timeout
        answer = resolver.lookup(name.decode("ascii").rstrip("."), "TXT")
        records = [each for each in answer.records if isinstance(each, bytes)]
        if len(records) != 1 or len(records[0]) > MOST_KEY_RECORD:
            return None
        return records[0]

    try:
        good = dkim.DKIM(raw, logger=_silent, minkey=LEAST_KEY_BITS).verify(number, text_record)
    except DnsUnavailable:
        return "temperror"
    except dkim.ValidationError:
        return "fail"
    except Exception:  # noqa: BLE001 - a library that trusts the shape of hostile bytes
        return "permerror"
    return "pass" if good else "fail"
