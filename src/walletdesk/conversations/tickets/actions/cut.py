"""After a secret was cut out of a ticket's message its fields must not hold a part of it either."""

from collections.abc import Sequence

from django.db import transaction

from walletdesk.conversations.queries import events_of
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.types import Kind

CODES_ONLY = {"network"}  # its values are names of ours


@transaction.atomic
def forget_cut_fields(*, conversation_id: int, kinds: Sequence[str], seqs: Sequence[int]) -> None:
    """Mask the fields that the overwritten message no longer holds: it had been made of them."""
    ticket = Ticket.objects.select_for_update().filter(conversation_id=conversation_id).first()
    if ticket is None:
        return
    made_of_it = events_of(ticket.conversation).filter(kind=Kind.MESSAGE).order_by("seq").first()
    if made_of_it is None or made_of_it.seq not in seqs:
        return
    mask = f"⟦secret:{kinds[0]}⟧"
    ticket.fields = [
        [code, value if code in CODES_ONLY or value in made_of_it.text else mask]
        for code, value in ticket.fields
    ]
    ticket.save(update_fields=["fields"])
