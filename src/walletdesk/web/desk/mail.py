"""A mail in the thread: its formatted version, and the original for owners."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from walletdesk.integrations.email.actions.quarantine import disclose_original
from walletdesk.integrations.email.html_view import formatted
from walletdesk.integrations.email.queries import get_mail_for, get_raw_for
from walletdesk.web.desk.access import StaffRequest, staff_call

# Nothing is fetched from anywhere, nothing runs, and the page around cannot be reached.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


@require_safe
@staff_call
def mail_html(request: StaffRequest, ref: str, seq: int) -> HttpResponse:
    """Show the formatted version of a mail, for the sandboxed frame in the thread."""
    html = formatted(get_mail_for(request.membership, ref, seq))
    page = render_to_string("desk/_mail_frame.html", {"html": html})
    response = HttpResponse(page)
    response.own_policy = POLICY  # type: ignore[attr-defined] # web/security.py reads it
    return response


@require_POST
@staff_call
def mail_original(request: StaffRequest, ref: str, seq: int) -> HttpResponse:
    """Hand out the original of a mail in a conversation: owners only, audited."""
    found = get_mail_for(request.membership, ref, seq)
    mail = get_raw_for(request.membership, found.ref)
    raw = disclose_original(actor=request.membership, mail=mail)
    response = HttpResponse(raw, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{mail.ref}.eml"'
    return response
