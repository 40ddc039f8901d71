"""What the bot says, in the language that is active.

It says that it is a bot, asks for no secret and promises no money.
"""

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walletdesk.conversations.tickets.types import Step as TicketStep


def language_name(code: str) -> str:
    """Return a language's own name for itself."""
    return str(LANG_INFO.get(code, {}).get("name_local", code))


def greeting(brand: str) -> str:
    return _(
        "Hello! I am the support bot of %(brand)s. I answer from our help articles and can call a "
        "person at any time. What can I do for you? Please never send a seed phrase or a private "
        "key: nobody here needs it."
    ) % {"brand": brand}


def thanks() -> str:
    return _("You are welcome. If anything else comes up, just write here.")


def in_another_language(code: str) -> str:
    return _("This article is only available in %(language)s:") % {"language": language_name(code)}


def ask_again(*, has_suggestions: bool) -> str:
    if has_suggestions:
        return _(
            "I am a bot and not sure what you mean. Is it one of these? If not, please tell me in "
            "other words what happened, or ask for a person."
        )
    return _(
        "I am a bot and not sure what you mean. Please tell me in other words what happened, or "
        "ask for a person."
    )


def handing_over() -> str:
    return _(
        "I am passing you on to a person, with everything you wrote here. Nobody from our team "
        "will ever ask for your seed phrase or private key."
    )


def not_helped() -> str:
    return _(
        "I am sorry that this did not help. Tell me in other words what happened, or shall I call "
        "a person?"
    )


def number_hidden() -> str:
    return _(
        "I have hidden the long number in your message: a private key looks just like it. If it is "
        "a transaction, send the link of the block explorer, or write “transaction hash” before "
        "it. If it is a key, give it to nobody and move your funds to a new wallet."
    )


def i_am_a_bot(brand: str) -> str:
    return _(
        "I am the support bot of %(brand)s, a program and no human being. I quote our help "
        "articles and look things up. Shall I call a person?"
    ) % {"brand": brand}


def queue(*, ahead: int, minutes: tuple[int, int]) -> str:
    low, high = minutes
    waits = (
        _("Somebody would probably be there within %(high)s minutes.")
        if low == 0
        else _("Somebody would probably be there in %(low)s to %(high)s minutes.")
    )
    told = waits % {"low": low, "high": high}
    before = ngettext("%(count)s person waits now.", "%(count)s people wait now.", ahead)
    return f"{before % {'count': ahead}} {told}"


def nobody_there() -> str:
    return _(
        "I cannot tell how long it takes now: nobody of our team is at the desk. Ask for a person "
        "all the same, and you are in the queue."
    )


def queue_source(at: str) -> str:
    return _("The queue of our desk, %(time)s") % {"time": at}


def ticket_unknown_asker() -> str:
    return _(
        "I tell of a ticket only on its own page, or when your wallet tells us who you are: write "
        "from the app while you are signed in, or open the link that you got. Shall I call a "
        "person?"
    )


def no_such_ticket() -> str:
    return _("You have no ticket of this number. Is it written right? Shall I call a person?")


def ticket_line(number: str, step: TicketStep) -> str:
    names = {
        TicketStep.RECEIVED: _("Received"),
        TicketStep.IN_WORK: _("In work"),
        TicketStep.ANSWERED: _("Answered"),
        TicketStep.YOUR_TURN: _("Waiting for you"),
        TicketStep.SOLVED: _("Solved"),
    }
    return _("Ticket %(number)s: %(step)s") % {"number": number, "step": names[step]}


def ticket_source(at: str) -> str:
    return _("Your tickets with us, %(time)s") % {"time": at}


def register_source(brand: str) -> str:
    return _("What is official: the register of %(brand)s") % {"brand": brand}


def not_looked_up() -> str:
    return _(
        "I could not look this up on the chain just now. That says nothing about your money. Shall "
        "I call a person?"
    )


def secret_steps() -> str:
    """Return what to do after sending a secret: nobody can call it back (wallet practice)."""
    return _(
        "We cut it out and nobody here can read it. Still, treat it as known to others, because "
        "whoever has it can take your funds:\n"
        "1. Make a new wallet, with a new phrase, on a device that you trust.\n"
        "2. Send your funds there now, the most valuable first. Keep a little of each network's "
        "own coin for the fees.\n"
        "3. Never use the old phrase or key again, and type it nowhere.\n"
        "Was it a card number, password or code? Block or change it where it belongs. Nobody from "
        "our team will ever ask for any of these."
    )


def secret_steps_short() -> str:
    """Return the same for the chat page, which must stay light."""
    return _(
        "Treat it as stolen:\n1. Make a new wallet with a new phrase.\n"
        "2. Send your funds there now.\n3. Never use the old one again."
    )


def secret_removed() -> str:
    """Return the title of that warning."""
    return _("We removed a secret from your message")
