"""The table topic → fields, numbers of tickets, and where a ticket stands. Pure.

Which facts each reason needs: the list of contact reasons of wallets (stuck and failed transfers,
wrong networks, missing memos, thefts, on-ramps, apps), reduced to what a customer can know.
"""

import re
from typing import Final

from walletdesk.conversations.tickets.types import FieldKind, FieldSpec, Step
from walletdesk.conversations.types import Author, Status
from walletdesk.language.topics import TOPICS

# In the order in which they are asked.
FIELDS: Final = {
    spec.code: spec
    for spec in (
        FieldSpec("description", FieldKind.TEXT, 2_000, required=True),
        FieldSpec("steps", FieldKind.TEXT, 700),
        FieldSpec("reference", FieldKind.REFERENCE, 200),
        FieldSpec("network", FieldKind.NETWORK, 20),
        FieldSpec("address", FieldKind.LINE, 120),
        FieldSpec("memo", FieldKind.LINE, 80),
        FieldSpec("order", FieldKind.LINE, 80),
        FieldSpec("suspect", FieldKind.LINE, 300),
        FieldSpec("amount", FieldKind.LINE, 60),
        FieldSpec("moment", FieldKind.MOMENT, 40),
        FieldSpec("account", FieldKind.LINE, 120),
        FieldSpec("device", FieldKind.LINE, 60),
        FieldSpec("system", FieldKind.LINE, 60),
        FieldSpec("app_version", FieldKind.LINE, 40),
        FieldSpec("files", FieldKind.FILES),
        FieldSpec("contact", FieldKind.CONTACT, 200),
    )
}
ALWAYS: Final = ("description", "files", "contact")
_TRANSFER: Final = ("reference", "network", "amount", "moment")
_APP: Final = ("device", "system", "app_version")
_ASKED: Final = {
    "deposit_missing": (*_TRANSFER, "address"),
    "tx_pending": _TRANSFER,
    "wrong_network": (*_TRANSFER, "address"),
    "wrong_address": (*_TRANSFER, "address", "memo"),
    "bridge_stuck": _TRANSFER,
    "withdraw": ("order", "reference", "network", "amount", "moment"),
    "buy_crypto": ("order", "amount", "moment", "address"),
    "swap_failed": _TRANSFER,
    "staking": ("reference", "network", "amount", "moment"),
    "fees": ("reference", "network", "amount"),
    "add_token": ("address", "network", "app_version"),
    "wallet_stolen": ("address", *_TRANSFER, "suspect"),
    "phishing_link": ("suspect", "address", "moment"),
    "revoke_approval": ("address", "reference", "network", "suspect"),
    "seed_lost": ("account", *_APP),
    "login_problem": ("account", "moment", *_APP),
    "account_locked": ("account", "moment"),
    "forgot_password": ("account", *_APP),
    "two_factor": ("account", *_APP),
    "import_new_phone": _APP,
    "create_wallet": _APP,
    "kyc": ("account", "order", "moment"),
    "app_crash": ("steps", "moment", *_APP),
    "feature_request": ("app_version",),
    "complaint": ("account", "order", "moment"),
    "other": ("account",),
}
GROUPS: Final = ("funds", "security", "access", "account", "product", "talk")

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misheard or misread
NUMBER_LENGTH: Final = 6
_NOT_OF_NUMBERS: Final = re.compile(rf"[^{_ALPHABET}]")


def topics_offered(hidden: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Return group → topics that the form offers, in the order of the page."""
    shown = [code for code in _ASKED if code not in hidden]
    groups = {group: [code for code in shown if TOPICS[code].group == group] for group in GROUPS}
    return {group: codes for group, codes in groups.items() if codes}


def fields_of(topic: str) -> tuple[FieldSpec, ...]:
    """Return what a topic asks for, in order; an unknown one asks for what all ask for."""
    wanted = {*ALWAYS, *_ASKED.get(topic, ())}
    return tuple(spec for code, spec in FIELDS.items() if code in wanted)


def spoken(number: str) -> str:
    """Return a ticket's number as it is written and read aloud: K7M-2QD."""
    return f"{number[:3]}-{number[3:]}"


def number_in(text: str) -> str | None:
    """Return the number that somebody typed, however they wrote it; None when it is none."""
    found = _NOT_OF_NUMBERS.sub("", text.upper())
    return found if len(found) == NUMBER_LENGTH else None


def number_of(entropy: int) -> str:
    """Return the number that a random integer stands for."""
    letters = []
    for _place in range(NUMBER_LENGTH):
        entropy, letter = divmod(entropy, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def step_of(status: str, last_author: str, *, has_person: bool, answered: bool) -> Step:
    """Return where a ticket stands for its customer."""
    if status == Status.RESOLVED:
        return Step.SOLVED
    if last_author in (Author.AGENT, Author.BOT):
        return Step.YOUR_TURN
    if answered:
        return Step.ANSWERED
    return Step.IN_WORK if has_person else Step.RECEIVED
