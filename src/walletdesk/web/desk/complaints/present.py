"""A complaint as its page shows it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.complaints import queries
from walletdesk.complaints.models import Complaint, ComplaintStep
from walletdesk.complaints.profiles import get_profile, in_language
from walletdesk.complaints.types import Finding, Outcome, State
from walletdesk.contacts.personal.queries import masked_data
from walletdesk.conversations.tickets.rules import spoken
from walletdesk.kit import clock
from walletdesk.safety.personal import TOKEN
from walletdesk.web.common import complaint_letters, complaint_words
from walletdesk.web.common.complaint_words import said
from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.desk.present import language_name

TONES = {
    State.RECEIVED: "warn",
    State.ACKNOWLEDGED: "accent",
    State.INVESTIGATING: "accent",
    State.CLOSED: "",
}
ENTRIES = {
    "opened": gettext_noop("Complaint opened"),
    "lodged": gettext_noop("Complaint came by the form"),
    "admitted": gettext_noop("Admitted"),
    "assigned": gettext_noop("Investigated by %(to)s"),
    "category": gettext_noop("Category: %(category)s"),
    "point": gettext_noop("A point was added"),
    "answered": gettext_noop("A point was answered"),
    "subject": gettext_noop("It is about conversation %(conversation)s too"),
    "not_subject": gettext_noop("It is not about conversation %(conversation)s"),
    "held": gettext_noop("The answer takes longer"),
    "letter": gettext_noop("Letter sent: %(kind)s"),
    "no_letter": gettext_noop("No letter: nobody is named who handles complaints"),
    "added": gettext_noop("The complainant added something"),
    "deadline_near": gettext_noop("Deadline is near: %(step)s. Told: %(told)s"),
    "deadline_missed": gettext_noop("Deadline was missed: %(step)s. Told: %(told)s"),
    "closed": gettext_noop("Complaint closed: %(outcome)s"),
}


def row(complaint: Any) -> dict[str, Any]:
    """Return a complaint as the list shows it; `next_due` comes from its query."""
    now, due = clock.now(), getattr(complaint, "next_due", None)
    return {
        "row": complaint,
        "number": spoken(complaint.number),
        "state": said(complaint_words.STATES, complaint.state),
        "tone": TONES[State(complaint.state)],
        "category": said(complaint_words.CATEGORIES, complaint.category),
        "outcome": said(complaint_words.OUTCOMES, complaint.outcome) if complaint.outcome else "",
        "due": due,
        "late": due is not None and due <= now,
        "investigator": complaint.investigator.user.name if complaint.investigator else "",
    }


def page(complaint: Complaint, membership: Membership) -> dict[str, Any]:
    """Return the context of a complaint's page."""
    profile = get_profile(complaint.profile)
    live = complaint.state != State.CLOSED
    works = live and may(membership.role, Permission.CONVERSATION_ANSWER)
    leads = live and may(membership.role, Permission.COMPLAINT_LEAD)
    mine = live and complaint.investigator_id == membership.pk
    steps = [_step(one) for one in queries.steps_of(complaint)]
    points = queries.points_of(complaint)
    return {
        **row(complaint),
        "complaint": complaint,
        "language_name": language_name(complaint.language),
        "profile": in_language(profile.names, get_language() or ""),
        "sources": profile.sources,
        "bodies": profile.bodies,
        "steps": steps,
        "fields": fields(complaint),
        "points": [_point(one) for one in points],
        "letters": [
            {"row": one, "title": complaint_letters.title_of(one)}
            for one in queries.letters_of(complaint)
        ],
        "subjects": queries.subjects_of(complaint),
        "alike": [row(one) for one in queries.decided_alike(complaint)],
        "entries": [_entry(one) for one in reversed(queries.entries_of(complaint))],
        "live": live,
        "works": works,
        "leads": leads,
        "mine": mine,
        "new": complaint.state == State.RECEIVED,
        "may_assign": leads and complaint.state != State.RECEIVED,
        "may_decide": mine and bool(points) and all(one.answer for one in points),
        "people": queries.investigators_for(complaint) if leads else [],
        "categories": complaint_words.choices(complaint_words.CATEGORIES),
        "findings": complaint_words.choices(complaint_words.FINDINGS),
        "outcomes": [
            (code, said(complaint_words.OUTCOMES, code))
            for code in (Outcome.UPHELD, Outcome.PARTLY, Outcome.NOT_UPHELD)
        ],
        "later": _later(complaint),
    }


def _later(complaint: Complaint) -> str:
    due = max((one.due_at for one in queries.steps_of(complaint)), default=clock.now())
    return (max(due, clock.now()) + timedelta(days=14)).date().isoformat()


def _step(one: ComplaintStep) -> dict[str, Any]:
    now = clock.now()
    return {
        "row": one,
        "name": said(complaint_words.STEPS, one.code),
        "done": one.done_at,
        "late": (one.done_at or now) > one.due_at,
        "near": one.done_at is None and one.warn_at <= now < one.due_at,
        "last_day": last_day(one.due_at),
    }


def last_day(due_at: datetime) -> datetime:
    """Return a moment of the day that ends with a deadline."""
    return due_at - timedelta(seconds=1)


def fields(complaint: Complaint) -> list[dict[str, str]]:
    """Return what was filled in, masked as everywhere; `item` names it in a reveal."""
    masks = {one.item: one.mask for one in masked_data(complaint.conversation.contact)}
    told = []
    for code, text in complaint.fields:
        token = TOKEN.fullmatch(text)
        item = f"{token.group(1)}:{token.group(2)}" if token else ""
        shown = masks.get(item) or words_for_tokens(text)
        told.append({"name": complaint_words.field_name(code), "text": shown, "item": item})
    return told


def _point(one: Any) -> dict[str, Any]:
    return {
        "row": one,
        "text": words_for_tokens(one.text),
        "answer": words_for_tokens(one.answer),
        "finding": said(complaint_words.FINDINGS, one.finding) if one.finding else "",
        "tone": {Finding.UPHELD: "ok", Finding.PARTLY: "warn"}.get(one.finding, ""),
    }


def _entry(one: Any) -> dict[str, Any]:
    words = {str(key): str(value) for key, value in one.detail.items()}
    names: dict[str, Any] = {
        "kind": complaint_words.LETTERS,
        "step": complaint_words.STEPS,
        "outcome": complaint_words.OUTCOMES,
        "category": complaint_words.CATEGORIES,
    }
    words |= {key: said(names[key], words[key]) for key in names if key in words}
    words["told"] = ", ".join(one.detail.get("told", ())) or _("nobody")
    text = _(ENTRIES[one.code]) % words if one.code in ENTRIES else one.code
    return {"what": text, "who": one.actor_name, "at": one.created_at}


def duration(seconds: float | None) -> str:
    """Return an average time in days, "–" without one."""
    if seconds is None:
        return "–"
    return _("%(number)s days") % {"number": f"{seconds / 86_400:.1f}"}


def figures(found: queries.Figures) -> dict[str, Any]:
    """Return the statistics in words."""
    return {
        "found": found,
        "steps": [
            {
                "name": said(complaint_words.STEPS, one.step),
                "row": one,
                "time": duration(one.seconds),
            }
            for one in found.steps
        ],
        "categories": _named(complaint_words.CATEGORIES, found.categories),
        "outcomes": _named(complaint_words.OUTCOMES, found.outcomes),
    }


def _named(words: Any, counted: dict[str, int]) -> list[tuple[str, int]]:
    return [(said(words, code), number) for code, number in counted.items()]
