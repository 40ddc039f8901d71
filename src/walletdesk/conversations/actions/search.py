"""Search of contacts by one exact value: no browsing, no beginnings, every search audited."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.accounts.watch.actions import look_at
from walletdesk.accounts.watch.queries import SEARCHED
from walletdesk.contacts.personal.queries import search_exact
from walletdesk.contacts.personal.types import Found, IdentityKind
from walletdesk.conversations.disclosures.queries import contact_of_ref, described
from walletdesk.conversations.disclosures.types import FoundContact
from walletdesk.kit.errors import BadInput
from walletdesk.kit.limits.actions import hit

VALUE_LENGTH = 200
PER_HOUR = 30
CONVERSATION: Final = "conversation"
KINDS: Final = (
    IdentityKind.EMAIL.value,
    IdentityKind.PHONE.value,
    IdentityKind.EXTERNAL_ID.value,
    CONVERSATION,
)


def search_contacts(*, membership: Membership, kind: str, value: str) -> list[FoundContact]:
    """Return the contacts that have exactly this value, masked; the search is audited first.

    Of the value nothing is kept. Raises NotAllowed, BadInput or TooMany.
    """
    require_right(membership.role, Permission.CONTACT_SEARCH)
    value = value.replace("\x00", "").strip()
    if kind not in KINDS or not 3 <= len(value) <= VALUE_LENGTH or not value.isprintable():
        raise BadInput(value="search")
    hit(
        what="contact-search",
        who=str(membership.pk),
        limit=PER_HOUR,
        window=timedelta(hours=1),
    )
    with transaction.atomic():
        found = _found(membership, kind, value)
        record_audit(
            brand=membership.brand,
            actor=membership,
            action=SEARCHED,
            subject=f"contact:{found[0].contact_id}" if found else "",
            detail={"kind": kind, "found": len(found)},
        )
        look_at(membership=membership)
        return described(membership, found)


def _found(membership: Membership, kind: str, value: str) -> list[Found]:
    if kind != CONVERSATION:
        return search_exact(membership.brand, kind, value)
    contact_id = contact_of_ref(membership, value)
    return [] if contact_id is None else [Found(contact_id, by_identity=True)]
