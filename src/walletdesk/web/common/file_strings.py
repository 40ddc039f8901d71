"""Texts about files: in previews, in the thread, and in the tray of a composer."""

import re

from django.utils.translation import gettext as _

from walletdesk.conversations.file_rules import PICTURE_TOKEN

# A preview may end inside of a mark.
_FILE = re.compile(r"⟦file:([^⟧]*)(?:⟧|$)")


def file_words(preview: str) -> str:
    """Return the preview of a message with the marks of files put into words."""
    if "⟦" not in preview:
        return preview
    words = preview.replace(PICTURE_TOKEN, _("Picture"))
    return _FILE.sub(lambda found: _("File: %(name)s") % {"name": found[1]}, words)


def file_strings() -> dict[str, str]:
    """Return the texts of files.js in the active language."""
    return _thread() | _tray()


def _thread() -> dict[str, str]:
    return {
        "file_download": _("Download {name}, {size}"),
        "file_picture": _("Picture: {name}"),
        "file_gone": _("This file is no longer there."),
    }


def _tray() -> dict[str, str]:
    return {
        "file_add": _("Add pictures or files"),
        "file_remove": _("Remove {name}"),
        "file_too_many": _("At most 10 files fit into one message."),
        "file_too_large": _(
            "This file is too large. Pictures may have 10 MB, text 2 MB, other files 20 MB."
        ),
        "file_failed": _("Not uploaded. Check your connection."),
        "file_secret": _("A secret in this file was cut out before it was saved."),
        "file_warning_title": _("Never photograph your seed phrase"),
        "file_warning": _(
            "Check that no seed phrase, private key or password can be seen in the picture."
        ),
        "file_warning_ok": _("None can be seen, add it"),
    }


def viewer_strings() -> dict[str, str]:
    """Return the texts of viewer.js in the active language."""
    return {
        "viewer_label": _("Picture"),
        "viewer_close": _("Close"),
        "viewer_next": _("Next picture"),
        "viewer_previous": _("Previous picture"),
        "viewer_zoom": _("Zoom"),
        "viewer_download": _("Download"),
        "viewer_place": _("{n} of {count}"),
    }
