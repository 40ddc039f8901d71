"""`{% personal_data conversation as personal %}`: what is known of a customer, masked."""

from typing import Any

from django import template

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.contacts.personal.queries import masked_all
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Status
from walletdesk.web.common.personal import ICONS, kind_name

register = template.Library()


@register.simple_tag(takes_context=True)
def personal_data(context: dict[str, Any], conversation: Conversation) -> dict[str, Any]:
    """Return masked identities and data of messages, and whether the reader may reveal them."""
    membership = context["membership"] if "membership" in context else context["request"].membership
    masked, erased = masked_all(conversation.contact)
    rows = [
        {
            "item": one.item,
            "kind": kind_name(one.kind),
            "icon": ICONS.get(one.kind, "key"),
            "mask": one.mask,
            "verified": one.verified,
            "identity": one.item.startswith("identity:"),
        }
        for one in masked
    ]
    allowed = may(membership.role, Permission.CONTACT_REVEAL)
    holds = conversation.status == Status.OPEN and conversation.assignee_id == membership.pk
    return {
        "rows": rows,
        "allowed": allowed,
        "holds": holds,
        "erased": not rows and erased,
    }
