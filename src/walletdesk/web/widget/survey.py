"""`/chat/v1/survey`: asked in the chat when a matter is settled; its texts come along."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Meta, Struct

from walletdesk.safety import guard
from walletdesk.surveys.actions.answering import answer_in_chat
from walletdesk.surveys.actions.asking import ask_in_chat
from walletdesk.surveys.types import Given
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import Tag, customer_of, read_json
from walletdesk.web.common.languages import choose_language
from walletdesk.web.common.survey_words import intro, questions
from walletdesk.web.widget.api import Comment, Ref, own_conversation

Score = Annotated[int, Meta(ge=1, le=5)]


class _Ask(Struct, forbid_unknown_fields=True):
    conversation: Ref
    language: Tag


class _Answer(Struct, forbid_unknown_fields=True):
    conversation: Ref
    speed: Score
    accuracy: Score
    manner: Score
    comment: Comment = ""


@csrf_exempt
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Return the questions and their texts; 204 when this customer is not to be asked now."""
    contact = customer_of(request)
    allow(request, "act", device=contact.pk)
    asked = read_json(request, _Ask)
    conversation = own_conversation(contact, asked.conversation)
    if ask_in_chat(conversation=conversation) is None:
        return HttpResponse(status=204)
    language = choose_language(contact.brand, asked.language, request)
    with translation.override(language):
        return JsonResponse(
            {
                "intro": intro(contact.brand, language),
                "questions": questions(),
                "scores": [_("%(n)s of 5") % {"n": n} for n in range(1, 6)],
                "comment": _("What could be better? (optional)"),
                "send": _("Send the answers"),
                "thanks": _("Thank you. This helps us to do better."),
            }
        )


@csrf_exempt
@require_POST
def answer(request: HttpRequest) -> JsonResponse:
    """Take the answers; a repetition gets the first ones. The comment goes through the guard."""
    contact = customer_of(request)
    allow(request, "act", device=contact.pk)
    told = read_json(request, _Answer)
    comment = guard.check(told.comment.replace("\x00", "").strip()).safe
    response = answer_in_chat(
        conversation=own_conversation(contact, told.conversation),
        given=Given(told.speed, told.accuracy, told.manner, comment),
    )
    return JsonResponse({"score": response.score})
