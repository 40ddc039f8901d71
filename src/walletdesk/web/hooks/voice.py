"""What a provider of calls asks and tells: /hooks/voice/…, signed (X-Twilio-Signature)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from walletdesk.integrations.cpaas.answering import answer, is_from_provider, is_sound
from walletdesk.integrations.cpaas.config import NAME
from walletdesk.kit.errors import NotAllowed, NotFound
from walletdesk.voice.queries import sound

ASKED = (
    "in",
    "out",
    "poll",
    "played",
    "digits",
    "message",
    "dialled",
    "joined",
    "recorded",
    "status",
)


@csrf_exempt
@require_POST
def voice_hook(request: HttpRequest, what: str) -> HttpResponse:
    """Take what happened in a call; answer with TwiML, or with nothing when nothing is asked."""
    if NAME not in settings.WALLETDESK.voice or what not in ASKED:
        raise NotFound
    form = {name: str(value) for name, value in request.POST.items()}
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_from_provider(request.get_full_path(), form, signature):
        raise NotAllowed
    query = {name: str(value).replace("\x00", "") for name, value in request.GET.items()}
    form = {name: value.replace("\x00", "") for name, value in form.items()}
    told = answer(what, query, form)
    return HttpResponse(told, content_type="text/xml") if told else HttpResponse(status=204)


@require_safe
def voice_sound(request: HttpRequest, name: str, mark: str) -> HttpResponse:  # noqa: ARG001 - the address says all
    """Give a prompt to whoever was told its address. It says what every caller hears."""
    if NAME not in settings.WALLETDESK.voice or not is_sound(name, mark):
        raise NotFound
    try:
        wav = sound(name)
    except KeyError:
        raise NotFound from None
    response = HttpResponse(wav, content_type="audio/wav")
    response["Cache-Control"] = "public, max-age=86400"
    return response
