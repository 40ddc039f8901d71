"""Valid addresses and forms of the settings, for the access matrix: one line an address."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast

# name in desk:settings → the arguments of its address
ARGS: dict[str, Callable[[Cast], list[object]]] = {
    "account_end_one": lambda _cast: ["2222222222222222"],
    "person": lambda cast: [cast.supervisor.pk],
    "person_invite": lambda cast: [cast.supervisor.pk],
    "person_deactivate": lambda cast: [cast.supervisor.pk],
    "person_reactivate": lambda cast: [cast.supervisor.pk],
    "person_reset": lambda cast: [cast.supervisor.pk],
    "person_sign_out": lambda cast: [cast.supervisor.pk],
    "team_rename": lambda cast: [cast.agent.team_id],
    "team_remove": lambda cast: [cast.agent.team_id],
}
# name in desk:settings → a form that its POST accepts
FORMS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "account": lambda _cast: {"name": "Somebody", "language": "en"},
    "account_password": lambda _cast: {"old": "x", "new": "", "again": ""},
    "account_end_others": lambda _cast: {},
    "account_end_one": lambda _cast: {},
    # what an owner does to people waits for proof (302): tests/accounts/test_people.py gives it
    "people_invite": lambda _cast: {},
    "person": lambda _cast: {},
    "person_invite": lambda _cast: {},
    "person_deactivate": lambda _cast: {},
    "person_reactivate": lambda _cast: {},
    "person_reset": lambda _cast: {},
    "person_sign_out": lambda _cast: {},
    "team_create": lambda _cast: {"name": "Night"},
    "team_rename": lambda _cast: {"name": "Night"},
    "team_remove": lambda _cast: {},
    "roles": lambda _cast: {},
}


def args_of(name: str, cast: Cast, ref: str) -> list[object]:
    """Return the arguments of an address; an unknown `ref` asks for something that is not there."""
    make = ARGS.get(name.removeprefix("desk:settings:"))
    return make(cast) if make else []


def body_of(name: str, cast: Cast) -> dict[str, Any] | None:
    """Return a valid form, None for a page that is only read."""
    make = FORMS.get(name.removeprefix("desk:settings:"))
    return {"_form": 1} | make(cast) if make else None
