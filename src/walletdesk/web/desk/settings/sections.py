"""The list of sections: what stands in the settings' menu, in which order, and who sees it."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission


@dataclass(frozen=True, slots=True)
class Section:
    """One section. `title` and `about` are msgids, `url` a name in the `desk` addresses.

    `name` is its part of the address: /desk/settings/<name>/.
    """

    name: str
    title: str
    about: str
    url: str
    icon: str
    permission: Permission
    group: str = "brand"


GROUPS = {
    "brand": gettext_noop("Your brand"),
    "people": gettext_noop("People"),
    "work": gettext_noop("Daily work"),
    "safety": gettext_noop("Safety"),
}

SECTIONS: tuple[Section, ...] = ()


def sections_for(membership: Membership) -> list[Section]:
    """Return the sections that this person may open, in the order of the menu."""
    order = list(GROUPS)
    allowed = [section for section in SECTIONS if may(membership.role, section.permission)]
    return sorted(allowed, key=lambda section: order.index(section.group))


def section_named(name: str) -> Section:
    """Return a section. Raises KeyError: names are written by programmers."""
    return {section.name: section for section in SECTIONS}[name]
