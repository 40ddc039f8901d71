"""How a brand shares its work, and what each person can do."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.knowledge.topic_queries import own_topics
from walletdesk.language.topics import TOPICS
from walletdesk.routing.models import Ability, RoutingRules
from walletdesk.routing.types import CHANNELS, HIGHEST_LEVEL, SKILLS, Limits, Mode, Skill

NUMBERS = {
    "offer_seconds": Limits.OFFER,
    "overflow_seconds": Limits.OVERFLOW,
    "ageing_minutes": Limits.AGEING,
    "wrap_up_seconds": Limits.WRAP_UP,
}


@transaction.atomic
def change_rules(
    *,
    actor: Membership,
    version: int,
    mode: str,
    office_hours: bool,
    numbers: Mapping[str, int],
    capacity: Mapping[str, int],
) -> None:
    """Change how the brand shares its work. Raises BadInput that names fields, ChangedMeanwhile."""
    require_right(actor.role, Permission.BRAND_EDIT)
    wrong = {name: "range" for name in NUMBERS if not _within(numbers.get(name), NUMBERS[name])}
    if mode not in list(Mode):
        wrong["mode"] = "unknown"
    wrong |= _wrong_capacity(capacity)
    if wrong:
        raise BadInput(**wrong)
    values: dict[str, Any] = {
        "mode": mode,
        "office_hours": office_hours,
        **{name: numbers[name] for name in NUMBERS},
        "capacity": {name: capacity[name] for name in CHANNELS if name in capacity},
    }
    row, _ = RoutingRules.objects.get_or_create(brand_id=actor.brand_id)
    before = {name: getattr(row, name) for name in values}
    change_row(RoutingRules.objects.filter(pk=row.pk), version=version, **values)
    record_change(actor=actor, action="routing.changed", before=before, after=values)


@transaction.atomic
def change_ability(
    *,
    actor: Membership,
    membership: Membership,
    version: int,
    skills: Sequence[Skill],
    capacity: Mapping[str, int],
) -> None:
    """Change what a person of the actor's brand can do. Raises BadInput, ChangedMeanwhile."""
    require_right(actor.role, Permission.STAFF_MANAGE)
    if membership.brand_id != actor.brand_id:
        raise NotFound
    wrong = _wrong_capacity(capacity) | _wrong_skills(actor, skills)
    if wrong:
        raise BadInput(**wrong)
    values: dict[str, Any] = {
        "skills": [[skill.topic, skill.language, skill.level] for skill in skills],
        "capacity": dict(capacity),
    }
    row, _ = Ability.objects.get_or_create(membership=membership)
    before = {name: getattr(row, name) for name in values}
    change_row(Ability.objects.filter(pk=row.pk), version=version, **values)
    record_change(
        actor=actor,
        action="member.skills_changed",
        subject=f"member:{membership.pk}",
        before=before,
        after=values,
    )


def _within(value: int | None, limits: tuple[int, int]) -> bool:
    return value is not None and limits[0] <= value <= limits[1]


def _wrong_capacity(capacity: Mapping[str, int]) -> dict[str, str]:
    return {
        name: "range"
        for name, value in capacity.items()
        if name not in CHANNELS or not _within(value, Limits.CAPACITY)
    }


def _wrong_skills(actor: Membership, skills: Sequence[Skill]) -> dict[str, str]:
    topics = {"", *TOPICS, *(topic.group for topic in TOPICS.values())}
    topics |= {topic.code for topic in own_topics(actor.brand)}
    kinds = [(skill.topic, skill.language) for skill in skills]
    if len(skills) > SKILLS or len(set(kinds)) < len(kinds):
        return {"skills": "too_many" if len(skills) > SKILLS else "twice"}
    fine = all(
        skill.topic in topics
        and skill.language in ("", *actor.brand.languages)
        and 1 <= skill.level <= HIGHEST_LEVEL
        for skill in skills
    )
    return {} if fine else {"skills": "unknown"}
