"""The desk's words for the codes that conversations carry."""

from datetime import timedelta
from functools import lru_cache

from django.utils.translation import get_language, gettext_noop, pgettext_lazy
from django.utils.translation import gettext as _

from walletdesk.conversations.types import Status, View

MINUTE, HOUR, DAY = 60, 3_600, 86_400

# Msgids, looked up when they are shown: a list of fifty rows translates what it needs and no more.
# Written out as gettext_noop, because the catalogue tool finds that name only.
VIEWS = {
    View.QUEUE: gettext_noop("Queue"),
    View.MINE: gettext_noop("Mine"),
    View.TEAM: gettext_noop("My team"),
    View.MENTIONS: gettext_noop("Mentions"),
    View.WAITING: gettext_noop("Waiting on customer"),
    View.SNOOZED: gettext_noop("Snoozed"),
    View.BOT: gettext_noop("With the bot"),
    View.OPEN: gettext_noop("Open"),
    View.RESOLVED: gettext_noop("Resolved"),
    View.ALL: gettext_noop("All"),
}
# Many conversations: some languages say that otherwise than of one.
VIEWS_OF_MANY = {
    View.SNOOZED: pgettext_lazy("conversations", "Snoozed"),
    View.RESOLVED: pgettext_lazy("conversations", "Resolved"),
}
VIEW_ICONS = {
    View.QUEUE: "inbox",
    View.MINE: "user",
    View.TEAM: "users",
    View.MENTIONS: "bell",
    View.WAITING: "reply",
    View.SNOOZED: "clock",
    View.BOT: "bot",
    View.OPEN: "chat",
    View.RESOLVED: "check-circle",
    View.ALL: "article",
}
# What stands in the list when nothing is there: title and advice.
EMPTY = {
    View.QUEUE: (
        gettext_noop("Nobody is waiting"),
        gettext_noop("New conversations appear here by themselves."),
    ),
    View.MINE: (
        gettext_noop("Nothing on your desk"),
        gettext_noop("Take a conversation from the queue to begin."),
    ),
    View.TEAM: (
        gettext_noop("Nothing for your team"),
        gettext_noop("What is given to your team appears here."),
    ),
    View.MENTIONS: (
        gettext_noop("Nobody mentioned you"),
        gettext_noop("Notes with your name in them lead here."),
    ),
    View.WAITING: (
        gettext_noop("Every customer has answered"),
        gettext_noop("Conversations whose customer has the next word appear here."),
    ),
    View.SNOOZED: (
        gettext_noop("Nothing is snoozed"),
        gettext_noop("Snoozed conversations come back at their time, or when the customer writes."),
    ),
    View.BOT: (
        gettext_noop("The bot is idle"),
        gettext_noop("What the bot is answering right now appears here."),
    ),
    View.OPEN: (
        gettext_noop("Nobody is being served"),
        gettext_noop("Conversations that somebody has taken appear here."),
    ),
    View.RESOLVED: (
        gettext_noop("Nothing resolved yet"),
        gettext_noop("Resolved conversations are kept here."),
    ),
    View.ALL: (
        gettext_noop("No conversations"),
        gettext_noop("As soon as a customer writes, it shows here."),
    ),
}
CHANNELS = {
    "chat": gettext_noop("Chat"),
    "email": gettext_noop("E-mail"),
    "form": gettext_noop("Form"),
    "voice": gettext_noop("Telephone"),
}
CHANNEL_ICONS = {"chat": "chat", "email": "mail", "form": "note", "voice": "call"}
STATUSES = {
    Status.NEW: gettext_noop("New"),
    Status.BOT: gettext_noop("With the bot"),
    Status.QUEUED: gettext_noop("Waiting"),
    Status.OPEN: gettext_noop("In progress"),
    Status.SNOOZED: gettext_noop("Snoozed"),
    Status.RESOLVED: gettext_noop("Resolved"),
    Status.MERGED: gettext_noop("Merged"),
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


@lru_cache(maxsize=512)
def _known_word(language: str | None, text: str) -> str:  # noqa: ARG001 - which is active
    return _(text)


def _word(text: str) -> str:
    """Return one of the texts above in the active language: rows hold the same few each."""
    return _known_word(get_language(), text)


def view(code: str) -> str:
    """Return the name of a queue view."""
    many = VIEWS_OF_MANY.get(View(code))
    return str(many) if many else _word(VIEWS[View(code)])


def empty(code: str) -> tuple[str, str]:
    """Return what an empty list of a view says: title and advice."""
    title, advice = EMPTY[View(code)]
    return _(title), _(advice)


def channel(code: str) -> str:
    """Return the name of a channel, the code for an unknown one."""
    return _word(CHANNELS[code]) if code in CHANNELS else code


def channels() -> list[tuple[str, str]]:
    """Return every channel as (code, name)."""
    return [(code, _(name)) for code, name in CHANNELS.items()]


def status(code: str) -> str:
    """Return the name of a status."""
    return _word(STATUSES[Status(code)])


def urgency(level: int) -> str:
    """Return the name of an urgency, 0 to 3."""
    return _word(URGENCIES[level])


def role(code: str) -> str:
    """Return the name of a role; an unknown one stands for itself."""
    return _(ROLES[code]) if code in ROLES else code


def topic(code: str) -> str:
    """Return the name of a topic of language.topics, "" for none, the code for an unknown one."""
    return _(TOPICS[code]) if code in TOPICS else code


def topics() -> list[tuple[str, str]]:
    """Return every topic as (code, name), in the order of the table."""
    return [(code, _(name)) for code, name in TOPICS.items()]


def export_what(code: str) -> str:
    """Return what an export holds."""
    names = {
        "conversations": _("Conversations, without texts"),
        "messages": _("Messages, masked"),
        "contacts": _("Customers, masked"),
        "surveys": _("Answers to surveys, masked"),
    }
    return names.get(code, code)


def export_state(code: str) -> str:
    """Return where a request for an export stands."""
    names = {
        "requested": _("Waits for a second person"),
        "approved": _("Approved"),
        "refused": _("Refused"),
        "downloaded": _("Downloaded"),
    }
    return names.get(code, code)


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
