"""Notes of staff about a customer."""

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact, ContactNote
from walletdesk.contacts.personal.actions.sealing import sealed_text
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.safety.types import SafeText

NOTE_LENGTH = 1_000  # characters
NOTES = 50  # about one customer: what is longer belongs into conversations


@transaction.atomic
def add_contact_note(*, contact: Contact, membership: Membership, text: SafeText) -> ContactNote:
    """Note something about a customer. Raises NotAllowed, NotFound, or BadInput: `text`."""
    _require(contact, membership)
    if not text.text or len(text.text) > NOTE_LENGTH:
        raise BadInput(text="length")
    if ContactNote.objects.filter(contact=contact).count() >= NOTES:
        raise BadInput(text="too_many")
    stored = sealed_text(contact=contact, text=text)
    return ContactNote.objects.create(
        contact=contact, author=membership, author_name=membership.user.name, text=stored.text
    )


@transaction.atomic
def remove_contact_note(*, contact: Contact, membership: Membership, note_id: int) -> None:
    """Remove a note: one's own, or with the right to reassign any. A gone one is no error."""
    _require(contact, membership)
    notes = ContactNote.objects.filter(contact=contact, pk=note_id)
    removes_any = may(membership.role, Permission.CONVERSATION_REASSIGN)
    if not removes_any and notes.exclude(author=membership).exists():
        raise NotAllowed
    notes.delete()


@transaction.atomic
def move_contact_notes(*, source: Contact, target: Contact) -> None:
    """Have what was noted about an anonymous customer stand at the known one they became."""
    ContactNote.objects.filter(contact=source).update(contact=target)


def _require(contact: Contact, membership: Membership) -> None:
    if contact.brand_id != membership.brand_id:
        raise NotFound
    require_right(membership.role, Permission.CONVERSATION_ANSWER)
