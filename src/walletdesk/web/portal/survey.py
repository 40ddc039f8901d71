"""The page behind a survey's link, and the one that ends all asking. Looking changes nothing.

Programs that look at mails open links: what is asked is answered by a button. The address is the
only credential, so no cookie is read.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from walletdesk.accounts.queries import get_brand
from walletdesk.conversations.actions.refusals import WrongState
from walletdesk.kit.errors import NotFound
from walletdesk.safety import guard
from walletdesk.surveys.actions.answering import answer_by_link
from walletdesk.surveys.actions.standing import opt_out
from walletdesk.surveys.links import stop_link, stopped_mark
from walletdesk.surveys.models import Invitation
from walletdesk.surveys.queries import contact_mark, get_asked, is_over
from walletdesk.surveys.rules import COMMENT_LENGTH
from walletdesk.surveys.types import QUESTIONS, Given
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.languages import choose_language
from walletdesk.web.common.survey_words import intro, questions
from walletdesk.web.portal.frame import frame, private


@csrf_exempt  # no cookie says who writes: there is nothing that a foreign page could borrow
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions; a POST answers them, once. A link that is over is 404."""
    allow(request, "survey")
    asked = get_asked(token)
    known = request.POST.get("language") or request.GET.get("language")
    language = choose_language(asked.brand, known or asked.conversation.language, request)
    with translation.override(language):
        if request.method != "POST":
            return _show(request, asked, language)
        given = _given(request)
        if given is None:
            return _show(request, asked, language, status=422)
        try:
            answer_by_link(token=token, given=given)
        except WrongState:
            return _show(request, asked, language, status=409)
    response = redirect(f"{reverse('survey-thanks', args=[asked.brand.slug])}?language={language}")
    response.status_code = 303
    return private(response)


def _given(request: HttpRequest) -> Given | None:
    """Return what was answered, None when a score is missing or the text cannot be stored."""
    scores = [request.POST.get(question, "") for question in QUESTIONS]
    comment = request.POST.get("comment", "").replace("\x00", "").strip()[:COMMENT_LENGTH]
    try:
        comment.encode()
    except UnicodeEncodeError:
        return None
    if any(score not in {"1", "2", "3", "4", "5"} for score in scores):
        return None
    speed, accuracy, manner = map(int, scores)
    return Given(speed, accuracy, manner, guard.check(comment).safe)


def _show(
    request: HttpRequest, asked: Invitation, language: str, *, status: int = 200
) -> HttpResponse:
    stop = stop_link(asked.brand_id, contact_mark(asked.contact_id))
    context = frame(request, asked.brand, language) | {
        "over": is_over(asked) and status != 409,
        "problem": status == 422,
        "intro": intro(asked.brand, language),
        "questions": [
            (code, text, request.POST.get(code, "")) for code, text in questions().items()
        ],
        "comment": guard.check(request.POST.get("comment", "")[:COMMENT_LENGTH]).safe.text,
        "stop_url": reverse("survey-stop", args=[asked.brand.slug, stop]),
    }
    return private(render(request, "portal/survey.html", context, status=status))


@require_safe
def thanks(request: HttpRequest, brand: str) -> HttpResponse:
    """Say thank you: an address of its own, so that a reload sends nothing twice."""
    found = get_brand(brand)
    language = choose_language(found, request.GET.get("language"), request)
    with translation.override(language):
        return private(render(request, "portal/survey_done.html", frame(request, found, language)))


@csrf_exempt  # as above; and mail programs post here by themselves when asked to (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, brand: str, token: str) -> HttpResponse:
    """Ask, then never ask this person again."""
    allow(request, "survey")
    found = get_brand(brand)
    if stopped_mark(found.pk, token) is None:
        raise NotFound
    asked = request.POST.get("language") or request.GET.get("language")
    language = choose_language(found, asked, request)
    with translation.override(language):
        done = request.method == "POST"
        if done:
            opt_out(brand=found, token=token)
        context = frame(request, found, language) | {"stop": True, "done": done}
        return private(render(request, "portal/survey_done.html", context))
