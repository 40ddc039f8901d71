"""DNS as the checks of senders need it: few kinds of records, short time-outs, a small cache."""

import threading
import time
from dataclasses import dataclass
from typing import Final, Literal, Protocol

Kind = Literal["A", "AAAA", "MX", "PTR", "TXT"]

LOOKUP_SECONDS: Final = 3.0
ALL_SECONDS: Final = 10.0  # for one mail; the last question may take LOOKUP_SECONDS more
MOST_CACHED: Final = 10_000
LEAST_TTL: Final = 60.0
MOST_TTL: Final = 3600.0
MOST_RECORDS: Final = 50


class DnsUnavailable(Exception):
    """No server answered; asking later may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Records of one kind: addresses and names as text, texts as bytes joined, MX as names.

    `exists` is False only if the name has no records of any kind (NXDOMAIN).
    """

    records: tuple[str | bytes, ...] = ()
    exists: bool = True


class Resolver(Protocol):
    """Where answers come from: the net, or a table in tests."""

    def lookup(self, name: str, kind: Kind) -> Answer:
        """Return the answer. Raises DnsUnavailable."""


class HurriedResolver:
    """Passes questions on for some seconds; then nobody answers any more.

    Whoever writes an SPF record decides how many names we ask for, and how slowly they answer.
    """

    def __init__(self, resolver: Resolver, seconds: float) -> None:
        self._resolver = resolver
        self._end = time.monotonic() + seconds

    def lookup(self, name: str, kind: Kind) -> Answer:
        """Return the answer. Raises DnsUnavailable, also when the time is over."""
        if time.monotonic() > self._end:
            raise DnsUnavailable(name)
        return self._resolver.lookup(name, kind)


class DnsResolver:
    """Asks the name servers of this machine. Thread-safe."""

    def __init__(self, seconds: float = LOOKUP_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._cache: dict[tuple[str, Kind], tuple[float, Answer]] = {}

    def lookup(self, name: str, kind: Kind) -> Answer:
        """Return the answer, from the cache while it lives. Raises DnsUnavailable."""
        key = (name.lower().rstrip("."), kind)
        now = time.monotonic()
        with self._lock:
            until, answer = self._cache.get(key, (0.0, Answer()))
        if now < until:
            return answer
        answer, ttl = self._ask(*key)
        with self._lock:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            self._cache[key] = (now + min(max(ttl, LEAST_TTL), MOST_TTL), answer)
        return answer

    def _ask(self, name: str, kind: Kind) -> tuple[Answer, float]:
        from dns import exception, resolver  # noqa: PLC0415 - slow to import

        try:
            found = resolver.resolve(name, kind, lifetime=self._seconds, search=False)
        except resolver.NXDOMAIN:
            return Answer(exists=False), LEAST_TTL
        except resolver.NoAnswer:
            return Answer(), LEAST_TTL
        except (exception.Timeout, resolver.NoNameservers, OSError) as error:
            raise DnsUnavailable(name) from error
        except (exception.DNSException, UnicodeError):  # no name that can be asked for
            return Answer(exists=False), LEAST_TTL
        records = tuple(_record(each, kind) for each in list(found)[:MOST_RECORDS])
        ttl = found.rrset.ttl if found.rrset is not None else LEAST_TTL
        return Answer(records), float(ttl)


def _record(data: object, kind: Kind) -> str | bytes:
    if kind == "TXT":
        return b"".join(getattr(data, "strings", ()))
    field = {"MX": "exchange", "PTR": "target"}.get(kind, "address")
    return str(getattr(data, field)).rstrip(".")
