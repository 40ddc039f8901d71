"""The wall: what waits, what is at risk, who is here, and what the day brought. Live."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.wall import Hour, Queue, flow_today, queues_by, running_of, waited
from walletdesk.escalation.queries import count_at_levels
from walletdesk.kit import clock
from walletdesk.routing.queries import agents_now
from walletdesk.routing.types import AgentNow, Presence
from walletdesk.sla.queries import hours_of
from walletdesk.sla.queries.clocks import at_risk
from walletdesk.web.desk import present, rules, wording
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.availability import presence_word
from walletdesk.web.desk.settings.frame import frame_context

CHART_HEIGHT, BAR = 100, 9  # units of the chart; an hour is two bars and a gap wide
HOUR_WIDTH = 24
CHIPS = 8  # conversations of one person


@require_safe
@staff_page
def wall(request: StaffRequest) -> HttpResponse:
    """Show the wall to those who may move the work of others."""
    require_right(request.membership.role, Permission.CONVERSATION_REASSIGN)
    context = frame_context(request, None) | _now(request)
    context |= {"section_title": _("Wall"), "on_wall": True}
    return render(request, "desk/wall/wall.html", context)


@require_safe
@staff_call
def now(request: StaffRequest) -> HttpResponse:
    """Return what the wall shows at this moment."""
    require_right(request.membership.role, Permission.CONVERSATION_REASSIGN)
    return render(request, "desk/wall/_now.html", _now(request))


def _now(request: StaffRequest) -> dict[str, Any]:
    brand = request.membership.brand
    hours = hours_of(brand)
    zone = hours.zone if hours else "UTC"
    by_urgency = queues_by(brand, "urgency")
    running = running_of(request.membership)
    people = [person(one, running.get(one.membership_id, [])) for one in agents_now(brand)]
    people.sort(key=lambda one: (one["rank"], -one["agent"].load, one["agent"].name))
    flow = flow_today(brand, zone)
    return {
        "tiles": _tiles(brand, by_urgency, running, people),
        "parts": _parts(brand, by_urgency),
        "people": people,
        "chart": chart(flow),
        "zone": zone,
        "at": clock.now(),
    }


@dataclass(frozen=True, slots=True)
class Tile:
    """One large number: `tone` is "", warn or danger."""

    name: str
    value: str
    about: str = ""
    tone: str = ""
    url: str = ""


def _tiles(
    brand: Brand,
    queue: list[Queue],
    running: dict[int, list[Conversation]],
    people: list[dict[str, Any]],
) -> list[Tile]:
    risk = at_risk(brand)
    # Who has an agent and no answer waits as well, often longest of all.
    unanswered = [one.waiting_since for talks in running.values() for one in talks]
    waits = [waited(since) for since in (*(q.since for q in queue), *unanswered) if since]
    longest = max(waits, default=timedelta(0))
    online = sum(one["agent"].presence == Presence.ONLINE for one in people)
    raised = sum(count_at_levels(brand).values())
    return [
        Tile(_("Waiting"), str(sum(one.waiting for one in queue)), url="/desk/queue/"),
        Tile(
            _("Longest wait"),
            wording.age(longest) if waits else "–",
            tone=_tone(longest),
        ),
        Tile(_("Promises at risk"), str(risk.warned), tone="warn" if risk.warned else ""),
        Tile(_("Promises broken"), str(risk.breached), tone="danger" if risk.breached else ""),
        Tile(_("Escalated"), str(raised), tone="warn" if raised else "", url="/desk/escalated/"),
        Tile(_("Online"), str(online), _("of %(n)s") % {"n": len(people)}),
    ]


def _tone(wait: timedelta) -> str:
    if wait >= present.TOO_LONG_WAIT:
        return "danger"
    return "warn" if wait >= present.LONG_WAIT else ""


def _parts(brand: Brand, by_urgency: list[Queue]) -> list[dict[str, Any]]:
    teams = [(one.code or _("No team"), one) for one in queues_by(brand, "team")]
    urgencies = [(wording.urgency(int(one.code)), one) for one in by_urgency]
    languages = [
        (present.language_name(one.code) if one.code else _("Not known yet"), one)
        for one in queues_by(brand, "language")
    ]
    return [
        {"name": _("By team"), "rows": _bars(teams)},
        {"name": _("By urgency"), "rows": _bars(urgencies)},
        {"name": _("By language"), "rows": _bars(languages)},
    ]


def _bars(rows: list[tuple[str, Queue]]) -> list[dict[str, Any]]:
    most = max((one.waiting for _name, one in rows), default=1)
    return [
        {
            "name": name,
            "waiting": one.waiting,
            "width": round(100 * one.waiting / most),
            "age": wording.age(waited(one.since)),
            "tone": _tone(waited(one.since)),
        }
        for name, one in rows
    ]


RANKS = {Presence.ONLINE: 0, Presence.WRAP_UP: 1, Presence.AWAY: 2, Presence.OFF: 3}


def person(agent: AgentNow, running: list[Conversation]) -> dict[str, Any]:
    """Return a member of staff as the wall shows them: how they are here, and with what."""
    return {
        "agent": agent,
        "rank": RANKS[agent.presence],
        "presence": presence_word(agent.presence),
        "initials": rules.initials(agent.name),
        "tone": rules.tone(agent.name),
        "running": [
            {
                "ref": one.ref,
                "label": one.contact.name,
                "age": wording.age(waited(one.waiting_since)) if one.waiting_since else "",
                "tone": _tone(waited(one.waiting_since)),
            }
            for one in running[:CHIPS]
        ],
        "more": max(0, len(running) - CHIPS),
    }


def chart(flow: list[Hour]) -> dict[str, Any]:
    """Return the day's chart: bars in units of the picture, and the rows of its table."""
    most = max(max(one.came, one.settled) for one in flow) or 1
    bars = []
    for one in flow:
        for place, (kind, n) in enumerate((("came", one.came), ("settled", one.settled))):
            height = round(CHART_HEIGHT * n / most, 1)
            bars.append(
                {
                    "kind": kind,
                    "x": one.hour * HOUR_WIDTH + 2 + place * (BAR + 1),
                    "y": CHART_HEIGHT - height,
                    "height": height,
                    "title": f"{one.hour:02}:00 – {n}",
                }
            )
    return {
        "bars": bars,
        "width": HOUR_WIDTH * len(flow),
        "height": CHART_HEIGHT,
        "bar": BAR,
        "most": most,
        "hours": [(hour * HOUR_WIDTH + 1, f"{hour:02}") for hour in range(0, len(flow), 3)],
        "rows": [one for one in flow if one.came or one.settled],
        "came": sum(one.came for one in flow),
        "settled": sum(one.settled for one in flow),
    }
