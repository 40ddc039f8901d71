"""Pictures for articles: written anew, then a line of Markdown to put where it belongs."""

from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from walletdesk.conversations.contents.put import clean_picture
from walletdesk.kit.errors import BadInput, DomainError
from walletdesk.knowledge.actions.pictures import add_picture
from walletdesk.safety import guard
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import section_call
from walletdesk.web.errors import sentence

ALT_LENGTH = 200
PIECE = 64 * 1024
_MARKS = str.maketrans("", "", "[]\\`*_<>\r\n\x00")


@require_POST
@section_call("articles")
def add(request: StaffRequest) -> HttpResponse:
    """Take a picture with the words for it, and return the line that shows it."""
    upload = request.FILES.get("picture")
    alt = " ".join(request.POST.get("alt", "").translate(_MARKS).split())[:ALT_LENGTH]
    if not isinstance(upload, UploadedFile):
        return _refused(request, _("Choose a picture first."))
    if not alt or guard.check(alt).findings:
        return _refused(request, _("Say in words what the picture shows: not everybody sees it."))
    try:
        picture = clean_picture(_pieces(upload), upload.size or 0)
        row = add_picture(actor=request.membership, picture=picture)
    except BadInput:
        return _refused(request, _("This picture is too large, or there are too many."))
    except DomainError as error:
        return _refused(request, sentence(error.code))
    context = {"line": f"![{alt}](../pictures/{row.name})", "picture": row, "alt": alt}
    return render(request, "desk/settings/_article_picture.html", context)


def _pieces(upload: "UploadedFile[Any]") -> Iterator[bytes]:
    return iter(upload.chunks(PIECE))


def _refused(request: StaffRequest, why: str) -> HttpResponse:
    # 200: htmx shows what was said only then
    return render(request, "desk/settings/_article_picture.html", {"problem": why})
