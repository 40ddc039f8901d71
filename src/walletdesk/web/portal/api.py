"""`POST /chat/v1/tickets` and `/chat/v1/deflected`: the form with scripts, also inside an app.

A bearer token of the chat says whose ticket it is, so that a signed-in user needs to type nothing
about themselves. The page makes the UUID: sending again gets the same number and address.
"""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from msgspec import Meta, Struct

from walletdesk.accounts.queries import get_brand
from walletdesk.contacts.queries import get_session_by_token
from walletdesk.conversations.tickets.actions.opening import NotTaken
from walletdesk.conversations.tickets.actions.settings import count_deflection
from walletdesk.conversations.tickets.queries import form_of
from walletdesk.conversations.tickets.rules import spoken
from walletdesk.kit.errors import NotFound
from walletdesk.knowledge.actions import count_opinion
from walletdesk.knowledge.queries import get_translation_for
from walletdesk.web.common import ticket_words as wording
from walletdesk.web.common.abuse import allow
from walletdesk.web.common.bodies import ArticleSlug, Slug, Tag, Unauthorized, bearer, read_json
from walletdesk.web.common.languages import choose_language
from walletdesk.web.portal.reading import Filled, read_form
from walletdesk.web.portal.sending import send_ticket
from walletdesk.web.portal.views import offered

Code = Annotated[str, Meta(max_length=20)]
Value = Annotated[str, Meta(max_length=4_000)]
PASSING = ("busy", "retry", "too_many")  # worth trying again; the rest never gets better


class _Ticket(Struct, forbid_unknown_fields=True):
    id: UUID
    topic: Annotated[str, Meta(max_length=40)]
    values: Annotated[dict[Code, Value], Meta(max_length=24)]
    language: Tag
    files: Annotated[tuple[Annotated[str, Meta(max_length=20)], ...], Meta(max_length=10)] = ()


class _Deflected(Struct, forbid_unknown_fields=True):
    brand: Slug
    topic: Annotated[str, Meta(max_length=40)]
    slug: ArticleSlug
    language: Tag


@csrf_exempt
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Open a ticket: 201 with its number and the address of its page, 422 with what is wrong."""
    session = get_session_by_token(bearer(request))
    if session is None:
        raise Unauthorized
    given = read_json(request, _Ticket)
    allow(request, "ticket", device=session.pk)
    brand = session.contact.brand
    form = form_of(brand)
    if not form.enabled:
        raise NotFound
    language = choose_language(brand, given.language, request)
    with translation.override(language):
        filled = read_form(given.topic, given.values, offered(form))
        if filled.problems:
            return _refused(filled)
        filled.files = given.files
        try:
            opened = send_ticket(
                request,
                brand=brand,
                session=session,
                client_id=given.id,
                filled=filled,
            )
        except NotTaken as refused:
            return _not_taken(refused)
    address = f"{reverse('portal:status', args=[opened.token])}?language={language}"
    answer = {"number": spoken(opened.number), "url": address, "repeated": opened.repeated}
    return JsonResponse(answer, status=201)


def _refused(filled: Filled) -> JsonResponse:
    """Tell what is wrong, and what may stand in the fields again: secrets are masked or gone."""
    return JsonResponse(
        {
            "code": "form",
            "problems": {code: wording.problem(why) for code, why in filled.problems.items()},
            "values": {code: filled.values.get(code, "") for code in filled.problems},
            "ask": filled.ask,
        },
        status=422,
    )


def _not_taken(refused: NotTaken) -> JsonResponse:
    why = str(refused.fields["why"])
    answer = {"code": why, "message": wording.problem(why)}
    if why not in PASSING:
        return JsonResponse(answer, status=409)
    seconds = str(refused.fields.get("retry_after", 1))
    return JsonResponse(answer, status=503, headers={"Retry-After": seconds})


@csrf_exempt
@require_POST
def deflected(request: HttpRequest) -> HttpResponse:
    """Note that an article made a ticket needless. Nothing about the reader is kept."""
    told = read_json(request, _Deflected)
    allow(request, "deflected")
    brand = get_brand(told.brand)
    if told.topic not in offered(form_of(brand)):
        raise NotFound
    found = get_translation_for(brand=brand, language=told.language, slug=told.slug)
    count_opinion(translation=found, helped=True)
    count_deflection(brand=brand, topic=told.topic, article=found.article.slug)
    return HttpResponse(status=204)
