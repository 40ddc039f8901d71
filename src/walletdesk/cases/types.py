"""Security cases: kinds, states, steps, and what the chain showed. Codes; words are elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from walletdesk.chain.types import Confidence


class CaseKind(StrEnum):
    """What a case is about."""

    WALLET_STOLEN = "wallet_stolen"
    SECRET_CAUGHT = "secret_caught"  # noqa: S105 - a code
    PHISHING = "phishing"
    ACCOUNT_TAKEOVER = "account_takeover"


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # nobody has taken it
    WORKING = "working"
    WAITING = "waiting"  # for the customer, the police or an exchange
    CLOSED = "closed"


class Cause(StrEnum):
    """How the thief came to the money."""

    KEY_LEAK = "key_leak"
    APPROVAL = "approval"
    PERMIT = "permit"
    POISONING = "poisoning"
    PERMISSION_HIJACK = "permission_hijack"
    FAKE_APP = "fake_app"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How a case ended."""

    REST_SAVED = "rest_saved"
    RECOVERED = "recovered"
    LOST = "lost"
    NOTHING_LOST = "nothing_lost"
    FALSE_ALARM = "false_alarm"
    NO_ANSWER = "no_answer"


class Phase(StrEnum):
    """The parts of the way, in order."""

    NOW = "now"
    UNDERSTAND = "understand"
    SAVE = "save"
    REPORT = "report"
    AFTER = "after"


class StepState(StrEnum):
    """What became of a step."""

    OPEN = "open"
    DONE = "done"
    NOT_POSSIBLE = "not_possible"


class AddressRole(StrEnum):
    """Whose an address is."""

    VICTIM = "victim"
    THIEF = "thief"
    OTHER = "other"


class RiskKind(StrEnum):
    """What can still be taken, or lets somebody take it."""

    COIN = "coin"
    TOKEN = "token"  # noqa: S105 - a code
    APPROVAL = "approval"
    PERMIT = "permit"
    DELEGATION = "delegation"
    PERMISSION = "permission"


class RiskState(StrEnum):
    """What became of something at risk."""

    OPEN = "open"
    SAVED = "saved"
    GIVEN_UP = "given_up"


class OrderKind(StrEnum):
    """What the wallet's own back end is asked to do."""

    LOOK_UP = "look_up"
    TRANSACTIONS = "transactions"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    RESET = "reset"


class OrderState(StrEnum):
    """Where an order to the wallet's back end stands."""

    REQUESTED = "requested"  # a second person has to agree
    APPROVED = "approved"  # is carried out, again and again until it is answered
    REFUSED = "refused"
    DONE = "done"
    FAILED = "failed"


class CheckMethod(StrEnum):
    """How it was checked that this is the owner of the account."""

    SIGNED_MESSAGE = "signed_message"
    WALLET_LOGIN = "wallet_login"
    DOCUMENT = "document"
    VIDEO_CALL = "video_call"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one network showed of one reference: verdicts, fields and facts, as they are stored.

    `facts` are `chain.types.Fact.as_json` objects; `coin` and `decimals` are the network's own.
    """

    reference: str
    kind: str
    network: str
    network_name: str
    verdict: str
    confidence: str
    also: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    facts: Sequence[Mapping[str, Any]] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    coin: str = ""
    decimals: int = 0

    def value(self, name: str) -> Any:
        """Return the value of a fact, None when it is unknown."""
        return next((fact.get("value") for fact in self.facts if fact.get("name") == name), None)

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        """Return a fact that is a list of objects; empty when unknown."""
        value = self.value(name)
        return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Source:
    """The fact on which a conclusion rests: where it was read."""

    reference: str
    network: str
    fact: str
    call: str = ""
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """How it happened, how sure, from which facts, and what else would fit."""

    cause: Cause
    confidence: Confidence
    because: tuple[Source, ...] = ()
    others: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that is still in danger. `key` names it across readings; `fields` are for words."""

    key: str
    kind: RiskKind
    reference: str
    network: str
    network_name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What goes to the wallet's back end. The same `key` is the same order, however often sent."""

    key: str
    kind: OrderKind
    account: str = field(repr=False)
    brand: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the wallet's back end said, whitelisted and cut to size (see `rules.answer_of`).

    `by_hand`: no back end is connected, so a person has to do it in the wallet's own system.
    """

    state: str = ""
    repeated: bool = False
    by_hand: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    transactions: tuple[Mapping[str, str], ...] = ()
