"""Mails that a provider posts to /hooks/mail/<account's token>/in."""

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from walletdesk.integrations.email.providers import mails_in
from walletdesk.integrations.email.queries import account_of_token
from walletdesk.integrations.email.receiving import receive_mail
from walletdesk.integrations.email.types import Envelope, Source
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound


class _InMemory(MemoryFileUploadHandler):
    """Never writes a file: what people wrote must not reach a disk before the guard saw it."""

    def handle_raw_input(self, *_args: object, **_kwargs: object) -> None:
        """Take files of any size; the whole post is limited before (site/settings.py)."""
        self.activated = True


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def mail_in(request: HttpRequest, token: str) -> HttpResponse:
    """Take the mails of a signed post; 200 says that all are on the disk.

    A provider posts again after any other answer, and what came already is known by its content.
    """
    account = account_of_token(token)
    if account is None:
        raise NotFound
    if request.method == "HEAD":
        return HttpResponse()  # some providers ask so when the address is entered
    request.upload_handlers = [_InMemory(request)]
    for mail in mails_in(request, account):
        envelope = Envelope(
            mail_from=mail.mail_from, rcpt=mail.rcpt, source=Source.WEBHOOK, arrived=clock.now()
        )
        receive_mail(account=account, raw=mail.raw, envelope=envelope)
    return HttpResponse()
