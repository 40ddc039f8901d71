"""`/chat/v1`, the start screen: who answers when, own conversations, articles to find and read.

What is public (articles, hours, waits) needs no token; it is limited by address instead.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from msgspec import Struct

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import get_brand
from walletdesk.conversations.overview import own_conversations, whole_thread
from walletdesk.conversations.queries import get_conversation_of
from walletdesk.conversations.queries.joined import joined_to
from walletdesk.kit import ids
from walletdesk.kit.errors import NotFound
from walletdesk.kit.limits.actions import hit
from walletdesk.kit.live.wire import address_group
from walletdesk.knowledge.actions import count_opinion
from walletdesk.knowledge.queries import get_translation_for, render_markdown, search
from walletdesk.knowledge.reader_queries import notices_now
from walletdesk.knowledge.types import Severity
from walletdesk.voice.queries import lines_of
from walletdesk.web.common.bodies import ArticleSlug, Slug, Tag, customer_of, read_json
from walletdesk.web.common.languages import choose_language, html_code
from walletdesk.web.common.strings import thread_strings
from walletdesk.web.common.transcript import readable, transcript
from walletdesk.web.common.ways import carries_calls, office_hours, other_ways, wait_now
from walletdesk.web.widget.article_nodes import article_nodes
from walletdesk.web.widget.strings import later_strings

QUESTION_LENGTH = 200
RESULTS = 5
SEARCHES_PER_MINUTE = 120  # of one address: a search for each pause in typing
OPINIONS_PER_HOUR = 60
TRANSCRIPTS_PER_MINUTE = 10  # of one customer; a long one is some thousand rows


class _Opinion(Struct, forbid_unknown_fields=True):
    brand: Slug
    slug: ArticleSlug
    language: Tag
    helped: bool


@require_safe
def welcome(request: HttpRequest) -> JsonResponse:
    """Say how soon people answer just now, when they are there, and which other ways are open."""
    brand, language = _asked(request)
    with translation.override(language):
        return JsonResponse(
            {
                "wait": _with_notice(brand, language, _wait(brand, language)),
                "hours": office_hours(brand),
                "ways": other_ways(brand, language),
                "call": _calls(brand),
            }
        )


def _wait(brand: Brand, language: str) -> str:
    return " · ".join(part for part in wait_now(brand, language) if part)


def _calls(brand: Brand) -> dict[str, str] | None:
    """Return the labels of what there is for calls; None without a number."""
    if not lines_of(brand):
        return None
    return {
        "label": _("Call us") if carries_calls() else "",
        "code": _("Code for a call to us"),
    }


@require_safe
def texts(request: HttpRequest) -> JsonResponse:
    """Give the texts of what the chat loads only when it is used."""
    _brand, language = _asked(request)
    with translation.override(language):
        return JsonResponse(later_strings())


def _with_notice(brand: Brand, language: str, sentence: str) -> str:
    """Put what customers should know now before the wait; mere news stay in the help centre."""
    now = [each for each in notices_now(brand, language) if each.severity != Severity.INFO]
    return " · ".join([*(each.title for each in now[:1]), sentence])


@require_safe
def own(request: HttpRequest) -> JsonResponse:
    """List the conversations of this customer, the newest first."""
    contact = customer_of(request)
    language = choose_language(contact.brand, request.GET.get("language"), request)
    with translation.override(language):
        strings = thread_strings()
    return JsonResponse(
        {
            "conversations": [
                {
                    "ref": each.ref,
                    "status": each.status,
                    "preview": readable(each.preview, strings),
                    "at": each.at.isoformat(timespec="milliseconds"),
                    "answer": each.answer_seq,
                    "read": each.read_seq,
                    "author": each.answer_author,
                    "name": each.answer_name,
                }
                for each in own_conversations(contact)
            ]
        }
    )


@require_safe
def transcript_file(request: HttpRequest) -> HttpResponse:
    """Hand a customer one of their own conversations as a text file."""
    contact = customer_of(request)
    conversation = get_conversation_of(contact, request.GET.get("conversation", ""))
    hit(
        what="chat-transcript",
        who=str(contact.pk),
        limit=TRANSCRIPTS_PER_MINUTE,
        window=timedelta(minutes=1),
    )
    joined = joined_to(conversation, contact.pk)
    language = choose_language(contact.brand, request.GET.get("language"), request)
    with translation.override(language):
        text = transcript(conversation, whole_thread(conversation, joined))
    name = f"{contact.brand.slug}-{conversation.ref}.txt"
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def find_articles(request: HttpRequest) -> JsonResponse:
    """Return the articles that answer what is being typed."""
    brand, language = _asked(request)
    question = request.GET.get("q", "").strip()[:QUESTION_LENGTH]
    _limit(request, "chat-search", SEARCHES_PER_MINUTE, timedelta(minutes=1))
    hits = search(brand=brand, text=question, language=language, limit=RESULTS)
    return JsonResponse(
        {
            "articles": [
                {"slug": h.article_slug, "title": h.title, "summary": h.summary, "lang": h.language}
                for h in hits
            ]
        }
    )


@require_safe
def read_article(request: HttpRequest) -> JsonResponse:
    """Return an article as nodes, in the reader's language or the best other one."""
    brand, language = _asked(request)
    slug = request.GET.get("slug", "")
    if not ids.may_name(slug):
        raise NotFound
    found = get_translation_for(brand=brand, language=language, slug=slug)
    address = reverse("help:article", args=[brand.slug, found.language, found.article.slug])
    return JsonResponse(
        {
            "slug": found.article.slug,
            "title": found.title,
            "summary": found.summary,
            "lang": html_code(found.language),
            "foreign": found.language != language,
            "address": address,
            "body": article_nodes(render_markdown(found.body), address),
        }
    )


@csrf_exempt
@require_POST
def opinion(request: HttpRequest) -> HttpResponse:
    """Take down whether an article helped. Nothing about the reader is kept."""
    given = read_json(request, _Opinion)
    _limit(request, "chat-opinion", OPINIONS_PER_HOUR, timedelta(hours=1))
    found = get_translation_for(
        brand=get_brand(given.brand), language=given.language, slug=given.slug
    )
    count_opinion(translation=found, helped=given.helped)
    return HttpResponse(status=204)


def _asked(request: HttpRequest) -> tuple[Brand, str]:
    brand = get_brand(request.GET.get("brand"))
    return brand, choose_language(brand, request.GET.get("language"), request)


def _limit(request: HttpRequest, what: str, limit: int, window: timedelta) -> None:
    who = address_group(request.META.get("REMOTE_ADDR", ""))
    hit(what=what, who=who, limit=limit, window=window)
