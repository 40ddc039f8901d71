"""Teams: people who share a queue."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.actions import teams as actions
from walletdesk.accounts.actions.names import TEAM_LENGTH, BadName, checked_name
from walletdesk.accounts.actions.teams import TEAMS, NameTaken, TooManyTeams
from walletdesk.accounts.models import Membership, Team
from walletdesk.accounts.queries import (
    get_team_for,
    list_teams,
    team_neighbours,
    teams_called,
    teams_of,
)
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.filters import write_filter
from walletdesk.conversations.queries.lists import queue_by_team
from walletdesk.conversations.types import Filter, View
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.desk import rules
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import done, section_call, section_page, show, tell


@require_safe
@section_page("teams")
def teams(request: StaffRequest) -> HttpResponse:
    """List the teams with their members."""
    return _page(request)


def _page(request: StaffRequest, refusal: str = "", wrong: int = 0) -> HttpResponse:
    """Show the list; `wrong` is the team whose new name was refused, 0 a new one."""
    waiting = queue_by_team(request.membership)
    found = [
        {
            "team": team,
            "members": [
                {
                    "name": place.user.name,
                    "initials": rules.initials(place.user.name),
                    "tone": rules.tone(place.user.name),
                }
                for place in team.memberships.all()
                if place.user.is_active
            ],
            "waiting": sum(n for (of, _language), n in waiting.items() if of == team.pk),
            "waiting_url": queue_url(teams=(team.pk,)),
            "languages": _covered(team, request.membership),
            "refusal": refusal if team.pk == wrong else "",
            "ask": f"remove-{team.pk}",
        }
        for team in list_teams(request.membership)
    ]
    context = {
        "teams": found,
        "refusal": refusal if not wrong else "",
        "typed": request.POST.get("name", "")[:60] if refusal else "",
    }
    return show(request, "teams", "teams", context, status=422 if refusal else 200)


def queue_url(*, teams: tuple[int, ...] = (), languages: tuple[str, ...] = ()) -> str:
    """Return the address of the queue, narrowed to teams and languages."""
    query = write_filter(Filter(teams=teams, languages=languages))
    return reverse("desk:list", args=[View.QUEUE]) + (f"?{query}" if query else "")


def _covered(team: Team, reader: Membership) -> list[dict[str, Any]]:
    """Return the brand's languages, each with whether somebody of the team answers in it.

    Who has noted no language answers in all, as routing has it.
    """
    able = [
        place
        for place in team.memberships.all()
        if place.user.is_active and may(place.role, Permission.CONVERSATION_ANSWER)
    ]
    return [
        {
            "name": name,
            "lang": html_code(code),
            "there": any(not place.languages or code in place.languages for place in able),
        }
        for code, name in names_of(reader.brand.languages).items()
    ]


@require_POST
@section_call("teams")
def preview(request: StaffRequest, pk: int = 0) -> HttpResponse:
    """Return a name as the list of teams would show it, and what is wrong with it."""
    team = get_team_for(request.membership, pk) if pk else None
    typed = request.POST.get("name", "")
    context = {"look": look(request.membership, typed, team) if typed.strip() else None}
    return render(request, "desk/settings/_team_look.html", context)


def look(actor: Membership, typed: str, team: Team | None) -> dict[str, Any] | None:
    """Return what the preview shows of a typed name; None for the name that `team` has anyway."""
    try:
        name = checked_name(typed, TEAM_LENGTH)
    except BadName:
        return {"wrong": _("Give a name of at most 60 characters.")}
    if team is not None and name == team.name:
        return None
    but = team.pk if team else 0
    same = teams_called(actor, name, but=but)
    if any(other.name == name for other in same):
        return {"wrong": _("Another team has this name.")}
    if team is None and len(teams_of(actor)) >= TEAMS:
        return {"wrong": _("There are 200 teams. Remove one first.")}
    before, after = team_neighbours(actor, name, but=but)
    return {"name": name, "before": before, "after": after, "like": same[0].name if same else ""}


def _try(
    request: StaffRequest, change: Callable[[], object], said: str, wrong: int = 0
) -> HttpResponse:
    try:
        change()
    except NameTaken:
        return _page(request, _("Another team has this name."), wrong)
    except TooManyTeams:
        return _page(request, _("There are 200 teams. Remove one first."), wrong)
    except BadName:
        return _page(request, _("Give a name of at most 60 characters."), wrong)
    tell(request, said)
    return done("teams")


@require_POST
@section_page("teams")
def create(request: StaffRequest) -> HttpResponse:
    """Make a team."""
    name = request.POST.get("name", "")
    change = lambda: actions.create_team(actor=request.membership, name=name)  # noqa: E731 - one use
    return _try(request, change, _("The team is there."))


@require_POST
@section_page("teams")
def rename(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a team another name."""
    team, name = get_team_for(request.membership, pk), request.POST.get("name", "")
    change = lambda: actions.rename_team(actor=request.membership, team=team, name=name)  # noqa: E731 - one use
    return _try(request, change, _("Saved"), team.pk)


@require_POST
@section_page("teams")
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove a team; its members stay."""
    team = get_team_for(request.membership, pk)
    actions.remove_team(actor=request.membership, team=team)
    tell(request, _("The team is removed. Its members stay, without a team."))
    return done("teams")
