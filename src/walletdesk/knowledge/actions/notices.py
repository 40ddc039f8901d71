"""Status notices: what customers should know now, written by staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.knowledge.reader_models import StatusNotice
from walletdesk.knowledge.types import NoticeDraft, Severity
from walletdesk.safety import guard

TITLE_LENGTH, TEXT_LENGTH = 120, 1_000


@transaction.atomic
def create_notice(*, actor: Membership, draft: NoticeDraft) -> StatusNotice:
    """Tell customers something. Raises BadInput (severity, ends_at, title_…, text_…)."""
    require_right(actor.role, Permission.ARTICLE_PUBLISH)
    values = _checked(actor, draft)
    notice = StatusNotice.objects.create(
        brand_id=actor.brand_id, author=actor, changed_at=clock.now(), **values
    )
    _record(actor, notice, "notice.created", {}, values)
    return notice


@transaction.atomic
def change_notice(
    *, actor: Membership, notice: StatusNotice, version: int, draft: NoticeDraft
) -> None:
    """Say it differently. Raises BadInput as above, ChangedMeanwhile."""
    _own(actor, notice)
    values = _checked(actor, draft)
    # A language that was given up and comes back brings its words along.
    spoken = actor.brand.languages
    values["texts"] |= {code: said for code, said in notice.texts.items() if code not in spoken}
    rows = StatusNotice.objects.filter(pk=notice.pk)
    before = {name: getattr(notice, name) for name in values}
    change_row(rows, version=version, changed_at=clock.now(), **values)
    _record(actor, notice, "notice.changed", before, values)


@transaction.atomic
def end_notice(*, actor: Membership, notice: StatusNotice) -> None:
    """Take a notice away now. One that has not begun is removed: nobody ever saw it."""
    _own(actor, notice)
    now = clock.now()
    rows = StatusNotice.objects.filter(pk=notice.pk)
    if notice.starts_at >= now:
        rows.delete()
    else:
        rows.update(ends_at=now, changed_at=now, version=notice.version + 1)
    before = {"ends_at": notice.ends_at}
    _record(actor, notice, "notice.ended", before, {"ends_at": now})


def _checked(actor: Membership, draft: NoticeDraft) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    if draft.severity not in list(Severity):
        wrong["severity"] = "unknown"
    starts_at = draft.starts_at or clock.now()
    if draft.ends_at is not None and draft.ends_at <= starts_at:
        wrong["ends_at"] = "ends"
    default = actor.brand.default_language
    texts: dict[str, dict[str, str]] = {}
    for language in actor.brand.languages:
        title, text = (" ".join(part.split()) for part in draft.texts.get(language, ("", "")))
        if not title and not text and language != default:
            continue
        wrong |= _problems(language, title, text)
        texts[language] = {"title": title, "text": text}
    if wrong:
        raise BadInput(**wrong)
    return {
        "severity": draft.severity,
        "texts": texts,
        "starts_at": starts_at,
        "ends_at": draft.ends_at,
    }


def _problems(language: str, title: str, text: str) -> dict[str, str]:
    wrong = {}
    if not 0 < len(title) <= TITLE_LENGTH:
        wrong[f"title_{language}"] = "too_long" if title else "required"
    if len(text) > TEXT_LENGTH:
        wrong[f"text_{language}"] = "too_long"
    for name, part in (("title", title), ("text", text)):
        if not part.isprintable():
            wrong[f"{name}_{language}"] = "control"
        elif guard.check(part).findings:
            wrong[f"{name}_{language}"] = "secret"
    return wrong


def _own(actor: Membership, notice: StatusNotice) -> None:
    if notice.brand_id != actor.brand_id:
        raise NotFound
    require_right(actor.role, Permission.ARTICLE_PUBLISH)


def _record(
    actor: Membership,
    notice: StatusNotice,
    action: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    record_change(
        actor=actor,
        action=action,
        subject=f"notice:{notice.pk}",
        before={name: _plain(value) for name, value in before.items()},
        after={name: _plain(value) for name, value in after.items()},
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
