"""The status page of a ticket. Its address is the only credential, so no cookie is read here.

Who has the address sees this ticket and nothing else of its customer. Every look asks again
whether the secret still counts.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.complaints.actions.deciding import note_addition
from walletdesk.contacts.models import ContactSession
from walletdesk.conversations.actions.customer import finish_conversation, rate_conversation
from walletdesk.conversations.actions.refusals import WrongState
from walletdesk.conversations.tickets.actions.opening import NotTaken
from walletdesk.conversations.tickets.actions.page import (
    add_to_ticket,
    confirm_address,
    follow_ticket,
    replace_link,
    shut_page,
)
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.tickets.queries import (
    current_conversation,
    cursor_of,
    get_confirmation,
    get_ticket_by_token,
)
from walletdesk.conversations.types import Status
from walletdesk.kit.errors import NotFound
from walletdesk.kit.limits.actions import TooMany
from walletdesk.safety import guard
from walletdesk.web.common import ticket_words as wording
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.languages import choose_language
from walletdesk.web.files.upload import receive
from walletdesk.web.portal.complaint_showing import complaint_shown
from walletdesk.web.portal.frame import frame, private
from walletdesk.web.portal.mailing import mailer
from walletdesk.web.portal.showing import shown

COMMENT_LENGTH = 1_000
FILES = 10

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Ticket, P], HttpResponse]


def ticket_page(view: View[[]]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Open a view to who knows a ticket's secret, in their language; everybody else gets 404."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        allow(request, "status")
        ticket = get_ticket_by_token(token)
        follow_ticket(ticket=ticket)
        asked = request.POST.get("language") or request.GET.get("language")
        with translation.override(_language(request, ticket, asked)):
            return private(view(request, ticket))

    return opened


def _language(request: HttpRequest, ticket: Ticket, asked: str | None) -> str:
    return choose_language(ticket.brand, asked or ticket.conversation.language, request)


@require_safe
@ticket_page
def page(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Show how far a ticket is and what was said."""
    return _show(request, ticket)


def _show(
    request: HttpRequest,
    ticket: Ticket,
    *,
    problem: str = "",
    text: str = "",
    status: int = 200,
    secret: bool = False,
) -> HttpResponse:
    language = translation.get_language() or ticket.brand.default_language
    context = frame(request, ticket.brand, language) | shown(request, ticket, language)
    context |= complaint_shown(ticket, request.path)
    context |= {
        "problem": wording.problem(problem) if problem else "",
        "text": text,
        "secret": secret,
        "client_id": uuid4(),
    }
    return render(request, "portal/status.html", context, status=status)


@require_POST
@ticket_page
def add(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Add a message, with files that were uploaded before; it reopens a solved ticket."""
    text = request.POST.get("text", "").replace("\x00", "").replace("\r\n", "\n").strip()
    try:
        text.encode()
        client_id = UUID(request.POST.get("id", ""))
    except ValueError:
        return _show(request, ticket, problem="bad_text", status=422)
    files = tuple(request.POST.getlist("files")[:FILES])
    try:
        allow(request, "ticket-add", device=ticket.pk)
        secrets = add_to_ticket(ticket=ticket, client_id=client_id, text=text, files=files)
    except NotTaken as refused:
        return _not_added(request, ticket, text, str(refused.fields["why"]))
    except TooMany:
        return _not_added(request, ticket, text, "too_many")
    note_addition(ticket=ticket)
    if secrets:
        return _show(request, _again(ticket), secret=True)
    return _back(request)


def _not_added(request: HttpRequest, ticket: Ticket, text: str, why: str) -> HttpResponse:
    """Show the page with what was typed, secrets masked."""
    kept = guard.check(text).safe.text
    code = "required" if why == "empty" else why
    return _show(request, ticket, problem=code, text=kept, status=422)


@require_POST
@ticket_page
def upload(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Take in one file of the page, as the chat does: it waits for the message that names it."""
    session = _session(ticket)
    return JsonResponse(receive(request, contact=session.contact, by=session), status=201)


def _session(ticket: Ticket) -> ContactSession:
    if ticket.session is None:
        raise NotFound
    return ticket.session


@require_POST
@ticket_page
def solved(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Settle the ticket, as its customer says."""
    allow(request, "ticket-add", device=ticket.pk)
    finish_conversation(conversation=current_conversation(ticket))
    return _back(request)


@require_POST
@ticket_page
def rate(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Rate what was settled, 1 to 5. The comment goes through the guard like any message."""
    allow(request, "ticket-add", device=ticket.pk)
    score = request.POST.get("score", "")
    comment = request.POST.get("comment", "").replace("\x00", "").strip()[:COMMENT_LENGTH]
    if score not in {"1", "2", "3", "4", "5"}:
        return _show(request, ticket, problem="required", status=422)
    try:
        comment.encode()
        rate_conversation(
            conversation=current_conversation(ticket),
            score=int(score),
            comment=guard.check(comment).safe,
        )
    except UnicodeEncodeError:
        return _show(request, ticket, problem="bad_text", status=422)
    except WrongState:
        return _back(request)
    return _back(request)


@require_POST
@ticket_page
def new_link(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Make the address worthless and lead to a new one."""
    allow(request, "ticket-add", device=ticket.pk)
    token = replace_link(ticket=ticket)
    return _to(reverse("portal:status", args=[token]))


@require_POST
@ticket_page
def shut(request: HttpRequest, ticket: Ticket) -> HttpResponse:  # noqa: ARG001 - a view
    """Shut the page for good."""
    shut_page(ticket=ticket)
    return _to(reverse("portal:form", args=[ticket.brand.slug]))


@require_safe
@ticket_page
def state(request: HttpRequest, ticket: Ticket) -> HttpResponse:  # noqa: ARG001 - a view
    """Say whether something is new: the page asks now and then."""
    current = current_conversation(ticket)
    status = Status.OPEN if current.status == Status.SNOOZED else current.status
    return JsonResponse({"cursor": cursor_of(current), "status": str(status)})


def _again(ticket: Ticket) -> Ticket:
    ticket.conversation.refresh_from_db()
    return ticket


def _back(request: HttpRequest) -> HttpResponse:
    """Lead back to the page, so that a reload sends nothing twice."""
    return _to(request.path.rpartition("/")[0] + "/")


def _to(path: str) -> HttpResponse:
    response = redirect(f"{path}?language={translation.get_language()}")
    response.status_code = 303
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, then confirm: programs that look at mails open links, and they press no button."""
    allow(request, "status")
    found = get_confirmation(token)
    ticket = found.ticket
    asked = request.POST.get("language") or request.GET.get("language")
    language = _language(request, ticket, asked)
    with translation.override(language):
        done = request.method == "POST"
        if done:
            with transaction.atomic():
                mailer().confirmed(confirm_address(token=token).identity)
        context: dict[str, Any] = frame(request, ticket.brand, language) | {"done": done}
        return private(render(request, "portal/confirm.html", context))
