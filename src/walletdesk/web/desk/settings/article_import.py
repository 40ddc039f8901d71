"""Articles out of a ZIP archive: first what would change, then, if that still holds, drafts."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from walletdesk.accounts.models import Membership
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge.actions.exchange import FileReport, Outcome, import_files
from walletdesk.knowledge.archives import Archive, read_archive
from walletdesk.web.common.article_files import exported_pictures
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import section_page, show

SHOWN = 500
OUTCOMES = {
    Outcome.NEW: (gettext_noop("New"), "ok"),
    Outcome.CHANGED: (gettext_noop("Changed"), "accent"),
    Outcome.CONFLICT: (gettext_noop("Changed here and there: left as it is"), "warn"),
    Outcome.KEPT: (gettext_noop("Newer here: left as it is"), ""),
    Outcome.REFUSED: (gettext_noop("Refused"), "danger"),
    Outcome.SAME: (gettext_noop("The same"), ""),
}
REASONS = {
    "path": gettext_noop("its name leads out of the folder"),
    "link": gettext_noop("it is a link, not a file"),
    "encrypted": gettext_noop("it is encrypted"),
    "method": gettext_noop("it is packed in a way that is not supported"),
    "twice": gettext_noop("it is in the archive twice"),
    "too_large": gettext_noop("it is too large"),
    "broken": gettext_noop("it is damaged"),
    "unknown": gettext_noop("it is neither an article nor a picture of one"),
}
PROBLEMS = {
    "none": gettext_noop("Choose a ZIP archive first."),
    "no_zip": gettext_noop("This is no ZIP archive, or it is damaged."),
    "too_large": gettext_noop("Unpacked, this archive is too large."),
    "too_many": gettext_noop("There are too many files in this archive."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("articles")
def page(request: StaffRequest) -> HttpResponse:
    """Ask for an archive; tell what it would change (POST); take it in (`take`: what was told)."""
    context = _answer(request) if request.method == "POST" else {}
    if request.headers.get("HX-Request") == "true":  # 200: htmx shows what was said only then
        return render(request, "desk/settings/_article_import.html", context)
    return show(request, "articles", "article_import", context)


def _answer(request: StaffRequest) -> dict[str, Any]:
    upload = request.FILES.get("archive")
    if not isinstance(upload, UploadedFile):
        return {"problem": _(PROBLEMS["none"])}
    data = upload.read()
    try:
        archive = read_archive(data)
    except BadInput as error:
        return {"problem": _(PROBLEMS[str(error.fields["archive"])])}
    would = _reports(request.membership, archive, dry_run=True)
    told = hashlib.sha256(data + repr(would).encode()).hexdigest()
    asked = request.POST.get("take", "")
    if asked != told:
        return _told(would) | {"take": told, "meanwhile": bool(asked)}
    return _told(_reports(request.membership, archive, dry_run=False)) | {"done": True}


def _reports(editor: Membership, archive: Archive, *, dry_run: bool) -> list[FileReport]:
    refused = [FileReport(name, Outcome.REFUSED, why) for name, why in archive.refused]
    pictures = exported_pictures(sorted(archive.pictures.items()), refused)
    done = import_files(
        brand=editor.brand,
        articles=archive.texts,
        pictures=pictures,
        dry_run=dry_run,
        editor=editor,
    )
    return sorted([*done, *refused], key=lambda report: report.name)


def _told(reports: Sequence[FileReport]) -> dict[str, Any]:
    counts = Counter(report.outcome for report in reports)
    order = list(OUTCOMES)
    rows = sorted(reports, key=lambda report: (order.index(report.outcome), report.name))
    told = [report for report in rows if report.outcome != Outcome.SAME]
    return {
        "counts": [(_(words), look, counts[one]) for one, (words, look) in OUTCOMES.items()],
        "changes": counts[Outcome.NEW] + counts[Outcome.CHANGED],
        "rows": [
            {
                "name": report.name,
                "words": _(OUTCOMES[report.outcome][0]),
                "look": OUTCOMES[report.outcome][1],
                "reason": _(REASONS[report.problem]) if report.problem in REASONS else "",
                "detail": "" if report.problem in REASONS else report.problem,
            }
            for report in told[:SHOWN]
        ],
        "more": max(0, len(told) - SHOWN),
    }
