"""The first page of the settings: every section that one may open, with what it is for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.settings.frame import frame_context


@require_safe
@staff_page
def home(request: StaffRequest) -> HttpResponse:
    """List the sections."""
    return render(request, "desk/settings/home.html", frame_context(request, None))
