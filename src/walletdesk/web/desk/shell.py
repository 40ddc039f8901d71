"""What stands around every list and thread: rail, texts, preferences, commands."""

from functools import lru_cache
from typing import Any

from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.bot.ports import current_generator
from walletdesk.conversations.filters import write_filter
from walletdesk.conversations.types import Filter, View
from walletdesk.web.desk import commands, present, rules, wording
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
        "above": present.above({}),
        "query": query,
        "membership": membership,
        "oversees": may(membership.role, Permission.AUDIT_READ),
        "role": wording.role(membership.role),
        "initials": rules.initials(membership.user.name),
        "tone": rules.tone(membership.user.name),
        "density": membership.preferences.get("density", "normal"),
        "may_answer": may(membership.role, Permission.CONVERSATION_ANSWER),
        "may_share": may(membership.role, Permission.CONVERSATION_REASSIGN),
        "strings": strings_script(get_language() or ""),
        "commands": commands.for_member(membership),
        "desk": _facts(membership, view, query),
    }


@lru_cache(maxsize=16)
def strings_script(language: str) -> SafeString:
    """Return the texts for the desk's scripts in a language: the same for everybody, so once."""
    with override(language or None):
        return json_script(strings() | list_strings(), "wd-strings")


def _facts(membership: Membership, view: View, query: str) -> dict[str, Any]:
    return {
        "brand": membership.brand.slug,
        "member": membership.pk,
        "owner": may(membership.role, Permission.BRAND_EDIT),
        "view": view,
        "query": query,
        "writes": current_generator() is not None,
        "preferences": membership.preferences,
    }
