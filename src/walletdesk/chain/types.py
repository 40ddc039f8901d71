"""What a diagnosis is made of: references, facts, findings. Codes only; wording is elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Family(StrEnum):
    """Which protocol a network speaks."""

    EVM = "evm"
    BITCOIN = "bitcoin"
    TRON = "tron"
    SOLANA = "solana"


class Kind(StrEnum):
    """What a reference points to."""

    TRANSACTION = "transaction"
    ADDRESS = "address"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    UNDECIDED = "undecided"


class Verdict(StrEnum):
    """What happened. The codes are stable: they stand in rows, in JSON and in reports."""

    CONFIRMED = "confirmed"
    UNCONFIRMED_DEPOSIT = "unconfirmed_deposit"
    PENDING = "pending"
    UNDERPRICED = "underpriced"
    NONCE_GAP = "nonce_gap"
    STUCK_BEHIND_PARENT = "stuck_behind_parent"
    REPLACED = "replaced"
    DROPPED = "dropped"
    INSUFFICIENT_FEE_COIN = "insufficient_fee_coin"
    OUT_OF_GAS = "out_of_gas"
    REVERTED = "reverted"
    TOKEN_NOT_SHOWN = "token_not_shown"  # noqa: S105 - a code
    WRONG_NETWORK = "wrong_network"
    UNSUPPORTED_BY_SERVICE = "unsupported_by_service"
    MISSING_MEMO = "missing_memo"
    BRIDGE_IN_PROGRESS = "bridge_in_progress"
    SENT_TO_TOKEN_CONTRACT = "sent_to_token_contract"  # noqa: S105 - a code
    SENT_TO_BURN_ADDRESS = "sent_to_burn_address"
    ADDRESS_POISONING = "address_poisoning"
    POISONING_ATTEMPT = "poisoning_attempt"
    DUST = "dust"
    FAKE_TOKEN = "fake_token"  # noqa: S105 - a code
    UNLIMITED_APPROVAL = "unlimited_approval"
    TAKEN_BY_SPENDER = "taken_by_spender"
    EIP7702_SWEEPER = "eip7702_sweeper"
    TRON_OUT_OF_ENERGY = "tron_out_of_energy"
    TRON_NO_BANDWIDTH = "tron_no_bandwidth"
    TRON_PERMISSION_HIJACK = "tron_permission_hijack"
    TRON_NOT_ACTIVATED = "tron_not_activated"
    SOLANA_EXPIRED = "solana_expired"
    SOLANA_RENT = "solana_rent"
    NOTHING_WRONG = "nothing_wrong"
    CANNOT_TELL = "cannot_tell"
    NOT_FOUND = "not_found"
    NOT_READABLE = "not_readable"
    UNREACHABLE = "unreachable"
    UNDECIDED_HEX = "undecided_hex"
    SECRET_SHOWN = "secret_shown"  # noqa: S105 - a code


class Confidence(StrEnum):
    """How sure: every fact was read; one was inferred; it fits, and so may other explanations."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Recoverable(StrEnum):
    """Whether the money can be had (back)."""

    YES = "yes"
    BY_THIRD_PARTY = "by_third_party"
    NO = "no"
    UNKNOWN = "unknown"


class Ending(StrEnum):
    """How it ends: the user alone, somebody else with the evidence, or a person now."""

    SELF_SOLVED = "self_solved"
    SOMEBODY_ELSE = "somebody_else"
    PERSON_NOW = "person_now"


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that names a transaction or an address, and the networks it can belong to.

    `network` is set when a link or the asker named it. `text` is in the network's usual spelling.
    """

    kind: Kind
    text: str = field(repr=False)
    families: tuple[Family, ...] = ()
    network: str | None = None
    networks: tuple[str, ...] = ()
    why: str = ""

    def __repr__(self) -> str:
        """Hide what may be a secret from logs and traces."""
        shown = self.text[:10] if self.kind in {Kind.TRANSACTION, Kind.ADDRESS} else "…"
        return f"Ref({self.kind}, {shown!r})"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, or known to be unknown, with where it comes from.

    `unknown` holds the code of the reason when the value could not be had: unreachable, refused,
    malformed, unsupported. `foreign` marks text that strangers wrote on the chain (S25).
    """

    name: str
    value: Json
    network: str = ""
    call: str = ""
    block: int | None = None
    unknown: str = ""
    foreign: bool = False

    def as_json(self) -> dict[str, Json]:
        """Return the fact for people and programs; marks only where they apply."""
        found: dict[str, Json] = {
            "name": self.name,
            "value": self.value,
            "network": self.network,
            "block": self.block,
            "call": self.call,
        }
        if self.unknown:
            found["unknown"] = self.unknown
        if self.foreign:
            found["untrusted"] = True
        return found


class Facts:
    """The facts about one reference on one network. Rules read it; only readers add to it."""

    def __init__(self, network: str = "") -> None:
        self.network = network
        self._facts: dict[str, Fact] = {}

    @classmethod
    def of(cls, network: str = "test", /, **values: Json) -> Self:
        """Return facts with these values, as a recorded case in a table has them."""
        facts = cls(network)
        for name, value in values.items():
            facts.put(name, value)
        return facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __contains__(self, name: str) -> bool:
        return self.value(name) is not None

    def put(
        self,
        name: str,
        value: Json,
        call: str = "",
        block: int | None = None,
        *,
        foreign: bool = False,
    ) -> None:
        """Record what an answer said."""
        self._facts[name] = Fact(name, value, self.network, call, block, foreign=foreign)

    def miss(self, name: str, call: str, why: str) -> None:
        """Record that something could not be known, unless it is known already."""
        if self.value(name) is None:
            self._facts[name] = Fact(name, None, self.network, call, unknown=why)

    def value(self, name: str) -> Json:
        """Return the value of a fact, None when it is unknown."""
        fact = self._facts.get(name)
        return None if fact is None else fact.value

    def fact(self, name: str) -> Fact | None:
        """Return the whole fact."""
        return self._facts.get(name)

    def number(self, name: str) -> int | None:
        """Return a whole number; None when unknown or something else."""
        value = self.value(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def rate(self, name: str) -> float | None:
        """Return a number that may have a fraction, such as a fee rate."""
        value = self.value(name)
        return float(value) if isinstance(value, int | float) else None

    def text(self, name: str) -> str:
        """Return a text; empty when unknown."""
        value = self.value(name)
        return value if isinstance(value, str) else ""

    def true(self, name: str) -> bool:
        """Tell whether a fact is known to hold."""
        return self.value(name) is True

    def false(self, name: str) -> bool:
        """Tell whether a fact is known not to hold."""
        return self.value(name) is False

    def rows(self, name: str) -> list[dict[str, Json]]:
        """Return a list of objects, such as transfers; empty when unknown."""
        value = self.value(name)
        return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule concludes, from which facts, with the fields that its words need.

    `steps` replaces the plan's steps when the facts decide which way is open.
    """

    verdict: Verdict
    because: tuple[str, ...] = ()
    confidence: Confidence = Confidence.CERTAIN
    fields: Mapping[str, Json] = field(default_factory=dict)
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from a verdict: codes, each of which has words where it is shown."""

    recoverable: Recoverable
    ending: Ending
    steps: tuple[str, ...]
    never: tuple[str, ...] = ()
    by: str = ""
    watch: bool = False
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of a transaction at first sight, since nodes forget one that was replaced."""

    sender: str = ""
    nonce: int | None = None
    inputs: tuple[str, ...] = ()
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer about one reference. `finding` decided; `also` holds what else was found."""

    ref: Ref
    network: str
    network_name: str
    finding: Finding
    plan: Plan
    facts: Facts
    also: tuple[Finding, ...] = ()
    evidence: Mapping[str, Json] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    elsewhere: tuple[Facts, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the verdict's stable code."""
        return self.finding.verdict

    @property
    def steps(self) -> tuple[str, ...]:
        """Return the codes of what to do now, in order."""
        return self.finding.steps or self.plan.steps
