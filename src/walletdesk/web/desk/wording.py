"""The desk's words for the codes that conversations carry."""

from datetime import timedelta

from django.utils.translation import gettext as _

from walletdesk.conversations.types import Status, View

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def view(code: str) -> str:
    """Return the name of a queue view."""
    return {
        View.QUEUE: _("Queue"),
        View.MINE: _("Mine"),
        View.BOT: _("With the bot"),
        View.OPEN: _("Open"),
        View.RESOLVED: _("Resolved"),
        View.ALL: _("All"),
    }[View(code)]


def status(code: str) -> str:
    """Return the name of a status."""
    return {
        Status.NEW: _("New"),
        Status.BOT: _("With the bot"),
        Status.QUEUED: _("Waiting"),
        Status.OPEN: _("Open"),
        Status.RESOLVED: _("Resolved"),
    }[Status(code)]


def urgency(level: int) -> str:
    """Return the name of an urgency, 0 to 3."""
    return (_("Low"), _("Medium"), _("High"), _("Critical"))[level]


def role(code: str) -> str:
    """Return the name of a role; an unknown one stands for itself."""
    return {
        "viewer": _("Viewer"),
        "agent": _("Agent"),
        "supervisor": _("Supervisor"),
        "owner": _("Owner"),
    }.get(code, code)


def age(passed: timedelta) -> str:
    """Return how long something has lasted, in the largest unit. desk/ages.js says the same."""
    seconds = max(0, int(passed.total_seconds()))
    if seconds < MINUTE:
        return _("now")
    if seconds < HOUR:
        return _("%(count)s m") % {"count": seconds // MINUTE}
    if seconds < DAY:
        return _("%(count)s h") % {"count": seconds // HOUR}
    return _("%(count)s d") % {"count": seconds // DAY}


def topic(code: str) -> str:
    """Return the name of a topic of language.topics, "" for none, the code for an unknown one."""
    return topics().get(code, code)


def topics() -> dict[str, str]:
    """Return the names of all topics of language.topics by their codes."""
    return {**_about_funds(), **_about_access(), **_about_the_rest()}


def _about_funds() -> dict[str, str]:
    return {
        "deposit_missing": _("Deposit missing"),
        "tx_pending": _("Transfer pending"),
        "wrong_network": _("Wrong network"),
        "wrong_address": _("Wrong address"),
        "bridge_stuck": _("Bridge stuck"),
        "withdraw": _("Paying out"),
        "buy_crypto": _("Buying crypto"),
        "swap_failed": _("Swap failed"),
        "staking": _("Staking"),
        "fees": _("Fees"),
        "add_token": _("Token not shown"),
    }


def _about_access() -> dict[str, str]:
    return {
        "wallet_stolen": _("Wallet stolen"),
        "phishing_link": _("Phishing"),
        "revoke_approval": _("Revoke approval"),
        "seed_lost": _("Recovery phrase lost"),
        "login_problem": _("Cannot sign in"),
        "account_locked": _("Account locked"),
        "forgot_password": _("Forgotten password"),
        "two_factor": _("Second factor"),
        "import_new_phone": _("New phone"),
        "create_wallet": _("Creating a wallet"),
    }


def _about_the_rest() -> dict[str, str]:
    return {
        "": "",
        "kyc": _("Identity check"),
        "app_crash": _("App trouble"),
        "feature_request": _("Wish"),
        "complaint": _("Complaint"),
        "talk_human": _("Wants a person"),
        "greeting": _("Greeting"),
        "thanks": _("Thanks"),
        "other": _("Other"),
    }
