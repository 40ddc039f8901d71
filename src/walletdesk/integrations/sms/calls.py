"""SMS out of calls: a one-time code, and the way into the chat. Planned in the ledger as others.

A code is made when it leaves, and stands in no row. Aliyun sends approved templates only, and has
none for these: nothing is offered there.
"""

from contextlib import suppress
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from walletdesk.channels.delivery.actions import plan_delivery
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.types import NewDelivery, Refused, Result
from walletdesk.contacts.actions.devices import TooManyDevices, make_link_to_send
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import get_conversation
from walletdesk.integrations.sms.types import CALL_CODE, CALL_LINK, CHANNEL, Sms
from walletdesk.kit import clock
from walletdesk.voice.actions.codes import make_code
from walletdesk.voice.numbers import number_of
from walletdesk.voice.queries import is_vouched

SEND_JOB = "sms.send"
PURPOSES = frozenset({CALL_CODE, CALL_LINK})


class CallTexter:
    """Sends SMS out of calls (`voice.ports.Texter`)."""

    def link(self, *, conversation: Conversation, number_hash: bytes) -> bool:
        """Plan the link to the chat."""
        return _plan(CALL_LINK, conversation.contact, number_hash, conversation.pk)

    def code(self, *, contact: Contact, number_hash: bytes) -> bool:
        """Plan a one-time code."""
        return _plan(CALL_CODE, contact, number_hash, None)


def _plan(purpose: str, contact: Contact, number_hash: bytes, conversation: int | None) -> bool:
    if settings.WALLETDESK.sms.carrier == "aliyun":
        return False
    new = NewDelivery(
        brand_id=contact.brand_id,
        channel=CHANNEL,
        purpose=purpose,
        recipient=number_hash,
        job=SEND_JOB,
        due_at=clock.now(),
        contact_id=contact.pk,
        conversation_id=conversation,
    )
    try:
        with transaction.atomic():
            plan_delivery(new=new)
    except IntegrityError:
        return False  # it is on its way
    return True


def written(delivery: Delivery) -> Sms | Result:
    """Return the SMS of a delivery out of a call, or why there is none."""
    contact = Contact.objects.filter(pk=delivery.contact_id or 0).select_related("brand").first()
    number = number_of(contact.pk, delivery.recipient) if contact else ""
    if contact is None or not number:
        return Refused("gone")
    brand = contact.brand
    sms = Sms(
        to=number,
        template=delivery.purpose,
        language=contact.language
        if contact.language in brand.languages
        else brand.default_language,
        brand=brand.name,
        link="",
        ref=str(delivery.pk),
    )
    if delivery.purpose == CALL_CODE:
        return replace(sms, code=make_code(contact=contact))
    return replace(sms, link=_way_on(contact, delivery))


def _way_on(contact: Contact, delivery: Delivery) -> str:
    """Return the address at which the caller goes on: with their conversation, once.

    A call that a code made a known customer's came from a number of which nobody knows whose it is,
    unless the wallet says so: then the link leads to the chat, where they are known by other means.
    """
    base = settings.WALLETDESK.base_url.rstrip("/")
    conversation = get_conversation(delivery.conversation_id or 0)
    known = is_vouched(contact, bytes(delivery.recipient)) or _only_calls(contact)
    if conversation is not None and known:
        with suppress(TooManyDevices):
            secret = make_link_to_send(contact=contact, ref=conversation.ref)
            return f"{base}{reverse('widget:continue', args=[contact.brand.slug])}#{secret}"
    return f"{base}{reverse('widget:page', args=[contact.brand.slug])}"


def _only_calls(contact: Contact) -> bool:
    """Tell whether a contact has nothing but calls: nobody else's words are behind the link."""
    return not Conversation.objects.filter(contact=contact).exclude(channel="voice").exists()
