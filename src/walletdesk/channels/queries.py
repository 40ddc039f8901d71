"""Reads of inboxes."""

from walletdesk.accounts.models import Brand, Membership
from walletdesk.channels import rules
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import ChatLook, InboxKind, Launcher, OpenWay, Side
from walletdesk.kit.errors import NotFound


def inboxes_of(membership: Membership) -> list[Inbox]:
    """Return the inboxes of the person's brand, in their order."""
    inboxes = Inbox.objects.filter(brand_id=membership.brand_id)
    return list(inboxes.order_by("position", "pk"))


def get_inbox_for(membership: Membership, inbox_id: int) -> Inbox:
    """Return an inbox of the person's brand, else raise NotFound."""
    found = Inbox.objects.filter(brand_id=membership.brand_id, pk=inbox_id).first()
    if found is None:
        raise NotFound
    return found


def chat_inbox(brand: Brand) -> Inbox | None:
    """Return the brand's chat, None when nobody has set it up: it works with the defaults."""
    return Inbox.objects.filter(brand=brand, kind=InboxKind.CHAT).first()


def embed_origins(brand: Brand) -> tuple[str, ...]:
    """Return the origins of the pages that may embed the brand's chat."""
    chat = chat_inbox(brand)
    return tuple(chat.origins) if chat else ()


def chat_look(brand: Brand) -> ChatLook:
    """Return how the chat stands on a wallet's page."""
    chat = chat_inbox(brand)
    return ChatLook(Side(chat.side), Launcher(chat.launcher)) if chat else ChatLook()


def open_ways(brand: Brand, language: str = "") -> list[OpenWay]:
    """Return the ways other than chat that the brand shows to customers, in its order.

    The promise is in `language`, else in the brand's default one. One statement.
    """
    shown = Inbox.objects.filter(brand=brand, shown=True).exclude(kind=InboxKind.CHAT)
    return [way(inbox, brand, language) for inbox in shown.order_by("position", "pk")]


def way(inbox: Inbox, brand: Brand, language: str) -> OpenWay:
    """Return an inbox as a customer is shown it."""
    kind = InboxKind(inbox.kind)
    return OpenWay(
        inbox_id=inbox.pk,
        kind=kind,
        name=inbox.name,
        address=rules.shown(kind, inbox.address),
        href=rules.href(kind, inbox.address),
        promise=inbox.promises.get(language) or inbox.promises.get(brand.default_language, ""),
    )
