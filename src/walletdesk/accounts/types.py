"""Roles and permissions of staff."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in a brand. A later one in this list may do all that an earlier one may."""

    VIEWER = "viewer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    OWNER = "owner"


class Permission(StrEnum):
    """One right, named subject:verb."""

    CONVERSATION_ANSWER = "conversation:answer"
    CONVERSATION_READ = "conversation:read"
    CONVERSATION_REASSIGN = "conversation:reassign"
    STAFF_MANAGE = "staff:manage"
