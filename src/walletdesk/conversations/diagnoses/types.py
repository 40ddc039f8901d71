"""Where a look-up stands, how a watch ended, and what a message names."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from walletdesk.chain.types import Diagnosis, Sighting


class State(StrEnum):
    """Where the look-up of what a message names stands."""

    ASKED = "asked"  # a job asks the networks
    MADE = "made"
    FAILED = "failed"  # given up: the message names nothing any more, or the job kept failing


class Outcome(StrEnum):
    """How a watch ended."""

    SETTLED = "settled"  # nothing can change any more
    EXPIRED = "expired"
    STOPPED = "stopped"  # somebody did not want it any more


class Step(StrEnum):
    """What a timeline event of the kind `chain` tells: its `reason`."""

    WATCHING = "watching"
    CHANGED = "changed"
    EXPIRED = "expired"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at the networks brought: diagnoses, and what was seen for the first time."""

    found: tuple[Diagnosis, ...]
    sightings: Mapping[tuple[str, str], Sighting]
