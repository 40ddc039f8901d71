"""Who may do what: one table. And what the audit trail says of a change."""

from collections.abc import Mapping
from typing import Any

from walletdesk.accounts.types import Permission, Role
from walletdesk.kit.errors import NotAllowed

_VIEWER = frozenset({Permission.CONVERSATION_READ})
_AGENT = _VIEWER | {
    Permission.CONTACT_REVEAL,
    Permission.CONTACT_SEARCH,
    Permission.CONVERSATION_ANSWER,
    Permission.WALLET_REQUEST,
}
_SUPERVISOR = _AGENT | {
    Permission.ARTICLE_EDIT,
    Permission.ARTICLE_PUBLISH,
    Permission.AUDIT_READ,
    Permission.COMPLAINT_LEAD,
    Permission.CONVERSATION_REASSIGN,
    Permission.EXPORT_APPROVE,
    Permission.EXPORT_REQUEST,
    Permission.LINK_JUDGE,
    Permission.MACRO_SHARE,
    Permission.OFFICIAL_APPROVE,
    Permission.OFFICIAL_REQUEST,
    Permission.TAG_EDIT,
    Permission.WALLET_APPROVE,
}

GRANTS: dict[str, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.OWNER: frozenset(Permission),
}


def may(role: str, permission: Permission) -> bool:
    """Tell whether a role has a permission. An unknown role has none."""
    return permission in GRANTS.get(role, frozenset())


def require_right(role: str, permission: Permission) -> None:
    """Raise NotAllowed unless a role has a permission."""
    if not may(role, permission):
        raise NotAllowed(permission=permission)


SHOWN_LENGTH = 120


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return field → [old, new] of the fields that differ. A missing one counts as None."""
    names = dict.fromkeys((*before, *after))
    return {
        name: [_shown(before.get(name)), _shown(after.get(name))]
        for name in names
        if before.get(name) != after.get(name)
    }


def _shown(value: Any) -> Any:
    """Return a value as the audit trail keeps it: long texts by beginning and length."""
    if isinstance(value, str) and len(value) > SHOWN_LENGTH:
        return f"{value[:SHOWN_LENGTH]}… ({len(value)})"
    if isinstance(value, Mapping):
        return {str(key): _shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return value


# --- who may change whom ------------------------------------------------------------------

RANKS = list(Role)


def may_give(giver: str, role: str) -> bool:
    """Tell whether somebody may give a role: one who manages staff, and none above their own."""
    return (
        may(giver, Permission.STAFF_MANAGE)
        and role in RANKS
        and RANKS.index(Role(role)) <= RANKS.index(Role(giver))
    )


def may_change(giver: str, current: str) -> bool:
    """Tell whether somebody may change a person of role `current`: none above themselves."""
    return may_give(giver, current)


# --- names and codes ----------------------------------------------------------------------

PASSWORD_LENGTH = 1_024  # bytes; argon2 would hash megabytes
TOTP_PERIOD = 30  # seconds, RFC 6238 section 4.1
_JOINERS = "\u200c\u200d"  # Persian and Indic names need them


def tidy_name(text: str) -> str | None:
    """Return a name in one line with single spaces, None when a character cannot be shown."""
    name = " ".join(text.split())
    plain = name.translate({ord(joiner): None for joiner in _JOINERS})
    return name if plain.isprintable() else None


def totp_steps(now: float, tolerance: int) -> range:
    """Return the time steps whose codes count at a moment, in seconds since 1970."""
    step = int(now) // TOTP_PERIOD
    return range(step - tolerance, step + tolerance + 1)
