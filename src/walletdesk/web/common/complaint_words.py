"""The words for complaints: states, steps, outcomes, categories, and the fields of the form."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.complaints.types import Category, Finding, LetterKind, Outcome, State, Step

STATES = {
    State.RECEIVED: gettext_noop("Received"),
    State.ACKNOWLEDGED: gettext_noop("Acknowledged"),
    State.INVESTIGATING: gettext_noop("Being investigated"),
    State.CLOSED: gettext_noop("Complaint closed"),
}
STEPS = {
    Step.ACKNOWLEDGE: gettext_noop("Acknowledge"),
    Step.INVESTIGATE: gettext_noop("Investigate"),
    Step.RESPOND: gettext_noop("Answer"),
}
OUTCOMES = {
    Outcome.UPHELD: gettext_noop("Upheld"),
    Outcome.PARTLY: gettext_noop("Upheld in part"),
    Outcome.NOT_UPHELD: gettext_noop("Not upheld"),
    Outcome.INADMISSIBLE: gettext_noop("Not admissible"),
    Outcome.WITHDRAWN: gettext_noop("Withdrawn"),
}
FINDINGS = {
    Finding.UPHELD: gettext_noop("Upheld"),
    Finding.PARTLY: gettext_noop("Upheld in part"),
    Finding.NOT_UPHELD: gettext_noop("Not upheld"),
}
CATEGORIES = {
    Category.TRANSFER: gettext_noop("Transfers"),
    Category.EXCHANGE: gettext_noop("Buying, selling, swapping"),
    Category.FEES: gettext_noop("Fees and prices"),
    Category.SECURITY: gettext_noop("Security and theft"),
    Category.ACCESS: gettext_noop("Access to the wallet"),
    Category.INFORMATION: gettext_noop("Information and advertising"),
    Category.SERVICE: gettext_noop("How we served you"),
    Category.DATA: gettext_noop("Personal data"),
    Category.OTHER: gettext_noop("Something else"),
}
LETTERS = {
    LetterKind.ACKNOWLEDGEMENT: gettext_noop("Acknowledgement"),
    LetterKind.REFUSAL: gettext_noop("Refusal"),
    LetterKind.QUESTION: gettext_noop("Question"),
    LetterKind.HOLDING: gettext_noop("Holding letter"),
    LetterKind.DECISION: gettext_noop("Decision"),
    LetterKind.WITHDRAWN: gettext_noop("Confirmation of the withdrawal"),
}
GROUPS = {
    "complainant": gettext_noop("Who complains"),
    "contact": gettext_noop("Whom we write to, if that is somebody else"),
    "representative": gettext_noop("Who acts for you, if somebody does"),
    "matter": gettext_noop("What you complain about"),
}
FIELDS = {
    "last_name": gettext_noop("Last name, or name of the company"),
    "first_name": gettext_noop("First name"),
    "registration": gettext_noop("EUID, registration or identity number"),
    "lei": gettext_noop("LEI of a company"),
    "client_reference": gettext_noop("Your customer number with us"),
    "address": gettext_noop("Street and number"),
    "postcode": gettext_noop("Postcode"),
    "city": gettext_noop("City"),
    "country": gettext_noop("Country"),
    "phone": gettext_noop("Phone"),
    "email": gettext_noop("E-mail"),
    "contact_name": gettext_noop("Name"),
    "contact_address": gettext_noop("Address"),
    "contact_phone": gettext_noop("Phone"),
    "contact_email": gettext_noop("E-mail"),
    "rep_name": gettext_noop("Name, or name of the company"),
    "rep_registration": gettext_noop("Registration or identity number"),
    "rep_address": gettext_noop("Address"),
    "rep_phone": gettext_noop("Phone"),
    "rep_email": gettext_noop("E-mail"),
    "description": gettext_noop("What are you not satisfied with?"),
    "service": gettext_noop("Service or transaction that it is about"),
    "dates": gettext_noop("Days on which it happened"),
    "damage": gettext_noop("Loss or harm"),
    "remarks": gettext_noop("Anything else that we should know"),
    "point": gettext_noop("What you complain about"),
}


def said(words: Mapping[Any, str], code: str) -> str:
    """Return a code in words; an unknown one stands for itself."""
    found = {str(key): name for key, name in words.items()}
    return _(found[code]) if code in found else code


def choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Return (code, name) of all words of a list."""
    return [(str(code), _(name)) for code, name in words.items()]


def field_name(code: str) -> str:
    """Return what a field of the form is called; an unknown one stands for itself."""
    return _(FIELDS[code]) if code in FIELDS else code
