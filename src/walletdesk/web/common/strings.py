"""Texts of the parts that the widget and the desk share: the thread and its events.

JavaScript holds no text of its own: pages hand these over as JSON (`<script id="wd-strings">`).
Fields such as {name} are filled in the browser.
"""

from django.utils.translation import gettext as _

from walletdesk.bot.texts import secret_removed, secret_steps_short
from walletdesk.web.common.personal import personal_strings
from walletdesk.web.common.standing_strings import standing_lines

STAFF_ENDINGS = ("_to_staff", "_staff")
STAFF_ONLY = {
    "note_by",
    "summary_title",
    "customer",
    "line_tagged",
    "line_untagged",
    "line_released",
    "line_other",
}


def thread_strings() -> dict[str, str]:
    """Return the texts of `<wd-thread>` in the active language."""
    lines = _lines() | standing_lines() | _reasons()
    return personal_strings() | _people() | _messages() | _secrets() | lines


def customer_thread_strings() -> dict[str, str]:
    """Return the same without what only staff see: the chat page must stay light."""
    return {
        key: text
        for key, text in thread_strings().items()
        if key not in STAFF_ONLY
        and not key.endswith(STAFF_ENDINGS)
        and not key.startswith("reason_")
    }


def _people() -> dict[str, str]:
    return {
        "you": _("You"),
        "customer": _("Customer"),
        "agent": _("Support"),
        "bot_name": _("Assistant"),
        "automatic": _("Automatic"),
    }


def _messages() -> dict[str, str]:
    return {
        "thread_label": _("Conversation"),
        "loading_older": _("Loading earlier messages…"),
        "writing": _("An answer is being written"),
        "sending": _("Sending…"),
        "retry": _("Try again"),
        "discard": _("Remove"),
        "did_this_help": _("Did this help?"),
        "feedback_thanks": _("Thanks. Glad that helped."),
        "yes": _("Yes"),
        "no": _("No"),
        "source_label": _("Source: {title} (opens in a new tab)"),
        "spoken_message": _("{name}: {text}"),
        "note_by": _("Note by {name}"),
        "summary_title": _("Summary from the assistant"),
        "unread_since": _("New since {time}"),
        "copy": _("Copy"),
        "copied": _("Copied"),
        "mark_sent": _("Sent"),
        "mark_delivered": _("Delivered"),
        "mark_read": _("Read"),
        "new_messages_one": _("{n} new message"),
        "new_messages_other": _("{n} new messages"),
    }


def _secrets() -> dict[str, str]:
    return {
        "secret_seed_phrase": _("Seed phrase removed"),
        "secret_private_key": _("Private key removed"),
        "secret_wif": _("Private key (WIF) removed"),
        "secret_extended_key": _("Extended key removed"),
        "secret_keystore": _("Keystore file removed"),
        "secret_other": _("Secret removed"),
        "secret_removed_title": secret_removed(),
        "secret_removed_advice": secret_steps_short(),
        "secret_removed_staff": _("The message held a secret. It was cut out; nobody can see it."),
    }


def _lines() -> dict[str, str]:
    return {
        "line_handed_over": _("Handed over to our team"),
        "line_handed_over_asked_to_customer": _("You asked for a person. Our team has been told."),
        "line_handed_over_asked_to_staff": _("The customer asked for a person"),
        "line_handed_over_security_to_customer": _("A specialist will look at this with priority."),
        "line_handed_over_funds_to_customer": _("A person from our team will take this on."),
        "line_handed_over_secret_to_customer": _("A specialist will look at this with priority."),
        "line_handed_over_escalated_to_staff": _("Handed over: escalated"),
        "line_handed_over_security_to_staff": _("Handed over: security"),
        "line_handed_over_funds_to_staff": _("Handed over: funds"),
        "line_handed_over_unsure_to_staff": _("Handed over: no confident answer"),
        "line_handed_over_not_helped_to_staff": _("Handed over: the answer did not help"),
        "line_handed_over_secret_to_staff": _("Handed over: a secret was sent"),
        "line_handed_over_anger_to_staff": _("Handed over: the customer is angry"),
        "line_handed_over_file_to_staff": _("Handed over: a picture or file"),
        "line_handed_over_form_to_staff": _("Came by the form"),
        "line_claimed_to_customer": _("{name} joined the conversation"),
        "line_claimed_to_staff": _("{name} took the conversation"),
        "line_assigned_to_customer": _("{to} joined the conversation"),
        "line_assigned_to_staff": _("{name} handed over to {to}"),
        "line_released": _("{name} put the conversation back in the queue"),
        "line_resolved": _("{name} marked the conversation as resolved"),
        "line_resolved_by_customer_to_customer": _("You ended the conversation"),
        "line_resolved_by_customer_to_staff": _("The customer ended the conversation"),
        "line_resolved_by_system": _("The conversation was closed"),
        "line_tagged": _("{name} added the tag “{tag}”"),
        "line_untagged": _("{name} removed the tag “{tag}”"),
        "line_reopened": _("{name} reopened the conversation"),
        "line_reopened_by_customer": _("The conversation was reopened"),
        "line_reopened_by_system": _("The conversation was reopened"),
        "line_feedback_yes_to_staff": _("The customer says: this helped"),
        "line_feedback_no_to_staff": _("The customer says: this did not help"),
        "line_rated_to_customer": _("You rated this conversation {score} of 5"),
        "line_other": _("{name}: {kind}"),
        "line_rated_to_staff": _("The customer rated the conversation {score} of 5"),
    }


def reason_badge(code: str) -> str:
    """Return in a word or two why people were called, or ""."""
    return _reasons().get(f"reason_{code}", "")


def _reasons() -> dict[str, str]:
    return {
        "reason_asked": _("Asked for a person"),
        "reason_anger": _("Angry customer"),
        "reason_unsure": _("No confident answer"),
        "reason_funds": _("Funds"),
        "reason_security": _("Security"),
        "reason_not_helped": _("Answer did not help"),
        "reason_secret": _("Secret sent"),
        "reason_file": _("A picture or file"),
        "reason_unverified": _("Sender not verified"),
        "reason_imported": _("Imported mail"),
        "reason_verification": _("A code of a third party"),
        "reason_form": _("By the form"),
    }
