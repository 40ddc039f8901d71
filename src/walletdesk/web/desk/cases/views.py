"""The list of security cases, and the page of one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from walletdesk.accounts.queries import teams_of
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.cases import queries
from walletdesk.cases.models import SecurityCase
from walletdesk.cases.queries import CaseFilter, get_case_for
from walletdesk.cases.types import CaseKind
from walletdesk.contacts.personal.queries import masked_identities
from walletdesk.kit.errors import DomainError
from walletdesk.web.common.personal import kind_name
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.cases import present, words
from walletdesk.web.desk.settings.frame import frame_context
from walletdesk.web.errors import sentence

LANGUAGES = (("zh-hans", "简体中文"), ("en", "English"), ("es", "Español"))


@require_safe
@staff_page
def cases(request: StaffRequest) -> HttpResponse:
    """List the cases of the brand: `view` and `kind` narrow it."""
    view, kind = request.GET.get("view", ""), request.GET.get("kind", "")
    wanted = CaseFilter(
        view if view in queries.VIEWS else "open", kind if kind in set(CaseKind) else ""
    )
    membership = request.membership
    counts = queries.count_cases(membership)
    owner = may(membership.role, Permission.BRAND_EDIT)
    context = frame_context(request, None) | {
        "rows": [present.row(one) for one in queries.list_cases(membership, wanted)],
        "wanted": wanted,
        "views": [(code, _(name), counts.get(code)) for code, name in words.VIEWS.items()],
        "kinds": words.choices(words.KINDS),
        "section_title": _("Security cases"),
        "team": queries.security_team(membership.brand) if owner else None,
        "teams": teams_of(membership) if owner else [],
        "owner": owner,
        "on_cases": True,
    }
    return render(request, "desk/cases/list.html", context)


@require_safe
@staff_page
def case(request: StaffRequest, ref: str) -> HttpResponse:
    """Show one case from the first step to the end."""
    return show(request, get_case_for(request.membership, ref))


@require_safe
@staff_call
def case_busy(request: StaffRequest, ref: str) -> HttpResponse:
    """Tell the page of a case whether to look again: it reloads once all is read and answered."""
    found = get_case_for(request.membership, ref)
    if queries.is_busy(found):
        return render(request, "desk/cases/_busy.html", {"case": found})
    answer = HttpResponse()
    answer["HX-Refresh"] = "true"
    return answer


def show(
    request: StaffRequest, found: SecurityCase, refusal: DomainError | None = None
) -> HttpResponse:
    """Render a case; a refusal stands above it, in words."""
    context: dict[str, Any] = frame_context(request, None) | present.page(found, request.membership)
    context |= {
        "section_title": f"{context['kind']} · {found.ref}",
        "refused": refused(refusal) if refusal else "",
        "languages": LANGUAGES,
        "pack_language": found.conversation.language or found.brand.default_language,
        "on_cases": True,
        "identities": [
            {"item": one.item, "kind": kind_name(one.kind), "mask": one.mask}
            for one in masked_identities(found.customer)
        ],
    }
    status = refusal.status if refusal else 200
    return render(request, "desk/cases/case.html", context, status=status)


def refused(error: DomainError) -> str:
    """Return why something was not done, as exactly as it is known."""
    reasons = {
        "unknown": _("Choose one of the list."),
        "required": _("Say why in a few words."),
        "too_long": _("At most 500 characters."),
        "nothing_found": _("There is no address or transaction in this text."),
        "out_of_range": _("Choose a day within a year from now."),
        "too_many": _("These are too many."),
        "account": _("Choose the customer's account."),
    }
    codes = [str(value) for value in error.fields.values()]
    return next((reasons[code] for code in codes if code in reasons), sentence(error.code))
