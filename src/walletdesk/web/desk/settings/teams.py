"""Teams: people who share a queue."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.actions import teams as actions
from walletdesk.accounts.actions.names import BadName
from walletdesk.accounts.actions.teams import NameTaken, TooManyTeams
from walletdesk.accounts.queries import get_team_for, list_teams
from walletdesk.web.desk import rules
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import done, section_page, show, tell


@require_safe
@section_page("teams")
def teams(request: StaffRequest) -> HttpResponse:
    """List the teams with their members."""
    return _page(request)


def _page(request: StaffRequest, refusal: str = "", wrong: int = 0) -> HttpResponse:
    """Show the list; `wrong` is the team whose new name was refused, 0 a new one."""
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
