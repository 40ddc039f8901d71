"""All writes to inboxes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.channels import rules
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind, Launcher, Side
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard

INBOXES = 60
ORIGINS = 40  # they all stand in one header of each chat page
NAME_LENGTH = 60
PROMISE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class InboxDraft:
    """What an inbox shall be. The last three fields count for chat only."""

    kind: InboxKind
    name: str
    address: str = ""
    shown: bool = True
    promises: Mapping[str, str] = field(default_factory=dict)
    origins: Sequence[str] = ()
    side: Side = Side.RIGHT
    launcher: Launcher = Launcher.ROUND


@transaction.atomic
def create_inbox(*, actor: Membership, draft: InboxDraft) -> Inbox:
    """Open a way. Raises BadInput that names the fields; `address` with a code of `rules`."""
    require_right(actor.role, Permission.BRAND_EDIT)
    values = _checked(actor, draft)
    inboxes = Inbox.objects.filter(brand_id=actor.brand_id)
    last = inboxes.order_by("-position").values_list("position", flat=True).first()
    if inboxes.count() >= INBOXES:
        raise BadInput(name="too_many")
    try:
        with transaction.atomic():
            inbox = Inbox.objects.create(
                brand_id=actor.brand_id, kind=draft.kind, position=(last or 0) + 1, **values
            )
    except IntegrityError:
        raise BadInput(address="taken") from None
    _record(actor, inbox.pk, "inbox.created", {}, {"kind": str(draft.kind), **values})
    return inbox


@transaction.atomic
def change_inbox(*, actor: Membership, inbox: Inbox, version: int, draft: InboxDraft) -> None:
    """Change an inbox; its kind stays. Raises as `create_inbox`, and ChangedMeanwhile."""
    _own(actor, inbox)
    values = _checked(actor, draft)
    # A language that was given up and comes back brings its promise along.
    spoken = actor.brand.languages
    values["promises"] |= {code: s for code, s in inbox.promises.items() if code not in spoken}
    before = {name: getattr(inbox, name) for name in values}
    try:
        with transaction.atomic():
            change_row(Inbox.objects.filter(pk=inbox.pk), version=version, **values)
    except IntegrityError:
        raise BadInput(address="taken") from None
    _record(actor, inbox.pk, "inbox.changed", before, values)


@transaction.atomic
def remove_inbox(*, actor: Membership, inbox: Inbox) -> None:
    """Close a way: it is shown to nobody any more. Chat cannot be removed, only hidden."""
    _own(actor, inbox)
    if inbox.kind == InboxKind.CHAT:
        raise BadInput(kind="unknown")
    Inbox.objects.filter(pk=inbox.pk).delete()
    state = {"kind": inbox.kind, "name": inbox.name, "address": inbox.address}
    _record(actor, inbox.pk, "inbox.removed", state, {})


@transaction.atomic
def move_inbox(*, actor: Membership, inbox: Inbox, up: bool) -> None:
    """Move an inbox by one place in the order in which customers see them."""
    _own(actor, inbox)
    rows = list(
        Inbox.objects.select_for_update().filter(brand_id=actor.brand_id).order_by("position", "pk")
    )
    at = next((i for i, row in enumerate(rows) if row.pk == inbox.pk), None)
    to = None if at is None else at + (-1 if up else 1)
    if at is None or to is None or not 0 <= to < len(rows):
        return
    rows.insert(to, rows.pop(at))
    for position, row in enumerate(rows, 1):
        if row.position != position:
            Inbox.objects.filter(pk=row.pk).update(position=position)
    _record(actor, inbox.pk, "inbox.moved", {"place": at + 1}, {"place": to + 1})


def _checked(actor: Membership, draft: InboxDraft) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    name = " ".join(draft.name.split())
    if not name or len(name) > NAME_LENGTH:
        wrong["name"] = "too_long" if name else "required"
    elif guard.check(name).secret:
        wrong["name"] = "secret"
    address = ""
    try:
        address = rules.normal_address(draft.kind, draft.address)
    except ValueError as error:
        wrong["address"] = str(error)
    promises = _promises(actor, draft.promises, wrong)
    values: dict[str, Any] = {
        "name": name,
        "address": address,
        "shown": draft.shown,
        "promises": promises,
    }
    if draft.kind == InboxKind.CHAT:
        values["origins"] = _origins(draft.origins, wrong)
        values |= {"side": str(draft.side), "launcher": str(draft.launcher)}
    if wrong:
        raise BadInput(**wrong)
    return values


def _promises(
    actor: Membership, promises: Mapping[str, str], wrong: dict[str, str]
) -> dict[str, str]:
    kept = {}
    for language, text in promises.items():
        said = " ".join(text.split())
        if len(said) > PROMISE_LENGTH:
            wrong[f"promise_{language}"] = "too_long"
        elif guard.check(said).secret:
            wrong[f"promise_{language}"] = "secret"
        elif said and language in actor.brand.languages:
            kept[language] = said
    return kept


def _origins(origins: Sequence[str], wrong: dict[str, str]) -> list[str]:
    kept: dict[str, None] = {}
    for text in origins:
        try:
            kept[rules.normal_origin(text)] = None
        except ValueError:
            wrong["origins"] = f"origin:{text.strip()[:80]}"
            return []
    if len(kept) > ORIGINS:
        wrong["origins"] = "too_many"
    return list(kept)


def _record(
    actor: Membership, pk: int, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    subject = f"inbox:{pk}"
    record_change(actor=actor, action=action, subject=subject, before=before, after=after)


def _own(actor: Membership, inbox: Inbox) -> None:
    if inbox.brand_id != actor.brand_id:
        raise NotFound
    require_right(actor.role, Permission.BRAND_EDIT)
