"""What customers are told of an escalation, in the language that is active."""

from django.utils.translation import gettext as _

from walletdesk.escalation.types import Cause


def to_customer(cause: Cause) -> str:
    """Return the sentence for the customer: what happens now, and no promise that nobody made."""
    if cause == Cause.ASKED:
        return _(
            "You asked for somebody above. I have called them, and they can read all that was "
            "written here: you need not repeat it."
        )
    if cause in (Cause.BREACHED, Cause.UNANSWERED):
        return _(
            "You have waited longer than you should have. I am sorry, and have called somebody "
            "above. Your place and all you wrote stay as they are."
        )
    if cause == Cause.REPEATED:
        return _(
            "This is not the first time that you write about this. I have put your conversations "
            "together and called somebody with more experience."
        )
    return _(
        "I have called somebody with more experience to look at this. They can read all that was "
        "written here: you need not repeat it."
    )
