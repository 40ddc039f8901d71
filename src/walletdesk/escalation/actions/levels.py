"""A brand's levels and rules, as its owner sets them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Max
from django.utils import translation
from django.utils.translation import gettext as _

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Brand, Membership, Team
from walletdesk.accounts.rules import require_right, tidy_name
from walletdesk.accounts.types import Permission
from walletdesk.escalation.models import EscalationRules, Level, Rule
from walletdesk.escalation.types import (
    CHOSEN,
    FEWEST_DAYS,
    FEWEST_TIMES,
    LONGEST_WAIT,
    MOST_DAYS,
    MOST_TIMES,
    NAME_LENGTH,
    Cause,
)
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.knowledge.topic_queries import is_topic

# Until somebody sets levels: whoever asks for a supervisor gets one, and so do broken promises.
FIRST_CAUSES = (Cause.ASKED, Cause.ANGRY, Cause.REPEATED, Cause.BREACHED)


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """What a level shall be. `causes` and `topics`: what leads here by itself."""

    name: str
    team: Team | None = None
    people: Sequence[Membership] = ()
    address: str = ""
    moves: bool = False
    minutes: int | None = None
    causes: Sequence[str] = ()
    topics: Sequence[str] = ()


def ensure_levels(brand: Brand) -> EscalationRules:
    """Return a brand's rules; the first time with a first level, once, whoever comes at once."""
    rules = EscalationRules.objects.filter(brand=brand).first()
    if rules is None:
        with transaction.atomic():
            rules, new = EscalationRules.objects.get_or_create(brand=brand)
            if new and not Level.objects.filter(brand=brand).exists():
                with translation.override(brand.default_language):
                    name = _("Supervisor")
                level = Level.objects.create(brand=brand, position=1, name=name)
                Rule.objects.bulk_create(
                    Rule(brand=brand, level=level, cause=cause) for cause in FIRST_CAUSES
                )
    return rules


@transaction.atomic
def create_level(*, actor: Membership, draft: LevelDraft) -> Level:
    """Add a level above the others. Raises BadInput that names fields."""
    require_right(actor.role, Permission.BRAND_EDIT)
    fields = _checked(actor, draft)
    ensure_levels(actor.brand)
    Brand.objects.select_for_update().get(pk=actor.brand_id)
    rows = Level.objects.filter(brand_id=actor.brand_id)
    highest = rows.aggregate(n=Max("position"))["n"] or 0
    level = Level.objects.create(brand_id=actor.brand_id, position=highest + 1, **fields)
    _fill(level, draft)
    _record(actor, level, "level.created", {}, _told(level))
    return level


@transaction.atomic
def change_level(*, actor: Membership, level: Level, version: int, draft: LevelDraft) -> None:
    """Change a level. A cause or topic that led elsewhere leads here. Raises BadInput."""
    _own(actor, level)
    before = _told(level)
    rules = level.rules.filter(cause=Cause.TOPIC)
    had = frozenset(rules.values_list("topic", flat=True))  # a topic may be gone since
    fields = _checked(actor, draft, had)
    change_row(Level.objects.filter(pk=level.pk), version=version, **fields)
    level.refresh_from_db()
    _fill(level, draft)
    _record(actor, level, "level.changed", before, _told(level))


@transaction.atomic
def move_level(*, actor: Membership, level: Level, up: bool) -> None:
    """Have a level change places with the next one. Nothing at the end."""
    _own(actor, level)
    Brand.objects.select_for_update().get(pk=actor.brand_id)
    level.refresh_from_db()
    other = Level.objects.filter(
        brand_id=actor.brand_id, position=level.position + (1 if up else -1)
    ).first()
    if other is None:
        return
    Level.objects.filter(pk=level.pk).update(position=other.position)
    Level.objects.filter(pk=other.pk).update(position=level.position)
    before, after = {"position": level.position}, {"position": other.position}
    _record(actor, level, "level.changed", before, after)


@transaction.atomic
def remove_level(*, actor: Membership, level: Level) -> None:
    """Remove a level with its rules. What stands there stays escalated, under its name."""
    _own(actor, level)
    Brand.objects.select_for_update().get(pk=actor.brand_id)
    level.refresh_from_db()
    _record(actor, level, "level.removed", _told(level), {})
    position = level.position
    level.delete()
    above = Level.objects.filter(brand_id=actor.brand_id, position__gt=position)
    above.update(position=F("position") - 1)


@transaction.atomic
def set_repeats(*, actor: Membership, version: int, times: int, days: int) -> None:
    """Set when a contact counts as repeated: the `times`th within `days`. Raises BadInput."""
    require_right(actor.role, Permission.BRAND_EDIT)
    if not FEWEST_TIMES <= times <= MOST_TIMES:
        raise BadInput(times="out_of_range")
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise BadInput(days="out_of_range")
    rules = ensure_levels(actor.brand)
    before = {"times": rules.times, "days": rules.days}
    row = EscalationRules.objects.filter(brand_id=actor.brand_id)
    change_row(row, version=version, times=times, days=days)
    after = {"times": times, "days": days}
    record_change(actor=actor, action="escalation.changed", before=before, after=after)


def _checked(
    actor: Membership, draft: LevelDraft, had: frozenset[str] = frozenset()
) -> dict[str, object]:
    """Return a draft as the row's fields. Raises BadInput with all that is wrong."""
    wrong: dict[str, str] = {}
    name = tidy_name(draft.name)
    if not name or len(name) > NAME_LENGTH:
        wrong["name"] = "too_long" if name else "required"
    places = [one.brand_id for one in draft.people] + [draft.team.brand_id if draft.team else 0]
    if set(places) - {0, actor.brand_id}:
        raise NotFound
    if draft.address:
        try:
            validate_email(draft.address)
        except ValidationError:
            wrong["address"] = "address"
        if draft.team or draft.people:
            wrong["address"] = "either"
    if draft.minutes is not None and not 1 <= draft.minutes <= LONGEST_WAIT:
        wrong["minutes"] = "out_of_range"
    if set(draft.causes) - set(CHOSEN):
        wrong["causes"] = "unknown"
    if not all(topic in had or is_topic(actor.brand, topic) for topic in draft.topics):
        wrong["topics"] = "unknown"
    if wrong:
        raise BadInput(**wrong)
    return {
        "name": name,
        "team": draft.team,
        "address": draft.address,
        "moves": draft.moves,
        "minutes": draft.minutes,
    }


def _fill(level: Level, draft: LevelDraft) -> None:
    """Set a level's people and rules. What leads here leads nowhere else any more."""
    level.people.set(draft.people)
    Rule.objects.filter(level=level).delete()
    wanted = [(Cause(cause), "") for cause in draft.causes]
    wanted += [(Cause.TOPIC, topic) for topic in draft.topics]
    for cause, topic in dict.fromkeys(wanted):
        Rule.objects.update_or_create(
            brand_id=level.brand_id, cause=cause, topic=topic, defaults={"level": level}
        )


def _told(level: Level) -> dict[str, object]:
    rules = level.rules.order_by("cause", "topic").values_list("cause", "topic")
    return {
        "name": level.name,
        "team": level.team.name if level.team else None,
        "people": sorted(level.people.values_list("pk", flat=True)),
        "address": level.address,
        "moves": level.moves,
        "minutes": level.minutes,
        "rules": [f"{cause} {topic}".strip() for cause, topic in rules],
    }


def _record(
    actor: Membership,
    level: Level,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    subject = f"level:{level.pk}"
    record_change(actor=actor, action=action, subject=subject, before=before, after=after)


def _own(actor: Membership, level: Level) -> None:
    require_right(actor.role, Permission.BRAND_EDIT)
    if level.brand_id != actor.brand_id:
        raise NotFound
