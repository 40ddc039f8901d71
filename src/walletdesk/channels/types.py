"""Kinds of inbox, and what a customer is told of an open way."""

from dataclasses import dataclass
from enum import StrEnum


class InboxKind(StrEnum):
    """On what way people write or call."""

    CHAT = "chat"
    EMAIL = "email"
    PHONE = "phone"
    TELEGRAM = "telegram"
    WECHAT = "wechat"
    QQ = "qq"
    WEIBO = "weibo"
    X = "x"
    WHATSAPP = "whatsapp"
    COMMUNITY = "community"
    LINK = "link"


class Side(StrEnum):
    """Where the chat's button stands on a wallet's page, in reading direction left to right."""

    RIGHT = "right"
    LEFT = "left"


class Launcher(StrEnum):
    """How the chat is opened on a wallet's page."""

    ROUND = "round"
    LABEL = "label"  # with a word beside the picture
    HIDDEN = "hidden"  # the page opens it by an element of its own


@dataclass(frozen=True, slots=True)
class OpenWay:
    """One way to reach the brand, as a customer is shown it.

    `address` is as people write it, `href` where it leads ("" when there is only something to type,
    such as a WeChat id), `promise` the brand's own words on how long an answer takes, "" without.
    """

    inbox_id: int
    kind: InboxKind
    name: str
    address: str
    href: str
    promise: str


@dataclass(frozen=True, slots=True)
class ChatLook:
    """How the chat stands on a wallet's page."""

    side: Side = Side.RIGHT
    launcher: Launcher = Launcher.ROUND
