"""Articles as a folder of Markdown files, the same bytes for the same articles."""

import io
import zipfile

from walletdesk.accounts.models import Brand
from walletdesk.knowledge import files
from walletdesk.knowledge.drafts import as_source
from walletdesk.knowledge.markup import picture_names
from walletdesk.knowledge.models import Article, Revision, Translation
from walletdesk.knowledge.reader_queries import pictures_named
from walletdesk.knowledge.types import ArticleAudience, ArticleFile, HandOver

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say: equal articles, equal bytes


def exported(brand: Brand) -> dict[str, bytes]:
    """Return name → content: `<id>/<language>.md`, and `pictures/…` for what they show.

    The published text of each language; a draft where nothing was published yet. Drafts on top of
    published texts, and the history, stay here. What was taken away from its readers leaves as a
    draft. Four statements.
    """
    live = {
        (row.article_id, row.language): row
        for row in Translation.objects.filter(article__brand=brand).defer("tokens")
    }
    drafts = {
        (row.article_id, row.language): row
        for row in Revision.objects.filter(article__brand=brand)
        .order_by("article", "language", "-number")
        .distinct("article", "language")
    }
    articles = Article.objects.filter(brand=brand).defer("direction").order_by("slug")
    found: dict[str, bytes] = {}
    shown: set[str] = set()
    for article in articles:
        for language in sorted({code for pk, code in (*live, *drafts) if pk == article.pk}):
            published = live.get((article.pk, language))
            row = published or drafts[article.pk, language]
            found[f"{article.slug}/{language}.md"] = _file(
                article, row, published=published is not None and article.released
            ).encode()
            shown |= {name[:32] for name in picture_names(row.body)}
    for picture in pictures_named(brand, shown):
        found[f"pictures/{picture.name}"] = bytes(picture.body)
    return found


def _file(article: Article, row: Translation | Revision, *, published: bool) -> str:
    return files.write(
        ArticleFile(
            id=article.slug,
            language=row.language,
            category=article.category,
            topic=article.topic,
            audience=ArticleAudience(article.audience),
            hand_over=HandOver(article.hand_over),
            position=article.position,
            published=published,
            text=as_source(row),
        )
    )


def as_zip(contents: dict[str, bytes]) -> bytes:
    """Return files as a ZIP archive: the same files, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, contents[name])
    return out.getvalue()
