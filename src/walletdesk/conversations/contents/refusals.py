"""Why a file is not taken, and the sentences for it."""

from typing import ClassVar

from django.utils.translation import gettext as _

from walletdesk.kit.errors import DomainError


class WrongType(DomainError):
    """Its content is none of the types that are allowed."""

    code: ClassVar[str] = "file_type"
    status: ClassVar[int] = 415


class HeicPicture(WrongType):
    """A picture in Apple's format, which no browser but Apple's shows."""

    code: ClassVar[str] = "file_heic"


class TooLargeFile(DomainError):
    """It is larger than files of its type may be. Field `most`: bytes."""

    code: ClassVar[str] = "file_too_large"
    status: ClassVar[int] = 413


class EmptyFile(DomainError):
    """There is nothing in it."""

    code: ClassVar[str] = "file_empty"
    status: ClassVar[int] = 400


class DamagedFile(DomainError):
    """It cannot be read as what it says it is."""

    code: ClassVar[str] = "file_damaged"
    status: ClassVar[int] = 422


class TooManyPixels(DomainError):
    """Unpacked it would take too much memory."""

    code: ClassVar[str] = "file_pixels"
    status: ClassVar[int] = 422


class LengthRequired(DomainError):
    """The request does not say how long its body is."""

    code: ClassVar[str] = "length_required"
    status: ClassVar[int] = 411


class FilesBusy(DomainError):
    """Too many pictures are being read at this moment."""

    code: ClassVar[str] = "busy"
    status: ClassVar[int] = 503


def sentences() -> dict[str, str]:
    """Return what to tell people about these refusals."""
    return {
        "file_type": _(
            "This type of file cannot be sent. You can send pictures (PNG, JPEG, WebP, GIF), "
            "PDF, text (TXT, LOG, CSV, JSON) and videos (MP4, WebM)."
        ),
        "file_heic": _(
            "HEIC pictures cannot be shown by most browsers. Send it as JPEG or take a screenshot."
        ),
        "file_too_large": _(
            "This file is too large. Pictures may have 10 MB, text 2 MB, other files 20 MB."
        ),
        "file_empty": _("This file is empty."),
        "file_damaged": _("This file is damaged and cannot be read."),
        "file_pixels": _("This picture has too many pixels: at most 40 million are possible."),
        "store_full": _("There is no room for files just now. Your message can be sent without."),
        "store_unavailable": _("Files cannot be stored just now. Try again in a moment."),
        "bad_files": _("One of the files is no longer there. Add it again."),
        "upload_replaced": _("This file is being sent already. Wait a moment."),
    }
