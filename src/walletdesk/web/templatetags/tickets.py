"""`{% ticket_table conversation as ticket %}`: what a customer filled into the form, for staff."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from walletdesk.conversations.models import Conversation
from walletdesk.conversations.tickets.actions.opening import CHANNEL
from walletdesk.conversations.tickets.networks import guess
from walletdesk.conversations.tickets.queries import ticket_of
from walletdesk.conversations.tickets.rules import spoken
from walletdesk.conversations.tickets.types import Shape
from walletdesk.web.common import ticket_words as words
from walletdesk.web.common.personal import words_for_tokens

register = template.Library()
HEAD, TAIL = 10, -8  # characters of a long number that are always seen


@register.simple_tag
def ticket_table(conversation: Conversation) -> dict[str, Any] | None:
    """Return number, due time and rows of a ticket; None for what did not begin on the form."""
    ticket = ticket_of(conversation) if conversation.channel == CHANNEL else None
    if ticket is None:
        return None
    return {
        "number": spoken(ticket.number),
        "due_at": ticket.due_at,
        "rows": [_row(code, text) for code, text in ticket.fields],
    }


def _row(code: str, text: str) -> dict[str, str]:
    shown = words.network_name(text) if code == "network" else words_for_tokens(text)
    found = guess(text)
    if found.shape == Shape.UNKNOWN:
        return {"label": words.short_label(code), "text": shown}
    kind = words.TRANSACTION if found.shape == Shape.TRANSACTION else words.ADDRESS
    label = _(kind) if code == "reference" else words.short_label(code)
    parts = {"head": text[:HEAD], "middle": text[HEAD:TAIL], "tail": text[TAIL:]}
    return {"label": label, "text": shown, "whole": text, **parts}
