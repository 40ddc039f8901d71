"""How much of everything one customer, one address and one brand may ask for.

The numbers and their reasons: docs/operate/limits.md. An address can be a whole mobile network's,
so that no limit by address is small, and the first answer to a burst is not a refusal but a
computation (proof of work), which costs a person nothing and a flood much.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest
from msgspec import Struct

from walletdesk.accounts.models import Brand
from walletdesk.contacts.queries import policy_of
from walletdesk.contacts.types import ProofOfWork
from walletdesk.contacts.vault import derived_key
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError
from walletdesk.kit.limits import work
from walletdesk.kit.limits.actions import TooMany, count, hit
from walletdesk.kit.live.wire import address_group

SESSION_WINDOW = timedelta(minutes=10)
# An address may start as many sessions as it may hold streams before its browsers must compute,
# and ten times as many in all; a brand five times as many before every browser must.
PER_ADDRESS_IN_ALL = 10
PER_BRAND = 5


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many calls in a window, for one customer's device and for one address (0: not counted)."""

    per_device: int
    per_address: int
    window: timedelta


MINUTE, TEN_MINUTES, HOUR = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)
ALLOWANCES = {
    "conversation": Allowance(20, 0, HOUR),
    "identify": Allowance(30, 3_000, TEN_MINUTES),
    "bad-token": Allowance(0, 300, TEN_MINUTES),
    "wallet": Allowance(10, 600, TEN_MINUTES),
    "link": Allowance(10, 0, HOUR),
    "open-link": Allowance(0, 300, TEN_MINUTES),
    "devices": Allowance(120, 0, TEN_MINUTES),
    "call": Allowance(20, 300, TEN_MINUTES),
    "act": Allowance(60, 0, MINUTE),
    "chain": Allowance(20, 600, TEN_MINUTES),
    "ticket": Allowance(10, 120, HOUR),
    "ticket-add": Allowance(60, 600, HOUR),
    "deflected": Allowance(0, 60, HOUR),
    "survey": Allowance(0, 120, MINUTE),
    "status": Allowance(0, 600, MINUTE),
    "official": Allowance(60, 120, MINUTE),
    "link-report": Allowance(10, 60, HOUR),
}


class WorkNeeded(DomainError):
    """Compute first: `challenge`, `parts` and `bits` say what (kit.limits.work)."""

    code: ClassVar[str] = "work_needed"
    status: ClassVar[int] = 428


class Work(Struct, forbid_unknown_fields=True):
    """A solved challenge, as a browser sends it."""

    challenge: str
    solution: str


def address_of(request: HttpRequest) -> str:
    """Return what counts as the address of a request: IPv4, or the /64 of IPv6."""
    return address_group(request.META.get("REMOTE_ADDR", ""))


def allow(request: HttpRequest, what: str, *, device: object = "") -> None:
    """Count a call under its allowance. Raises TooMany. `device`: the session's or contact's id."""
    allowance = ALLOWANCES[what]
    window = allowance.window
    if allowance.per_device and device:
        hit(what=f"chat-{what}", who=str(device), limit=allowance.per_device, window=window)
    if allowance.per_address:
        who = f"address {address_of(request)}"
        hit(what=f"chat-{what}", who=who, limit=allowance.per_address, window=window)


def admit_new_session(request: HttpRequest, brand: Brand, solved: Work | None) -> None:
    """Count a new session. Raises WorkNeeded in a burst, TooMany beyond what any address needs."""
    free: int = settings.WALLETDESK.streams_per_address
    of_address = count(what="chat-session", who=address_of(request), window=SESSION_WINDOW)
    if of_address > free * PER_ADDRESS_IN_ALL:
        raise TooMany(retry_after=int(SESSION_WINDOW.total_seconds()))
    burst = of_address > free
    if not burst:  # what one address does beyond its share must not count for all the others
        who = f"brand {brand.pk}"
        of_brand = count(what="chat-session", who=who, window=SESSION_WINDOW)
        burst = of_brand > free * PER_BRAND
    policy = policy_of(brand).proof_of_work
    if policy == ProofOfWork.ON or (policy == ProofOfWork.AUTO and burst):
        _check_work(brand, solved)


def _check_work(brand: Brand, solved: Work | None) -> None:
    key, who, now = derived_key("proof of work"), str(brand.pk), clock.now()
    if solved and work.is_solved(key, who, now, solved.challenge, solved.solution):
        try:  # for once only: the counter of a used challenge outlives it
            hit(what="work", who=solved.challenge, limit=1, window=work.LIFE)
        except TooMany:
            pass
        else:
            return
    raise WorkNeeded(challenge=work.new_challenge(key, who, now), parts=work.PARTS, bits=work.BITS)
