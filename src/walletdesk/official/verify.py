"""Judge whatever somebody gives: finds out what it is, takes mails and texts apart, worst first."""

import re
from collections.abc import Callable

from walletdesk.official import codes
from walletdesk.official.clean import MOST, refang, visible
from walletdesk.official.hosts import parse_host
from walletdesk.official.judge import (
    JUDGES,
    Fakes,
    judge_contract,
    judge_email,
    judge_link,
    judge_phone,
    no_fakes,
    thing_of,
)
from walletdesk.official.mails import (
    MOST_LINKS,
    accounts_in,
    addresses_in,
    is_mail,
    links_in,
    phones_in,
    read_mail,
)
from walletdesk.official.types import Answer, Reason, Registry, Signature, Thing, Verdict

# What an agent's code says: given its plain letters, who has it. See `codes`.
Codes = Callable[[str], Answer]


# What a mail's signature says, None when the sender's domain signed nothing. It may ask the DNS.
Signatures = Callable[[str], Signature | None]
_SIGNED = {
    Signature.HOLDS: (Verdict.OFFICIAL, Reason.SIGNED),
    Signature.BROKEN: (Verdict.UNKNOWN, Reason.SIGNATURE_BROKEN),
    Signature.UNCHECKED: (Verdict.UNKNOWN, Reason.SIGNATURE_UNCHECKED),
}


def unchecked(text: str) -> Signature | None:
    """Say that nobody looked at the signature of a mail that bears one."""
    return Signature.UNCHECKED if "dkim-signature:" in text.casefold() else None


def no_codes(code: str) -> Answer:
    """Know of no conversation: nothing can be said of a code without the desk that gave it."""
    return Answer(Verdict.UNKNOWN, Reason.NOT_REGISTERED, Thing.AGENT, codes.spaced(code))


def verify(
    text: str,
    registry: Registry,
    fakes: Fakes = no_fakes,
    asked: Codes = no_codes,
    signatures: Signatures = unchecked,
    *,
    longest: int = MOST,
) -> tuple[Answer, ...]:
    """Return the answer for an input, and behind it those for its parts when there are several.

    Of one with `longest` characters or more the beginning is judged, and it is never official.
    """
    answers = _judged(text[:longest].strip(), registry, fakes, asked, signatures)
    if len(text) < longest:
        return answers
    cut = _too_long(text)
    whole = cut if cut.is_worse_than(answers[0]) else answers[0]
    return tuple(dict.fromkeys((whole, *answers[1:], cut)))


def _too_long(text: str) -> Answer:
    return Answer(Verdict.UNKNOWN, Reason.TOO_LONG, Thing.TEXT, visible(text[:400])[:100])


def _judged(
    text: str, registry: Registry, fakes: Fakes, asked: Codes, signatures: Signatures
) -> tuple[Answer, ...]:
    if code := codes.plain_code(text):
        return (asked(code),)
    if is_mail(text) and "\n" in text:
        return _mail(text, registry, fakes, signatures)
    thing = thing_of(text, registry)
    is_more = thing == Thing.LINK and re.search(r"\s", text)  # words or other links behind it
    if is_more and (parts := _inside(text, registry, fakes)):
        return _worst(parts, Thing.TEXT)
    if thing != Thing.TEXT:
        return (JUDGES[thing](text, registry, fakes),)
    parts = _inside(text, registry, fakes)
    if not parts:
        shown = visible(text)[:100]
        return (Answer(Verdict.UNKNOWN, Reason.NOT_READABLE, Thing.TEXT, shown),)
    return _worst(parts, Thing.TEXT)


def _inside(text: str, registry: Registry, fakes: Fakes) -> list[Answer]:
    links, addresses, numbers = links_in(text), addresses_in(text), phones_in(text)
    accounts = accounts_in(text)
    parts = [
        *(judge_link(link, registry, fakes) for link in links),
        *(judge_email(address, registry, fakes) for address in addresses),
        *(judge_phone(number, registry, fakes) for number in numbers),
        *(judge_contract(account, registry, fakes) for account in accounts),
    ]
    if max(map(len, (links, addresses, numbers, accounts))) >= MOST_LINKS:  # there may be more
        parts.append(_too_long(text))
    return parts


def _mail(
    text: str, registry: Registry, fakes: Fakes, signatures: Signatures
) -> tuple[Answer, ...]:
    """Judge a mail by who it is from, where answers go, what it links to and what it carries."""
    mail = read_mail(text)
    sender = judge_email(mail.sender, registry, fakes)
    parts = [sender]
    if mail.reply_to:
        reply = judge_email(mail.reply_to, registry, fakes)
        if reply.verdict == Verdict.UNKNOWN and sender.verdict == Verdict.OFFICIAL:
            # our name in front, a stranger's letter box behind
            reply = Answer(
                Verdict.LOOKALIKE, Reason.REPLY_TO, Thing.EMAIL, reply.shown, reply.alternative
            )
        parts.append(reply)
    inside = _inside(mail.text, registry, fakes)
    parts += inside
    if mail.has_files:
        parts.append(Answer(Verdict.UNKNOWN, Reason.ATTACHMENT, Thing.MAIL, sender.shown))
    # Only a mail that says it is ours is worth asking for: the question goes to our own domain.
    if sender.verdict != Verdict.OFFICIAL:
        return _worst(parts, Thing.MAIL)
    signature = signatures(text) or Signature.UNCHECKED
    signed = Answer(*_SIGNED[signature], Thing.MAIL, sender.shown)
    if signature == Signature.UNCHECKED and inside:  # told, but it proves nothing either way
        return (*_worst(parts, Thing.MAIL), signed)
    return _worst([*parts, signed], Thing.MAIL)  # a sender alone, whom anybody can write, is none


def _worst(parts: list[Answer], thing: Thing) -> tuple[Answer, ...]:
    """Return the worst answer as that of the whole, and the parts behind it."""
    worst = parts[0]
    for part in parts:
        worst = part if part.is_worse_than(worst) else worst
    if len(parts) == 1:
        return (worst,)
    reason = Reason.ALL_PARTS if worst.verdict == Verdict.OFFICIAL else worst.reason
    whole = Answer(worst.verdict, reason, thing, worst.shown, worst.alternative, worst.detail)
    return (whole, *dict.fromkeys(parts))


def unofficial_links(text: str, registry: Registry, fakes: Fakes = no_fakes) -> list[Answer]:
    """Return the answers for links of a text that are not official.

    A name that merely could be read as a link ("file.io") counts when it is more than unknown.
    """
    written = links_in(text, bare=False)
    bare = [link for link in links_in(text) if link not in written]
    found = [(judge_link(link, registry, fakes), link in written) for link in [*written, *bare]]
    return [
        answer
        for answer, is_link in found
        if answer.verdict != Verdict.OFFICIAL and (is_link or answer.verdict != Verdict.UNKNOWN)
    ]


def hosts_in(text: str) -> frozenset[str]:
    """Return the hosts of all links of a text, in ASCII."""
    found = (parse_host(link) for link in links_in(refang(text)))
    return frozenset(host.ascii for host in found if host is not None)
