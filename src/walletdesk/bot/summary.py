"""What staff are told at a hand-over, in parts that a page can name in its reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from walletdesk.bot.texts import language_name
from walletdesk.bot.types import Reason
from walletdesk.language.types import Urgency

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a summary. `label`: how many characters in front name what follows."""

    code: str
    text: str
    label: int = 0


def labelled(code: str, template: str, **value: str) -> Part:
    """Return a part whose only field ends it."""
    (name,) = value
    return Part(code, template % value, len(template % {name: ""}))


def urgency_name(urgency: int) -> str:
    names = {
        Urgency.LOW: _("low"),
        Urgency.MEDIUM: _("medium"),
        Urgency.HIGH: _("high"),
        Urgency.CRITICAL: _("critical"),
    }
    return names[Urgency(urgency)]


def reason_name(reason: Reason) -> str:
    names = {
        Reason.ASKED: _("the customer asked for a person"),
        Reason.ANGER: _("the customer is angry"),
        Reason.UNSURE: _("the bot found no sure answer"),
        Reason.FUNDS: _("money may be at stake"),
        Reason.SECURITY: _("a matter of security"),
        Reason.NOT_HELPED: _("the answer did not help"),
    }
    return names[reason]


def chain_says(what: str) -> Part:
    return labelled("chain", _("The chain says: %(what)s"), what=what)


def evidence_ready() -> str:
    return _("The evidence for a third party is filled in: see the message.")


def summary_parts(
    *, reason: Reason, language: str, topic: str, urgency: int, asked: str, shown: list[str]
) -> list[Part]:
    """Return what an agent needs to know before reading the thread."""
    head = [
        _("Why: %(reason)s") % {"reason": reason_name(reason)},
        _("Language: %(language)s") % {"language": language_name(language)},
        _("Topic: %(topic)s") % {"topic": topic or NOTHING},
        _("Urgency: %(urgency)s") % {"urgency": urgency_name(urgency)},
    ]
    return [
        Part("head", "\n".join(head)),
        labelled("wrote", _("The customer wrote: %(text)s"), text=asked or NOTHING),
        labelled("showed", _("The bot showed: %(articles)s"), articles="; ".join(shown) or NOTHING),
    ]
