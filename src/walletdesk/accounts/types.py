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

    ARTICLE_EDIT = "article:edit"
    ARTICLE_PUBLISH = "article:publish"
    AUDIT_READ = "audit:read"
    BRAND_EDIT = "brand:edit"
    CONTACT_REVEAL = "contact:reveal"
    CONTACT_SEARCH = "contact:search"
    CONVERSATION_ANSWER = "conversation:answer"
    CONVERSATION_READ = "conversation:read"
    CONVERSATION_REASSIGN = "conversation:reassign"
    EXPORT_APPROVE = "export:approve"
    EXPORT_REQUEST = "export:request"
    MACRO_SHARE = "macro:share"
    STAFF_MANAGE = "staff:manage"
    TAG_EDIT = "tag:edit"
