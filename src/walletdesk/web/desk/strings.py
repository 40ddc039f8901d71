"""The texts of the desk's script. JavaScript holds none of its own (web/common/strings.py)."""

from functools import reduce
from operator import or_

from django.utils.translation import gettext as _

from walletdesk.web.common.diagnosis.titles import TITLES
from walletdesk.web.common.file_strings import file_strings, viewer_strings
from walletdesk.web.common.strings import thread_strings
from walletdesk.web.desk import wording
from walletdesk.web.desk.assist.words import assist_strings
from walletdesk.web.desk.mail_strings import mail_strings
from walletdesk.web.desk.mail_words import delivery_strings
from walletdesk.web.desk.thread_strings import conversation_strings


def strings() -> dict[str, str]:
    """Return every text that the desk's script shows, in the active language."""
    parts = (thread_strings(), conversation_strings(), mail_strings(), delivery_strings())
    more = (
        file_strings(),
        viewer_strings(),
        _chain(),
        _topics(),
        _times(),
        _refusals(),
        _composer(),
        _live(),
        assist_strings(),
    )
    return reduce(or_, (*parts, *more))


def _topics() -> dict[str, str]:
    return {f"topic_{code}": wording.topic(code) for code in wording.TOPICS}


def _chain() -> dict[str, str]:
    titles = {f"verdict_{verdict}": str(title) for verdict, title in TITLES.items()}
    return titles | {"chain_title": _("What the chain says"), "close": _("Close")}


def _times() -> dict[str, str]:
    return {
        "age_now": _("now"),
        "age_minutes": _("%(count)s m") % {"count": "{n}"},
        "age_hours": _("%(count)s h") % {"count": "{n}"},
        "age_days": _("%(count)s d") % {"count": "{n}"},
        "clock_left": _("%(age)s left") % {"age": "{age}"},
        "clock_late": _("%(age)s late") % {"age": "{age}"},
    }


def _refusals() -> dict[str, str]:
    return {
        "already_taken": _("{name} was faster: the conversation is theirs now."),
        "no_answer": _("The desk does not answer. Check your connection and try again."),
        "signed_out": _("You are signed out. Sign in again to go on."),
        "secret_removed_title": _("A secret was removed"),
        "failed": _("That did not work. Try again."),
        "masked_again": _("Masked again."),
        "reveal_until": _("Masked again at {time}."),
        "reveals_left": _("{n} left today."),
        "alarms_one": _("{n} alarm waits."),
        "alarms_other": _("{n} alarms wait."),
        "secret_masked": _("A secret was removed from your text before it was saved."),
    }


def _composer() -> dict[str, str]:
    return {
        "reply_placeholder": _("Write to the customer…"),
        "note_placeholder": _("Write a note that only your team sees…"),
        "send": _("Send"),
        "add_note": _("Add note"),
        "too_long": _("{n} characters too many"),
        "left": _("{n} characters left"),
        "blocked_take": _("Nobody has this conversation yet."),
        "blocked_theirs": _("{name} has this conversation. You can leave a note."),
        "blocked_resolved": _("This conversation is resolved."),
        "blocked_viewer": _("Your role can read conversations, not answer them."),
        "do_take": _("Take it to answer"),
        "do_reopen": _("Reopen to answer"),
    }


def _live() -> dict[str, str]:
    return {
        "live_online": _("Live"),
        "live_polling": _("Live (slow connection)"),
        "live_connecting": _("Connecting…"),
        "live_offline": _("Offline"),
        "offline_banner": _("No connection. What you see may be old; it will catch up by itself."),
    }
