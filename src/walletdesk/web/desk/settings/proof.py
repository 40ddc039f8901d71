"""Before a sensitive change a person shows once more who they are, unless they just did."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.internal.flows.reauthentication import (
    is_reauthentication_required,
    suspend_request,
)
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from walletdesk.web.desk.access import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]


def proven(view: View[P]) -> View[P]:
    """Guard the POST of a view: it waits, and goes on by itself once the proof is given."""

    @wraps(view)
    def guarded(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and is_reauthentication_required(request, app="walletdesk"):
            answer = suspend_request(
                cast("HttpRequest", request), redirect_to=reverse("account_reauthenticate")
            )
            return cast("HttpResponse", answer)
        return view(request, *args, **kwargs)

    return guarded
