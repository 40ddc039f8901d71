"""The statistics that the law asks for: a page, and the same as CSV."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.complaints.queries import Figures, figures_of
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.complaints.present import figures
from walletdesk.web.desk.settings.frame import frame_context


@require_safe
@staff_page
def report(request: StaffRequest) -> HttpResponse:
    """Show the statistics of complaints received from one day to another, both included."""
    require_right(request.membership.role, Permission.COMPLAINT_LEAD)
    today = clock.now().date()
    first = _day(request.GET.get("first", ""), date(today.year, 1, 1))
    last = _day(request.GET.get("last", ""), today)
    if last < first:
        raise BadInput(last="ends")
    since = datetime.combine(first, time(), UTC)
    until = datetime.combine(last, time(), UTC) + timedelta(days=1)
    found = figures_of(request.membership, since, until)
    if request.GET.get("form") == "csv":
        return _csv(found, first, last)
    context = frame_context(request, None) | figures(found)
    context |= {
        "section_title": _("Statistics of complaints"),
        "first": first,
        "last": last,
        "on_complaints": True,
    }
    return render(request, "desk/complaints/report.html", context)


def _day(typed: str, otherwise: date) -> date:
    if not typed:
        return otherwise
    try:
        found = date.fromisoformat(typed[:10])
    except ValueError:
        raise BadInput(day="unknown") from None
    if not 2000 <= found.year <= 2200:
        raise BadInput(day="unknown")
    return found


def _csv(found: Figures, first: date, last: date) -> HttpResponse:
    """Return the statistics for a program: stable codes, times in seconds."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(["group", "code", "measure", "value"])
    write(["period", "first", "day", first.isoformat()])
    write(["period", "last", "day", last.isoformat()])
    write(["complaints", "all", "received", found.received])
    write(["complaints", "all", "open", found.open])
    for one in found.steps:
        write(["step", one.step, "received", one.received])
        write(["step", one.step, "done", one.done])
        write(["step", one.step, "over_limit", one.late])
        write(["step", one.step, "average_seconds",
               "" if one.seconds is None else round(one.seconds)])  # fmt: skip
    for group, counted in (("category", found.categories), ("outcome", found.outcomes)):
        for code, number in counted.items():
            write([group, code, "complaints", number])
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="complaints-{first}-{last}.csv"',
            "Cache-Control": "no-store",
        },
    )
