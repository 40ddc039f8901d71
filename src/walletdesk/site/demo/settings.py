"""The demo brand's settings, from settings.toml: tags, macros, business hours, inboxes."""

import tomllib
from pathlib import Path
from typing import Any

from walletdesk.accounts.models import Membership, Team
from walletdesk.channels.actions import InboxDraft, create_inbox
from walletdesk.channels.types import InboxKind
from walletdesk.conversations.actions.macros import MacroDraft, create_macro
from walletdesk.conversations.actions.tags import create_tag
from walletdesk.sla.actions import CalendarDraft, SpecialDay, create_calendar, set_inbox_hours
from walletdesk.sla.actions.policies import load_usual_policies
from walletdesk.voice.actions.settings import connect_line

FILE = Path(__file__).parent / "settings.toml"


def load_settings(owner: Membership) -> None:
    """Set what an owner would set. The articles must be there: macros name them."""
    told: dict[str, Any] = tomllib.loads(FILE.read_text())
    tags = {tag["name"]: create_tag(actor=owner, **tag).pk for tag in told["tags"]}
    teams = dict(Team.objects.filter(brand=owner.brand).values_list("name", "pk"))
    for macro in told["macros"]:
        macro["tags"] = [tags[name] for name in macro.pop("tags", [])]
        macro["team"] = teams.get(macro.pop("team", ""))
        create_macro(actor=owner, draft=MacroDraft(**macro))
    calendars = {}
    for calendar in told["calendars"]:
        special = [SpecialDay(**day) for day in calendar.pop("special", [])]
        draft = CalendarDraft(special=special, **calendar)
        calendars[draft.name] = create_calendar(actor=owner, draft=draft)
    load_usual_policies(actor=owner)
    for inbox in told["inboxes"]:
        kind, hours = InboxKind(inbox.pop("kind")), inbox.pop("calendar", None)
        made = create_inbox(actor=owner, draft=InboxDraft(kind=kind, **inbox))
        if kind == InboxKind.PHONE:
            connect_line(actor=owner, inbox=made)
        if hours:
            set_inbox_hours(actor=owner, inbox=made, calendar=calendars[hours])
