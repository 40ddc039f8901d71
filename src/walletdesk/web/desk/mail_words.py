"""What the desk says of mails that went out: their states, and why one did not arrive."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.integrations.email.outgoing.queries import Reachable

# What is wrong, and what an agent can do about it.
TROUBLES = {
    "no_address": gettext_noop("The customer has no e-mail address. Ask for one."),
    "no_account": gettext_noop("No e-mail account is set up to send from."),
    "undeliverable": gettext_noop("The address does not work. Ask for another one."),
    "unconfirmed": gettext_noop("The customer has not confirmed the address."),
    "bad_header": gettext_noop("The sender's name or address cannot be used. Look at the account."),
    "bad_settings": gettext_noop("The account's settings are not complete."),
    "gone": gettext_noop("What it should say is no longer there."),
    "sign_in": gettext_noop("The mail server refuses our password."),
    "unreachable": gettext_noop("The mail server does not answer."),
    "too_slow": gettext_noop("The mail server is too slow."),
    "tls": gettext_noop("No safe connection to the mail server."),
    "busy": gettext_noop("The mail server is busy."),
    "greylisted": gettext_noop("Their server lets new senders wait."),
    "no_mailbox": gettext_noop("There is no such mailbox. Ask for another address."),
    "mailbox_full": gettext_noop("Their mailbox is full. Try again tomorrow."),
    "too_large": gettext_noop("It is too large for their mailbox. Leave files out."),
    "policy": gettext_noop("Their server does not take mail from us."),
    "spam": gettext_noop("Their server takes it for junk."),
    "refused": gettext_noop("Their server refused it."),
    "gave_up": gettext_noop("Three days of trying were not enough."),
    "cut_off": gettext_noop("The connection broke at the last moment: it may have arrived."),
    "unclear": gettext_noop("The mail server did not say whether it took it: it may have arrived."),
}
STATES = {
    "queued": gettext_noop("Will be mailed"),
    "queued_held": gettext_noop("Waits until the customer has confirmed the address."),
    "deferred": gettext_noop("Not mailed yet, is tried again."),
    "sent": gettext_noop("Mailed"),
    "sent_delayed": gettext_noop("Mailed; their server has not taken it yet."),
    "delivered": gettext_noop("Arrived by mail"),
    "bounced": gettext_noop("The mail came back."),
    "failed": gettext_noop("Not mailed."),
    "unknown": gettext_noop("Perhaps mailed."),
}


def delivery_strings() -> dict[str, str]:
    """Return what the open conversation's script shows, in the active language."""
    return (
        {f"mail_{code}": _(text) for code, text in STATES.items()}
        | {f"mail_why_{code}": _(text) for code, text in TROUBLES.items()}
        | {"mail_again": _("Send again")}
    )


def trouble(code: str) -> str:
    """Return what is wrong, in words; an unknown code stands for itself."""
    return _(TROUBLES[code]) if code in TROUBLES else code


def state(code: str) -> str:
    """Return the name of a delivery's state."""
    return _(STATES[code]) if code in STATES else code


def reach(known: Reachable) -> str:
    """Return what the customer's panel says of their mail, "" when there is nothing to say."""
    if known.trouble:
        return trouble(known.trouble)
    if known.complained:
        return _("This customer called a mail of ours junk: no automatic mails go there.")
    return ""
