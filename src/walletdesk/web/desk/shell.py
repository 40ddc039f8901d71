"""What stands around every list and thread: rail, texts, preferences, commands."""

from typing import Any

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.filters import write_filter
from walletdesk.conversations.types import Filter, View
from walletdesk.web.desk import commands, filtering, present, rules, wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.list_strings import list_strings
from walletdesk.web.desk.strings import strings


def shell(request: StaffRequest, view: View, chosen: Filter) -> dict[str, Any]:
    """Return the context of the frame around a view."""
    membership = request.membership
    query = write_filter(chosen)
    return {
        "view": view,
        "view_name": wording.view(view),
        "tabs": present.tabs({}, view),
        "chips": filtering.chips(chosen, membership, view) if chosen else [],
        "query": query,
        "membership": membership,
        "oversees": may(membership.role, Permission.AUDIT_READ),
        "role": wording.role(membership.role),
        "initials": rules.initials(membership.user.name),
        "tone": rules.tone(membership.user.name),
        "density": membership.preferences.get("density", "normal"),
        "may_answer": may(membership.role, Permission.CONVERSATION_ANSWER),
        "may_share": may(membership.role, Permission.CONVERSATION_REASSIGN),
        "strings": strings() | list_strings(),
        "commands": commands.for_member(membership),
        "desk": _facts(membership, view, query),
    }


def _facts(membership: Membership, view: View, query: str) -> dict[str, Any]:
    return {
        "brand": membership.brand.slug,
        "member": membership.pk,
        "view": view,
        "query": query,
        "preferences": membership.preferences,
    }
