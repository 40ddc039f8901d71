"""Words for the audit trail: what was done, to whom, and what was odd."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from walletdesk.accounts.watch import rules
from walletdesk.accounts.watch.types import AlarmKind
from walletdesk.web.desk.trail_actions import ACTIONS

FILTERS = ("person", "action", "subject", "day")
GRAVE = {
    "contact.revealed",
    "contacts.exported",
    "alarm.raised",
    "member.locked",
    "contact.erased",
    "secret.asked",
}
SUBJECTS = ("conversation", "contact", "member", "export", "case", "complaint")
ALARMS = {
    AlarmKind.REVEALS: gettext_noop("Many reveals in an hour"),
    AlarmKind.HABIT: gettext_noop("More reveals than usual"),
    AlarmKind.OFF_SHIFT: gettext_noop("Reveals outside of working hours"),
    AlarmKind.OPENINGS: gettext_noop("Many conversations of others opened"),
    AlarmKind.SEARCHES: gettext_noop("Many searches"),
    AlarmKind.ASKING: gettext_noop("Asked a customer for a phrase, key, password or code"),
}


def action_name(code: str) -> str:
    """Return what was done in words; an unknown code stands for itself."""
    return _(ACTIONS[code]) if code in ACTIONS else code


def alarm_name(kind: str) -> str:
    """Return what was odd in words."""
    return _(ALARMS[AlarmKind(kind)]) if kind in set(AlarmKind) else kind


def alarm_about(count: int, bar: int) -> str:
    """Return how much of it there was and from which number on it counts."""
    return _("%(count)s times; an alarm from %(bar)s on") % {"count": count, "bar": bar}


def alarm_rules() -> list[str]:
    """Return the rules, so that everybody knows what is watched."""
    minutes = int(rules.WINDOW.total_seconds() // 60)
    counted = (
        (_("Reveals"), 60, rules.REVEALS_PER_HOUR),
        (_("Opening conversations of others"), minutes, rules.OPENINGS),
        (_("Searches"), minutes, rules.SEARCHES),
    )
    several = _(
        "%(what)s: alarm from %(first)s in %(minutes)s minutes, locked out from %(second)s."
    )
    return [
        *(
            several % {"what": what, "first": first, "minutes": window, "second": second}
            for what, window, (first, second) in counted
        ),
        _(
            "Reveals outside of %(start)s:00 to %(end)s:00 and of the person's usual hours: "
            "alarm at once, locked out from %(second)s."
        )
        % {"start": rules.SHIFT_FROM, "end": rules.SHIFT_TO, "second": rules.OFF_SHIFT[1]},
        _("More than three times the person's usual reveals of a day: alarm."),
        _("Asking a customer for a phrase, key, password or code: not sent, alarm at once."),
        _("Supervisors may open and search three times as much before it counts."),
    ]


def subject_asked(text: str) -> str:
    """Return a subject as rows hold it; a bare name is that of a conversation."""
    if not text:
        return ""
    kind, colon, _name = text.partition(":")
    return text if colon and kind in SUBJECTS else f"conversation:{text.lower()}"


def subject_name(subject: str, name: str) -> str:
    """Return to whom or what it was done, in words."""
    kind, _colon, which = subject.partition(":")
    names = {
        "conversation": _("Conversation %(name)s"),
        "contact": _("Contact %(name)s"),
        "export": _("Export %(name)s"),
        "case": _("Security case %(name)s"),
        "complaint": _("Complaint %(name)s"),
        "brand": _("Brand"),
        "inbox": _("Inbox %(name)s"),
        "calendar": _("Hours %(name)s"),
        "article": _("Article %(name)s"),
        "macro": _("Macro %(name)s"),
        "tag": _("Tag %(name)s"),
        "team": _("Team %(name)s"),
        "file": _("File %(name)s"),
        "network": _("Network %(name)s"),
        "policy": _("Promise %(name)s"),
        "flow": _("Flow %(name)s"),
        "level": _("Level %(name)s"),
        "topic": _("Topic %(name)s"),
        "topic_example": _("Correction %(name)s"),
        "topic_version": _("Topics, version %(name)s"),
        "call": _("Call %(name)s"),
        "menu": _("Telephone menu %(name)s"),
        "prompt": _("Announcement %(name)s"),
        "mail": _("Mail %(name)s"),
        "mail_account": _("Mail account %(name)s"),
        "notice": _("Notice %(name)s"),
        "official": _("Entry %(name)s"),
        "link": _("Link %(name)s"),
        "identity_key": _("Key %(name)s"),
        "form": _("Ticket form"),
        "surveys": _("Surveys"),
    }
    if kind == "member" and name:
        return name
    return names[kind] % {"name": which} if kind in names else subject


def facts(action: str, detail: Mapping[str, Any]) -> list[str]:
    """Return further facts of an entry, in words."""
    told = []
    if action == "conversation.opened" and detail.get("mine") is False:
        told.append(_("not theirs"))
    if action == "contact.searched" and isinstance(found := detail.get("found"), int):
        told.append(ngettext("%(n)s found", "%(n)s found", found) % {"n": found})
    if detail.get("clear") is True:
        told.append(_("in clear"))
    if "days" in detail:
        told.append(str(detail["days"]))
    if "rows" in detail:
        told.append(_("%(n)s rows") % {"n": detail["rows"]})
    return told
