"""Reads: settings, links, follow-ups. What the answers say is in `results`."""

from datetime import datetime
from typing import ClassVar

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.contacts.personal.keys import lookup
from walletdesk.contacts.personal.models import Identity
from walletdesk.contacts.personal.types import IdentityKind, Source
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.surveys.links import is_signed
from walletdesk.surveys.models import FollowUp, Invitation, SurveySettings
from walletdesk.surveys.rules import allowed_at, zones_of
from walletdesk.surveys.types import AskState, FollowUpState

LEADS = Permission.CONVERSATION_REASSIGN  # who sees everybody's answers and follows up
LISTED = 100
REACHED_BY = (IdentityKind.EMAIL, IdentityKind.PHONE)


def settings_of(brand: Brand) -> SurveySettings:
    """Return what a brand decided, the defaults when it never did."""
    return SurveySettings.objects.filter(brand=brand).first() or SurveySettings(brand=brand)


def leads(membership: Membership) -> bool:
    """Tell whether somebody sees everybody's answers and follows up low ones."""
    return may(membership.role, LEADS)


# --- who is asked -------------------------------------------------------------------------


def contact_mark(contact_id: int) -> bytes:
    """Return the keyed hash that stands for a contact."""
    return lookup("survey-contact", str(contact_id))


def marks_of(contact: Contact) -> set[bytes]:
    """Return the marks by which a customer is known again, whatever the way.

    Only what the wallet vouches for: else a stranger could silence us for somebody else.
    """
    rows = Identity.objects.filter(contact=contact, kind__in=REACHED_BY, source=Source.WALLET)
    return {contact_mark(contact.pk), *map(bytes, rows.values_list("lookup", flat=True))}


def disturb_at(conversation: Conversation, phone: str) -> datetime:
    """Return from when on its customer may be disturbed: now, or when it is no longer quiet there.

    The zone is the one that a device of theirs told last, else what number or language make likely.
    """
    told = settings_of(conversation.brand)
    rows = ContactSession.objects.filter(contact=conversation.contact_id).exclude(zone="")
    zones = zones_of(
        rows.order_by("-pk").values_list("zone", flat=True).first() or "",
        phone,
        conversation.language or conversation.brand.default_language,
    )
    return allowed_at(clock.now(), zones, told.quiet_from, told.quiet_until)


# --- links --------------------------------------------------------------------------------


class SurveyOver(DomainError):
    """The link was used, is too old, or never was one. All are told alike."""

    code: ClassVar[str] = "survey_over"
    status: ClassVar[int] = 404


def get_asked(token: str) -> Invitation:
    """Return the open question behind a link. Raises SurveyOver: forged, used or too old, alike."""
    if not is_signed(token):
        raise SurveyOver
    found = (
        Invitation.objects.filter(
            token_hash=ids.token_hash(token), state=AskState.ASKED, expires_at__gt=clock.now()
        )
        .select_related("brand", "contact", "conversation")
        .first()
    )
    if found is None:
        raise SurveyOver
    return found


def is_over(invitation: Invitation) -> bool:
    """Tell whether the matter is still settled: only then is there something to say of it."""
    return invitation.conversation.status == Status.RESOLVED


# --- follow-ups ---------------------------------------------------------------------------


def open_follow_ups(membership: Membership) -> int:
    """Return how many follow-ups wait, 0 for who does not follow up."""
    if not leads(membership):
        return 0
    rows = FollowUp.objects.filter(brand_id=membership.brand_id)
    return rows.exclude(state=FollowUpState.DONE).count()


def list_follow_ups(membership: Membership, *, done: bool) -> list[FollowUp]:
    """Return the follow-ups of the brand: those that wait oldest first, the settled newest first.

    Raises NotFound for who does not follow up.
    """
    if not leads(membership):
        raise NotFound
    rows = FollowUp.objects.filter(brand_id=membership.brand_id).select_related(
        "assignee__user", "response__conversation", "response__agent__user", "response__contact"
    )
    if done:
        return list(rows.filter(state=FollowUpState.DONE).order_by("-pk")[:LISTED])
    return list(rows.exclude(state=FollowUpState.DONE).order_by("pk")[:LISTED])


def get_follow_up_for(membership: Membership, ref: str) -> FollowUp:
    """Return a follow-up of the person's brand. Raises NotFound, also without the right."""
    if not leads(membership) or not ids.may_name(ref):
        raise NotFound
    rows = FollowUp.objects.filter(brand_id=membership.brand_id, ref=ref)
    found = rows.select_related("response").first()
    if found is None:
        raise NotFound
    return found
