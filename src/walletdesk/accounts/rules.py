"""Who may do what: one table."""

from walletdesk.accounts.types import Permission, Role

GRANTS: dict[str, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.CONVERSATION_READ}),
    Role.AGENT: frozenset({Permission.CONVERSATION_READ, Permission.CONVERSATION_ANSWER}),
    Role.SUPERVISOR: frozenset(
        {
            Permission.CONVERSATION_READ,
            Permission.CONVERSATION_ANSWER,
            Permission.CONVERSATION_REASSIGN,
        }
    ),
    Role.OWNER: frozenset(Permission),
}


def may(role: str, permission: Permission) -> bool:
    """Tell whether a role has a permission. An unknown role has none."""
    return permission in GRANTS.get(role, frozenset())
