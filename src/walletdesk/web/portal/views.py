"""The form: topic first, then only what that topic needs. Complete without scripts."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.channels.queries import embed_origins
from walletdesk.conversations.tickets.actions.opening import NotTaken
from walletdesk.conversations.tickets.models import FormSettings
from walletdesk.conversations.tickets.queries import form_of
from walletdesk.conversations.tickets.rules import FIELDS, fields_of, topics_offered
from walletdesk.conversations.tickets.types import FieldSpec, Network, OpenedTicket
from walletdesk.kit.errors import DomainError, NotFound
from walletdesk.kit.limits.actions import TooMany
from walletdesk.knowledge.queries import list_translations
from walletdesk.web.common import ticket_words as wording
from walletdesk.web.common.abuse import WorkNeeded, admit_new_session, allow
from walletdesk.web.common.languages import choose_language, html_code
from walletdesk.web.portal.frame import frame
from walletdesk.web.portal.promise import due_at
from walletdesk.web.portal.reading import Filled, client_id_of, read_form
from walletdesk.web.portal.sending import send_ticket
from walletdesk.web.portal.strings import form_strings

ARTICLES = 3
HONEYPOT = "website"


@csrf_exempt  # no cookie says who writes: there is nothing that a foreign page could borrow
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, brand: str) -> HttpResponse:
    """Show the form, and take it from a browser without scripts."""
    found = get_brand(brand)
    form = form_of(found)
    if not form.enabled:
        raise NotFound
    given = request.POST.get("language") or request.GET.get("language")
    language = choose_language(found, given, request)
    with translation.override(language):
        if request.method != "POST":
            return _show(request, found, form, language, Filled(request.GET.get("topic", "")))
        filled = read_form(request.POST.get("topic", ""), request.POST, offered(form))
        opened = _take(request, found, filled)
        if opened is None:
            return _show(request, found, form, language, filled)
    address = reverse("portal:status", args=[opened.token])
    response = redirect(f"{address}?language={language}")
    response.status_code = 303
    return response


def offered(form: FormSettings) -> frozenset[str]:
    """Return the topics that a brand's form takes."""
    groups = topics_offered(tuple(form.hidden_topics))
    return frozenset(code for codes in groups.values() for code in codes)


def _take(request: HttpRequest, brand: Brand, filled: Filled) -> OpenedTicket | None:
    """Send a form; None when something is in the way, which then stands in `problems`."""
    if request.POST.get(HONEYPOT):
        filled.problems[HONEYPOT] = "honeypot"
    if filled.problems:
        return None
    try:
        allow(request, "ticket")
        admit_new_session(request, brand, None)
        return send_ticket(
            request,
            brand=brand,
            session=None,
            client_id=client_id_of(request),
            filled=filled,
        )
    except (WorkNeeded, TooMany, NotTaken) as refused:
        filled.problems["form"] = code_of(refused)
        return None


def code_of(refused: DomainError) -> str:
    """Return the code of `wording.problem` for a refusal."""
    if isinstance(refused, NotTaken):
        return str(refused.fields["why"])
    return "work" if isinstance(refused, WorkNeeded) else "too_many"


def _show(
    request: HttpRequest, brand: Brand, form: FormSettings, language: str, filled: Filled
) -> HttpResponse:
    topic = filled.topic if filled.topic in offered(form) else ""
    known = request.POST.get("id", "")
    context = frame(request, brand, language) | {
        "groups": _groups(form, language),
        "topic": topic,
        "topic_words": wording.topic_words(topic),
        "fields": [_field(spec, filled) for spec in fields_of(topic)] if topic else [],
        "all_fields": [_field(spec, Filled("")) for spec in FIELDS.values()],
        "problems": [
            (f"f-{code}", wording.label_of(code) if code in FIELDS else "", wording.problem(why))
            for code, why in filled.problems.items()
        ],
        "articles": _articles(brand, language, topic) if topic else [],
        "due_at": due_at(brand, form),
        "client_id": known if len(known) == 36 else str(uuid4()),
        "honeypot": HONEYPOT,
        "strings": form_strings(),
        "config": _config(brand, language),
    }
    status = 422 if filled.problems else 200
    response = render(request, "portal/form.html", context, status=status)
    allowed = [*settings.WALLETDESK.embed_origins, *embed_origins(brand)]
    response.frame_ancestors = " ".join(["'self'", *allowed])  # type: ignore[attr-defined] # read by web.security
    return response


def _config(brand: Brand, language: str) -> dict[str, Any]:
    return {
        "brand": brand.slug,
        "language": language,
        "htmlLanguage": html_code(language),
        "help": reverse("help:index", args=[brand.slug, language]),
        "origins": list(settings.WALLETDESK.embed_origins),
        "fields": {
            code: [spec.code for spec in fields_of(code)]
            for codes in topics_offered().values()
            for code in codes
        },
        "networks": {network: wording.network_name(network) for network in Network},
    }


def _groups(form: FormSettings, language: str) -> list[dict[str, Any]]:
    return [
        {
            "id": group,
            "name": wording.group_name(group),
            "icon": wording.GROUPS[group][1],
            "topics": [
                {
                    "code": code,
                    "words": wording.topic_words(code),
                    "url": f"?language={language}&topic={code}",
                }
                for code in codes
            ],
        }
        for group, codes in topics_offered(tuple(form.hidden_topics)).items()
    ]


def _field(spec: FieldSpec, filled: Filled) -> dict[str, Any]:
    wrong = filled.problems.get(spec.code, "")
    return {
        "code": spec.code,
        "kind": str(spec.kind),
        "length": spec.length,
        "required": spec.required,
        "label": wording.label_of(spec.code),
        "hint": wording.hint_of(spec.code),
        "value": filled.values.get(spec.code, ""),
        "problem": wording.problem(wrong) if wrong else "",
        "ask": filled.ask,
        "choices": [(str(n), wording.network_name(n)) for n in Network],
    }


def _articles(brand: Brand, language: str, topic: str) -> list[dict[str, str]]:
    rows = list_translations(brand=brand, language=language)
    return [
        {
            "title": row.title,
            "url": reverse("help:article", args=[brand.slug, language, row.article.slug]),
        }
        for row in rows
        if row.article.topic == topic
    ][:ARTICLES]
