"""Words of the assistance: for the panel, the script, and why there is no text."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.bot.assist.types import Refusal, State

REFUSALS = {
    Refusal.CHANGED: gettext_noop(
        "The model lost or changed a number, link or address. Nothing was put in."
    ),
    Refusal.CONDUCT: gettext_noop(
        "The model promised money, asked for a secret or claimed to be human. Nothing was put in."
    ),
    Refusal.SHAPE: gettext_noop("The model wrote no usable text."),
    Refusal.LANGUAGE: gettext_noop("The model wrote in another language. Nothing was put in."),
    Refusal.UNSUPPORTED: gettext_noop(
        "The model wrote something that no source says. Nothing was put in."
    ),
    Refusal.NOTHING: gettext_noop("No article answers this."),
}
FACTS = {
    "transaction_hash": gettext_noop("Transaction"),
    "undecided_hash": gettext_noop("Hash"),
    "address": gettext_noop("Address"),
    "link": gettext_noop("Link"),
    "amount": gettext_noop("Amount"),
    "ticker": gettext_noop("Coin"),
    "app_version": gettext_noop("Version"),
    "error_code": gettext_noop("Error"),
    "time": gettext_noop("Time"),
}


def trouble(state: str, reason: str) -> str:
    """Return why there is no text, "" while there may still be one."""
    if state == State.REFUSED:
        return _(REFUSALS[Refusal(reason)])
    if state == State.FAILED:
        return _("The model did not answer. Try again, or write it yourself.")
    return _("Cancelled") if state == State.CANCELLED else ""


def fact_name(kind: str) -> str:
    """Return the name of a kind of fact; an unknown one stands for itself."""
    return _(FACTS[kind]) if kind in FACTS else kind


def assist_strings() -> dict[str, str]:
    """Return what `desk/assist.js` shows."""
    return {
        "assist_writing": _("The model writes…"),
        "assist_written": _("The model writes… {n} characters"),
        "assist_stop": _("Stop"),
        "assist_suggest": _("Suggest"),
        "assist_translate": _("Translate"),
        "assist_translation": _("Translation, by a model"),
        "assist_no_draft": _("Write something first."),
    }
