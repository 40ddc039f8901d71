"""Who may come in: every view of the desk stands behind one of these two doors."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from walletdesk.accounts.actions.second_factor import SecondFactorMissing
from walletdesk.accounts.models import Membership, User
from walletdesk.accounts.queries import get_membership_of, lacks_second_factor
from walletdesk.kit.errors import NotAllowed, NotFound

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of a person who works for a brand."""

    membership: Membership


View = Callable[Concatenate[StaffRequest, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_page(view: View[P]) -> Guarded[P]:
    """Guard a page: strangers are sent to the sign-in, people without a place are told so."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            staff = _admit(request)
        except NotFound:
            return render(request, "desk/no_place.html", status=403)
        if lacks_second_factor(staff.membership):
            return redirect("account_second_factor")
        return view(staff, *args, **kwargs)

    return guarded


def staff_call(view: View[P]) -> Guarded[P]:
    """Guard a fragment or a call of our script: strangers get 401 as JSON, never a page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            message = _("You are signed out. Sign in again to go on.")
            return JsonResponse({"code": "signed_out", "message": message}, status=401)
        try:
            staff = _admit(request)
        except NotFound:
            raise NotAllowed from None
        if lacks_second_factor(staff.membership):
            raise SecondFactorMissing
        return view(staff, *args, **kwargs)

    return guarded


def _admit(request: HttpRequest) -> StaffRequest:
    staff = cast("StaffRequest", request)
    staff.membership = get_membership_of(cast("User", request.user))
    return staff
