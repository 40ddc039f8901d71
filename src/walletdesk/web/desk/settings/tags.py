"""Tags: the list, one of them, merging two, and how one would look in the lists."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, gettext_noop, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.conversations.actions import tags as actions
from walletdesk.conversations.models import Tag
from walletdesk.conversations.prepared import get_tag_for, tag_called, tags_of, tags_with_uses
from walletdesk.conversations.types import TAG_LENGTH, TagColour, View
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.safety import guard
from walletdesk.web.desk import present, row_html, rules, wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
    tell,
)
from walletdesk.web.desk.settings.problems import problem

MINUTE = timedelta(minutes=1)
COLOURS = {
    TagColour.GREY: gettext_noop("Grey"),
    TagColour.RED: gettext_noop("Red"),
    TagColour.ORANGE: gettext_noop("Orange"),
    TagColour.YELLOW: gettext_noop("Yellow"),
    TagColour.GREEN: gettext_noop("Green"),
    TagColour.TEAL: gettext_noop("Teal"),
    TagColour.BLUE: gettext_noop("Blue"),
    TagColour.VIOLET: gettext_noop("Violet"),
    TagColour.PINK: gettext_noop("Pink"),
}


class TagForm(SettingsForm):
    """Name and colour of a tag."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=TAG_LENGTH)
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour"),
        choices=lambda: [(code, _(name)) for code, name in COLOURS.items()],
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("tags")
def listing(request: StaffRequest) -> HttpResponse:
    """List the tags with their uses, and make a new one."""
    form = TagForm(request.POST or None, initial={"colour": TagColour.BLUE, "version": 0})

    def create() -> None:
        data = form.cleaned_data
        actions.create_tag(actor=request.membership, name=data["name"], colour=data["colour"])

    if request.method == "POST" and save(request, form, create, said=_("Tag added")):
        return done("tags")
    found = tags_with_uses(request.membership)
    context = {
        "form": form,
        "look": look(request, form),
        "rows": [tag for tag in found if not tag.archived],
        "archived": [tag for tag in found if tag.archived],
    }
    return show(request, "tags", "tags", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("tags")
def edit(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Change a tag; beside it stand merging and putting away."""
    tag = get_tag_for(request.membership, tag_id)
    fresh = {"name": tag.name, "colour": tag.colour, "version": tag.version}
    form = TagForm(request.POST or None, initial=fresh)

    def change() -> None:
        data = form.cleaned_data
        actions.change_tag(
            actor=request.membership,
            tag=tag,
            version=data["version"] or 0,
            name=data["name"],
            colour=data["colour"],
        )

    if request.method == "POST" and save(request, form, change):
        return done("tags")
    others = [other for other in tags_of(request.membership.brand) if other.pk != tag.pk]
    context = {"form": form, "look": look(request, form, tag), "tag": tag, "others": others}
    return show(request, "tags", "tag", context, status=status_of(form))


@require_POST
@section_call("tags")
def preview(request: StaffRequest, tag_id: int = 0) -> HttpResponse:
    """Return the tag as the form would make it, and what is wrong with its name."""
    tag = get_tag_for(request.membership, tag_id) if tag_id else None
    form = TagForm(request.POST)
    return render(request, "desk/settings/_tag_look.html", {"look": look(request, form, tag)})


def look(request: StaffRequest, form: TagForm, tag: Tag | None = None) -> dict[str, Any]:
    """Return what the preview shows of the form; `tag` is the one that it changes."""
    name = " ".join(str(form["name"].value() or "").replace("\x00", "").split())
    colour = form["colour"].value()
    wrong = ""
    if len(name) > TAG_LENGTH:
        wrong = problem("too_long")
    elif guard.check(name).secret:
        wrong = problem("secret")
    shown = name if name and not wrong else (tag.name if tag else _("Name of the tag"))
    colour = colour if colour in COLOURS else TagColour.BLUE
    twin = None
    if name and not wrong:
        twin = tag_called(request.membership, name, but=tag.pk if tag else 0)
    return {
        "name": shown,
        "colour": colour,
        "colour_name": _(COLOURS[TagColour(colour)]),
        "wrong": wrong,
        "twin": twin,
        "row": row_html.lines([_sample(shown, colour)], View.QUEUE),
    }


def _sample(name: str, colour: str) -> present.Row:
    """Return a line of the queue in which somebody waits whose conversation has the tag."""
    customer = _("Visitor 7QK2")
    language = get_language() or settings.LANGUAGE_CODE  # in which the message is shown
    return present.Row(
        ref="sample",
        key="",
        label=customer,
        initials=rules.initials(customer),
        tone=rules.tone(customer),
        preview=_("My transfer has not arrived yet"),
        by="",
        language=present.SHORT_LANGUAGES.get(language, language),
        language_name=present.language_name(language),
        status="queued",
        status_name=wording.status("queued"),
        urgency=1,
        mark=0,
        urgency_name=wording.urgency(1),
        unread=True,
        moment=clock.now().isoformat(),
        age=wording.age(2 * MINUTE),
        waits=True,
        patience="good",
        assignee="",
        assignee_initials="",
        assignee_tone=0,
        mine=False,
        verified=False,
        unverified=False,
        channel=wording.channel("chat"),
        channel_icon=wording.CHANNEL_ICONS["chat"],
        until="",
        tags=[(name, colour)],
        more_tags=0,
        clock=None,
    )


@require_POST
@section_page("tags")
def put_away(request: StaffRequest, tag_id: int, away: bool) -> HttpResponse:  # noqa: FBT001 - from the address
    """Archive a tag, or take it out again."""
    tag = get_tag_for(request.membership, tag_id)
    actions.archive_tag(actor=request.membership, tag=tag, archived=away)
    back = reverse("desk:settings:tag_restore", args=[tag.pk]) if away else ""
    tell(request, _("Tag archived") if away else _("Tag restored"), undo=back)
    return done("tags")


@require_POST
@section_page("tags")
def merge(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Make a tag one with another."""
    tag = get_tag_for(request.membership, tag_id)
    asked = request.POST.get("into", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise BadInput(into="unknown")
    into = get_tag_for(request.membership, int(asked))
    moved = _uses(request, tag)
    actions.merge_tags(actor=request.membership, tag=tag, into=into)
    text = ngettext(
        "“%(old)s” is now “%(new)s”, on %(count)s conversation",
        "“%(old)s” is now “%(new)s”, on %(count)s conversations",
        moved,
    )
    tell(request, text % {"old": tag.name, "new": into.name, "count": moved})
    return done("tags")


def _uses(request: StaffRequest, tag: Tag) -> int:
    rows = tags_with_uses(request.membership)
    return next((int(getattr(row, "used", 0)) for row in rows if row.pk == tag.pk), 0)
