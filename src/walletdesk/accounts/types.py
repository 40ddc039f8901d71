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
    COMPLAINT_LEAD = "complaint:lead"
    CONTACT_REVEAL = "contact:reveal"
    CONTACT_SEARCH = "contact:search"
    CONVERSATION_ANSWER = "conversation:answer"
    CONVERSATION_READ = "conversation:read"
    CONVERSATION_REASSIGN = "conversation:reassign"
    EXPORT_APPROVE = "export:approve"
    EXPORT_REQUEST = "export:request"
    LINK_JUDGE = "link:judge"
    MACRO_SHARE = "macro:share"
    OFFICIAL_APPROVE = "official:approve"
    OFFICIAL_REQUEST = "official:request"
    STAFF_MANAGE = "staff:manage"
    TAG_EDIT = "tag:edit"
    WALLET_APPROVE = "wallet:approve"
    WALLET_REQUEST = "wallet:request"


class PrivacyLimits:
    """Lowest and highest value of each privacy setting, and why there is one."""

    REVEALS_PER_DAY = (0, 200)  # 0 shuts it; more a day is no looking up but copying
    REVEAL_MINUTES = (1, 30)  # long enough for a call, short enough for an unlocked screen
    RETENTION_DAYS = (30, 3650)  # younger ones are still disputed; ten years is the longest duty
    SESSION_DAYS = (1, 30)  # receipts of messages are kept as long as a session may live
