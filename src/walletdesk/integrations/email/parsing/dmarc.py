"""DMARC: whether the domain of From vouches for a mail (RFC 7489; `np` from RFC 9091)."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from walletdesk.integrations.email.parsing.resolver import DnsUnavailable, Resolver

_POLICIES: Final = {"none", "quarantine", "reject"}
_MOST_RECORD: Final = 4_000


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain asks for when nothing aligned passes: `none`, `quarantine` or `reject`."""

    action: str
    strict_dkim: bool
    strict_spf: bool


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def ascii_domain(domain: str) -> str:
    """Return a domain in ASCII (IDNA) and lower case; empty if it is none."""
    domain = domain.strip().rstrip(".").lower()
    if not 0 < len(domain) <= 253 or any(len(label) > 63 for label in domain.split(".")):
        return ""
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def organizational(domain: str) -> str:
    """Return the domain that was registered: one label more than its public suffix."""
    return str(_suffixes().privatesuffix(domain) or domain)


def aligned(domain: str, author: str, *, strict: bool = False) -> bool:
    """Return whether a checked domain speaks for the domain of From."""
    if not domain or not author:
        return False
    return domain == author or (not strict and organizational(domain) == organizational(author))


def find_policy(author: str, resolver: Resolver) -> Policy | None:
    """Return the policy for the domain of From, None without one. Raises DnsUnavailable."""
    own = _record(author, resolver)
    if own:
        return _policy(own, ("p",))
    above = organizational(author)
    if above == author:
        return None
    inherited = _record(above, resolver)
    if not inherited:
        return None
    # `np` for names that do not exist, `sp` for those that do.
    missing = not _exists(author, resolver)
    return _policy(inherited, ("np", "sp", "p") if missing else ("sp", "p"))


def _record(domain: str, resolver: Resolver) -> dict[str, str]:
    found = []
    for text in resolver.lookup(f"_dmarc.{domain}", "TXT").records:
        if isinstance(text, bytes) and len(text) <= _MOST_RECORD:
            record = text.decode("utf-8", "replace").strip()
            if record.partition(";")[0].replace(" ", "") == "v=DMARC1":
                found.append(record)
    if len(found) != 1:  # RFC 7489 section 6.6.3: several count as none
        return {}
    pairs = (tag.partition("=") for tag in found[0].split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def _policy(record: dict[str, str], names: tuple[str, ...]) -> Policy | None:
    asked = next((record[name] for name in names if record.get(name) in _POLICIES), "")
    if not asked and "rua" not in record:
        return None
    return Policy(asked or "none", record.get("adkim") == "s", record.get("aspf") == "s")


def _exists(domain: str, resolver: Resolver) -> bool:
    try:
        return resolver.lookup(domain, "A").exists
    except DnsUnavailable:
        return True
