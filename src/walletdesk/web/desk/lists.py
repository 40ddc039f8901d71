"""The desk's lists: pages, fragments for htmx, and what became of rows that changed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from walletdesk.conversations.filters import PARTS, read_filter, write_filter
from walletdesk.conversations.queries.lists import (
    changed_conversations,
    desk_state,
    list_conversations,
)
from walletdesk.conversations.types import DeskState, Filter, View
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk import filtering, present, promises, rules, shell, wording
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.row_html import lines


@require_safe
@staff_page
def home(request: StaffRequest) -> HttpResponse:
    """Lead to the view in which this person worked last, else to the queue."""
    last = request.membership.preferences.get("view")
    return redirect("desk:list", view=View(last) if last in list(View) else View.QUEUE)


@require_safe
@staff_page
def list_page(request: StaffRequest, view: View) -> HttpResponse:
    """Show a view with nothing open."""
    chosen = filter_asked(request)
    context = _list(request, view, chosen)
    return render(request, "desk/page.html", shell.shell(request, view, chosen) | context)


@require_safe
@staff_call
def list_fragment(request: StaffRequest, view: View) -> HttpResponse:
    """Return the list of a view, its head, and the counts and saved filters of the rail."""
    chosen = filter_asked(request)
    context = _list(request, view, chosen)
    context |= {"view": view, "view_name": wording.view(view), "swap_counts": True}
    return render(request, "desk/_list.html", context)


@require_safe
@staff_call
def rows(request: StaffRequest) -> HttpResponse:
    """Return the next page of a list: `view`, a filter, `after` as the page before named it."""
    view, chosen = _view_asked(request), filter_asked(request)
    after = rules.read_cursor(request.GET.get("after", ""))
    found, following = list_conversations(request.membership, view, after=after, chosen=chosen)
    query = write_filter(chosen)
    context = {
        "view": view,
        "query": query,
        "lines": lines(present.rows_of(found, request.membership, view), view, query),
        "next": rules.write_cursor(following),
    }
    return render(request, "desk/_rows.html", context)


@require_safe
@staff_call
def changed(request: StaffRequest) -> HttpResponse:
    """Return what became of the conversations named by `ref`: those that stand in `view` as rows.

    The head of the open one (`open`), the counts and fresh messages to tell of come along.
    """
    view, chosen = _view_asked(request), filter_asked(request)
    member = request.membership
    state = desk_state(member)
    found = changed_conversations(member, view, chosen, request.GET.getlist("ref"))
    clocks = promises.badges(found)
    opened = next((c for c in found if c.ref == request.GET.get("open")), None)
    standing = [one for one in found if one.stands]  # type: ignore[attr-defined]  # it sets it
    shown = present.sorted_rows(standing, member, view, clocks)
    context = {
        "lines": lines(shown, view, write_filter(chosen)),
        "tabs": present.tabs(state.counts, view),
        "above": present.above(state.above),
        "attention": state.attention,
        "alerts": present.alerts(found, member),
        "head": present.head(opened, member, clocks) if opened else None,
    }
    return render(request, "desk/_changed.html", context)


def filter_asked(request: StaffRequest) -> Filter:
    """Return the filter of an address. Raises BadInput."""
    return read_filter({name: request.GET.getlist(name) for name in PARTS})


def _view_asked(request: StaffRequest) -> View:
    try:
        return View(request.GET.get("view", ""))
    except ValueError:
        raise BadInput(view="name") from None


def _list(request: StaffRequest, view: View, chosen: Filter) -> dict[str, Any]:
    """Read a list and its counts. The cursor is read first: what comes later is told live."""
    state: DeskState = desk_state(request.membership, chosen)
    found, following = list_conversations(request.membership, view, chosen=chosen)
    query = write_filter(chosen)
    return {
        "cursor": state.cursor,
        "attention": state.attention,
        "saved": filtering.saved(state.saved, request.membership, view, query),
        "query": query,
        "chips": filtering.chips(chosen, request.membership, view, state.names),
        "lines": lines(present.rows_of(found, request.membership, view), view, query),
        "next": rules.write_cursor(following),
        "tabs": present.tabs(state.counts, view),
        "above": present.above(state.above),
        "empty": wording.empty(view),
        "listed": True,
    }
