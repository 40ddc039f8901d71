"""How the topics, fields and steps of tickets are called, as people say it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.conversations.tickets.types import Network, Step

GROUPS = {
    "funds": (gettext_noop("Money on its way"), "send"),
    "security": (gettext_noop("Safety"), "shield"),
    "access": (gettext_noop("Getting into my wallet"), "key"),
    "account": (gettext_noop("My details"), "user"),
    "product": (gettext_noop("The app"), "phone"),
    "talk": (gettext_noop("Anything else"), "chat"),
}
TOPICS = {
    "deposit_missing": gettext_noop("Money was sent to me and I do not see it"),
    "tx_pending": gettext_noop("My transfer is pending, stuck or gone"),
    "wrong_network": gettext_noop("I sent over the wrong network"),
    "wrong_address": gettext_noop("I sent to a wrong address or without memo"),
    "bridge_stuck": gettext_noop("My bridge transfer has not arrived"),
    "withdraw": gettext_noop("Paying out to a bank or card"),
    "buy_crypto": gettext_noop("Buying with card or bank"),
    "swap_failed": gettext_noop("My swap failed"),
    "staking": gettext_noop("Staking and rewards"),
    "fees": gettext_noop("A fee that I do not understand"),
    "add_token": gettext_noop("A token is not shown"),
    "wallet_stolen": gettext_noop("Money left without me"),
    "phishing_link": gettext_noop("A suspicious link, app or person"),
    "revoke_approval": gettext_noop("I approved something and regret it"),
    "seed_lost": gettext_noop("My recovery phrase is lost or does not work"),
    "login_problem": gettext_noop("I cannot sign in"),
    "account_locked": gettext_noop("My account is locked"),
    "forgot_password": gettext_noop("I forgot my password or PIN"),
    "two_factor": gettext_noop("Codes of the second factor"),
    "import_new_phone": gettext_noop("Moving to a new phone"),
    "create_wallet": gettext_noop("Making and backing up a wallet"),
    "kyc": gettext_noop("Identity check"),
    "app_crash": gettext_noop("The app crashes or shows wrong things"),
    "feature_request": gettext_noop("A wish or an idea"),
    "complaint": gettext_noop("A complaint"),
    "other": gettext_noop("Something else"),
}
# What each field is called, and the hint below it.
FIELDS = {
    "description": (
        gettext_noop("What happened?"),
        gettext_noop("In your own words. Never write your seed phrase or a private key."),
    ),
    "steps": (gettext_noop("What did you do, step by step?"), ""),
    "reference": (
        gettext_noop("Transaction hash or address"),
        gettext_noop("From the history of your wallet. A link to a block explorer is fine too."),
    ),
    "network": (gettext_noop("Network"), ""),
    "address": (
        gettext_noop("Address of your wallet"),
        gettext_noop("The public one, to which others send."),
    ),
    "memo": (gettext_noop("Memo or tag"), ""),
    "order": (gettext_noop("Order number"), ""),
    "suspect": (
        gettext_noop("The suspicious link, address or account"),
        gettext_noop("Copy it, do not open it again."),
    ),
    "amount": (gettext_noop("Amount and coin"), gettext_noop("For example 120 USDT")),
    "moment": (gettext_noop("When was it?"), ""),
    "account": (
        gettext_noop("Your account"),
        gettext_noop("User name or customer number, if you have one."),
    ),
    "device": (gettext_noop("Device"), ""),
    "system": (gettext_noop("System and its version"), ""),
    "app_version": (gettext_noop("Version of the app"), ""),
    "files": (
        gettext_noop("Pictures and files"),
        gettext_noop("Check first that no seed phrase can be seen."),
    ),
    "contact": (
        gettext_noop("E-mail or phone for the answer"),
        gettext_noop("You can also read the answer on the page that you get now."),
    ),
}
NETWORKS = {
    Network.ETHEREUM: "Ethereum",
    Network.BSC: "BNB Smart Chain",
    Network.POLYGON: "Polygon",
    Network.ARBITRUM: "Arbitrum",
    Network.OPTIMISM: "Optimism",
    Network.BASE: "Base",
    Network.AVALANCHE: "Avalanche",
    Network.BITCOIN: "Bitcoin",
    Network.TRON: "TRON",
    Network.SOLANA: "Solana",
    Network.OTHER: gettext_noop("Another one"),
}
STEPS = {
    Step.RECEIVED: gettext_noop("Received"),
    Step.IN_WORK: gettext_noop("In work"),
    Step.ANSWERED: gettext_noop("Answered"),
    Step.YOUR_TURN: gettext_noop("Waiting for you"),
    Step.SOLVED: gettext_noop("Solved"),
}
# What stands in a table, where the question would read badly.
SHORT = {"moment": gettext_noop("Time"), "suspect": gettext_noop("Suspicious")}
TRANSACTION = gettext_noop("Transaction hash")
ADDRESS = gettext_noop("Address")


def topic_words(topic: str) -> str:
    """Return a topic as a person with that trouble would say it."""
    return _(TOPICS[topic]) if topic in TOPICS else topic


def label_of(code: str) -> str:
    """Return the label of a field."""
    return _(FIELDS[code][0])


def short_label(code: str) -> str:
    """Return what a field is called in a table; an unknown one stands for itself."""
    if code not in FIELDS:
        return code
    return _(SHORT.get(code) or FIELDS[code][0])


def hint_of(code: str) -> str:
    """Return the hint of a field, "" without one."""
    hint = FIELDS[code][1]
    return _(hint) if hint else ""


def network_name(network: str) -> str:
    """Return a network's name; an unknown one stands for itself."""
    known = {str(code): name for code, name in NETWORKS.items()}
    return _(known[network]) if network in known else network


def problem(code: str) -> str:
    """Return what is wrong with a field."""
    return {
        "required": _("Please fill this in."),
        "too_long": _("This is too long."),
        "bad_text": _("This cannot be stored. Please write it anew."),
        "secret": _(
            "Here stood a secret, and we threw it away unread. Nobody here ever needs it. If you"
            " have typed it anywhere else, move your money to a new wallet now."
        ),
        "ask": _(
            "This could be the number of a transaction or a private key: both look the same. If"
            " it is from the history of your wallet, paste it again and say so below."
        ),
        "maybe_key": _(
            "This could be a private key, so we threw it away. Never give a private key to anybody."
        ),
        "not_here": _(
            "This could be a private key, so we threw it away. The number of a transaction belongs"
            " into its own field."
        ),
        "moment": _("This is not a date and time."),
        "contact": _("This is neither an e-mail address nor a phone number."),
        "network": _("Choose one of the list."),
        "topic": _("Choose what it is about."),
        "honeypot": _("Leave this field empty."),
        "work": _(
            "Very many people write just now. Switch scripts on in your browser, or try again in"
            " a few minutes."
        ),
        "too_many": _("That was too much at once. Wait a moment and try again."),
        "bad_files": _("One of the files is no longer there. Add it again."),
        "blocked": _("You cannot write here for now."),
    }.get(code) or _("That did not work. Please try again.")


def group_name(group: str) -> str:
    """Return the name of a group of topics."""
    return _(GROUPS[group][0])
