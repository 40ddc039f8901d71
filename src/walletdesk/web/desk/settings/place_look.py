"""What a role with a team and languages may do and would see now, in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from walletdesk.accounts.models import Membership, Team
from walletdesk.accounts.queries import get_team_for
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission, Role
from walletdesk.conversations.queries.lists import queue_by_team
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.desk import wording
from walletdesk.web.desk.settings.frame import SettingsForm
from walletdesk.web.desk.settings.roles import permission_names
from walletdesk.web.desk.settings.teams import queue_url

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Place:
    """A role, team and languages as a form has them."""

    role: Role
    team: Team | None
    languages: tuple[str, ...]


def drafted(form: SettingsForm, actor: Membership) -> Place | None:
    """Return the place that a form describes, sent or not; None while its role cannot be given.

    A team that is not the brand's counts as none.
    """
    if form.is_bound:
        form.is_valid()
    chosen: Mapping[str, Any] = form.cleaned_data if form.is_bound else form.initial
    role, team = str(chosen.get("role") or ""), str(chosen.get("team") or "")
    if role not in list(Role):
        return None
    spoken = chosen.get("languages") or ()
    languages = tuple(code for code in actor.brand.languages if code in spoken)
    return Place(Role(role), get_team_for(actor, int(team)) if team else None, languages)


def look(form: SettingsForm, actor: Membership, found: Membership | None) -> dict[str, Any]:
    """Return what the preview shows; `found` is the person whose place changes, None a new one."""
    place = drafted(form, actor)
    if place is None:
        return {"place": None}
    has_factor = found is not None and getattr(found, "has_second_factor", False)
    return {
        "place": place,
        "role": wording.role(place.role),
        "answers": may(place.role, Permission.CONVERSATION_ANSWER),
        "languages": [
            {"name": name, "lang": html_code(code)}
            for code, name in names_of(list(place.languages)).items()
        ],
        "must_set_up": place.role in actor.brand.second_factor_roles and not has_factor,
        "new_person": found is None,
        **_rights(place.role, found.role if found else None),
        **_waiting(place, actor),
    }


def _rights(role: str, before: str | None) -> dict[str, Any]:
    """Return the rights of a role by name, those that are new, and those that would be lost."""
    names = permission_names()
    held = [p for p in names if may(role, Permission(p))]
    return {
        "rights": [
            {"name": names[p], "new": before is not None and not may(before, Permission(p))}
            for p in held
        ],
        "lost": [
            names[p]
            for p in names
            if before is not None and may(before, Permission(p)) and p not in held
        ],
    }


def _waiting(place: Place, actor: Membership) -> dict[str, Any]:
    """Return how many wait in the languages of a place: for its team, for nobody's, altogether."""
    counted = {
        key: number
        for key, number in queue_by_team(actor).items()
        if not place.languages or key[1] in place.languages
    }
    mine = place.team.pk if place.team else None
    return {
        "team_waits": sum(n for (team, _language), n in counted.items() if team == mine),
        "team_url": queue_url(teams=(mine,), languages=place.languages) if mine else "",
        "all_wait": sum(counted.values()),
        "all_url": queue_url(languages=place.languages),
    }
