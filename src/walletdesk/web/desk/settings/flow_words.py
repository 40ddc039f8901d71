"""What flows are called in the desk: kinds of steps, answers, tools, reasons, problems."""

from django.conf import settings
from django.utils.translation import gettext as _

from walletdesk.bot.flows.checking import Problem
from walletdesk.bot.flows.types import Answer, Flow, Step, StepKind, Tool
from walletdesk.bot.summary import reason_name
from walletdesk.bot.types import Reason

EXCERPT = 60


def kinds() -> dict[str, str]:
    """Return kind of step → its name."""
    return {
        StepKind.ASK: _("Ask a question"),
        StepKind.BRANCH: _("Branch"),
        StepKind.TELL: _("Tell"),
        StepKind.TOOL: _("Look up"),
        StepKind.HAND_OVER: _("Call a person"),
        StepKind.END: _("End"),
    }


def answers() -> dict[str, str]:
    """Return kind of answer → its name."""
    return {
        Answer.CHOICE: _("One of the buttons"),
        Answer.TEXT: _("Any words"),
        Answer.TRANSACTION: _("A transaction hash"),
        Answer.ADDRESS: _("An address"),
        Answer.NETWORK: _("A network"),
        Answer.AMOUNT: _("An amount"),
        Answer.EMAIL: _("An e-mail address"),
        Answer.DEVICE: _("A device"),
        Answer.DATE: _("A time"),
        Answer.LINK: _("A link"),
    }


def tools() -> dict[str, str]:
    """Return tool → its name."""
    return {
        Tool.DIAGNOSE: _("What the chain says of a transaction or address"),
        Tool.VERIFY: _("Whether a link is ours"),
        Tool.QUEUE_TIME: _("How soon a person comes"),
    }


def results() -> dict[str, str]:
    """Return what a tool found → its name."""
    return {
        "self_solved": _("The customer can solve it"),
        "somebody_else": _("Somebody else must solve it"),
        "person_now": _("A person is needed now"),
        "nothing": _("Nothing was found"),
        "official": _("It is ours"),
        "fake": _("It is fake"),
        "doubtful": _("Nobody knows it"),
        "told": _("A time was told"),
        "known": _("Any answer"),
        "unknown": _("“I don't know”"),
    }


def reasons() -> dict[str, str]:
    """Return reason of a hand-over → its name."""
    kept = (Reason.FUNDS, Reason.SECURITY, Reason.UNSURE, Reason.ASKED)
    return {reason.value: reason_name(reason) for reason in kept}


def text_of(step: Step, language: str) -> str:
    """Return what a step says in the reader's language, shortened; what it does when it is mute."""
    words = step.text.get(language) or step.text.get("en") or next(iter(step.text.values()), "")
    if not words:
        words = {
            StepKind.BRANCH: step.fact,
            StepKind.TELL: step.article,
            StepKind.TOOL: tools()[step.tool],
            StepKind.HAND_OVER: reasons().get(step.reason, ""),
        }.get(step.kind, "")
    words = " ".join(words.split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT]}…"


def numbered(flow: Flow, language: str) -> dict[str, str]:
    """Return step → "3. Ask: Over which network …", for lists to choose from."""
    names = kinds()
    return {
        step.id: f"{number}. {names[step.kind]}: {text_of(step, language)}".rstrip(": ")
        for number, step in enumerate(flow.steps, 1)
    }


def sentence(problem: Problem) -> str:
    """Return what is wrong, in words."""
    detail = problem.detail
    if problem.code == "missing_text":
        detail = settings.LANGUAGE_NAMES.get(detail, detail)
    sentences = {
        "no_steps": _("There is no step yet."),
        "no_topics": _("No topic begins it. Choose one above."),
        "missing_text": _("A text is missing in %(detail)s."),
        "unknown_article": _("There is no published article “%(detail)s”."),
        "asks_secret": _(
            "This asks the customer for a seed phrase, key, password or code. Nobody here ever may."
        ),
        "no_fact": _("The fact has no name."),
        "fact_twice": _("Another step asks for the fact “%(detail)s” in another way."),
        "no_options": _("It needs more ways to go on: at least two buttons, or one case."),
        "unknown_fact": _("No step asks for or finds the fact “%(detail)s”."),
        "unknown_value": _("The fact never has the value “%(detail)s”."),
        "unknown_step": _("It leads to a step that does not exist any more."),
        "wrong_fact": _("This needs a fact that can be looked up. “%(detail)s” cannot."),
        "dead_end": _("It leads nowhere: add a step below, or choose where it goes on."),
        "loop": _("It leads back to itself without a question: nobody could ever leave."),
        "unreachable": _("No step leads here."),
        "no_person": _("Choose why a person is called."),
    }
    return sentences[problem.code] % {"detail": detail}
