"""Who really sent a mail. Only `authenticated` may act as the customer whose address From names.

An address with any defect in the From field never identifies anybody: readers would differ about
who it is (CVE-2023-27043).
"""

import re
from typing import Final

from walletdesk.integrations.email.parsing.addresses import sender
from walletdesk.integrations.email.parsing.dmarc import Policy, aligned, ascii_domain, find_policy
from walletdesk.integrations.email.parsing.headers import Header, split_header, strict_header
from walletdesk.integrations.email.parsing.resolver import (
    ALL_SECONDS,
    DnsUnavailable,
    HurriedResolver,
    Resolver,
)
from walletdesk.integrations.email.parsing.types import SenderState, SenderVerdict

MOST_AR_BYTES: Final = 20_000

_METHOD: Final = re.compile(
    r"\s*+([a-z0-9-]{1,30}+)(?:/\d{1,3})?\s{0,9}+=\s{0,9}([a-z]{1,20})\b(.*)", re.DOTALL
)
_PROPERTY: Final = re.compile(
    r"\b([a-z]{1,20}\.[a-z0-9-]{1,30})\s{0,9}=\s{0,9}\"?([^\s\";]{1,300})"
)
_QUOTED: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)(?:"|\Z)', re.DOTALL)
_PLAIN: Final = re.compile(r"[\w.@+/:-]*+")


def authenticate(
    raw: bytes, *, peer: str, helo: str, mail_from: str, resolver: Resolver
) -> SenderVerdict:
    """Check a mail that was handed to us directly by the machine `peer` (an IP address).

    `helo` and `mail_from` are what it said in SMTP. Never raises.
    """
    from walletdesk.integrations.email.parsing.sender_checks import (  # noqa: PLC0415 - slow to import
        dkim_results,
        spf_result,
    )

    header = strict_header(raw)
    domain, refused = _author(raw, header)
    if refused:
        return refused
    resolver = HurriedResolver(resolver, ALL_SECONDS)
    spf, spf_domain = spf_result(peer=peer, helo=helo, mail_from=mail_from, resolver=resolver)
    signatures = list(dkim_results(raw, header, resolver))
    try:
        policy = find_policy(domain, resolver)
    except DnsUnavailable:
        return SenderVerdict(
            SenderState.UNAUTHENTICATED, domain, spf, _word(signatures), "temperror", "dns"
        )
    passed = [ascii_domain(each) for result, each in signatures if result == "pass"]
    by_dkim = any(aligned(each, domain, strict=_strict(policy, dkim=True)) for each in passed)
    by_spf = spf == "pass" and aligned(
        ascii_domain(spf_domain), domain, strict=_strict(policy, dkim=False)
    )
    words = (spf, _word(signatures))
    if by_dkim or by_spf:
        dmarc = "pass" if policy else "none"
        return SenderVerdict(SenderState.AUTHENTICATED, domain, *words, dmarc, "aligned")
    spf_failed = spf == "fail" and aligned(ascii_domain(spf_domain), domain)
    return _not_aligned(domain, words, policy, spf_failed=spf_failed)


def _strict(policy: Policy | None, *, dkim: bool) -> bool:
    if policy is None:
        return False
    return policy.strict_dkim if dkim else policy.strict_spf


def _author(raw: bytes, header: Header) -> tuple[str, SenderVerdict | None]:
    """Return the domain of From; or the verdict, if nobody is named beyond doubt."""
    mailbox, defect = sender(header)
    # What servers vouch for must be what we show: we also read From where they see none.
    defect |= split_header(raw)[0].all("from") != header.all("from")
    domain = ascii_domain(mailbox.address.rpartition("@")[2]) if mailbox else ""
    if defect or not domain:
        reason = "sender_defect" if header.has("from") else "no_sender"
        return domain, SenderVerdict(SenderState.FAILED, domain, "none", "none", "none", reason)
    return domain, None


def _word(signatures: list[tuple[str, str]]) -> str:
    results = [result for result, _ in signatures]
    if "pass" in results:
        return "pass"
    return results[0] if results else "none"


def _not_aligned(
    domain: str, words: tuple[str, str], policy: Policy | None, *, spf_failed: bool
) -> SenderVerdict:
    temporary = "temperror" in words
    if policy is None:
        state = SenderState.FAILED if spf_failed else SenderState.UNAUTHENTICATED
        reason = "spf_fail" if spf_failed else "nothing_aligned"
        return SenderVerdict(state, domain, *words, "none", "dns" if temporary else reason)
    if temporary:
        return SenderVerdict(SenderState.UNAUTHENTICATED, domain, *words, "temperror", "dns")
    state = SenderState.UNAUTHENTICATED if policy.action == "none" else SenderState.FAILED
    return SenderVerdict(state, domain, *words, "fail", f"dmarc_{policy.action}")


def authentication_results(raw: bytes, authserv_id: str) -> SenderVerdict:
    """Return what the receiving server `authserv_id` found out (RFC 8601). Never raises.

    Only its topmost field counts: whatever stands below may have come with the mail.
    """
    header = strict_header(raw)
    domain, refused = _author(raw, header)
    if refused:
        return refused
    found = _results_of(header, authserv_id)
    if found is None:
        return SenderVerdict(
            SenderState.UNAUTHENTICATED, domain, "none", "none", "none", "no_results"
        )
    spf, spf_domains = _method(found, "spf", ("smtp.mailfrom", "smtp.mail", "smtp.helo"))
    dkim, dkim_domains = _method(found, "dkim", ("header.d", "header.i"))
    dmarc, authors = _method(found, "dmarc", ("header.from",))
    words = (spf, dkim, dmarc)
    if dmarc == "pass" and all(author == domain for author in authors):
        return SenderVerdict(SenderState.AUTHENTICATED, domain, *words, "dmarc")
    if dmarc == "fail":
        return SenderVerdict(SenderState.FAILED, domain, *words, "dmarc")
    vouched = any(aligned(each, domain) for each in (*spf_domains, *dkim_domains))
    if vouched and dmarc in {"none", "bestguesspass"}:
        return SenderVerdict(SenderState.AUTHENTICATED, domain, *words, "aligned")
    return SenderVerdict(SenderState.UNAUTHENTICATED, domain, *words, "nothing_aligned")


def _results_of(header: Header, authserv_id: str) -> list[tuple[str, str, dict[str, str]]] | None:
    wanted = authserv_id.strip().lower()
    for value in header.all("authentication-results"):
        text = value[:MOST_AR_BYTES].decode("utf-8", "replace").lower()
        text = _without_comments(_QUOTED.sub(_unquoted, text))
        who, _, rest = text.partition(";")
        if not wanted or who.split(maxsplit=1)[:1] != [wanted]:
            continue
        hits = (_METHOD.match(piece) for piece in rest.split(";"))
        return [(hit[1], hit[2], dict(_PROPERTY.findall(hit[3]))) for hit in hits if hit]
    return None


def _unquoted(hit: re.Match[str]) -> str:
    # Senders choose it, such as `"a; dmarc=pass"@thief.example`: nothing in it parts the field.
    return hit[1] if _PLAIN.fullmatch(hit[1]) else "_"


def _without_comments(text: str) -> str:
    kept = []
    depth = 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(piece)
    return " ".join(kept)


def _method(
    found: list[tuple[str, str, dict[str, str]]], name: str, properties: tuple[str, ...]
) -> tuple[str, list[str]]:
    """Return the result word, and the domains for which it is `pass`."""
    results = [(result, props) for method, result, props in found if method == name]
    passed = [props for result, props in results if result == "pass"]
    domains = []
    for props in passed:
        value = next((props[each] for each in properties if each in props), "")
        domains.append(ascii_domain(value.rpartition("@")[2]))
    word = "pass" if passed else next((result for result, _ in results), "none")
    return word, domains
