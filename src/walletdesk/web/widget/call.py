"""`/chat/v1/call`: the right to call the desk out of a conversation, for a minute."""

from typing import Annotated, ClassVar

from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Meta, Struct

from walletdesk.kit.errors import DomainError
from walletdesk.voice.tokens import leg_token
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import customer_of, read_json
from walletdesk.web.common.ways import takes_calls
from walletdesk.web.widget.api import own_conversation


class NoLine(DomainError):
    """Nobody takes calls from browsers now."""

    code: ClassVar[str] = "no_line"
    status: ClassVar[int] = 409


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
    with translation.override(contact.language or conversation.brand.default_language):
        return JsonResponse(
            {"token": leg_token("caller", conversation.ref), "strings": call_strings()}
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
