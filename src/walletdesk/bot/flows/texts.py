"""What the bot says around a flow's own words, in the language that is active."""

from django.utils.translation import gettext as _

from walletdesk.bot.flows.types import Texts
from walletdesk.bot.summary import NOTHING, Part, labelled
from walletdesk.official.types import Verdict


def in_language(texts: Texts, language: str, fallback: str) -> str:
    """Return a flow's text in a language, else the brand's, else English, else any."""
    for code in (language, fallback, "en", *texts):
        if texts.get(code):
            return texts[code]
    return ""


def dont_know() -> str:
    """Return the button of a question that need not be answered."""
    return _("I don't know")


def not_understood() -> str:
    return _("I did not quite get that.")


def noted(value: str) -> str:
    return _("Noted, I go on with %(value)s.") % {"value": value}


def back_to(question: str) -> str:
    return _("Back to your matter: %(question)s") % {"question": question}


def cancelled() -> str:
    return _("All right, I stop here. What else can I do for you?")


def numbered(labels: list[str]) -> str:
    """Return buttons for ways without any, such as mail."""
    lines = [f"{number}. {label}" for number, label in enumerate(labels, 1)]
    return "\n".join([*lines, _("Answer with a number or in your own words.")])


def verified(verdict: Verdict, shown: str) -> str:
    """Return what the register says of a link."""
    sentences = {
        Verdict.OFFICIAL: _("%(link)s is in our register: it is ours."),
        Verdict.UNKNOWN: _("%(link)s is not in our register. Treat it as fake."),
        Verdict.LOOKALIKE: _("%(link)s only looks like ours. It is fake: do not open it."),
        Verdict.FAKE: _("%(link)s is known to be fake. Do not open it."),
    }
    return sentences[verdict] % {"link": shown}


def waits(low: int, high: int) -> str:
    return _("A person comes in about %(low)s to %(high)s minutes.") % {"low": low, "high": high}


# --- for staff ----------------------------------------------------------------------------


def summary_of(name: str, version: int, facts: list[tuple[str, str]]) -> list[Part]:
    """Return what a flow found out, for the summary of a hand-over."""
    lines = [f"{label} → {value or NOTHING}" for label, value in facts]
    flow = labelled("flow", _("Flow: %(name)s"), name=f"{name} · {version}")
    return [flow, *([Part("facts", "\n".join(lines))] if lines else [])]
