"""Whether the signature of a mail that was pasted or saved fits the domain that From names.

DKIM only: SPF speaks of the connection by which a mail came, and of that a copy tells nothing that
could not be forged. Keys are asked for at the sender's own domain and nowhere else.
"""

from walletdesk.integrations.email.parsing.addresses import sender
from walletdesk.integrations.email.parsing.dmarc import aligned, ascii_domain
from walletdesk.integrations.email.parsing.headers import split_header
from walletdesk.integrations.email.parsing.resolver import (
    ALL_SECONDS,
    Answer,
    DnsResolver,
    HurriedResolver,
    Kind,
    Resolver,
)
from walletdesk.official.clean import MOST
from walletdesk.official.types import Signature
from walletdesk.official.verify import Signatures, unchecked


class _Own:
    """Asks for the keys of one domain; of all others there are none."""

    def __init__(self, resolver: Resolver, domain: str) -> None:
        self._resolver = resolver
        self._domain = domain

    def lookup(self, name: str, kind: Kind) -> Answer:
        """Return the answer. Raises DnsUnavailable."""
        of = name.partition("._domainkey.")[2]
        return (
            self._resolver.lookup(name, kind) if aligned(of, self._domain) else Answer(exists=False)
        )


def signatures_by(resolver: Resolver) -> Signatures:
    """Return what reads signatures with the keys that a resolver finds."""

    def read(text: str) -> Signature | None:
        if unchecked(text) is None:
            return None
        whole = len(text) < MOST and "\ufffd" not in text  # else it is not as it was sent
        return _signature(text, resolver) if whole else Signature.UNCHECKED

    return read


def _signature(text: str, resolver: Resolver) -> Signature | None:
    # slow to import
    from walletdesk.integrations.email.parsing.sender_checks import dkim_results  # noqa: PLC0415

    raw = text.lstrip("\ufeff \r\n").encode("utf-8", "replace")
    raw = b"\r\n".join(raw.splitlines()) + b"\r\n"
    header, _start = split_header(raw)
    mailbox, defect = sender(header)
    domain = ascii_domain(mailbox.address.rpartition("@")[2]) if mailbox and not defect else ""
    own = _Own(HurriedResolver(resolver, ALL_SECONDS), domain)
    results = [
        result
        for result, signer in dkim_results(raw, header, own)
        if aligned(ascii_domain(signer), domain)
    ]
    if "pass" in results:
        return Signature.HOLDS
    if not results:
        return None
    return Signature.BROKEN if set(results) == {"fail"} else Signature.UNCHECKED


by_dns = signatures_by(DnsResolver())
"""Reads signatures with the name servers of this machine."""
