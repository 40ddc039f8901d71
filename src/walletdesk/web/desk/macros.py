"""Prepared replies and tags, as the composer and the customer's panel use them."""

from django.http import HttpResponse, JsonResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.conversations.actions.tags import tag_conversation, untag_conversation
from walletdesk.conversations.models import Conversation, Macro
from walletdesk.conversations.prepared import (
    get_macro_for,
    get_tag_for,
    get_tag_named,
    macros_for,
    render_macro,
    tags_missing_on,
)
from walletdesk.conversations.queries import get_conversation_for
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk.access import StaffRequest, staff_call
from walletdesk.web.desk.panel import show_panel

PREVIEW = 120


def _body(macro: Macro, conversation: Conversation) -> str:
    bodies = macro.bodies
    return bodies.get(conversation.language) or next((b for b in bodies.values() if b.strip()), "")


def _effects(macro: Macro) -> list[str]:
    """Return in words what a macro does besides writing."""
    effects = [tag.name for tag in macro.tags.all()]
    if macro.resolve:
        effects.append(_("Resolve"))
    elif macro.snooze_hours:
        hours = {"hours": macro.snooze_hours}
        effects.append(_("Put aside for %(hours)s h") % hours)
    elif macro.team is not None:
        effects.append(macro.team.name)
    return effects


@require_safe
@staff_call
def macros(request: StaffRequest, ref: str) -> HttpResponse:
    """Return the macros that this person may use in a conversation."""
    conversation = get_conversation_for(request.membership, ref)
    found = [
        {
            "id": macro.pk,
            "name": macro.name,
            "shortcut": macro.shortcut,
            "text": _body(macro, conversation)[:PREVIEW],
            "does": _effects(macro),
        }
        for macro in macros_for(request.membership)
    ]
    return JsonResponse({"macros": found})


@require_safe
@staff_call
def macro(request: StaffRequest, ref: str, macro_id: int) -> HttpResponse:
    """Return a macro's text with its variables filled in for a conversation."""
    conversation = get_conversation_for(request.membership, ref)
    chosen = get_macro_for(request.membership, macro_id)
    rendered = render_macro(chosen, conversation, request.membership)
    return JsonResponse(
        {"text": rendered.text, "missing": list(rendered.missing), "does": _effects(chosen)}
    )


@require_POST
@staff_call
def tag(request: StaffRequest, ref: str) -> HttpResponse:
    """Put the tag called `name` on a conversation; the beginning of one name is enough."""
    conversation = get_conversation_for(request.membership, ref)
    chosen = get_tag_named(request.membership, request.POST.get("name", ""))
    tag_conversation(conversation=conversation, membership=request.membership, tag=chosen)
    return show_panel(request, ref)


@require_safe
@staff_call
def tag_choices(request: StaffRequest, ref: str) -> HttpResponse:
    """Return the tags that a conversation can still be given, as options."""
    conversation = get_conversation_for(request.membership, ref)
    options = ((tag.name,) for tag in tags_missing_on(conversation))
    return HttpResponse(format_html_join("", '<option value="{}"></option>', options))


@require_POST
@staff_call
def untag(request: StaffRequest, ref: str) -> HttpResponse:
    """Take the tag `tag` off a conversation."""
    conversation = get_conversation_for(request.membership, ref)
    chosen = get_tag_for(request.membership, _number(request.POST.get("tag", "")))
    untag_conversation(conversation=conversation, membership=request.membership, tag=chosen)
    return show_panel(request, ref)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise BadInput(tag="number")
    return int(text)
