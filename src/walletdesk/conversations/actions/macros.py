"""Macros: prepared replies of a brand or of one person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership, Team
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.conversations.macro_text import BODY_LENGTH, unknown_variables
from walletdesk.conversations.models import Macro, Tag
from walletdesk.conversations.prepared import may_change
from walletdesk.kit.errors import BadInput, NotAllowed, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.knowledge.queries import published_slugs
from walletdesk.safety import guard
from walletdesk.safety.asking import asks_for

MACROS = 500  # of one brand, and of one person
NAME_LENGTH = 80
SNOOZE_HOURS = 24 * 30
SHORTCUT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class MacroDraft:
    """What a macro shall be. `bodies` maps language → text; `tags` and `team` are ids."""

    name: str
    bodies: Mapping[str, str]
    shortcut: str = ""
    shared: bool = True
    tags: Sequence[int] = ()
    team: int | None = None
    resolve: bool = False
    snooze_hours: int | None = None


@transaction.atomic
def create_macro(*, actor: Membership, draft: MacroDraft) -> Macro:
    """Make a macro. Raises BadInput that names the fields, NotAllowed for a shared one.

    Codes: required, too_long, taken, secret, unknown; bodies as `body_<language>`, where an unknown
    variable is told as `variable:<name>`.
    """
    require_right(actor.role, Permission.CONVERSATION_ANSWER)
    if draft.shared and not may(actor.role, Permission.MACRO_SHARE):
        raise NotAllowed(permission=Permission.MACRO_SHARE)
    owner = None if draft.shared else actor
    values, tags = _checked(actor, draft)
    if Macro.objects.filter(brand_id=actor.brand_id, owner=owner).count() >= MACROS:
        raise BadInput(name="too_many")
    try:
        with transaction.atomic():
            macro = Macro.objects.create(brand_id=actor.brand_id, owner=owner, **values)
    except IntegrityError:
        raise BadInput(shortcut="taken") from None
    macro.tags.set(tags)
    _record(actor, macro.pk, "macro.created", {}, _state(values, tags))
    return macro


@transaction.atomic
def change_macro(*, actor: Membership, macro: Macro, version: int, draft: MacroDraft) -> None:
    """Change a macro; whose it is stays. Raises as `create_macro`, and ChangedMeanwhile."""
    _require(actor, macro)
    values, tags = _checked(actor, draft)
    # A language that was given up and comes back brings its text along.
    spoken = actor.brand.languages
    values["bodies"] |= {code: text for code, text in macro.bodies.items() if code not in spoken}
    before = _state(_values(macro), list(macro.tags.order_by("pk")))
    try:
        with transaction.atomic():
            change_row(Macro.objects.filter(pk=macro.pk), version=version, **values)
    except IntegrityError:
        raise BadInput(shortcut="taken") from None
    macro.tags.set(tags)
    _record(actor, macro.pk, "macro.changed", before, _state(values, tags))


@transaction.atomic
def archive_macro(*, actor: Membership, macro: Macro, archived: bool) -> None:
    """Put a macro away, or take it out again. Raises BadInput when its shortcut is taken now."""
    _require(actor, macro)
    rows = Macro.objects.filter(pk=macro.pk, archived=not archived)
    try:
        with transaction.atomic():
            changed = rows.update(archived=archived)
    except IntegrityError:
        raise BadInput(shortcut="taken") from None
    if changed:
        action = "macro.archived" if archived else "macro.restored"
        _record(actor, macro.pk, action, {"archived": not archived}, {"archived": archived})


def _require(actor: Membership, macro: Macro) -> None:
    if macro.brand_id != actor.brand_id or macro.owner_id not in (None, actor.pk):
        raise NotFound
    if not may_change(macro, actor):
        raise NotAllowed(permission=Permission.MACRO_SHARE)


def _checked(actor: Membership, draft: MacroDraft) -> tuple[dict[str, Any], list[Tag]]:
    """Return the fields of a draft and its tags. Raises BadInput with all that is wrong."""
    wrong: dict[str, str] = {}
    name, shortcut = " ".join(draft.name.split()), draft.shortcut.strip().lower()
    bodies = _bodies(actor, draft.bodies, wrong)
    if not name or len(name) > NAME_LENGTH:
        wrong["name"] = "too_long" if name else "required"
    elif guard.check(name).secret:
        wrong["name"] = "secret"
    if shortcut and not SHORTCUT.fullmatch(shortcut):
        wrong["shortcut"] = "shortcut"
    if draft.snooze_hours is not None and not 1 <= draft.snooze_hours <= SNOOZE_HOURS:
        wrong["snooze_hours"] = "unknown"
    if draft.resolve and draft.snooze_hours:
        wrong["snooze_hours"] = "resolved_too"
    tags = list(Tag.objects.filter(brand_id=actor.brand_id, pk__in=draft.tags).order_by("pk"))
    if len(tags) != len(set(draft.tags)):
        wrong["tags"] = "unknown"
    team = None
    if draft.team is not None:
        team = Team.objects.filter(brand_id=actor.brand_id, pk=draft.team).first()
        if team is None:
            wrong["team"] = "unknown"
    if wrong:
        raise BadInput(**wrong)
    values = {
        "name": name,
        "shortcut": shortcut,
        "bodies": bodies,
        "team": team,
        "resolve": draft.resolve,
        "snooze_hours": draft.snooze_hours,
    }
    return values, tags


def _bodies(actor: Membership, bodies: Mapping[str, str], wrong: dict[str, str]) -> dict[str, str]:
    kept = {
        language: text.replace("\r\n", "\n").strip()
        for language, text in bodies.items()
        if language in actor.brand.languages and text.strip()
    }
    if not kept:
        wrong[f"body_{actor.brand.default_language}"] = "required"
    slugs = frozenset(published_slugs(actor.brand)) if any("{" in t for t in kept.values()) else ()
    for language, text in kept.items():
        unknown = unknown_variables(text, frozenset(slugs))
        if len(text) > BODY_LENGTH:
            wrong[f"body_{language}"] = "too_long"
        elif guard.check(text).secret:
            wrong[f"body_{language}"] = "secret"
        elif asks_for(text):
            wrong[f"body_{language}"] = "asks"
        elif unknown:
            wrong[f"body_{language}"] = f"variable:{unknown[0]}"
    return kept


def _values(macro: Macro) -> dict[str, Any]:
    names = ("name", "shortcut", "bodies", "team", "resolve", "snooze_hours")
    return {name: getattr(macro, name) for name in names}


def _state(values: Mapping[str, Any], tags: Sequence[Tag]) -> dict[str, Any]:
    team = values["team"]
    return {**values, "team": team.name if team else None, "tags": [tag.name for tag in tags]}


def _record(
    actor: Membership, pk: int, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    subject = f"macro:{pk}"
    record_change(actor=actor, action=action, subject=subject, before=before, after=after)
