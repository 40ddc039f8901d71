"""The list of complaints, the page of one, its letters."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.complaints import queries
from walletdesk.complaints.models import Complaint
from walletdesk.complaints.profiles import in_language, profiles
from walletdesk.complaints.queries import ComplaintFilter, get_complaint_for, get_letter
from walletdesk.complaints.types import Category
from walletdesk.kit.errors import DomainError
from walletdesk.safety import guard
from walletdesk.web.common import complaint_letters, complaint_words
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.complaints import present
from walletdesk.web.desk.posted import LONGEST
from walletdesk.web.desk.settings.frame import frame_context
from walletdesk.web.desk.settings.problems import problem
from walletdesk.web.errors import sentence

VIEWS = {
    "open": gettext_noop("Not closed"),
    "late": gettext_noop("Late"),
    "near": gettext_noop("Deadline near"),
    "mine": gettext_noop("Mine"),
    "closed": gettext_noop("Complaint closed"),
    "all": gettext_noop("All"),
}


@require_safe
@staff_page
def complaints(request: StaffRequest) -> HttpResponse:
    """List the complaints of the brand, what is due first on top."""
    return show_list(request)


def show_list(request: StaffRequest, refusal: DomainError | None = None) -> HttpResponse:
    """Render the list; a refusal of its settings stands above them."""
    view, category = request.GET.get("view", ""), request.GET.get("category", "")
    wanted = ComplaintFilter(
        view if view in queries.VIEWS else "open", category if category in set(Category) else ""
    )
    membership = request.membership
    counts = queries.count_complaints(membership)
    owner = may(membership.role, Permission.BRAND_EDIT)
    language = get_language() or ""
    context = frame_context(request, None) | {
        "rows": [present.row(one) for one in queries.list_complaints(membership, wanted)],
        "wanted": wanted,
        "views": [(code, _(name), counts.get(code)) for code, name in VIEWS.items()],
        "categories": complaint_words.choices(complaint_words.CATEGORIES),
        "section_title": _("Complaints"),
        "on_complaints": True,
        "leads": may(membership.role, Permission.COMPLAINT_LEAD),
        "owner": owner,
        "rules": queries.rules_of(membership.brand),
        "profiles": [(one.code, in_language(one.names, language)) for one in profiles().values()],
        "refused": refused(refusal) if refusal else "",
    }
    status = refusal.status if refusal else 200
    return render(request, "desk/complaints/list.html", context, status=status)


@require_safe
@staff_page
def complaint(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one complaint from its receipt to its end."""
    return show(request, get_complaint_for(request.membership, ref))


def show(
    request: StaffRequest, found: Complaint, refusal: DomainError | None = None, what: str = ""
) -> HttpResponse:
    """Render a complaint; a refusal stands above it, with what was typed."""
    context: dict[str, Any] = frame_context(request, None) | present.page(found, request.membership)
    context |= {
        "section_title": _("Complaint %(number)s") % {"number": context["number"]},
        "refused": refused(refusal) if refusal else "",
        "what": what,
        "typed": _typed(request) if refusal else {},
        "on_complaints": True,
    }
    status = refusal.status if refusal else 200
    return render(request, "desk/complaints/complaint.html", context, status=status)


def _typed(request: StaffRequest) -> dict[str, str]:
    """Return what was typed, to be shown again: secrets masked."""
    names = ("reasons", "remedies", "text", "point", "answer", "id")
    return {name: guard.check(request.POST.get(name, "")[:LONGEST]).safe.text for name in names}


@require_safe
@staff_page
def letter(request: StaffRequest, ref: str, letter_ref: str) -> HttpResponse:
    """Show a letter as it was sent, personal data masked; `?form=pdf` hands out the PDF."""
    row = get_letter(get_complaint_for(request.membership, ref), letter_ref)
    shown = complaint_letters.for_staff(row)
    if request.GET.get("form") == "pdf":
        return HttpResponse(
            complaint_letters.pdf(shown),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{row.ref}.pdf"'},
        )
    return show_letter(request, shown)


def show_letter(
    request: StaffRequest, shown: complaint_letters.Shown, *, draft: bool = False
) -> HttpResponse:
    """Render a letter as HTML; `draft`: it is not sent."""
    context = {
        "shown": shown,
        "draft": draft,
        "membership": request.membership,
        "copy_title": complaint_letters.copy_title(),
    }
    return render(request, "desk/complaints/letter.html", context)


def refused(error: DomainError) -> str:
    """Return why something was not done, as exactly as it is known."""
    reasons = {
        "out_of_range": _("This day does not fit: look at the dates above."),
        "phone": problem("phone"),
        "email": problem("email"),
        "required": problem("required"),
        "too_long": problem("too_long"),
        "too_many": problem("too_many"),
        "unknown": problem("unknown"),
        "bad_text": problem("control"),
    }
    codes = [str(value) for value in error.fields.values()]
    return next((reasons[code] for code in codes if code in reasons), sentence(error.code))
