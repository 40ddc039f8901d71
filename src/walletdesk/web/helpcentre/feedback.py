"""Was this helpful: a vote without script, once a visitor, and a comment if they like."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from walletdesk.accounts.models import Brand
from walletdesk.kit import ids
from walletdesk.kit.errors import BadInput, NotAllowed
from walletdesk.kit.limits.actions import TooMany, hit
from walletdesk.kit.live.wire import address_group
from walletdesk.knowledge.actions import count_opinion
from walletdesk.knowledge.actions.reading import take_comment
from walletdesk.knowledge.models import Translation
from walletdesk.knowledge.queries import get_translation_for
from walletdesk.web.helpcentre.frame import reader_page

VISITOR = "wd_reader"  # set when somebody votes: a random name, for these pages only
VISITOR_DAYS = 180
VOTES_PER_HOUR = 60  # of one address: many people share one
COMMENTS_PER_HOUR = 20
VALUES = {"yes": True, "no": False}


# The forms stand on pages that are the same for everybody, so they hold no token. What takes its
# place is the browser's word of where the form stood: `Sec-Fetch-Site`, else `Origin`.
@csrf_exempt
@require_POST
@reader_page
def vote(request: HttpRequest, brand: Brand, language: str, slug: str) -> HttpResponse:
    """Count whether an article helped, once for each visitor and article."""
    _own_page(request)
    helped = _helped(request)
    shown = get_translation_for(brand=brand, language=language, slug=slug)
    visitor = request.COOKIES.get(VISITOR, "")
    visitor = visitor if len(visitor) == ids.REF_LENGTH and visitor.isalnum() else ids.new_ref()
    _limit(request, "help-vote", VOTES_PER_HOUR)
    try:
        _once("help-voted", visitor, shown)
    except TooMany:
        return _back(brand, language, slug, "again")
    count_opinion(translation=shown, helped=helped)
    answer = _back(brand, language, slug, "yes" if helped else "no")
    answer.set_cookie(
        VISITOR,
        visitor,
        max_age=timedelta(days=VISITOR_DAYS),
        path=reverse("help:start", args=[brand.slug]),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


@csrf_exempt
@require_POST
@reader_page
def comment(request: HttpRequest, brand: Brand, language: str, slug: str) -> HttpResponse:
    """Keep what a visitor who has voted wants to add, once for each article."""
    _own_page(request)
    helped = _helped(request)
    shown = get_translation_for(brand=brand, language=language, slug=slug)
    visitor = request.COOKIES.get(VISITOR, "")
    text = request.POST.get("text", "")
    if not visitor or not text.strip():
        return _back(brand, language, slug, "thanks")
    _limit(request, "help-comment", COMMENTS_PER_HOUR)
    try:
        _once("help-commented", visitor, shown)
    except TooMany:
        return _back(brand, language, slug, "again")
    try:
        take_comment(translation=shown, helped=helped, text=text)
    except BadInput:
        return _back(brand, language, slug, "yes" if helped else "no")
    return _back(brand, language, slug, "thanks")


def _helped(request: HttpRequest) -> bool:
    try:
        return VALUES[request.POST.get("helped", "")]
    except KeyError:
        raise BadInput(helped="unknown") from None


def _own_page(request: HttpRequest) -> None:
    """Refuse a form that stood on somebody else's page."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site == "same-origin"
    else:
        origin = request.headers.get("Origin")
        allowed = origin is None or urlsplit(origin).netloc == request.get_host()
    if not allowed:
        raise NotAllowed


def _once(what: str, visitor: str, shown: Translation) -> None:
    window = timedelta(days=VISITOR_DAYS)
    hit(what=what, who=f"{visitor}:{shown.pk}", limit=1, window=window)


def _limit(request: HttpRequest, what: str, limit: int) -> None:
    who = address_group(request.META.get("REMOTE_ADDR", ""))
    hit(what=what, who=who, limit=limit, window=timedelta(hours=1))


def _back(brand: Brand, language: str, slug: str, said: str) -> HttpResponse:
    path = reverse("help:article", args=[brand.slug, language, slug])
    return HttpResponse(status=303, headers={"Location": f"{path}?said={said}#helped"})
