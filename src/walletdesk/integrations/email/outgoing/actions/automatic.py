"""Mails that nobody wrote: fixed texts, few of them, and never an answer to a machine (RFC 3834).

No byte that a stranger supplied stands in any of them: values are links of ours, numbers of ours
and times.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import IntegrityError, transaction

from walletdesk.accounts.models import Brand
from walletdesk.channels.delivery.actions import plan_delivery, retry_delivery
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import NewDelivery, State
from walletdesk.contacts.models import Contact
from walletdesk.conversations.actions.undo import HONOURED
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.outgoing import rules
from walletdesk.integrations.email.outgoing.actions.addresses import ask_token
from walletdesk.integrations.email.outgoing.actions.plan import SEND_JOB, new_mail
from walletdesk.integrations.email.outgoing.queries import (
    account_of,
    first_account,
    has_complained,
    has_confirmed_since,
    recipient_key,
    recipient_of,
)
from walletdesk.integrations.email.outgoing.types import CHANNEL, Incoming, Purpose, Trouble
from walletdesk.integrations.email.parsing.types import SenderState
from walletdesk.integrations.email.vault import seal_fields
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput
from walletdesk.kit.limits.actions import TooMany, hit

_VALUES = {
    "link": re.compile(r"[\x21-\x7e]{1,500}"),
    "unsubscribe": re.compile(r"[\x21-\x7e]{1,500}"),
    "number": re.compile(r"[a-zA-Z0-9-]{1,24}"),
    "hours": re.compile(r"[0-9]{1,4}"),
    "note": re.compile(r"[^\x00-\x1f\x7f]{1,500}"),
}


class BadTemplate(BadInput):
    """A template is unknown, or a value is none of ours: nothing of a stranger may stand there."""

    code: ClassVar[str] = "bad_template"


@dataclass(frozen=True, slots=True)
class About:
    """For whom and about what a mail is; `ip` is where the request for it came from.

    It leaves after `wait`.
    """

    contact: Contact | None = None
    conversation: Conversation | None = None
    ip: str = ""
    wait: timedelta = timedelta(0)


@transaction.atomic
def send_template(
    *,
    account: MailAccount,
    to: str,
    template: str,
    language: str,
    values: Mapping[str, str],
    about: About | None = None,
) -> Delivery | None:
    """Plan a mail of a fixed text, for what an anonymous person asked for: None beyond the limits.

    `template` is a `Purpose` other than reply; `values` are `link` and `unsubscribe` (below our own
    address), `number`, `hours`, and a colleague's `note`. Each address gets one in 24 h (of
    questions whether it is theirs five when its reader followed the link of one in the last 30
    days; of escalations 30 in an hour), each address of the network (`about.ip`) causes 20 in an
    hour. An odd address gets none. Raises BadTemplate.
    """
    purpose = _checked(template, values)
    if not rules.sendable(to):
        return None
    recipient, about = recipient_key(to), about or About()
    if purpose != Purpose.CONFIRM and has_complained(account.brand_id, recipient):
        return None
    if purpose != Purpose.TEST and not _within_limits(account.brand, purpose, recipient, about.ip):
        return None
    return _plan(account, to, purpose, language, values, about)


def _checked(template: str, values: Mapping[str, str]) -> Purpose:
    try:
        purpose = Purpose(template)
    except ValueError:
        raise BadTemplate(template="unknown") from None
    if purpose == Purpose.REPLY:
        raise BadTemplate(template="unknown")
    for name, value in values.items():
        form = _VALUES.get(name)
        if form is None or not form.fullmatch(value):
            raise BadTemplate(**{name: "form"})
    for name in ("link", "unsubscribe"):
        if values.get(name) and not values[name].startswith(f"{settings.WALLETDESK.base_url}/"):
            raise BadTemplate(**{name: "foreign"})
    return purpose


def _reads_ours(brand: Brand, recipient: bytes) -> bool:
    return has_confirmed_since(brand.pk, recipient, clock.now() - rules.LATELY)


def _within_limits(brand: Brand, purpose: Purpose, recipient: bytes, ip: str) -> bool:
    """Count this mail, and say whether it may go: in one statement each, across all processes."""
    most, window = rules.CONFIRMS_OF_ADDRESS
    if purpose == Purpose.ESCALATED:
        most, window = rules.ESCALATIONS_OF_ADDRESS
    elif purpose == Purpose.CONFIRM and _reads_ours(brand, recipient):
        most, window = rules.CONFIRMS_OF_READER
    checks = [(f"mail-{purpose}", f"{brand.pk}|{recipient.hex()}", most, window)]
    if ip:
        checks.insert(0, ("mail-ip", ip, *rules.CONFIRMS_OF_IP))
    checks.append(("mail-automatic", str(brand.pk), *rules.AUTOMATIC_IN_ALL))
    try:
        for what, who, limit, span in checks:
            hit(what=what, who=who, limit=limit, window=span)
    except TooMany:
        return False
    return True


def _plan(
    account: MailAccount,
    to: str,
    purpose: Purpose,
    language: str,
    values: Mapping[str, str],
    about: About,
) -> Delivery | None:
    contact, conversation = about.contact, about.conversation
    ref = ids.new_ref()
    sealed = seal_fields({"to": to, "values": dict(values)}, ref=ref, column="sent")
    now = clock.now()
    new = NewDelivery(
        brand_id=account.brand_id,
        channel=CHANNEL,
        purpose=purpose,
        recipient=recipient_key(to),
        job=SEND_JOB,
        due_at=now + about.wait,
        contact_id=contact.pk if contact else None,
        conversation_id=conversation.pk if conversation else None,
    )
    try:
        with transaction.atomic():
            delivery = plan_delivery(new=new)
    except IntegrityError:
        return None  # of this kind this conversation has had one
    new_mail(delivery, account, conversation, language=language, sealed=sealed, ref=ref)
    return delivery


# --- answers to mails -----------------------------------------------------------------------


@transaction.atomic
def acknowledge(
    *, account: MailAccount, mail: Incoming, conversation: Conversation, link: str = ""
) -> str:
    """Tell an authenticated sender that their first mail is here. Return why not, "" when planned.

    At most one for a sender in 24 h and five for a domain in an hour, whatever the headers say: two
    desks that write to each other stop.
    """
    sender = mail.parsed.sender
    if (reason := rules.silence(mail)) or sender is None:
        return reason
    if mail.verdict.state != SenderState.AUTHENTICATED:
        return "unverified"
    recipient = recipient_key(sender.address)
    if has_complained(account.brand_id, recipient):
        return "complained"
    if not _may_acknowledge(account, sender.address, recipient):
        return "too_many"
    values = {"number": conversation.ref} | ({"link": link} if link else {})
    _checked(Purpose.ACK, values)
    planned = _plan(
        account,
        sender.address,
        Purpose.ACK,
        conversation.language,
        values,
        About(conversation.contact, conversation),
    )
    return "" if planned else "repeated"


def _may_acknowledge(account: MailAccount, address: str, recipient: bytes) -> bool:
    domain = address.rpartition("@")[2].lower()
    try:
        hit(what="mail-ack", who=f"{account.brand_id}|{recipient.hex()}",
            limit=rules.ACKS_OF_SENDER[0], window=rules.ACKS_OF_SENDER[1])  # fmt: skip
        hit(what="mail-ack-domain", who=f"{account.brand_id}|{domain}",
            limit=rules.ACKS_OF_DOMAIN[0], window=rules.ACKS_OF_DOMAIN[1])  # fmt: skip
        hit(what="mail-automatic", who=str(account.brand_id),
            limit=rules.AUTOMATIC_IN_ALL[0], window=rules.AUTOMATIC_IN_ALL[1])  # fmt: skip
    except TooMany:
        return False
    return True


@transaction.atomic
def ask_confirmation(*, account: MailAccount, mail: Incoming, conversation: Conversation) -> str:
    """Ask an unverified sender whether the address is theirs. Return why not, "" when planned."""
    sender = mail.parsed.sender
    if (reason := rules.silence(mail)) or sender is None:
        return reason
    if mail.verdict.state != SenderState.UNAUTHENTICATED:
        return "verified"
    try:
        with transaction.atomic():  # beyond a limit the link that was mailed before stays good
            _ask(account, mail, conversation, sender.address)
    except TooMany:
        return "too_many"
    return ""


def _ask(account: MailAccount, mail: Incoming, conversation: Conversation, address: str) -> None:
    token = ask_token(contact=conversation.contact, recipient=recipient_key(address))
    link = f"{settings.WALLETDESK.base_url}/mail/confirm/{token}"
    planned = send_template(
        account=account,
        to=address,
        template=Purpose.CONFIRM,
        language=conversation.language,
        values={"link": link},
        about=About(conversation.contact, conversation, mail.ip),
    )
    if planned is None:
        raise TooMany(retry_after=0)


@transaction.atomic
def mail_confirmation(*, brand: Brand, to: str, language: str, link: str, ip: str = "") -> bool:
    """Mail a link that confirms an address, for the form. False: no account, or over a limit."""
    account = first_account(brand)
    if account is None:
        return False
    planned = send_template(
        account=account,
        to=to,
        template=Purpose.CONFIRM,
        language=language,
        values={"link": link},
        about=About(ip=ip),
    )
    return planned is not None


# --- news of a conversation -----------------------------------------------------------------


@transaction.atomic
def tell_resolved(*, conversation: Conversation, link: str = "") -> Delivery | None:
    """Tell the customer of a settled conversation so, once, if their address is confirmed.

    The mail waits for as long as the agent may take it back (`ready_mail` looks again).
    """
    account, recipient = account_of(conversation), recipient_of(conversation)
    if account is None or recipient is None or not recipient.confirmed or recipient.undeliverable:
        return None
    if has_complained(account.brand_id, recipient.lookup):
        return None
    values = {"number": conversation.ref} | ({"link": link} if link else {})
    _checked(Purpose.RESOLVED, values)
    planned = _plan(
        account,
        recipient.address,
        Purpose.RESOLVED,
        conversation.language,
        values,
        About(conversation.contact, conversation, wait=HONOURED),
    )
    return planned or _withdrawn_before(conversation)


def _withdrawn_before(conversation: Conversation) -> Delivery | None:
    """Let go the mail that did not leave because the matter was taken up again in time."""
    row = Delivery.objects.filter(
        conversation_id=conversation.pk,
        purpose=Purpose.RESOLVED,
        state=State.FAILED,
        reason=Trouble.GONE,
    ).first()
    return retry_delivery(delivery_id=row.pk) if row else None
