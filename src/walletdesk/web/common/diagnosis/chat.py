"""Diagnoses told in a conversation: plain text for the chat and for mails, titles for chips."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from walletdesk.chain.types import Diagnosis, Verdict
from walletdesk.web.common.diagnosis import figures
from walletdesk.web.common.diagnosis.titles import TITLES
from walletdesk.web.common.diagnosis.told import Told, summary, tell

OTHERS = 3  # further references of the same message are told in a line each


class ChatWords:
    """The words that the rooms below are handed."""

    def explain(self, found: Sequence[Diagnosis]) -> str:
        """Return the most serious diagnosis in full and a line for each of the others."""
        first, *others = found
        told = tell(first)
        parts = [_headed(first), told.summary, sure_of(told)]
        if told.steps:
            parts.append(_list(_("What to do now:"), told.steps))
        if told.never:
            parts.append(_list(_("What never to do:"), told.never))
        parts += [f"{_headed(other)}\n{summary(other.finding)}" for other in others[:OTHERS]]
        return "\n\n".join(part for part in parts if part)

    def summarise(self, diagnosis: Diagnosis) -> str:
        """Return what happened, in one or two sentences."""
        return summary(diagnosis.finding)

    def line(self, step: str, reference: str, said: str) -> str:
        """Return the customer's event line for a step of a watch; `said` is what happened."""
        lines = {
            "changed": _("%(reference)s: %(said)s"),
            "watching": _("%(reference)s is being watched. You will be told when it changes."),
            "stopped": _("%(reference)s is no longer watched."),
            "expired": _("%(reference)s has not changed for days and is no longer watched."),
        }
        return lines[step] % {"reference": reference, "said": said}

    def title(self, verdict: str) -> str:
        """Return a verdict in two or three words; an unknown one as it is."""
        return title(verdict)


def title(verdict: str) -> str:
    """Return a verdict in two or three words; an unknown one as it is."""
    try:
        return str(TITLES[Verdict(verdict)])
    except ValueError:
        return verdict


def sure_of(told: Told) -> str:
    """Return whether the money can be had, and how sure all of it is."""
    return figures.smooth(" ".join(s for s in (told.recoverable, told.confidence) if s))


def _headed(diagnosis: Diagnosis) -> str:
    short = figures.short(diagnosis.ref.text)
    return f"{diagnosis.network_name} · {short}" if diagnosis.network_name else short


def _list(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *(f"• {line}" for line in lines)])
