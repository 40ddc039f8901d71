"""What a provider tells of mails that it sent for us: /hooks/mail/<account's token>/tracking."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from walletdesk.integrations.email.outgoing.queries import get_account_by_token
from walletdesk.integrations.email.outgoing.tracking import take_tracking


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail_tracking(request: HttpRequest, token: str) -> HttpResponse:
    """Take signed news of a provider: 200 when all are written, 403 for what is not from it."""
    account = get_account_by_token(token)
    if request.method == "HEAD":
        return HttpResponse()  # some providers ask so when the address is entered
    take_tracking(account, request)
    return HttpResponse()
