"""What the carrier reports of SMS that it took: /hooks/sms/<secret>, which it alone knows."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from walletdesk.integrations.sms.reports import take_aliyun, take_twilio
from walletdesk.integrations.sms.sending import is_report_token, report_url
from walletdesk.integrations.sms.twilio import is_signed
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def sms_report(request: HttpRequest, token: str) -> HttpResponse:
    """Take a report in the form of the carrier that is set: 200 when all is written."""
    config = settings.WALLETDESK.sms
    if not is_report_token(token) or config.carrier == "console":
        raise NotFound
    if request.method == "HEAD":
        return HttpResponse()
    if config.carrier == "twilio":
        form = {name: str(value) for name, value in request.POST.items()}
        signature = request.headers.get("X-Twilio-Signature", "")
        if not is_signed(config.secret, report_url(), form, signature):
            raise NotAllowed
        take_twilio(form)
        return HttpResponse(status=204)
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadInput(body="json") from None
    take_aliyun(told)
    return JsonResponse({"code": 0, "msg": ""})
