"""How the trained versions of a brand's triage are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext, gettext_noop

from walletdesk.knowledge.models import TopicVersion
from walletdesk.knowledge.types import VersionState

_STATES = {
    VersionState.TRAINING: (gettext_noop("Training"), "accent"),
    VersionState.ACTIVE: (gettext_noop("Counts now"), "ok"),
    VersionState.RETIRED: (gettext_noop("Put away"), ""),
    VersionState.REFUSED: (gettext_noop("Refused: worse"), "warn"),
    VersionState.FAILED: (gettext_noop("Broken off"), "danger"),
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with its state in words and its figures in per cent of the held-out messages."""

    id: int
    number: int
    state: str
    word: str
    look: str
    examples: int
    created_at: datetime
    restorable: bool
    figures: bool
    right_before: float = 0.0
    right_after: float = 0.0
    alarms_before: float = 0.0
    alarms_after: float = 0.0

    @classmethod
    def of(cls, version: TopicVersion) -> Self:
        """Return what the page shows of a version from `topic_versions`."""
        word, look = _STATES[VersionState(version.state)]
        percents = {
            f"{name}_{when}": round(100 * found[counted] / max(1, found[of]), 1)
            for when, found in version.figures.items()
            for name, counted, of in (
                ("right", "right", "messages"),
                ("alarms", "alarms_found", "alarms"),
            )
        }
        return cls(
            version.pk,
            version.number,
            version.state,
            gettext(word),
            look,
            version.examples,
            version.created_at,
            version.state == VersionState.RETIRED,
            bool(percents),
            **percents,
        )
