"""Texts that the scripts of the form and of the status page show."""

from django.utils.translation import gettext as _

from walletdesk.web.common.file_strings import file_strings, viewer_strings
from walletdesk.web.common.ticket_words import problem


def form_strings() -> dict[str, str]:
    """Return the texts of form.js in the active language."""
    looks = {
        "looks_seed_phrase": _("This looks like a seed phrase."),
        "looks_private_key": _("This looks like a private key."),
        "looks_extended_key": _("This looks like an extended private key."),
        "looks_keystore": _("This looks like a keystore file."),
    }
    own = {
        "look_again": _("Take it out. If it is nothing secret, press Send once more."),
        "offline": _(
            "You are offline. Your ticket is kept on this device and is sent as soon as you are"
            " back online. You can close this page."
        ),
        "busy": _("We cannot be reached just now. It is sent again in {seconds} s."),
        "sending": _("Sending…"),
        "failed": problem(""),
        "error_bad_files": problem("bad_files"),
        "error_blocked": problem("blocked"),
        "error_work_needed": problem("work"),
        "error_not_found": _("This form is closed just now."),
        "required": problem("required"),
        "wait_for_files": _("The files are still on their way."),
        "found_one": _("{n} article that may help"),
        "found_other": _("{n} articles that may help"),
        "looks_like": _("Looks like: {networks}"),
    }
    return file_strings() | viewer_strings() | _tray() | looks | own


def page_strings() -> dict[str, str]:
    """Return the texts of status.js in the active language."""
    own = {"copied": _("Copied"), "news": _("There is something new. Load the page again.")}
    return file_strings() | viewer_strings() | _tray() | own


def _tray() -> dict[str, str]:
    return {"retry": _("Try again"), "discard": _("Remove")}
