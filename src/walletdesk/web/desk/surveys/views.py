"""What the answers say, and the follow-ups of low ones."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.conversations.disclosures.rules import write_csv
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.safety import guard
from walletdesk.surveys import results
from walletdesk.surveys.actions.following import settle_follow_up, take_follow_up
from walletdesk.surveys.models import FollowUp, Response
from walletdesk.surveys.queries import (
    get_follow_up_for,
    leads,
    list_follow_ups,
    open_follow_ups,
)
from walletdesk.surveys.rules import NOTE_LENGTH
from walletdesk.surveys.stats import ENOUGH
from walletdesk.surveys.types import FollowUpState
from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.common.survey_words import questions
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.settings.frame import frame_context, tell
from walletdesk.web.desk.surveys.chart import drawing
from walletdesk.web.desk.topic_names import topics_of

LARGEST = 2**63 - 1
FIELDS = ("by", "name", "answers", "satisfied", "share", "low", "high")


@require_safe
@staff_page
def page(request: StaffRequest) -> HttpResponse:
    """Show the answers of a period: agents their own, who leads all."""
    membership, days, theme = request.membership, _days(request), _theme(request)
    since = results.period(days)
    context = _frame(request, _("Surveys")) | {
        "days": days,
        "periods": results.PERIODS,
        "theme": theme,
        "enough": ENOUGH,
        "summary": results.summary(membership, since),
        "questions": questions(),
        "tables": _tables(request, since),
        "chart": drawing(results.weeks(membership, since)),
        "themes": results.themes(membership, since),
        "comments": [_comment(each) for each in results.comments(membership, since, theme=theme)],
    }
    return render(request, "desk/surveys/results.html", context)


def _frame(request: StaffRequest, title: str) -> dict[str, Any]:
    return frame_context(request, None) | {
        "section_title": title,
        "on_surveys": True,
        "leads": leads(request.membership),
        "waiting": open_follow_ups(request.membership),
    }


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return next((days for days in results.PERIODS if str(days) == asked), results.PERIODS[1])


def _theme(request: HttpRequest) -> int | None:
    asked = request.GET.get("theme", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 20
    return int(asked) if is_number and int(asked) <= LARGEST else None


def _tables(request: StaffRequest, since: Any) -> list[dict[str, Any]]:
    """Return the tables, named for people. Who does not lead sees no comparison of colleagues."""
    titles = {
        "agent": _("By agent"),
        "team": _("By team"),
        "topic": _("By topic"),
        "channel": _("By channel"),
    }
    chosen = titles if leads(request.membership) else ("topic", "channel")
    topics = dict(topics_of(request.membership.brand))
    return [
        {
            "code": code,
            "title": titles[code],
            "rows": [
                {"row": row, "name": _name(code, row, topics)}
                for row in results.by(request.membership, code, since)
            ],
        }
        for code in chosen
    ]


def _name(code: str, row: results.Row, topics: dict[str, str]) -> str:
    if code == "topic":
        return topics.get(row.name, row.name) if row.name else _("No topic")
    if code == "channel":
        return wording.channel(row.name)
    nobody = {"agent": _("Nobody: the bot alone"), "team": _("No team")}
    return row.name or nobody[code]


def _comment(row: Response) -> dict[str, Any]:
    return {
        "row": row,
        "text": words_for_tokens(row.comment),
        "agent": row.agent.user.name if row.agent else "",
        "channel": wording.channel(row.channel),
    }


@require_safe
@staff_page
def table(request: StaffRequest) -> HttpResponse:
    """Give the tables as CSV: sums only, nothing of a single customer. For who leads."""
    if not leads(request.membership):
        raise NotFound
    days = _days(request)
    records = [
        _record(each["code"], one["name"], one["row"])
        for each in _tables(request, results.period(days))
        for one in each["rows"]
    ]
    record_audit(
        brand=request.membership.brand,
        actor=request.membership,
        action="surveys.table",
        detail={"days": days, "rows": len(records)},
    )
    return HttpResponse(
        write_csv(FIELDS, records),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="surveys-{days}-days.csv"'},
    )


def _record(code: str, name: str, row: results.Row) -> dict[str, str]:
    known = {"by": code, "name": name, "answers": str(row.answers)}
    if row.share is None:
        return known
    return known | {
        "satisfied": str(row.satisfied),
        "share": f"{row.share.value:.3f}",
        "low": f"{row.share.low:.3f}",
        "high": f"{row.share.high:.3f}",
    }


# --- follow-ups ---------------------------------------------------------------------------


@require_safe
@staff_page
def follow_ups(request: StaffRequest) -> HttpResponse:
    """List what low scores ask somebody to look at."""
    return _listed(request, done=request.GET.get("done") == "1")


def _listed(
    request: StaffRequest, *, done: bool = False, wrong: str = "", status: int = 200
) -> HttpResponse:
    rows = list_follow_ups(request.membership, done=done)
    context = _frame(request, _("Follow-ups")) | {
        "done": done,
        "wrong": wrong,
        "length": NOTE_LENGTH,
        "rows": [_row(each) for each in rows],
    }
    return render(request, "desk/surveys/follow_ups.html", context, status=status)


def _row(each: FollowUp) -> dict[str, Any]:
    return _comment(each.response) | {
        "follow_up": each,
        "scores": [
            (text, score)
            for code, text in questions().items()
            if (score := getattr(each.response, code)) is not None
        ],
        "note": words_for_tokens(each.note),
        "free": each.state == FollowUpState.OPEN,
    }


@require_POST
@staff_page
def take(request: StaffRequest, ref: str) -> HttpResponse:
    """Take a follow-up."""
    found = get_follow_up_for(request.membership, ref)
    take_follow_up(follow_up=found, membership=request.membership)
    tell(request, _("It is yours now"))
    return redirect("desk:survey_follow_ups")


@require_POST
@staff_page
def settle(request: StaffRequest, ref: str) -> HttpResponse:
    """Settle a follow-up with a note of what came of it."""
    found = get_follow_up_for(request.membership, ref)
    note = request.POST.get("note", "").replace("\x00", "").strip()
    try:
        note.encode()
        settle_follow_up(
            follow_up=found, membership=request.membership, note=guard.check(note).safe
        )
    except (BadInput, UnicodeEncodeError):
        return _listed(request, wrong=found.ref, status=422)
    tell(request, _("Settled"))
    return redirect("desk:survey_follow_ups")
