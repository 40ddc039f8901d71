"""The texts of the script around the lists: selection, undo, palette, alerts."""

from django.utils.translation import gettext as _


def list_strings() -> dict[str, str]:
    """Return the texts in the active language. Fields such as {n} are filled in the browser."""
    return (
        _selection()
        | _undo()
        | _moments()
        | {
            "palette_page": _("This conversation"),
            "palette_desk": _("This desk"),
            "palette_found": _("Conversations"),
            "palette_articles": _("Articles: insert the link"),
            "palette_search": _("Search for “{q}”"),
            "palette_recent": _("Recent"),
            "alert_title": _("New message in {ref}"),
            "notify_refused": _("Your browser does not allow notifications from this page."),
            "list_failed": _("The list could not be loaded. Trying again…"),
        }
    )


def _selection() -> dict[str, str]:
    return {
        "selected_one": _("{n} selected"),
        "selected_other": _("{n} selected"),
        "too_many_selected": _("At most {n} at once."),
        "bulk_assign": _("Assign to"),
        "bulk_tag": _("Put on a tag"),
        "bulk_snooze": _("Snooze until"),
        "bulk_running": _("{done} of {n}"),
        "bulk_done": _("Done: {n}"),
        "bulk_stopped": _("Stopped after {n}"),
        "team": _("Team"),
    }


def _undo() -> dict[str, str]:
    return {
        "undo": _("Undo"),
        "undone": _("Taken back"),
        "undone_partly": _("Taken back: {n}. The others changed meanwhile and stay as they are."),
    }


def _moments() -> dict[str, str]:
    return {
        "moment_hours": _("In three hours"),
        "moment_evening": _("This evening"),
        "moment_tomorrow": _("Tomorrow morning"),
        "moment_week": _("Next Monday"),
    }
