"""Reads of what is prepared for the daily work: tags and macros, and their access functions."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import translation

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.macro_text import ARTICLE, Rendered, choose_body, variables_of
from walletdesk.conversations.macro_text import render_macro as put_in
from walletdesk.conversations.models import Conversation, Macro, Tag
from walletdesk.conversations.rules import UnknownTag
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.queries import article_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

# --- tags ---------------------------------------------------------------------------------


def tags_of(brand: Brand, *, archived: bool = False) -> list[Tag]:
    """Return a brand's tags by name; those in use only, unless `archived`."""
    tags = Tag.objects.filter(brand=brand).order_by(Lower("name"))
    return list(tags if archived else tags.filter(archived=False))


def tags_with_uses(membership: Membership) -> list[Tag]:
    """Return all tags of the brand, each with `.used` (conversations) and `.prepared` (macros)."""
    return list(
        Tag.objects.filter(brand_id=membership.brand_id)
        .annotate(
            used=Count("uses", distinct=True),
            prepared=Count("macros", filter=Q(macros__archived=False), distinct=True),
        )
        .order_by("archived", Lower("name"))
    )


def get_tag_for(membership: Membership, tag_id: int) -> Tag:
    """Return a tag of the person's brand, else raise NotFound."""
    found = Tag.objects.filter(brand_id=membership.brand_id, pk=tag_id).first()
    if found is None:
        raise NotFound
    return found


def tag_called(membership: Membership, name: str, *, but: int = 0) -> Tag | None:
    """Return the brand's tag that has this name already, archived or not; `but` is left out."""
    same = Tag.objects.alias(small=Lower("name")).filter(small=Lower(Value(name)))
    return same.filter(brand_id=membership.brand_id).exclude(pk=but).first()


def get_tag_named(membership: Membership, name: str) -> Tag:
    """Return the tag in use that a person means: its name, or the beginning of one name only.

    Raises UnknownTag when none or several fit.
    """
    said = " ".join(name.replace("\x00", "").split()).lower()
    fitting = [tag for tag in tags_of(membership.brand) if tag.name.lower().startswith(said)]
    exact = [tag for tag in fitting if tag.name.lower() == said]
    found = exact or fitting
    if not said or len(found) != 1:
        raise UnknownTag
    return found[0]


ANY_TAG = "SELECT FROM conversations_conversationtag WHERE conversation_id = %(conversation)s"


def tags_on(conversation: Conversation) -> list[Tag]:
    """Return the tags of a conversation by name."""
    return list(Tag.objects.filter(uses__conversation=conversation).order_by(Lower("name")))


def tags_missing_on(conversation: Conversation) -> list[Tag]:
    """Return the tags in use that a conversation does not have yet, by name."""
    tags = Tag.objects.filter(brand_id=conversation.brand_id, archived=False)
    return list(tags.exclude(uses__conversation=conversation).order_by(Lower("name")))


# --- macros -------------------------------------------------------------------------------


def macros_for(membership: Membership) -> list[Macro]:
    """Return the macros that this person may use: the shared ones and their own, by name."""
    return list(_visible(membership).filter(archived=False))


def macros_with_archived(membership: Membership) -> list[Macro]:
    """Return the same with those that were put away, which come last."""
    return list(_visible(membership).order_by("archived", Lower("name"), "pk"))


def get_macro_for(membership: Membership, macro_id: int) -> Macro:
    """Return a macro that this person may use, else raise NotFound."""
    found = _visible(membership).filter(pk=macro_id).first()
    if found is None:
        raise NotFound
    return found


def may_change(macro: Macro, membership: Membership) -> bool:
    """Tell whether a person may change a macro: their own, or a shared one with the right to."""
    if macro.owner_id is not None:
        return macro.owner_id == membership.pk
    return may(membership.role, Permission.MACRO_SHARE)


def render_macro(macro: Macro, conversation: Conversation, membership: Membership) -> Rendered:
    """Return a macro's text as this person would send it in this conversation.

    In the conversation's language, else in the brand's default one, else in any. What is sent
    passes the guard like anything that is typed.
    """
    brand = membership.brand
    language, body = choose_body(macro.bodies, (conversation.language, brand.default_language))
    with translation.override(language):
        called = conversation.contact.name
    values = {
        "customer.label": called,
        "agent.name": membership.user.name,
        "brand.name": brand.name,
        "conversation.ref": conversation.ref,
    }
    return render_body(brand, language, body, values)


def render_body(brand: Brand, language: str, body: str, values: dict[str, str]) -> Rendered:
    """Put values and the addresses of the articles it names into a text."""
    named = [name for name in variables_of(body) if name.startswith(ARTICLE)]
    slugs: Sequence[str] = [name.removeprefix(ARTICLE) for name in named]
    addresses = article_addresses(brand=brand, language=language, slugs=slugs) if slugs else {}
    site = settings.WALLETDESK.base_url  # customers read it in mails and apps, too
    links = {ARTICLE + slug: site + path for slug, path in addresses.items()}
    rendered = put_in(body, {**values, **links})
    return Rendered(rendered.text, language, rendered.missing)


def _visible(membership: Membership) -> QuerySet[Macro]:
    return (
        Macro.objects.filter(brand_id=membership.brand_id)
        .filter(Q(owner=None) | Q(owner=membership))
        .select_related("owner__user", "team")
        .prefetch_related("tags")
        .order_by(Lower("name"), "pk")
    )
