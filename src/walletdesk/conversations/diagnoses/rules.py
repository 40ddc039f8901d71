"""What follows from a verdict for the conversation, and when to look again. Pure."""

from datetime import timedelta
from typing import Final

from walletdesk.chain.plans import PLANS
from walletdesk.chain.types import Ending, Verdict
from walletdesk.language.types import Urgency

FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(minutes=10)
WATCH_LIFE: Final = timedelta(hours=72)  # mempools forget after 14 days, people after less
WATCHES_PER_CONVERSATION: Final = 5
WATCHES_PER_BRAND: Final = 500
ATTEMPTS: Final = 3

# Money is being taken, or can be at any moment.
_CRITICAL: Final = frozenset(
    {
        Verdict.ADDRESS_POISONING,
        Verdict.EIP7702_SWEEPER,
        Verdict.SECRET_SHOWN,
        Verdict.TAKEN_BY_SPENDER,
        Verdict.TRON_PERMISSION_HIJACK,
        Verdict.UNLIMITED_APPROVAL,
    }
)
# Money is where its owner cannot reach it alone.
_HIGH: Final = frozenset(
    {
        Verdict.MISSING_MEMO,
        Verdict.SENT_TO_BURN_ADDRESS,
        Verdict.SENT_TO_TOKEN_CONTRACT,
        Verdict.UNSUPPORTED_BY_SERVICE,
        Verdict.WRONG_NETWORK,
    }
)
_TELLS_NOTHING: Final = frozenset({Verdict.UNREACHABLE, Verdict.CANNOT_TELL})

ADDRESS_TOPICS: Final = frozenset(
    {
        "add_token",
        "bridge_stuck",
        "deposit_missing",
        "fees",
        "phishing_link",
        "revoke_approval",
        "swap_failed",
        "tx_pending",
        "wallet_stolen",
        "withdraw",
        "wrong_address",
        "wrong_network",
    }
)
"""Topics in which the state of an address is an answer; a hash always is a question."""


ANSWERED_BY_CHAIN: Final = ADDRESS_TOPICS - {"add_token", "fees", "phishing_link", "withdraw"}
"""Topics in which what the chain says is the answer, and an article beside it would only delay."""


def urgency_of(verdict: Verdict) -> Urgency:
    """Return how urgent a fact of the chain makes a conversation, at the least."""
    if verdict in _CRITICAL:
        return Urgency.CRITICAL
    if verdict in _HIGH:
        return Urgency.HIGH
    return Urgency.MEDIUM if PLANS[verdict].watch and verdict != Verdict.NOT_FOUND else Urgency.LOW


def needs_person(verdict: Verdict) -> bool:
    """Tell whether a verdict ends with a person."""
    return PLANS[verdict].ending is Ending.PERSON_NOW


def is_news(before: str, verdict: Verdict) -> bool:
    """Tell whether a look is worth telling. A network that is silent is no news."""
    return verdict not in _TELLS_NOTHING and verdict.value != before


def is_settled(verdict: Verdict) -> bool:
    """Tell whether nothing more is to be expected."""
    return not PLANS[verdict].watch and verdict not in _TELLS_NOTHING


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many looks without news."""
    return min(FIRST_PAUSE * 1.6 ** min(tries, 20), LONGEST_PAUSE)
