"""Why a person must come at once, whatever a flow asks. Pure."""

from walletdesk.bot.flows.types import Flow
from walletdesk.bot.types import Reason
from walletdesk.language.anger import ANGRY, anger_of
from walletdesk.language.rules import raise_urgency, wants_person
from walletdesk.language.topics import default_urgency
from walletdesk.language.types import Urgency

_NO_WORD = 25  # characters, from which on it is a hash, an address or a link


def calls_of(flow: Flow, question: str) -> str:
    """Return why a person must come at once, "" when nobody must.

    A flow about safety is for those who fear the worst: there such words call nobody.
    """
    if wants_person(question):
        return Reason.ASKED
    words = " ".join(word for word in question.split() if len(word) < _NO_WORD)
    if anger_of(words) >= ANGRY:
        return Reason.NOT_HELPED
    of_safety = any(default_urgency(topic) == Urgency.CRITICAL for topic in flow.topics)
    danger = not of_safety and raise_urgency(question, Urgency.LOW) == Urgency.CRITICAL
    return Reason.SECURITY if danger else ""
