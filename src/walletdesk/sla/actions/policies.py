"""Policies: what a brand promises whom, and in which order it is looked up."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Brand, Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard
from walletdesk.sla.actions.timetables import review_promises
from walletdesk.sla.models import NAME_LENGTH, Calendar, Policy
from walletdesk.sla.types import Target, Wait

POLICIES = 60
VALUES = 60  # of one condition
SHORTEST = 15  # seconds
LONGEST = {"s": 86_400, "m": 10_080, "h": 8_760, "d": 365}
WARN = range(10, 100)
_WORD = re.compile(r"[a-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """What a policy shall be. `targets`: target → (number, unit s, m, h or d)."""

    name: str
    channels: Sequence[str] = ()
    topics: Sequence[str] = ()
    urgencies: Sequence[int] = ()
    languages: Sequence[str] = ()
    tiers: Sequence[str] = ()
    calendar: int | None = None
    always: bool = False
    targets: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    warn: int = 80
    pauses: Sequence[str] = tuple(Wait)


@transaction.atomic
def create_policy(*, actor: Membership, draft: PolicyDraft) -> Policy:
    """Add a policy behind the others. Raises BadInput that names fields.

    Codes: required, too_long, taken, too_many, unknown, out_of_range, few, secret.
    """
    require_right(actor.role, Permission.BRAND_EDIT)
    values = _read(actor.brand, draft)
    rows = Policy.objects.filter(brand_id=actor.brand_id)
    if _locked(actor.brand_id) >= POLICIES:
        raise BadInput(name="too_many")
    last = rows.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            policy = Policy.objects.create(brand_id=actor.brand_id, position=last + 1, **values)
    except IntegrityError:
        raise BadInput(name="taken") from None
    _changed(actor, policy.pk, "policy.created", {}, values)
    return policy


@transaction.atomic
def change_policy(*, actor: Membership, policy: Policy, version: int, draft: PolicyDraft) -> None:
    """Change a policy. Running clocks go on by it at once; what has run counts."""
    _own(actor, policy)
    values = _read(actor.brand, draft)
    before = {name: getattr(policy, name) for name in values}
    try:
        with transaction.atomic():
            change_row(Policy.objects.filter(pk=policy.pk), version=version, **values)
    except IntegrityError:
        raise BadInput(name="taken") from None
    _changed(actor, policy.pk, "policy.changed", before, values)


@transaction.atomic
def remove_policy(*, actor: Membership, policy: Policy) -> None:
    """Remove a policy: its conversations follow the next one that matches."""
    _own(actor, policy)
    Policy.objects.filter(pk=policy.pk).delete()
    _changed(actor, policy.pk, "policy.removed", {"name": policy.name}, {})


@transaction.atomic
def move_policy(*, actor: Membership, policy: Policy, up: bool) -> None:
    """Have a policy asked one place earlier or later. At the end already is no error."""
    _own(actor, policy)
    _locked(actor.brand_id)
    rows = list(Policy.objects.filter(brand_id=actor.brand_id).order_by("position", "id"))
    at = next((n for n, row in enumerate(rows) if row.pk == policy.pk), None)
    if at is None:
        raise NotFound
    to = min(max(at + (-1 if up else 1), 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    for position, row in enumerate(rows, 1):
        row.position = position
    Policy.objects.bulk_update(rows, ["position"])
    _changed(actor, policy.pk, "policy.moved", {"place": at + 1}, {"place": to + 1})


@transaction.atomic
def load_usual_policies(*, actor: Membership) -> list[Policy]:
    """Add the promises that most wallets can keep, where a brand has none yet."""
    require_right(actor.role, Permission.BRAND_EDIT)
    if _locked(actor.brand_id):
        return []
    return [create_policy(actor=actor, draft=draft) for draft in usual_policies()]


def usual_policies() -> list[PolicyDraft]:
    """Return what is promised usually: the special above the general."""
    soon = {"first": (10, "m"), "next": (10, "m"), "update": (2, "h"), "resolution": (24, "h")}
    days = {"first": (1, "d"), "next": (1, "d"), "update": (2, "d"), "resolution": (3, "d")}
    login = ["login_problem", "account_locked", "two_factor", "forgot_password"]
    return [
        PolicyDraft(
            name=_("Security and funds at risk"),
            urgencies=[3],
            always=True,
            targets=soon | {"first": (5, "m"), "update": (1, "h")},
        ),
        PolicyDraft(
            name=_("Login problems"), channels=["chat"], topics=login, always=True, targets=soon
        ),
        PolicyDraft(name=_("E-mail and ticket form"), channels=["email", "form"], targets=days),
        PolicyDraft(name=_("Everything else"), targets=soon | {"update": (4, "h")}),
    ]


def _read(brand: Brand, draft: PolicyDraft) -> dict[str, Any]:
    """Return a draft as the row's fields. Raises BadInput with all that is wrong."""
    wrong: dict[str, str] = {}
    name = " ".join(draft.name.replace("\x00", "").split())
    if not name or len(name) > NAME_LENGTH:
        wrong["name"] = "too_long" if name else "required"
    elif guard.check(name).secret:
        wrong["name"] = "secret"
    conditions = {
        each: list(dict.fromkeys(getattr(draft, each)))
        for each in ("channels", "topics", "languages", "tiers")
    }
    for each, values in conditions.items():
        if len(values) > VALUES or not all(map(_WORD.fullmatch, values)):
            wrong[each] = "too_many" if len(values) > VALUES else "unknown"
    if not set(draft.urgencies) <= set(range(4)):
        wrong["urgencies"] = "unknown"
    if not set(draft.pauses) <= set(Wait):
        wrong["pauses"] = "unknown"
    if draft.warn not in WARN:
        wrong["warn"] = "out_of_range"
    wrong |= _wrong_targets(draft.targets)
    if (
        draft.calendar is not None
        and not Calendar.objects.filter(brand=brand, pk=draft.calendar).exists()
    ):
        wrong["calendar"] = "unknown"
    if wrong:
        raise BadInput(**wrong)
    return {
        "name": name,
        **conditions,
        "urgencies": sorted(set(draft.urgencies)),
        "calendar_id": None if draft.always else draft.calendar,
        "always": draft.always,
        "targets": {kind: list(draft.targets[kind]) for kind in Target if kind in draft.targets},
        "warn": draft.warn,
        "pauses": [wait for wait in Wait if wait in draft.pauses],
    }


def _wrong_targets(targets: Mapping[str, tuple[int, str]]) -> dict[str, str]:
    wrong = {
        str(kind): "out_of_range"
        for kind, (count, unit) in targets.items()
        if kind not in set(Target)
        or not 1 <= count <= LONGEST.get(unit, 0)
        or (unit == "s" and count < SHORTEST)
    }
    return wrong if targets else {str(Target.FIRST): "required"}


def _locked(brand_id: int) -> int:
    """Have one person at a time change the list of a brand; return how many policies it has."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand_id)
    return Policy.objects.filter(brand_id=brand_id).count()


def _changed(
    actor: Membership, pk: int, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    subject = f"policy:{pk}"
    record_change(actor=actor, action=action, subject=subject, before=before, after=after)
    review_promises(brand_id=actor.brand_id)


def _own(actor: Membership, policy: Policy) -> None:
    if policy.brand_id != actor.brand_id:
        raise NotFound
    require_right(actor.role, Permission.BRAND_EDIT)
