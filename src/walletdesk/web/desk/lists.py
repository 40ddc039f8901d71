"""The desk's lists: pages, fragments for htmx, and what became of rows that changed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from walletdesk.conversations.filters import PARTS, read_filter, write_filter
from walletdesk.conversations.queries.lists import (
    desk_state,
    get_conversations_for,
    list_conversations,
    standing_in,
)
from walletdesk.conversations.types import DeskState, Filter, View
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk import filtering, present, promises, rules, shell, wording
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page


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
    """Return the list of a view, and the counts and saved filters of the rail."""
    chosen = filter_asked(request)
    context = _list(request, view, chosen) | {"view": view, "swap_counts": True}
    return render(request, "desk/_list.html", context)


@require_safe
@staff_call
def rows(request: StaffRequest) -> HttpResponse:
    """Return the next page of a list: `view`, a filter, `after` as the page before named it."""
    view, chosen = _view_asked(request), filter_asked(request)
    after = rules.read_cursor(request.GET.get("after", ""))
    found, following = list_conversations(request.membership, view, after=after, chosen=chosen)
    context = {
        "view": view,
        "query": write_filter(chosen),
        "rows": present.rows_of(found, request.membership, view),
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
    found = get_conversations_for(member, request.GET.getlist("ref"))
    standing = standing_in(member, view, chosen, found)
    clocks = promises.badges(found)
    opened = next((c for c in found if c.ref == request.GET.get("open")), None)
    context = {
        "view": view,
        "query": write_filter(chosen),
        "rows": present.sorted_rows([c for c in found if c.pk in standing], member, view, clocks),
        "tabs": present.tabs(state.counts, view),
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
    state: DeskState = desk_state(request.membership)
    found, following = list_conversations(request.membership, view, chosen=chosen)
    query = write_filter(chosen)
    return {
        "cursor": state.cursor,
        "attention": state.attention,
        "saved": filtering.saved(state.saved, request.membership, view, query),
        "query": query,
        "rows": present.rows_of(found, request.membership, view),
        "next": rules.write_cursor(following),
        "tabs": present.tabs(state.counts, view),
        "empty": wording.empty(view),
        "listed": True,
    }
