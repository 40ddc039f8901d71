"""The words of the search field: values that operators take, completion, complaints."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import colleagues_who_answer, teams_of
from walletdesk.conversations.prepared import tags_of
from walletdesk.conversations.search.resolve import STANDING, simple
from walletdesk.conversations.search.types import Name, Problem
from walletdesk.conversations.types import Status
from walletdesk.web.desk import present, wording

# How an operator is written in the reader's language; all spellings are always understood.
SPELLED: dict[str, dict[Name, str]] = {
    "zh-hans": {
        Name.FROM: "来自",
        Name.BEFORE: "之前",
        Name.AFTER: "之后",
        Name.TOPIC: "主题",
        Name.IS: "状态",
        Name.TAG: "标签",
        Name.CHANNEL: "渠道",
        Name.LANG: "语言",
        Name.HAS: "包含",
        Name.ASSIGNED: "负责人",
        Name.TEAM: "团队",
        Name.TICKET: "工单",
    },
    "es": {
        Name.FROM: "de",
        Name.BEFORE: "antes",
        Name.AFTER: "después",
        Name.TOPIC: "tema",
        Name.IS: "estado",
        Name.TAG: "etiqueta",
        Name.CHANNEL: "canal",
        Name.LANG: "idioma",
        Name.HAS: "tiene",
        Name.ASSIGNED: "asignado",
        Name.TEAM: "equipo",
        Name.TICKET: "solicitud",
    },
}


# customer, agent, bot, me, nobody, today, yesterday
SAID = {
    "zh-hans": ("客户", "客服", "机器人", "我", "无人", "今天", "昨天"),
    "es": ("cliente", "agente", "bot", "yo", "nadie", "hoy", "ayer"),
}
SAID_IN_ENGLISH = ("customer", "agent", "bot", "me", "nobody", "today", "yesterday")


def known_values(membership: Membership) -> dict[Name, dict[str, str]]:
    """Return for each operator with fixed values what can be typed → its code.

    Codes can be typed in any language, names in the reader's.
    """
    languages = {code: present.language_name(code) for code in membership.brand.languages}
    return {
        Name.TOPIC: _both(dict(wording.topics())),
        Name.CHANNEL: _both({code: wording.channel(code) for code in wording.CHANNELS}),
        Name.LANG: _both(languages) | {code.split("-")[0]: code for code in languages},
        Name.IS: _both(_standings()),
        Name.HAS: _both(
            {"file": _("File"), "picture": _("Picture"), "link": _("Link")},
        ),
    }


def _both(names: dict[str, str]) -> dict[str, str]:
    by_name = {simple(name): code for code, name in names.items()}
    return by_name | {simple(code): code for code in names}


def _standings() -> dict[str, str]:
    own = {
        "unassigned": _("Unassigned"),
        "verified": _("Verified"),
        "unverified": _("Not verified"),
        "urgent": _("Urgent"),
        "note": _("Note"),
    }
    statuses = {str(s): wording.status(s) for s in Status if str(s) in STANDING}
    return statuses | own


def operators() -> list[dict[str, str]]:
    """Return the operators with what they do, for help and completion."""
    spelled = SPELLED.get(get_language() or "", {})
    about = {
        Name.FROM: (_("Who wrote it"), _("customer, agent, bot, me or a colleague")),
        Name.BEFORE: (_("Before a day"), "2026-03-14, 2026-03, 7d"),
        Name.AFTER: (_("From a day on"), "2026-03-14, 2026-03, 7d"),
        Name.TOPIC: (_("Topic"), wording.topic("tx_pending")),
        Name.IS: (_("Status"), _("open, resolved, unassigned, urgent, note")),
        Name.TAG: (_("Tag"), ""),
        Name.CHANNEL: (_("Channel"), wording.channel("chat")),
        Name.LANG: (_("Language"), "zh, en, es"),
        Name.HAS: (_("Holds"), _("file, picture, link")),
        Name.ASSIGNED: (_("Assigned to"), _("me, nobody or a colleague")),
        Name.TEAM: (_("Team"), ""),
        Name.TICKET: (_("Ticket number"), "K7M-2QD"),
    }
    return [
        {"name": f"{spelled.get(name, name)}:", "about": title, "example": example}
        for name, (title, example) in about.items()
    ]


def completion(membership: Membership) -> dict[str, Any]:
    """Return what the field offers: operators, and for each what can stand after it."""
    known = known_values(membership)
    said = SAID.get(get_language() or "", SAID_IN_ENGLISH)
    me, nobody, today, yesterday = said[3:]
    people = [each.user.name for each in colleagues_who_answer(membership)]
    values: dict[Name, list[str] | tuple[str, ...]] = {
        Name.FROM: (*said[:4], *people),
        Name.BEFORE: (today, "7d", "30d", "1y"),
        Name.AFTER: (today, yesterday, "7d", "30d"),
        Name.TOPIC: [name for _code, name in wording.topics()],
        Name.CHANNEL: [wording.channel(code) for code in wording.CHANNELS],
        Name.LANG: list(membership.brand.languages),
        Name.IS: list(_standings().values()),
        Name.HAS: list(dict.fromkeys(known[Name.HAS])),
        Name.TAG: [tag.name for tag in tags_of(membership.brand)],
        Name.ASSIGNED: (me, nobody, *people),
        Name.TEAM: [team.name for team in teams_of(membership)],
        Name.TICKET: (),
    }
    offered = [
        {"name": told["name"], "about": told["about"], "values": list(values[name])}
        for name, told in zip(Name, operators(), strict=True)
    ]
    return {"operators": offered}


def complaint(problem: Problem) -> str:
    """Say why a part of a query cannot be used, and what can."""
    name = SPELLED.get(get_language() or "", {}).get(
        problem.part.name or Name.IS, problem.part.name
    )
    fields = {
        "name": name or "",
        "value": problem.part.text,
        "choices": ", ".join(problem.choices),
        "most": problem.choices[0] if problem.choices else "",
    }
    texts = {
        "no_value": _("Something must stand after “%(name)s:”."),
        "not_a_day": _("“%(value)s” is not a day. Write 2026-03-14, 2026-03, 7d or yesterday."),
        "not_excludable": _("“%(name)s:” cannot be excluded with a minus."),
        "too_long": _("That is too long to search for: at most %(most)s characters."),
        "too_many": _("That is too much at once: at most %(most)s words."),
    }
    if problem.code == "unknown_value":
        if not problem.choices:
            return _("“%(name)s:” does not know “%(value)s”.") % fields
        return _("“%(name)s:” does not know “%(value)s”. Possible: %(choices)s") % fields
    return texts[problem.code] % fields
