"""Erases a person: without their key nothing that was sealed can be read, in no backup either."""

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.contacts.personal.models import ContactKey, Datum, Erasure, Identity
from walletdesk.kit.errors import NotAllowed, NotFound
from walletdesk.kit.wake import revoke


@transaction.atomic
def erase_contact(*, contact: Contact, actor: Membership, reason: str) -> None:
    """Delete a contact's key, identities, values and devices. The tokens in the texts stay.

    `reason` is a code such as "asked" or "retention", never free text about the person.
    Erasing twice is no error. Raises NotAllowed.
    """
    if actor.brand_id != contact.brand_id:
        raise NotFound
    if not may(actor.role, Permission.BRAND_EDIT):
        raise NotAllowed
    locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    _erasure, made = Erasure.objects.get_or_create(contact=locked)
    if not made:
        return
    record_audit(
        brand=contact.brand,
        actor=actor,
        action="contact.erased",
        subject=f"contact:{contact.pk}",
        detail={"reason": reason[:40]},
    )
    ContactKey.objects.filter(contact=locked).delete()
    Identity.objects.filter(contact=locked).delete()
    Datum.objects.filter(contact=locked).delete()
    ContactSession.objects.filter(contact=locked).delete()
    locked.label = f"Erased {contact.pk}"
    locked.save(update_fields=["label"])
    revoke(f"customer:{contact.pk}")
