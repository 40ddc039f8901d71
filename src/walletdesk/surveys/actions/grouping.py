"""Free text by theme: grouped anew each night, never while somebody waits."""

from datetime import timedelta

from django.db import transaction

from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import all_brands
from walletdesk.kit import clock
from walletdesk.kit.one_by_one import OneByOne
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.language.types import EmbedderUnavailable
from walletdesk.surveys.models import Response, Theme
from walletdesk.surveys.themes import group

LOOKED_BACK = timedelta(days=180)
MOST_COMMENTS = 3_000  # of a language, the newest: about 4 s of computing
_themes = OneByOne[tuple[int, str]]("themes of comments")


def group_comments() -> None:
    """Group the comments of every brand and language."""
    since = clock.now() - LOOKED_BACK
    for brand in all_brands():
        rows = Response.objects.filter(brand=brand, created_at__gte=since).exclude(comment="")
        for language in rows.values_list("language", flat=True).distinct().order_by("language"):
            chosen = rows.filter(language=language).order_by("-pk")[:MOST_COMMENTS]
            with _themes.attempt((brand.pk, language)):
                _group(brand, language, list(chosen.values_list("pk", "comment")))


def _group(brand: Brand, language: str, comments: list[tuple[int, str]]) -> None:
    texts = [text for _pk, text in comments]
    try:
        found = group(texts, current_embedder().embed(texts))
    except EmbedderUnavailable:
        return  # yesterday's groups are better than none
    with transaction.atomic():
        Theme.objects.filter(brand=brand, language=language).delete()
        for each in found:
            theme = Theme.objects.create(
                brand=brand, language=language, words=list(each.words), made_at=clock.now()
            )
            members = [comments[at][0] for at in each.members]
            Response.objects.filter(pk__in=members).exclude(comment="").update(theme=theme)
