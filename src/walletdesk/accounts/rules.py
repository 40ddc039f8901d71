"""Who may do what: one table."""

from walletdesk.accounts.types import Permission, Role

_VIEWER = frozenset({Permission.CONVERSATION_READ})
_AGENT = _VIEWER | {
    Permission.CONTACT_REVEAL,
    Permission.CONTACT_SEARCH,
    Permission.CONVERSATION_ANSWER,
}
_SUPERVISOR = _AGENT | {
    Permission.ARTICLE_EDIT,
    Permission.ARTICLE_PUBLISH,
    Permission.AUDIT_READ,
    Permission.CONVERSATION_REASSIGN,
    Permission.EXPORT_APPROVE,
    Permission.EXPORT_REQUEST,
    Permission.MACRO_SHARE,
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
