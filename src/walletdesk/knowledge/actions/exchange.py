"""Articles out of folders: compared with what is here, conflicts told and never overwritten.

Every file remembers in `base` the state that it was exported from. So it can be told apart who
changed a text since: the file, the desk, or both (a conflict).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge import files, rules
from walletdesk.knowledge.actions.articles import note_change
from walletdesk.knowledge.actions.authoring import (
    append_revision,
    checked_text,
    keep_first_text,
    publish_text,
)
from walletdesk.knowledge.actions.pictures import keep_picture, picture_digest
from walletdesk.knowledge.models import Article, Revision
from walletdesk.knowledge.types import ArticleAudience, ArticleFile, BadArticle, CleanPicture

AUTHOR = "import"
BASE_LENGTH = 16


class Outcome(StrEnum):
    """What an import does with a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"  # the desk's text is newer than the file
    CONFLICT = "conflict"  # both were changed since the export
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file, and why when it was refused."""

    name: str
    outcome: Outcome
    problem: str = ""


def import_files(
    *,
    brand: Brand,
    articles: Mapping[str, bytes],
    pictures: Iterable[tuple[str, CleanPicture]] = (),
    dry_run: bool = False,
    editor: Membership | None = None,
) -> list[FileReport]:
    """Take files (name → bytes) in, each article for itself. Safe to repeat.

    Texts with `published: true` are shown at once, others become drafts. A conflict, and a file
    that cannot be read, leave what is here as it is. `dry_run` tells what would be done, no more.

    Of an `editor` all texts become drafts, which a person looks at and publishes as any other, and
    what an article is about stays as it is here: nothing that readers see changes. It is audited.
    """
    if editor is not None:
        require_right(editor.role, Permission.ARTICLE_EDIT)
    reports: list[FileReport] = []
    with transaction.atomic():
        reports += [_take_picture(brand, name, picture) for name, picture in pictures]
        read = [_read(name, data) for name, data in sorted(articles.items())]
        good = [item for item in read if not isinstance(item, FileReport)]
        reports += [item for item in read if isinstance(item, FileReport)]
        # the original first, so that its translations remember which state they belong to
        good.sort(key=lambda item: (item[1].id, item[1].language != brand.default_language))
        reports += [_take_file(brand, name, file, editor) for name, file in good]
        if editor is not None:
            _note_import(editor, reports)
        if dry_run:
            transaction.set_rollback(True)
    return sorted(reports, key=lambda report: report.name)


def _note_import(editor: Membership, reports: list[FileReport]) -> None:
    counts = Counter(str(report.outcome) for report in reports)
    record_audit(brand=editor.brand, actor=editor, action="article.imported", detail=dict(counts))


def _read(name: str, data: bytes) -> tuple[str, ArticleFile] | FileReport:
    try:
        return name, files.read(name, data)
    except BadArticle as error:
        return FileReport(name, Outcome.REFUSED, str(error))


def _take_picture(brand: Brand, name: str, picture: CleanPicture) -> FileReport:
    try:
        with transaction.atomic():
            row, fresh = keep_picture(brand=brand, picture=picture)
    except BadInput as error:
        return FileReport(name, Outcome.REFUSED, f"{name}: {error.fields['picture']}")
    if not name.endswith(row.name):
        return FileReport(name, Outcome.REFUSED, f"{name}: its name is not that of its content")
    return FileReport(name, Outcome.NEW if fresh else Outcome.SAME)


def checked_digest(name: str, body: bytes) -> bool:
    """Tell whether a picture's file is called after its content."""
    return name.rpartition("/")[2].startswith(picture_digest(body))


def _take_file(brand: Brand, name: str, file: ArticleFile, editor: Membership | None) -> FileReport:
    if file.language not in brand.languages:
        problem = f"{name}: the brand does not serve {file.language}"
        return FileReport(name, Outcome.REFUSED, problem)
    try:
        with transaction.atomic():
            return FileReport(name, _store(brand, file, editor))
    except BadInput as error:
        what = ", ".join(f"{key}: {value}" for key, value in error.fields.items())
        return FileReport(name, Outcome.REFUSED, f"{name}: {what}")


def _store(brand: Brand, file: ArticleFile, editor: Membership | None) -> Outcome:
    publishes = file.published and editor is None
    text = checked_text(brand.pk, file.text)
    article, created = Article.objects.get_or_create(
        brand=brand,
        slug=file.id,
        defaults={**_about(file), "published": False, "released": False},
    )
    locked = Article.objects.select_for_update().defer("direction").get(pk=article.pk)
    last = _latest(locked, file.language)
    live = locked.translations.filter(language=file.language).defer("tokens").first()
    here = last.content_hash if last else live.content_hash if live else ""
    there = rules.content_hash(text)
    same_text = here == there and (live is not None or not publishes)
    about = editor is not None or _about(file) == {n: getattr(locked, n) for n in _about(file)}
    if same_text and about and not created:
        return Outcome.SAME
    if here and not same_text and file.base and here[:BASE_LENGTH] != file.base:
        return Outcome.KEPT if there[:BASE_LENGTH] == file.base else Outcome.CONFLICT
    if not about:
        public = locked.released and file.audience == ArticleAudience.CUSTOMERS
        Article.objects.filter(pk=locked.pk).update(**_about(file), published=public)
        locked.refresh_from_db(fields=["audience", "category", "topic", "hand_over", "position"])
        note_change(brand.pk)
    if not same_text:
        number = last.number if last else keep_first_text(locked, live) if live else 0
        append_revision(locked, text, number + 1, editor, published=publishes, author_name=AUTHOR)
        if publishes:
            publish_text(article=locked, text=text)
    return Outcome.CHANGED if here else Outcome.NEW


def _latest(article: Article, language: str) -> Revision | None:
    rows = Revision.objects.filter(article=article, language=language)
    return rows.order_by("-number").first()


def _about(file: ArticleFile) -> dict[str, object]:
    return {
        "topic": file.topic,
        "category": file.category,
        "audience": file.audience,
        "hand_over": file.hand_over,
        "position": file.position,
    }
