"""People: who works here, invitations, and what an owner may change about a colleague."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.actions import people as actions
from walletdesk.accounts.actions.invitations import AlreadyThere, invite_member, renew_invitation
from walletdesk.accounts.actions.names import PERSON_LENGTH, BadName
from walletdesk.accounts.actions.people import EMAIL_LENGTH, BadEmail, LastOwner, SharedPerson
from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import (
    get_person_for,
    get_team_for,
    lacks_second_factor,
    list_people,
    list_teams,
)
from walletdesk.accounts.rules import may_change, may_give
from walletdesk.accounts.types import Role
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotAllowed
from walletdesk.web.common.languages import names_of
from walletdesk.web.desk import rules, wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    section_call,
    section_page,
    show,
    tell,
)
from walletdesk.web.desk.settings.place_look import look
from walletdesk.web.desk.settings.proof import proven

FORMS = ["GET", "HEAD", "POST"]
FURTHEST = 100_000
HERE = timedelta(minutes=5)


class PlaceForm(SettingsForm):
    """Role, team and languages of a person, as far as the actor may give them."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("In which this person answers customers."),
    )

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self._offer("role", [(r, wording.role(r)) for r in Role if may_give(actor.role, r)])
        teams = [(str(team.pk), team.name) for team in list_teams(actor)]
        self._offer("team", [("", _("No team")), *teams])
        self._offer("languages", list(names_of(actor.brand.languages).items()))

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def place(self) -> dict[str, Any]:
        """Return role, team and languages as the actions take them."""
        team = self.cleaned_data["team"]
        return {
            "role": Role(self.cleaned_data["role"]),
            "team": get_team_for(self.actor, int(team)) if team else None,
            "languages": self.cleaned_data["languages"],
        }


class InviteForm(PlaceForm):
    """A new person."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=PERSON_LENGTH)
    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=EMAIL_LENGTH,
        widget=forms.EmailInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    field_order = ["name", "email", "role", "team", "languages"]


# --- the list -----------------------------------------------------------------------------


@require_safe
@section_page("people")
def people(request: StaffRequest) -> HttpResponse:
    """List the people of the brand."""
    search = request.GET.get("q", "")
    page = list_people(request.membership, search=search, start=_start(request))
    context = {
        "search": search,
        "people": [_row(person, request.membership) for person in page.people],
        "following": page.following,
    }
    return show(request, "people", "people", context)


def _start(request: StaffRequest) -> int:
    text = request.GET.get("start", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= FURTHEST):
        raise BadInput(start="number")
    return int(text)


def _row(person: Membership, reader: Membership) -> dict[str, Any]:
    invitation = getattr(person.user, "invitation", None)
    return {
        "person": person,
        "initials": rules.initials(person.user.name),
        "tone": rules.tone(person.user.name),
        "role": wording.role(person.role),
        "languages": list(names_of(person.languages).values()),
        "here": getattr(person, "seen_at", None) and clock.now() - person.seen_at < HERE,  # type: ignore[attr-defined]  # annotated
        "self": person.pk == reader.pk,
        "invited": invitation is not None,
        "expired": invitation is not None and invitation.expires_at <= clock.now(),
        "must_set_up": lacks_second_factor(person),
        "changeable": may_change(reader.role, person.role),
    }


# --- a new person -------------------------------------------------------------------------


@require_http_methods(FORMS)
@section_page("people")
@proven
def invite(request: StaffRequest) -> HttpResponse:
    """Invite a person. The link is shown once, to be sent by hand."""
    actor = request.membership
    if request.method != "POST":
        form = InviteForm(actor=actor, initial={"role": Role.AGENT})
        return _inviting(request, form)
    form = InviteForm(request.POST, actor=actor)
    if form.is_valid():
        name, email = form.cleaned_data["name"], form.cleaned_data["email"]
        try:
            person, token = invite_member(actor=actor, name=name, email=email, **form.place())
        except BadName:
            form.add_error("name", _("Give a name of at most 80 characters."))
        except BadEmail:
            form.add_error("email", _("This is not an e-mail address."))
        except AlreadyThere:
            form.add_error("email", _("Somebody with this e-mail address works here already."))
        else:
            return _link(request, person, token)
    return _inviting(request, form, 422)


def _inviting(request: StaffRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "look": look(form, request.membership, None)}
    return show(request, "people", "people_invite", context, status=status)


def _link(request: StaffRequest, person: Membership, token: str) -> HttpResponse:
    address = settings.WALLETDESK.base_url + reverse("account_invitation", args=[token])
    return show(request, "people", "people_link", {"person": person, "link": address})


# --- one person -----------------------------------------------------------------------------


@require_http_methods(FORMS)
@section_page("people")
@proven
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a person; change role, team and languages."""
    actor, found = request.membership, get_person_for(request.membership, pk)
    form = _place_form(request, found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _refusal(form, lambda: _change(actor, found, form.place())):
            tell(request, _("Saved"))
            return done("person", pk)
    context = {"row": _row(found, actor), "form": form, "look": look(form, actor, found)}
    return show(request, "people", "person", context, status=status)


def _place_of(found: Membership) -> dict[str, Any]:
    return {"role": found.role, "team": str(found.team_id or ""), "languages": found.languages}


def _place_form(request: StaffRequest, found: Membership) -> PlaceForm:
    form = PlaceForm(request.POST or None, actor=request.membership, initial=_place_of(found))
    if found.pk == request.membership.pk:
        form.fields["role"].disabled = True  # nobody raises their own role
    return form


@require_POST
@section_call("people")
def preview(request: StaffRequest, pk: int = 0) -> HttpResponse:
    """Return what a person with the role, team and languages of the form may do and would see."""
    actor = request.membership
    found = get_person_for(actor, pk) if pk else None
    form = _place_form(request, found) if found else InviteForm(request.POST, actor=actor)
    return render(request, "desk/settings/_place_look.html", {"look": look(form, actor, found)})


def _change(actor: Membership, found: Membership, place: dict[str, Any]) -> None:
    role = place.pop("role")
    if role != found.role:
        actions.change_role(membership=found, role=role, actor=actor)
    actions.change_place(membership=found, actor=actor, **place)


def _refusal(form: SettingsForm, change: Callable[[], object]) -> bool:
    """Run a change; False leaves the reason in the form."""
    try:
        change()
    except (LastOwner, SharedPerson, NotAllowed) as refusal:
        form.add_error(None, why_not(refusal))
    return not form.errors


def why_not(refusal: Exception) -> str:
    """Return why a person cannot be changed."""
    if isinstance(refusal, LastOwner):
        return _("This is the last owner. Make somebody else an owner first.")
    if isinstance(refusal, SharedPerson):
        return _("This person also works for another brand. Only the operator can do this.")
    return _("Your role does not allow this.")


def _act(request: StaffRequest, pk: int, action: Callable[..., object], said: str) -> HttpResponse:
    found = get_person_for(request.membership, pk)
    try:
        action(membership=found, actor=request.membership)
    except (LastOwner, SharedPerson, NotAllowed) as refusal:
        form = PlaceForm(actor=request.membership, initial=_place_of(found))
        row, shown = _row(found, request.membership), look(form, request.membership, found)
        context = {"row": row, "form": form, "look": shown, "refusal": why_not(refusal)}
        return show(request, "people", "person", context, status=409)
    tell(request, said % {"name": found.user.name})
    return done("person", pk)


@require_POST
@section_page("people")
@proven
def invite_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a new link for somebody who has not come in yet."""
    found = get_person_for(request.membership, pk)
    return _link(request, found, renew_invitation(membership=found, actor=request.membership))


@require_POST
@section_page("people")
@proven
def deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Shut a person out."""
    return _act(request, pk, actions.deactivate_member, _("%(name)s is shut out everywhere."))


@require_POST
@section_page("people")
@proven
def reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    return _act(request, pk, actions.reactivate_member, _("%(name)s can sign in again."))


@require_POST
@section_page("people")
@proven
def reset(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove a person's second factors."""
    said = _("The second factor of %(name)s is removed, and all devices are signed out.")
    return _act(request, pk, actions.reset_second_factor, said)


@require_POST
@section_page("people")
@proven
def sign_out(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a person out everywhere."""
    said = _("%(name)s is signed out everywhere.")
    return _act(request, pk, actions.end_sessions_of, said)
