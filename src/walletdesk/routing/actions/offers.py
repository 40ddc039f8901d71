"""Answer an offer."""

from typing import ClassVar

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions.staff import claim_conversation
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.routing.models import Attendance, Offer
from walletdesk.routing.types import OfferState


class OfferOver(DomainError):
    """The offer was answered, ran out, or was withdrawn."""

    code: ClassVar[str] = "offer_over"


@transaction.atomic
def accept_offer(*, offer: Offer, membership: Membership) -> Conversation:
    """Take what was offered. Raises OfferOver, AlreadyTaken or WrongState, and then takes nothing.

    Accepting twice is no error.
    """
    _own(offer, membership)
    if offer.state == OfferState.ACCEPTED:
        return offer.conversation
    taken = claim_conversation(conversation=offer.conversation, membership=membership)
    _end(offer, OfferState.ACCEPTED)
    return taken


@transaction.atomic
def decline_offer(*, offer: Offer, membership: Membership) -> None:
    """Leave what was offered to the next one. Raises OfferOver."""
    _own(offer, membership)
    if offer.state != OfferState.DECLINED:
        _end(offer, OfferState.DECLINED)


def _own(offer: Offer, membership: Membership) -> None:
    if offer.membership_id != membership.pk:
        raise NotFound


def _end(offer: Offer, state: OfferState) -> None:
    now = clock.now()
    pending = Offer.objects.filter(pk=offer.pk, state=OfferState.PENDING, expires_at__gt=now)
    if not pending.update(state=state, ended_at=now):
        raise OfferOver
    Attendance.objects.filter(membership_id=offer.membership_id).update(missed=0)
