"""How a person likes their desk to be. Kept with their place in the brand, so on every device."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.kit.errors import BadInput

VALUES: dict[str, frozenset[object]] = {
    "theme": frozenset({"", "light", "dark"}),
    "enter": frozenset({"enter", "ctrl"}),
    "sound": frozenset({True, False}),
    "notify": frozenset({True, False}),
    "density": frozenset({"normal", "compact"}),
}
VIEW_LENGTH = 20


@transaction.atomic
def set_preferences(*, membership: Membership, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Change the named preferences, leave the others, return all. Raises BadInput.

    `view` is the code of the list in which the person worked last.
    """
    for name, value in chosen.items():
        if name == "view":
            good = isinstance(value, str) and value.isalpha() and len(value) <= VIEW_LENGTH
        else:
            # 1 is True to a set, but no JSON boolean
            good = isinstance(value, str | bool) and value in VALUES.get(name, frozenset())
        if not good:
            raise BadInput(**{name: "unknown"})
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    now: dict[str, Any] = {**locked.preferences, **chosen}
    locked.preferences = now
    locked.save(update_fields=["preferences"])
    return now
