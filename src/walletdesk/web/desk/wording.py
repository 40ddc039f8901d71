"""The desk's words for the codes that conversations carry."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.conversations.types import Status, View

MINUTE, HOUR, DAY = 60, 3_600, 86_400

# Msgids, looked up when they are shown: a list of fifty rows translates what it needs and no more.
# Written out as gettext_noop, because the catalogue tool finds that name only.
VIEWS = {
    View.QUEUE: gettext_noop("Queue"),
    View.MINE: gettext_noop("Mine"),
    View.BOT: gettext_noop("With the bot"),
    View.OPEN: gettext_noop("Open"),
    View.RESOLVED: gettext_noop("Resolved"),
    View.ALL: gettext_noop("All"),
}
STATUSES = {
    Status.NEW: gettext_noop("New"),
    Status.BOT: gettext_noop("With the bot"),
    Status.QUEUED: gettext_noop("Waiting"),
    Status.OPEN: gettext_noop("In progress"),
    Status.RESOLVED: gettext_noop("Resolved"),
}
URGENCIES = (
    gettext_noop("Low"),
    gettext_noop("Medium"),
    gettext_noop("High"),
    gettext_noop("Critical"),
)
ROLES = {
    "viewer": gettext_noop("Viewer"),
    "agent": gettext_noop("Agent"),
    "supervisor": gettext_noop("Supervisor"),
    "owner": gettext_noop("Owner"),
}
TOPICS = {
    "deposit_missing": gettext_noop("Deposit missing"),
    "tx_pending": gettext_noop("Transfer pending"),
    "wrong_network": gettext_noop("Wrong network"),
    "wrong_address": gettext_noop("Wrong address"),
    "bridge_stuck": gettext_noop("Bridge stuck"),
    "withdraw": gettext_noop("Paying out"),
    "buy_crypto": gettext_noop("Buying crypto"),
    "swap_failed": gettext_noop("Swap failed"),
    "staking": gettext_noop("Staking"),
    "fees": gettext_noop("Fees"),
    "add_token": gettext_noop("Token not shown"),
    "wallet_stolen": gettext_noop("Wallet stolen"),
    "phishing_link": gettext_noop("Phishing"),
    "revoke_approval": gettext_noop("Revoke approval"),
    "seed_lost": gettext_noop("Recovery phrase lost"),
    "login_problem": gettext_noop("Cannot sign in"),
    "account_locked": gettext_noop("Account locked"),
    "forgot_password": gettext_noop("Forgotten password"),
    "two_factor": gettext_noop("Second factor"),
    "import_new_phone": gettext_noop("New phone"),
    "create_wallet": gettext_noop("Creating a wallet"),
    "kyc": gettext_noop("Identity check"),
    "app_crash": gettext_noop("App trouble"),
    "feature_request": gettext_noop("Feature wish"),
    "complaint": gettext_noop("Complaint"),
    "talk_human": gettext_noop("Wants a person"),
    "greeting": gettext_noop("Greeting"),
    "thanks": gettext_noop("Thanks"),
    "other": gettext_noop("Other"),
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


def topics() -> list[tuple[str, str]]:
    """Return every topic as (code, name), in the order of the table."""
    return [(code, _(name)) for code, name in TOPICS.items()]


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
