"""Texts of the chat page and of its loader."""

from django.utils.translation import gettext as _

from walletdesk.web.common.file_strings import file_strings, viewer_strings
from walletdesk.web.common.strings import customer_thread_strings


def strings() -> dict[str, str]:
    """Return the texts that the chat page's script shows, in the active language."""
    chat = _start() | _status() | _sending() | _warning() | _rating()
    return customer_thread_strings() | file_strings() | chat


def later_strings() -> dict[str, str]:
    """Return the texts of what the chat loads only when it is used."""
    return viewer_strings() | {
        "copied": _("Copied"),
        "device": _("A device"),
        "device_this": _("this one"),
        "device_out": _("Sign out"),
        "wallet_done": _("Your address is confirmed."),
        "wallet_failed": _("Your wallet did not sign. Nothing was changed."),
        "error_wrong_signature": _("The signature does not belong to this address. Try again."),
        "error_contract_wallet": _("Signing in with a smart-contract wallet is not possible yet."),
        "error_link_gone": _("This link was used already or is too old. Make a new one."),
        "error_too_many_devices": _(
            "This is open on too many devices. Sign one of them out first."
        ),
    }


def loader_strings(brand: str) -> dict[str, str]:
    """Return the texts of the button on a wallet's own page."""
    return {
        "open": _("Open the support chat"),
        "close": _("Close the support chat"),
        "title": _("Support chat of %(brand)s") % {"brand": brand},
        "unread_one": _("{n} new message"),
        "unread_other": _("{n} new messages"),
    }


def _start() -> dict[str, str]:
    return {
        "new_answer": _("New answer"),
        "list_queued": _("Waiting for a person"),
        "list_open": _("In conversation"),
        "list_resolved": _("Resolved"),
        "found_one": _("{n} article found"),
        "found_other": _("{n} articles found"),
        "no_search": _("The search does not work just now. You can ask in the chat."),
    }


def _status() -> dict[str, str]:
    return {
        "status_new": _("Answers at once, day and night"),
        "status_bot": _("The assistant answers at once"),
        "status_queued": _("Waiting for a person"),
        "status_open": _("{name} is with you"),
        "status_open_nobody": _("A person is with you"),
        "status_resolved": _("Resolved"),
        "queue_next": _("You are next"),
        "queue_place": _("You are number {place} in the queue"),
        "server_away": _(
            "We cannot be reached just now. Messages are kept and sent as soon as it works again."
        ),
        "offline": _("No connection. Messages are sent as soon as you are back online."),
    }


def _sending() -> dict[str, str]:
    return {
        "waiting_for_connection": _("Waiting for a connection"),
        "waiting_seconds": _("Too many at once. Sending again in {seconds} s"),
        "error_empty": _("There was nothing to send."),
        "error_too_long": _("This message is too long."),
        "error_bad_files": _("One of the files is no longer there. Add it again."),
        "error_bad_text": _("This message cannot be stored. Please change it."),
        "error_blocked": _("You cannot write here for now."),
        "error_failed": _("Not sent."),
        "error_action": _("That did not work. Please try again."),
        "try_again_in": _("Too many at once. Try again in {seconds} s."),
        "left_one": _("{n} character left"),
        "left_other": _("{n} characters left"),
        "over_one": _("{n} character too many"),
        "over_other": _("{n} characters too many"),
        "error_work_needed": _(
            "Very many people write just now, and this browser cannot show that it is not a "
            "machine. Open the chat in another browser."
        ),
        "want_person": _("I would like to talk to a person."),
    }


def _warning() -> dict[str, str]:
    return {
        "looks_seed_phrase": _("This looks like a seed phrase."),
        "looks_private_key": _("This looks like a private key."),
        "looks_extended_key": _("This looks like an extended private key."),
        "looks_keystore": _("This looks like a keystore file."),
    }


def _rating() -> dict[str, str]:
    return {
        "title_unread": _("({n}) {title}"),
    }
