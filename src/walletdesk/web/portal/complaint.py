"""The public form of complaints, and what its complainant does on the secret page."""

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.complaints.actions.deciding import withdraw_complaint
from walletdesk.complaints.actions.opening import Lodged, lodge_complaint
from walletdesk.complaints.profiles import get_profile, in_language
from walletdesk.complaints.queries import complaint_of_ticket, get_letter, rules_of
from walletdesk.complaints.rules import FORM
from walletdesk.complaints.types import Category
from walletdesk.conversations.tickets.actions.opening import NotTaken
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.tickets.queries import form_of, get_ticket_by_token
from walletdesk.conversations.tickets.types import FieldKind, FieldSpec, OpenedTicket
from walletdesk.kit.errors import NotFound
from walletdesk.kit.limits.actions import TooMany
from walletdesk.safety import guard
from walletdesk.web.common import complaint_letters, complaint_words
from walletdesk.web.common import ticket_words as wording
from walletdesk.web.common.abuse import WorkNeeded, admit_new_session, allow
from walletdesk.web.common.languages import choose_language
from walletdesk.web.portal.frame import frame, private
from walletdesk.web.portal.reading import Filled, client_id_of, contact_of, plain, put_through
from walletdesk.web.portal.sending import send_ticket
from walletdesk.web.portal.status import ticket_page
from walletdesk.web.portal.views import HONEYPOT, code_of

TOPIC = "complaint"
LONG = ("description", "remarks")


@csrf_exempt  # no cookie says who writes: there is nothing that a foreign page could borrow
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, brand: str) -> HttpResponse:
    """Show the form, and take it. Only the description is needed: nobody has to use a form."""
    found = get_brand(brand)
    if not form_of(found).enabled:
        raise NotFound
    given = request.POST.get("language") or request.GET.get("language")
    language = choose_language(found, given, request)
    with translation.override(language):
        filled = Filled(TOPIC)
        if request.method == "POST":
            filled = _read(request)
            opened = _take(request, found, filled)
            if opened is not None:
                address = reverse("portal:status", args=[opened.token])
                response = redirect(f"{address}?language={language}")
                response.status_code = 303
                return response
        return _show(request, found, language, filled)


def _read(request: HttpRequest) -> Filled:
    """Put every field through the guard, together with those before it."""
    filled = Filled(TOPIC)
    before: list[str] = []
    for code, _kind, length in (field for group in FORM.values() for field in group):
        kind = FieldKind.TEXT if code in LONG else FieldKind.LINE
        spec = FieldSpec(code, kind, length, required=code == "description")
        value = plain(request.POST.get(code, ""), spec)
        if value is None:
            filled.problems[code] = "bad_text"
        else:
            put_through(filled, spec, value, before)
    email = filled.values.get("email", "")
    if email and "email" not in filled.problems:
        filled.contact = contact_of(email)
        if filled.contact[0] != "email":
            filled.problems["email"] = "contact"
    if request.POST.get(HONEYPOT):
        filled.problems[HONEYPOT] = "honeypot"
    return filled


def _take(request: HttpRequest, brand: Brand, filled: Filled) -> OpenedTicket | None:
    """Open the ticket and its complaint together; None when something is in the way."""
    if filled.problems:
        return None
    try:
        allow(request, "ticket")
        admit_new_session(request, brand, None)
        with transaction.atomic():
            opened = send_ticket(
                request,
                brand=brand,
                session=None,
                client_id=client_id_of(request),
                filled=_message(filled),
            )
            ticket = get_ticket_by_token(opened.token)
            lodge_complaint(ticket=ticket, lodged=_lodged(request, filled))
    except (WorkNeeded, TooMany, NotTaken) as refused:
        filled.problems["form"] = code_of(refused)
        return None
    return opened


def _message(filled: Filled) -> Filled:
    """Return the part that stands in the conversation: who complains does not."""
    shown = {code: filled.values[code] for code, _kind, _length in FORM["matter"]}
    lines = [shown.pop("description"), ""]
    for code, value in shown.items():
        if value:
            name = complaint_words.field_name(code)
            lines.append(_("%(label)s: %(value)s") % {"label": name, "value": value})
    text = "\n".join(lines).strip()
    return Filled(TOPIC, {"description": text}, contact=filled.contact)


def _lodged(request: HttpRequest, filled: Filled) -> Lodged:
    fields = [field for group in FORM.values() for field in group if field[0] != "description"]
    category = request.POST.get("category", "")
    return Lodged(
        fields=[
            (code, kind, guard.check(filled.values[code]).safe) for code, kind, _length in fields
        ],
        point=guard.check(filled.values["description"]).safe,
        category=Category(category) if category in set(Category) else Category.OTHER,
        by_representative=bool(filled.values["rep_name"]),
    )


def _show(request: HttpRequest, brand: Brand, language: str, filled: Filled) -> HttpResponse:
    profile = get_profile(rules_of(brand).profile)
    known = request.POST.get("id", "")
    chosen = request.POST.get("category", "")
    context: dict[str, Any] = frame(request, brand, language) | {
        "action": f"{reverse('portal:complaint', args=[brand.slug])}?language={language}",
        "basis": in_language(profile.basis, language),
        "bodies": profile.bodies,
        "groups": [
            {
                "code": group,
                "name": _(complaint_words.GROUPS[group]),
                "fields": [_field(code, length, filled) for code, _kind, length in fields],
                "open": any(filled.values.get(code) for code, _kind, _length in fields),
            }
            for group, fields in sorted(FORM.items(), key=lambda item: item[0] != "matter")
        ],
        "categories": complaint_words.choices(complaint_words.CATEGORIES),
        "category": chosen,
        "problems": [
            (f"f-{code}", _label(code),
             wording.problem(why))
            for code, why in filled.problems.items()
        ],
        "client_id": known if len(known) == 36 else str(uuid4()),
        "honeypot": HONEYPOT,
    }  # fmt: skip
    status = 422 if filled.problems else 200
    return render(request, "portal/complaint_form.html", context, status=status)


def _label(code: str) -> str:
    return complaint_words.field_name(code) if code in complaint_words.FIELDS else ""


def _field(code: str, length: int, filled: Filled) -> dict[str, Any]:
    wrong = filled.problems.get(code, "")
    return {
        "code": code,
        "kind": "text" if code in LONG else "line",
        "length": length,
        "required": code == "description",
        "label": complaint_words.field_name(code),
        "hint": "",
        "value": filled.values.get(code, ""),
        "problem": wording.problem(wrong) if wrong else "",
    }


# --- on the secret page ----------------------------------------------------------------------


@require_POST
@ticket_page
def withdraw(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Withdraw the complaint of a page."""
    found = complaint_of_ticket(ticket)
    if found is None:
        raise NotFound
    allow(request, "ticket-add", device=ticket.pk)
    withdraw_complaint(complaint=found)
    response = redirect(f"{request.path.rpartition('/')[0]}/?language={translation.get_language()}")
    response.status_code = 303
    return response


@require_safe
def letter(request: HttpRequest, token: str, ref: str) -> HttpResponse:
    """Show a letter in its complainant's own words; `?form=pdf` hands out the PDF."""
    allow(request, "status")
    ticket = get_ticket_by_token(token)
    found = complaint_of_ticket(ticket)
    if found is None:
        raise NotFound
    row = get_letter(found, ref)
    shown = complaint_letters.for_complainant(row)
    if request.GET.get("form") == "pdf":
        name = complaint_letters.file_name(row)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        answer = HttpResponse(
            complaint_letters.pdf(shown), content_type="application/pdf", headers=headers
        )
        return private(answer)
    with translation.override(row.language):
        context = frame(request, ticket.brand, row.language) | {
            "shown": shown,
            "back": reverse("portal:status", args=[token]),
            "copy_title": complaint_letters.copy_title(),
        }
        return private(render(request, "portal/letter.html", context))
