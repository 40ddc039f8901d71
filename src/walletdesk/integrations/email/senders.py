"""Who a mail is from, and which conversation it may go on with (channels.md 12.2, 12.6).

Only an authenticated mailbox acts as its customer. A token, a reference or a number in the subject
finds a conversation; none of them proves who writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from walletdesk.accounts.models import Brand
from walletdesk.contacts.actions.by_mail import (
    Writer,
    contacts_of_mailboxes,
    has_mailbox,
    unverified_senders,
)
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email import ours
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.parsing.authentication import (
    authenticate,
    authentication_results,
)
from walletdesk.integrations.email.parsing.resolver import DnsResolver, Resolver
from walletdesk.integrations.email.parsing.types import ParsedMail, SenderState, SenderVerdict
from walletdesk.integrations.email.queries import conversation_named, conversation_of_ids
from walletdesk.integrations.email.rules import normal_address, one_line, reference_in
from walletdesk.integrations.email.types import Envelope, Source

NAME_LENGTH = 120


@cache
def _dns() -> Resolver:
    return DnsResolver()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote: the address in normal form ("" when it identifies nobody) and the verdict."""

    address: str
    name: str
    verdict: SenderVerdict

    @property
    def known(self) -> bool:
        """Whether the mailbox itself wrote: then it may act as its customer."""
        return bool(self.address) and self.verdict.state == SenderState.AUTHENTICATED


@dataclass(frozen=True, slots=True)
class Place:
    """Whose mail it is, the conversation that it goes on with, and one that it only names."""

    contact: Contact
    conversation: Conversation | None
    related: Conversation | None


def sender_of(
    parsed: ParsedMail,
    raw: bytes,
    *,
    account: MailAccount | None,
    envelope: Envelope,
    resolver: Resolver | None,
) -> Sender:
    """Return who wrote a mail, judged by the servers that may be believed.

    A receiving server named in the account says it in Authentication-Results. Without one we look
    ourselves; what is imported from files is judged by such a field only, for the keys of its day
    are gone.
    """
    box = parsed.sender
    address = normal_address(box.address) if box and not parsed.sender_defect else ""
    name = one_line(box.name, NAME_LENGTH) if box else ""
    return Sender(address, name, _verdict(parsed, raw, account, envelope, resolver))


def _verdict(
    parsed: ParsedMail,
    raw: bytes,
    account: MailAccount | None,
    envelope: Envelope,
    resolver: Resolver | None,
) -> SenderVerdict:
    domain = parsed.sender.address.rpartition("@")[2] if parsed.sender else ""
    if parsed.sender_defect or not domain:
        return SenderVerdict(SenderState.FAILED, domain, "none", "none", "none", "bad_sender")
    trusted = account.authserv_id if account else ""
    if trusted and envelope.source != Source.WEBHOOK:
        return authentication_results(raw, trusted)
    if envelope.source == Source.IMPORT and resolver is None:
        return SenderVerdict(
            SenderState.UNAUTHENTICATED, domain, "none", "none", "none", "imported"
        )
    return authenticate(
        raw,
        peer=envelope.peer,
        helo=envelope.helo,
        mail_from=envelope.mail_from.strip("<>"),
        resolver=resolver or _dns(),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail whose place is asked for."""

    parsed: ParsedMail
    sender: Sender
    envelope: Envelope
    language: str

    @property
    def writer(self) -> Writer:
        """What it says of who wrote it."""
        return Writer(self.sender.address, self.sender.name, self.language)


def places_of(brand: Brand, asked: Sequence[Asked]) -> list[Place]:
    """Return where mails belong. A sender without the right to a conversation begins one.

    Only a mail that names a conversation costs statements of its own.
    """
    named = [_named(each.parsed, brand, each.envelope) for each in asked]
    places: dict[int, Place] = {}
    for at, (each, conversation) in enumerate(zip(asked, named, strict=True)):
        if conversation is not None and _may_go_on(conversation, each.sender):
            places[at] = Place(conversation.contact, conversation, None)
    known = [at for at, each in enumerate(asked) if at not in places and each.sender.known]
    others = [at for at, each in enumerate(asked) if at not in places and not each.sender.known]
    customers = contacts_of_mailboxes(brand=brand, writers=[asked[at].writer for at in known])
    strangers = unverified_senders(brand=brand, writers=[asked[at].writer for at in others])
    for at, contact in zip((*known, *others), (*customers, *strangers), strict=True):
        places[at] = _begun(named[at], contact)
    return [places[at] for at in range(len(asked))]


def _may_go_on(named: Conversation, sender: Sender) -> bool:
    if not sender.known:
        return _may_join_unverified(named, sender)
    return not named.unverified and has_mailbox(named.contact, sender.address)


def _begun(named: Conversation | None, contact: Contact) -> Place:
    """Return the place of a mail that may not go on with what it names, but for its customer."""
    if named is not None and named.contact_id == contact.pk:
        return Place(contact, named, None)
    return Place(contact, None, named)


def _may_join_unverified(named: Conversation, sender: Sender) -> bool:
    """Tell whether a mail that nobody vouches for goes on with one that nobody vouched for.

    It began with the same claim of an address, is shown as unverified, and tells nothing.
    """
    return (
        named.unverified
        and sender.verdict.state == SenderState.UNAUTHENTICATED
        and bool(sender.address)
        and has_mailbox(named.contact, sender.address)
    )


def _named(parsed: ParsedMail, brand: Brand, envelope: Envelope) -> Conversation | None:
    """Return the conversation that a mail names: by token, then references, then subject."""
    boxes = (*parsed.to, *parsed.cc)
    addresses = (*envelope.rcpt, *parsed.delivered_to, *(box.address for box in boxes))
    return (
        ours.conversation_of_addresses(brand, addresses)
        or ours.conversation_of_sent(brand, parsed.references)
        or conversation_of_ids(brand, parsed.references)
        or conversation_named(brand, reference_in(parsed.subject))
    )
