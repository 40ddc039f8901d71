"""Tags: the list, one of them, merging two."""

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.conversations.actions import tags as actions
from walletdesk.conversations.models import Tag
from walletdesk.conversations.prepared import get_tag_for, tags_of, tags_with_uses
from walletdesk.conversations.types import TAG_LENGTH, TagColour
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
    tell,
)

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
    context = {"form": form, "tag": tag, "others": others}
    return show(request, "tags", "tag", context, status=status_of(form))


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
