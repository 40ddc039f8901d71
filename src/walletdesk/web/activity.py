"""Remember when a person last did something, so that an unattended desk signs itself out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from walletdesk.accounts.actions.sessions import touch_session
from walletdesk.accounts.sign_in import device_of

# What the desk's scripts ask for by themselves when news arrives: nobody need be there.
UNATTENDED = frozenset({"desk:changed", "desk:list_fragment", "desk:events", "desk:read"})


class StaffActivity:
    """Note the use of a session, at most once a minute."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        row = getattr(request.session, "row", None)
        match = request.resolver_match
        attended = match is not None and match.view_name not in UNATTENDED
        if row is not None and row.user_id and attended:
            address, device = device_of(request)
            touch_session(session=row, address=address, device=device)
        return response
