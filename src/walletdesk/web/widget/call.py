"""`/chat/v1/call`: the right to call the desk out of a conversation, and the codes of calls."""

from typing import Annotated, ClassVar

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from msgspec import Meta, Struct

from walletdesk.integrations.embedded_voice.mark import want_process
from walletdesk.kit.errors import DomainError
from walletdesk.voice.actions.codes import make_code
from walletdesk.voice.queries import callback_codes_of
from walletdesk.voice.tokens import leg_token
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import customer_of, read_json
from walletdesk.web.common.ways import takes_calls
from walletdesk.web.widget.api import own_conversation


class NoLine(DomainError):
    """Nobody takes calls from browsers now."""

    code: ClassVar[str] = "no_line"
    status: ClassVar[int] = 409


class _Nothing(Struct, forbid_unknown_fields=True):
    """No member."""


class _Which(Struct, forbid_unknown_fields=True):
    conversation: Annotated[str, Meta(max_length=20)]


@csrf_exempt
@require_POST
def call(request: HttpRequest) -> JsonResponse:
    """Hand out a token that opens a line to the desk, and the texts of the call."""
    contact = customer_of(request)
    allow(request, "call", device=contact.pk)
    conversation = own_conversation(contact, read_json(request, _Which).conversation)
    if not takes_calls(conversation.brand):
        raise NoLine
    want_process(settings.WALLETDESK.media.mark)
    with translation.override(contact.language or conversation.brand.default_language):
        return JsonResponse(
            {"token": leg_token("caller", conversation.ref), "strings": call_strings()}
        )


@require_safe
def codes(request: HttpRequest) -> JsonResponse:
    """Show the codes that our next calls to this customer say."""
    contact = customer_of(request)
    with translation.override(contact.language or contact.brand.default_language):
        return JsonResponse(
            {
                "codes": callback_codes_of(contact),
                "title": _("We call you back"),
                "text": _(
                    "Our call begins with this code. If somebody calls in our name and says "
                    "another one or none, hang up: it is not us."
                ),
            }
        )


@csrf_exempt
@require_POST
def code(request: HttpRequest) -> JsonResponse:
    """Make a one-time code by which this customer shows who they are in a call to us."""
    contact = customer_of(request)
    allow(request, "call", device=contact.pk)
    read_json(request, _Nothing)
    with translation.override(contact.language or contact.brand.default_language):
        return JsonResponse(
            {
                "code": make_code(contact=contact),
                "title": _("Your code for a call to us"),
                "text": _(
                    "Key it in when our hotline asks for it: once, within ten minutes. Tell it to "
                    "nobody. We never call you to ask for it."
                ),
                "close": _("Close"),
            },
            status=201,
        )


def call_strings() -> dict[str, str]:
    """Return the texts of a call."""
    return _before() | _meanwhile() | _after()


def _before() -> dict[str, str]:
    return {
        "microphone": _("Your microphone"),
        "microphone_why": _("Your browser asks whether you may be heard. Please allow it."),
        "refused": _(
            "Your microphone is blocked. Allow it in the settings of your browser and try "
            "again, or write to us here: we read it just as soon."
        ),
        "no_microphone": _("No microphone was found. Connect one and try again, or write to us."),
        "connecting": _("Connecting…"),
        "busy": _("All lines are busy just now. Try again in a few minutes, or write to us here."),
    }


def _meanwhile() -> dict[str, str]:
    return {
        "waiting": _("You are waiting for a person"),
        "talking": _("In conversation"),
        "held": _("One moment please, you are on hold"),
        "message": _("Speak after the tone"),
        "message_how": _("When you are done, press # or just be silent."),
        "message_taken": _("Your message has been kept."),
        "mute": _("Mute"),
        "keypad": _("Keypad"),
        "hang_up": _("Hang up"),
        "quality_weak": _("The connection is weak. Words may get lost."),
        "quality_lost": _("The connection is lost. Trying again…"),
    }


def _after() -> dict[str, str]:
    return {
        "over_us": _("The call is over."),
        "over_caller": _("You have hung up."),
        "over_lost": _("The connection was lost. Call again, or write to us: nothing is lost."),
        "over_failed": _(
            "No sound came through: your network may block calls. Try another network, or "
            "write to us here."
        ),
        "again": _("Try again"),
        "write": _("Write instead"),
    }
