"""Roles: what each may do, and which need a second factor."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.actions.teams import require_second_factor
from walletdesk.accounts.queries import led_to_second_factor
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission, Role
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import done, section_call, section_page, show, tell
from walletdesk.web.desk.settings.proof import proven


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("roles")
@proven
def roles(request: StaffRequest) -> HttpResponse:
    """Show what each role may do; save which ones need a second factor."""
    brand = request.membership.brand
    if request.method == "POST":
        chosen = [role for role in Role if role in request.POST.getlist("second_factor")]
        require_second_factor(actor=request.membership, roles=chosen)
        tell(request, _("Saved"))
        return done("roles")
    order = list(reversed(Role))
    names = permission_names()
    context = {
        "roles": [
            {"code": r, "name": wording.role(r), "strict": r in brand.second_factor_roles}
            for r in order
        ],
        "rights": [
            {"name": names.get(p, p), "roles": [(wording.role(r), may(r, p)) for r in order]}
            for p in sorted(Permission, key=lambda p: -sum(may(r, p) for r in Role))
        ],
        "lenient": not brand.second_factor_roles,
        "led": led(request, brand.second_factor_roles),
    }
    return show(request, "roles", "roles", context)


@require_POST
@section_call("roles")
def preview(request: StaffRequest) -> HttpResponse:
    """Return who would be led to set up a second factor by the choice."""
    chosen = [role for role in Role if role in request.POST.getlist("second_factor")]
    return render(request, "desk/settings/_roles_led.html", {"led": led(request, chosen)})


def led(request: StaffRequest, chosen: Sequence[str]) -> dict[str, Any]:
    """Return what the preview tells of a choice of roles."""
    found = led_to_second_factor(request.membership, chosen)
    return {
        "count": found.count,
        "reader": found.reader,
        "others": [person.user.name for person in found.others],
        "more": found.count - found.reader - len(found.others),
        "invited": found.invited,
        "none": not chosen,
    }


def permission_names() -> dict[str, str]:
    """Return what each right means, in words."""
    return {
        Permission.ARTICLE_EDIT: _("Write articles"),
        Permission.ARTICLE_PUBLISH: _("Publish articles"),
        Permission.AUDIT_READ: _("Read the audit trail"),
        Permission.BRAND_EDIT: _("Change the brand's settings"),
        Permission.COMPLAINT_LEAD: _("Lead complaints and decide them"),
        Permission.CONTACT_REVEAL: _("See personal data of a case, with a reason"),
        Permission.CONTACT_SEARCH: _("Search for a customer"),
        Permission.CONVERSATION_ANSWER: _("Answer customers"),
        Permission.CONVERSATION_READ: _("Read conversations"),
        Permission.CONVERSATION_REASSIGN: _("Assign conversations of others"),
        Permission.EXPORT_APPROVE: _("Approve an export"),
        Permission.EXPORT_REQUEST: _("Ask for an export"),
        Permission.LINK_JUDGE: _("Confirm reported phishing links"),
        Permission.OFFICIAL_APPROVE: _("Agree to a change of what is official"),
        Permission.OFFICIAL_REQUEST: _("Ask for a change of what is official"),
        Permission.MACRO_SHARE: _("Share macros with everybody"),
        Permission.STAFF_MANAGE: _("Manage people, teams and roles"),
        Permission.TAG_EDIT: _("Change tags"),
        Permission.WALLET_APPROVE: _("Approve freezing and unlocking at the wallet"),
        Permission.WALLET_REQUEST: _("Ask the wallet to freeze, unlock or look up an account"),
    }
