"""Privacy: what is masked, who may look how often, how long things are kept."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.actions.brand_settings import change_privacy
from walletdesk.accounts.models import PrivacyRules
from walletdesk.accounts.queries import privacy_of
from walletdesk.accounts.types import PrivacyLimits
from walletdesk.conversations.retention import count_past_retention
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
)
from walletdesk.web.desk.settings.sections import sections_for


def _number(limits: tuple[int, int], **options: Any) -> forms.IntegerField:
    low, high = limits
    return forms.IntegerField(min_value=low, max_value=high, **options)


class PrivacyForm(SettingsForm):
    """The four numbers. Retention is empty for "keep for ever"."""

    reveals_per_day = _number(
        PrivacyLimits.REVEALS_PER_DAY,
        label=gettext_lazy("Reveals a person and day"),
        help_text=gettext_lazy("How often one person may look at masked data. 0 shuts it."),
    )
    reveal_minutes = _number(
        PrivacyLimits.REVEAL_MINUTES,
        label=gettext_lazy("Minutes until it is masked again"),
        help_text=gettext_lazy("The page shows who looks, and when, as long as it is open."),
    )
    retention_days = _number(
        PrivacyLimits.RETENTION_DAYS,
        label=gettext_lazy("Days that resolved conversations are kept"),
        required=False,
        help_text=gettext_lazy("At least 30. Empty: they are kept until somebody removes them."),
    )
    session_days = _number(
        PrivacyLimits.SESSION_DAYS,
        label=gettext_lazy("Days that a customer's device is remembered"),
        help_text=gettext_lazy(
            "So long a device finds its conversation again. Holds for devices from now on."
        ),
    )


def _initial(rules: PrivacyRules) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in PrivacyForm.base_fields}


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("privacy")
def page(request: StaffRequest) -> HttpResponse:
    """Show the privacy settings and save them."""
    rules = privacy_of(request.membership.brand)
    form = PrivacyForm(request.POST or None, initial=_initial(rules))

    def change() -> None:
        data = dict(form.cleaned_data)
        change_privacy(actor=request.membership, version=data.pop("version") or 0, **data)

    if request.method == "POST" and save(request, form, change):
        return done("privacy")
    audit = next((s.url for s in sections_for(request.membership) if s.name == "audit"), "")
    context = {"form": form, "audit_url": reverse(audit) if audit else ""}
    context |= _removal(request, rules.retention_days)
    return show(request, "privacy", "privacy", context, status=status_of(form))


@require_POST
@section_call("privacy")
def preview(request: StaffRequest) -> HttpResponse:
    """Return how many conversations a number of days would remove today."""
    field = PrivacyForm.base_fields["retention_days"]
    try:
        days = field.clean(request.POST.get("retention_days", ""))
    except forms.ValidationError:
        days = None
    return render(request, "desk/settings/_retention.html", _removal(request, days))


def _removal(request: StaffRequest, days: int | None) -> dict[str, Any]:
    count = count_past_retention(request.membership.brand, days) if days else 0
    return {"days": days, "count": count}
