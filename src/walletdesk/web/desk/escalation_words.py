"""The desk's words for why a conversation goes up."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.escalation.types import Cause

CAUSES = {
    Cause.WARNED: gettext_noop("A promise is at risk"),
    Cause.BREACHED: gettext_noop("A promise was broken"),
    Cause.UNANSWERED: gettext_noop("The level below did not answer in time"),
    Cause.TOPIC: gettext_noop("The topic"),
    Cause.ASKED: gettext_noop("The customer asks for somebody above"),
    Cause.REPEATED: gettext_noop("The same matter again"),
    Cause.ANGRY: gettext_noop("The customer is angry"),
    Cause.BY_HAND: gettext_noop("By hand"),
}


def cause_name(cause: str) -> str:
    """Return the words for a cause."""
    return _(CAUSES[Cause(cause)])
