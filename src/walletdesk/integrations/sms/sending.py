"""Surveys by SMS: planned in the ledger, handed over by a job. The link is made when it leaves."""

import hmac

from django.conf import settings
from django.db import IntegrityError, transaction

from walletdesk.channels.delivery.actions import (
    Overtaken,
    claim_delivery,
    note_handing_over,
    plan_delivery,
    settle_delivery,
)
from walletdesk.channels.delivery.models import Delivery
from walletdesk.channels.delivery.queries import get_delivery
from walletdesk.channels.delivery.types import Claim, NewDelivery, Postponed, Refused, Result
from walletdesk.contacts.personal.keys import lookup
from walletdesk.conversations.queries import get_conversation
from walletdesk.integrations.sms.aliyun import Aliyun
from walletdesk.integrations.sms.calls import PURPOSES, written
from walletdesk.integrations.sms.console import Console
from walletdesk.integrations.sms.recipients import number_of
from walletdesk.integrations.sms.twilio import Twilio
from walletdesk.integrations.sms.types import CHANNEL, SURVEY, Carrier, Sms
from walletdesk.kit import clock
from walletdesk.surveys.actions.asking import renew_link
from walletdesk.surveys.actions.standing import stop_asking
from walletdesk.surveys.models import Invitation
from walletdesk.surveys.queries import disturb_at

SEND_JOB = "sms.send"


class SmsPoster:
    """Asks by SMS (`surveys.ports.Poster`)."""

    def recipient(self, invitation: Invitation) -> bytes | None:
        """Return the mark of the verified number."""
        found = number_of(invitation.contact_id)
        return found[1] if found else None

    def phone(self, invitation: Invitation) -> str:
        """Return the number itself."""
        found = number_of(invitation.contact_id)
        return found[0] if found else ""

    def plan(self, invitation: Invitation) -> bool:
        """Write the delivery and its job."""
        new = NewDelivery(
            brand_id=invitation.brand_id,
            channel=CHANNEL,
            purpose=SURVEY,
            recipient=self.recipient(invitation) or b"",
            job=SEND_JOB,
            due_at=clock.now(),
            contact_id=invitation.contact_id,
            conversation_id=invitation.conversation_id,
        )
        try:
            with transaction.atomic():
                plan_delivery(new=new)
        except IntegrityError:
            pass  # it was planned before the matter was opened again
        return True


def report_token() -> str:
    """Return the secret part of our address for reports."""
    return lookup("sms-report", "").hex()[:32]


def is_report_token(token: str) -> bool:
    """Tell whether somebody knows the address for reports."""
    return hmac.compare_digest(token.encode(), report_token().encode())


def report_url() -> str:
    """Return our address for a carrier's reports."""
    return f"{settings.WALLETDESK.base_url.rstrip('/')}/hooks/sms/{report_token()}"


def carrier() -> Carrier:
    """Return who carries SMS for this installation."""
    config = settings.WALLETDESK.sms
    if config.carrier == "twilio":
        return Twilio(config, report_url())
    return Aliyun(config) if config.carrier == "aliyun" else Console()


def send_due(delivery_id: int) -> None:
    """Make one attempt, if the delivery is due and nobody else is at it. Repeat as you like."""
    claim = claim_delivery(delivery_id=delivery_id)
    delivery = get_delivery(delivery_id)
    if claim is None or delivery is None:
        return
    written = _written(delivery)
    if isinstance(written, Sms):
        _hand_over(claim, delivery, written)
    else:
        settle_delivery(claim=claim, result=written)


def _written(delivery: Delivery) -> Sms | Result:
    """Return the SMS with a link of its own, or why not: nobody is to be asked any more, or now."""
    if delivery.purpose in PURPOSES:
        return written(delivery)
    conversation = get_conversation(delivery.conversation_id or 0)
    found = number_of(delivery.contact_id or 0)
    if conversation is None or found is None or found[1] != bytes(delivery.recipient):
        return Refused("gone")
    now, at = clock.now(), disturb_at(conversation, found[0])
    if at > now:  # an earlier attempt did not get through, and now it is night
        return Postponed("quiet", retry_after=int((at - now).total_seconds()))
    token = renew_link(conversation_id=conversation.pk)
    if not token:
        return Refused("gone")
    brand, language = conversation.brand, conversation.language
    return Sms(
        to=found[0],
        template=SURVEY,
        language=language if language in brand.languages else brand.default_language,
        brand=brand.name,
        link=f"{settings.WALLETDESK.base_url.rstrip('/')}/s/{token}/",
        ref=str(delivery.pk),
    )


def _hand_over(claim: Claim, delivery: Delivery, sms: Sms) -> None:
    try:
        note_handing_over(claim=claim)
    except Overtaken:
        return
    result = carrier().send(sms)
    with transaction.atomic():
        settle_delivery(claim=claim, result=result)
        if isinstance(result, Refused) and result.reason == "opted_out":
            stop_asking(brand=delivery.brand, marks=[bytes(delivery.recipient)])
