"""What time takes away from customers' sessions."""

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.db.models import CASCADE, Exists, Model, OuterRef, QuerySet

from walletdesk.contacts.identity_models import DeviceLink, UsedToken, WalletChallenge
from walletdesk.contacts.models import Contact, ContactSession
from walletdesk.kit import clock

UNUSED_KEPT = timedelta(days=1)
AT_ONCE = 5_000


def remove_expired() -> int:
    """Delete sessions, used tokens, questions and links that are over. Return how many."""
    now = clock.now()
    removed = 0
    for model in (UsedToken, WalletChallenge, DeviceLink, ContactSession):
        removed += model.objects.filter(expires_at__lt=now).delete()[0]
    return removed


def _parts_of_conversations() -> Iterator[QuerySet[Model]]:
    """Yield the rows of conversations that would go with a customer, in whichever room they are."""
    for model in apps.get_models():
        fields = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django documents it
        named = fields.get("contact")
        if named is None or named.related_model is not Contact or "conversation" not in fields:
            continue
        if named.remote_field and named.remote_field.on_delete is CASCADE:
            rows = model._default_manager.filter(contact=OuterRef("pk"))  # noqa: SLF001 - as above
            yield rows.exclude(conversation=None)


def remove_empty_contacts() -> int:
    """Delete anonymous customers without a device and without a conversation. Return how many.

    Whose conversation became a known customer's is kept as long as a part of it names them: a file
    that lies under their key, a security case.
    """
    empty = Contact.objects.filter(
        *(~Exists(rows) for rows in _parts_of_conversations()),
        verified_at=None,
        created_at__lt=clock.now() - UNUSED_KEPT,
        sessions=None,
        conversations=None,
    )
    chosen = list(empty.values_list("pk", flat=True)[:AT_ONCE])
    return Contact.objects.filter(pk__in=chosen).delete()[0]
