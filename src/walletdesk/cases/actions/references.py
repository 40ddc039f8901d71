"""Which transactions and addresses a case is about."""

from collections.abc import Sequence

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.cases.actions.base import lock_case, record, settle_step
from walletdesk.cases.models import CaseConversation, CaseReference, SecurityCase
from walletdesk.cases.ports import ChainReader, Named
from walletdesk.cases.queries import customer_texts
from walletdesk.cases.types import AddressRole
from walletdesk.conversations.models import Conversation
from walletdesk.kit.errors import BadInput, NotFound

MOST = 40  # in one case; more are read by nobody


def take_from_messages(
    case: SecurityCase, conversations: Sequence[Conversation], chain: ChainReader
) -> int:
    """Take over what the customer's messages name; return how many are new."""
    added = 0
    for conversation in conversations:
        for seq, text in customer_texts(conversation):
            for named in chain.names(text):
                own = seq if conversation.pk == case.conversation_id else None
                added += _add(case, named, AddressRole.OTHER, own)
    return added


def _add(case: SecurityCase, named: Named, role: AddressRole, seq: int | None) -> bool:
    if CaseReference.objects.filter(case=case).count() >= MOST:
        return False
    _row, new = CaseReference.objects.get_or_create(
        case=case,
        text=named.text[:130],
        defaults={"kind": named.kind, "role": role, "seq": seq},
    )
    return new


@transaction.atomic
def add_references(
    *,
    case: SecurityCase,
    membership: Membership,
    named: Sequence[Named],
    role: AddressRole = AddressRole.OTHER,
) -> int:
    """Add what an agent found; return how many are new. Raises BadInput when there is nothing."""
    locked = lock_case(case, membership)
    if not named:
        raise BadInput(references="nothing_found")
    added = 0
    for one in named:
        whose = role if one.kind == "address" else AddressRole.OTHER
        new = _add(locked, one, whose, None)
        if not new and whose != AddressRole.OTHER:
            CaseReference.objects.filter(case=locked, text=one.text).update(role=whose)
        added += new
    record(locked, "references", membership, count=added)
    settle_step(locked, "references", membership)
    return added


@transaction.atomic
def set_role(
    *, case: SecurityCase, membership: Membership, reference_id: int, role: AddressRole
) -> None:
    """Say whose an address is. Raises NotFound."""
    locked = lock_case(case, membership)
    rows = CaseReference.objects.filter(case=locked, pk=reference_id, kind="address")
    row = rows.first()
    if row is None:
        raise NotFound
    if row.role != role:
        rows.update(role=role)
        record(locked, "role", membership, address=row.text, role=str(role))


@transaction.atomic
def remove_reference(*, case: SecurityCase, membership: Membership, reference_id: int) -> None:
    """Take out what has nothing to do with the case. Raises NotFound."""
    locked = lock_case(case, membership)
    row = CaseReference.objects.filter(case=locked, pk=reference_id).first()
    if row is None:
        raise NotFound
    locked.readings.filter(reference=row.text).delete()
    row.delete()
    record(locked, "reference_removed", membership, address=row.text)


@transaction.atomic
def add_conversation(
    *, case: SecurityCase, membership: Membership, conversation: Conversation, chain: ChainReader
) -> None:
    """Have another conversation of the same customer belong to the case. Raises NotFound."""
    locked = lock_case(case, membership)
    if conversation.contact_id != locked.customer.pk or conversation.brand_id != locked.brand_id:
        raise NotFound
    if conversation.pk == locked.conversation_id:
        return
    _row, new = CaseConversation.objects.get_or_create(case=locked, conversation=conversation)
    if new:
        record(locked, "conversation", membership, conversation=conversation.ref)
        take_from_messages(locked, [conversation], chain)
