"""Macros: the list, the editor with its preview."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.actions import macros as actions
from walletdesk.conversations.actions.macros import MacroDraft
from walletdesk.conversations.macro_text import BODY_LENGTH, VARIABLES, unknown_variables
from walletdesk.conversations.models import Macro
from walletdesk.conversations.prepared import (
    get_macro_for,
    macros_with_archived,
    may_change,
    render_body,
    tags_of,
)
from walletdesk.kit.errors import NotAllowed
from walletdesk.knowledge.queries import published_slugs
from walletdesk.web.common.languages import html_code, names_of
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

SNOOZES = {
    1: gettext_noop("1 hour"),
    4: gettext_noop("4 hours"),
    24: gettext_noop("1 day"),
    72: gettext_noop("3 days"),
    168: gettext_noop("1 week"),
}
SAMPLE_REF = "k7q2m4x9c3w8t5hd"


class MacroForm(SettingsForm):
    """A macro. One text for each language of the brand: `body_<language>`."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    shortcut = forms.CharField(
        label=gettext_lazy("Shortcut"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("Typed after / in the composer, for example “fees”."),
    )
    shared = forms.TypedChoiceField(
        label=gettext_lazy("Who uses it"),
        coerce=lambda value: value == "shared",
        widget=forms.RadioSelect,
        required=False,
    )
    tags = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Add these tags"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    team = forms.TypedChoiceField(
        label=gettext_lazy("Then give it to a team"), coerce=int, empty_value=None, required=False
    )
    after = forms.ChoiceField(
        label=gettext_lazy("And then"),
        required=False,
        help_text=gettext_lazy("Done when the text is sent, not when it is put into the composer."),
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brand = member.brand
        self.languages = names_of(brand.languages)
        for language, name in self.languages.items():
            self.fields[f"body_{language}"] = forms.CharField(
                label=name,
                max_length=BODY_LENGTH,
                required=False,
                widget=forms.Textarea(attrs={"rows": 5, "lang": html_code(language)}),
            )
        everyone = [("shared", _("Everybody")), ("own", _("Only me"))]
        shares = may(member.role, Permission.MACRO_SHARE)
        _choices(self, "shared", everyone if shares else everyone[1:])
        _choices(self, "tags", [(tag.pk, tag.name) for tag in tags_of(brand)])
        teams = [(team.pk, team.name) for team in brand.teams.order_by("name")]
        _choices(self, "team", [("", _("Leave it as it is")), *teams])
        after = [("", _("Leave it open")), ("resolve", _("Resolve it"))]
        snoozes = [(str(hours), _("Snooze it: %s") % _(name)) for hours, name in SNOOZES.items()]
        _choices(self, "after", [*after, *snoozes])
        self.dress()

    @property
    def bodies(self) -> list[Any]:
        """Return the bound fields of the texts."""
        return [self[f"body_{language}"] for language in self.languages]

    def draft(self) -> MacroDraft:
        """Return what a valid form asks for."""
        data = self.cleaned_data
        after = data["after"]
        return MacroDraft(
            name=data["name"],
            shortcut=data["shortcut"],
            shared=bool(data["shared"]),
            bodies={language: data[f"body_{language}"] for language in self.languages},
            tags=data["tags"],
            team=data["team"],
            resolve=after == "resolve",
            snooze_hours=int(after) if after.isdigit() else None,
        )


def _choices(form: MacroForm, name: str, choices: list[tuple[Any, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined] # all of these have some


def _initial(macro: Macro) -> dict[str, Any]:
    after = "resolve" if macro.resolve else str(macro.snooze_hours or "")
    bodies = {f"body_{language}": text for language, text in macro.bodies.items()}
    return bodies | {
        "name": macro.name,
        "shortcut": macro.shortcut,
        "shared": "own" if macro.owner_id else "shared",
        "tags": [tag.pk for tag in macro.tags.all()],
        "team": macro.team_id or "",
        "after": after,
        "version": macro.version,
    }


@require_http_methods(["GET", "HEAD"])
@section_page("macros")
def listing(request: StaffRequest) -> HttpResponse:
    """List the shared macros, one's own, and those that were put away."""
    found = macros_with_archived(request.membership)
    used = [macro for macro in found if not macro.archived]
    context = {
        "shared": [macro for macro in used if macro.owner_id is None],
        "own": [macro for macro in used if macro.owner_id is not None],
        "archived": [macro for macro in found if macro.archived],
        "shares": may(request.membership.role, Permission.MACRO_SHARE),
        "language_count": len(request.membership.brand.languages),
    }
    return show(request, "macros", "macros", context)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("macros")
def new(request: StaffRequest) -> HttpResponse:
    """Make a macro."""
    member = request.membership
    first = "shared" if may(member.role, Permission.MACRO_SHARE) else "own"
    form = MacroForm(request.POST or None, member=member, initial={"shared": first, "version": 0})

    def create() -> None:
        actions.create_macro(actor=member, draft=form.draft())

    if request.method == "POST" and save(request, form, create, said=_("Macro added")):
        return done("macros")
    return _editor(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("macros")
def edit(request: StaffRequest, macro_id: int) -> HttpResponse:
    """Change a macro; who may not sees it and what it says."""
    member = request.membership
    macro = get_macro_for(member, macro_id)
    form = MacroForm(request.POST or None, member=member, initial=_initial(macro))
    _keep_whose(form)
    _keep_choices(form, macro)

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        actions.change_macro(actor=member, macro=macro, version=version, draft=form.draft())

    if request.method == "POST":
        if not may_change(macro, member):
            raise NotAllowed(permission=Permission.MACRO_SHARE)
        if save(request, form, change):
            return done("macros")
    return _editor(request, form, macro)


def _keep_whose(form: MacroForm) -> None:
    """Whose a macro is does not change; the form's choice is neither shown nor asked."""
    form.fields["shared"].required = False
    form.fields["shared"].disabled = True
    _choices(form, "shared", [("shared", ""), ("own", "")])


def _keep_choices(form: MacroForm, macro: Macro) -> None:
    """Tags that were archived stay on the macros that have them."""
    known = {value for value, _name in form.fields["tags"].choices}  # type: ignore[attr-defined]
    more = [(tag.pk, tag.name) for tag in macro.tags.all() if tag.pk not in known]
    _choices(form, "tags", [*form.fields["tags"].choices, *more])  # type: ignore[attr-defined]


def _editor(request: StaffRequest, form: MacroForm, macro: Macro | None) -> HttpResponse:
    context = {
        "form": form,
        "macro": macro,
        "changeable": macro is None or may_change(macro, request.membership),
        "variables": VARIABLES,
        "slugs": published_slugs(request.membership.brand),
        "samples": _samples(request, form),
    }
    return show(request, "macros", "macro", context, status=status_of(form))


@require_POST
@section_call("macros")
def preview(request: StaffRequest) -> HttpResponse:
    """Return what the texts of a form would say in a sample conversation."""
    form = MacroForm(request.POST, member=request.membership)
    context = {"samples": _samples(request, form)}
    return render(request, "desk/settings/_macro_samples.html", context)


def _samples(request: HttpRequest, form: MacroForm) -> list[dict[str, Any]]:
    """Return for each language the text with the values of a made-up conversation."""
    member: Membership = request.membership  # type: ignore[attr-defined] # behind the door
    brand: Brand = member.brand
    values = {
        "customer.label": _("Visitor 7QK2"),
        "agent.name": member.user.name,
        "brand.name": brand.name,
        "conversation.ref": SAMPLE_REF,
    }
    slugs = frozenset(published_slugs(brand))
    samples = []
    for language, name in form.languages.items():
        body = str(form[f"body_{language}"].value() or "")[:BODY_LENGTH]
        rendered = render_body(brand, language, body.replace("\x00", ""), values)
        unknown = unknown_variables(body, slugs)
        samples.append(
            {
                "language": name,
                "lang": html_code(language),
                "text": rendered.text,
                "problems": [problem(f"variable:{name}") for name in unknown],
            }
        )
    return samples


@require_POST
@section_page("macros")
def put_away(request: StaffRequest, macro_id: int, away: bool) -> HttpResponse:  # noqa: FBT001 - from the address
    """Archive a macro, or take it out again."""
    macro = get_macro_for(request.membership, macro_id)
    actions.archive_macro(actor=request.membership, macro=macro, archived=away)
    back = reverse("desk:settings:macro_restore", args=[macro.pk]) if away else ""
    tell(request, _("Macro archived") if away else _("Macro restored"), undo=back)
    return done("macros")
