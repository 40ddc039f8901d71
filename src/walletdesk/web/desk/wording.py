"""The desk's words for the codes that conversations carry."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from walletdesk.conversations.types import Status, View

MINUTE, HOUR, DAY = 60, 3_600, 86_400

# Msgids, looked up when they are shown: a list of fifty rows translates what it needs and no more.
VIEWS = {
    View.QUEUE: noop("Queue"),
    View.MINE: noop("Mine"),
    View.BOT: noop("With the bot"),
    View.OPEN: noop("Open"),
    View.RESOLVED: noop("Resolved"),
    View.ALL: noop("All"),
}
STATUSES = {
    Status.NEW: noop("New"),
    Status.BOT: noop("With the bot"),
    Status.QUEUED: noop("Waiting"),
    Status.OPEN: noop("In progress"),
    Status.RESOLVED: noop("Resolved"),
}
URGENCIES = (noop("Low"), noop("Medium"), noop("High"), noop("Critical"))
ROLES = {
    "viewer": noop("Viewer"),
    "agent": noop("Agent"),
    "supervisor": noop("Supervisor"),
    "owner": noop("Owner"),
}
TOPICS = {
    "deposit_missing": noop("Deposit missing"),
    "tx_pending": noop("Transfer pending"),
    "wrong_network": noop("Wrong network"),
    "wrong_address": noop("Wrong address"),
    "bridge_stuck": noop("Bridge stuck"),
    "withdraw": noop("Paying out"),
    "buy_crypto": noop("Buying crypto"),
    "swap_failed": noop("Swap failed"),
    "staking": noop("Staking"),
    "fees": noop("Fees"),
    "add_token": noop("Token not shown"),
    "wallet_stolen": noop("Wallet stolen"),
    "phishing_link": noop("Phishing"),
    "revoke_approval": noop("Revoke approval"),
    "seed_lost": noop("Recovery phrase lost"),
    "login_problem": noop("Cannot sign in"),
    "account_locked": noop("Account locked"),
    "forgot_password": noop("Forgotten password"),
    "two_factor": noop("Second factor"),
    "import_new_phone": noop("New phone"),
    "create_wallet": noop("Creating a wallet"),
    "kyc": noop("Identity check"),
    "app_crash": noop("App trouble"),
    "feature_request": noop("Feature wish"),
    "complaint": noop("Complaint"),
    "talk_human": noop("Wants a person"),
    "greeting": noop("Greeting"),
    "thanks": noop("Thanks"),
    "other": noop("Other"),
}


def view(code: str) -> str:
    """Return the name of a queue view."""
    return _(VIEWS[View(code)])


def status(code: str) -> str:
    """Return the name of a status."""
    return _(STATUSES[Status(code)])


def urgency(level: int) -> str:
    """Return the name of an urgency, 0 to 3."""
    return _(URGENCIES[level])


def role(code: str) -> str:
    """Return the name of a role; an unknown one stands for itself."""
    return _(ROLES[code]) if code in ROLES else code


def topic(code: str) -> str:
    """Return the name of a topic of language.topics, "" for none, the code for an unknown one."""
    return _(TOPICS[code]) if code in TOPICS else code


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
