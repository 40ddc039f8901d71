"""/mail/confirm/<token>: whoever reads a mailbox says that it is theirs.

Opening the link does nothing: scanners of mail servers open links. A click on the button does.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from walletdesk.accounts.models import Brand
from walletdesk.integrations.email.outgoing.actions.addresses import confirm_by_token
from walletdesk.integrations.email.outgoing.queries import address_asked
from walletdesk.kit.limits.actions import hit
from walletdesk.kit.live.wire import address_group
from walletdesk.web.common.languages import choose_language

TRIES, WINDOW = 60, timedelta(minutes=5)


@csrf_exempt  # the link's secret says who calls; without a referrer browsers send no origin
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and on POST confirm. 404 for a link that is unknown, used or too old."""
    peer = address_group(request.META.get("REMOTE_ADDR", ""))
    hit(what="mail-confirm-page", who=peer, limit=TRIES, window=WINDOW)
    if request.method == "POST":
        contact = confirm_by_token(token=token).contact
    else:
        contact = address_asked(token).contact
    return _page(request, contact.brand, contact.language, done=request.method == "POST")


def _page(request: HttpRequest, brand: Brand, known: str, *, done: bool) -> HttpResponse:
    language = choose_language(brand, known, request)
    with translation.override(language):
        context = {"brand": brand, "done": done}
        response = render(request, "mail_pages/confirm.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
