"""What a step can look up, by code and not by the customer's words. All only read."""

from dataclasses import dataclass

from walletdesk.accounts.models import Brand
from walletdesk.bot.flows import texts
from walletdesk.bot.flows.types import NOTHING, Fact, Tool
from walletdesk.chain.types import Diagnosis, Verdict
from walletdesk.official import types as official
from walletdesk.official.queries import fakes_of, registry_of
from walletdesk.official.verify import verify
from walletdesk.routing.forecast import in_minutes
from walletdesk.routing.queries import expected_wait

_TELLS_NOTHING = frozenset(
    {Verdict.UNREACHABLE, Verdict.CANNOT_TELL, Verdict.NOT_FOUND, Verdict.NOT_READABLE}
)
_VERDICTS = {
    official.Verdict.OFFICIAL: "official",
    official.Verdict.FAKE: "fake",
    official.Verdict.LOOKALIKE: "fake",
    official.Verdict.UNKNOWN: "doubtful",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a tool found: the value of its fact (`types.RESULTS`), and the words for it, if any."""

    result: str
    text: str = ""


def look(tool: Tool, *, brand: Brand, language: str, fact: Fact | None) -> Looked:
    """Run a tool that answers at once: all but DIAGNOSE. Speaks the language that is active."""
    if tool is Tool.QUEUE_TIME:
        wait = expected_wait(brand, language=language)
        if wait is None:
            return Looked(NOTHING)
        low, high = in_minutes(wait)
        return Looked("told", texts.waits(low, max(1, high)))
    if fact is None or not fact.value:
        return Looked(NOTHING)
    answer = verify(fact.value, registry_of(brand), fakes_of(brand, [fact.value]))[0]
    shown = fact.shown
    if answer.verdict is not official.Verdict.OFFICIAL:
        shown = shown.rpartition("//")[2].replace(".", "[.]")  # nobody shall open it from here
    return Looked(_VERDICTS[answer.verdict], texts.verified(answer.verdict, shown))


def result_of(found: list[Diagnosis]) -> str:
    """Return what the most serious of several diagnoses means for a flow."""
    if not found or found[0].verdict in _TELLS_NOTHING:
        return NOTHING
    return found[0].plan.ending.value
