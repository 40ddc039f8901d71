"""The command palette: what can be gone to or done from anywhere, by name.

A page adds itself with one line. Buttons that carry `data-command` come along by themselves.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.types import View
from walletdesk.web.desk import wording
from walletdesk.web.desk.settings.sections import SECTIONS


@dataclass(frozen=True, slots=True)
class Command:
    """One entry: `url` leads somewhere, or `act` names what the page's script does."""

    name: str
    group: str
    icon: str
    url: str = ""
    act: str = ""
    keys: str = ""


# msgid of the name, icon, what the script does, keys
ACTS = (
    (gettext_noop("Show shortcuts"), "help", "shortcuts", "?"),
    (gettext_noop("Filter the list"), "search", "filter", "F"),
    (gettext_noop("Light appearance"), "sun", "theme:light", ""),
    (gettext_noop("Dark appearance"), "moon", "theme:dark", ""),
    (gettext_noop("Appearance as the system"), "sun", "theme:", ""),
    (gettext_noop("Compact rows"), "menu", "density:compact", ""),
    (gettext_noop("Normal rows"), "menu", "density:normal", ""),
)
LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"), ("es", "Español"))
# name of the address, msgid, icon, who may
PAGES: tuple[tuple[str, str, str, Permission], ...] = (
    ("desk:search", gettext_noop("Search"), "search", Permission.CONVERSATION_READ),
    ("desk:cases", gettext_noop("Security cases"), "shield", Permission.CONVERSATION_READ),
    ("desk:complaints", gettext_noop("Complaints"), "flag", Permission.CONVERSATION_READ),
    (
        "desk:complaints_report",
        gettext_noop("Statistics of complaints"),
        "flag",
        Permission.COMPLAINT_LEAD,
    ),
)
KEYS = {View.QUEUE: "G Q", View.MINE: "G M", View.ALL: "G A"}


def for_member(membership: Membership) -> list[dict[str, str]]:
    """Return what this person can go to or do, as the page's script reads it."""
    return _of_role(membership.role, get_language() or "")


@lru_cache(maxsize=32)
def _of_role(role: str, _language: str) -> list[dict[str, str]]:
    """Return the same for everybody of a role who reads this language, so it is made once."""
    views, settings, here = _("Views"), _("Settings"), _("This desk")
    found = [
        Command(
            wording.view(view),
            views,
            wording.VIEW_ICONS[view],
            url=reverse("desk:list", args=[view]),
            keys=KEYS.get(view, ""),
        )
        for view in View
    ]
    found += [
        Command(_(section.title), settings, section.icon, url=reverse(section.url))
        for section in SECTIONS
        if may(role, section.permission)
    ]
    found += [
        Command(_(name), here, icon, url=reverse(url))
        for url, name, icon, permission in PAGES
        if may(role, permission)
    ]
    found += [Command(_(name), here, icon, act=act, keys=keys) for name, icon, act, keys in ACTS]
    found += [
        Command(name, _("Language"), "globe", act=f"language:{code}") for code, name in LANGUAGES
    ]
    return [asdict(command) for command in found]
