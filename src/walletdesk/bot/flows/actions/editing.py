"""What the desk does with flows: each change is a new version, and a step back is one, too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from walletdesk.accounts.actions.changes import record_change
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.bot.flows.documents import NAME, STEPS, TOPICS, FlowError, read_flow, write_flow
from walletdesk.bot.flows.models import NAME_LENGTH, BotFlow, FlowVersion
from walletdesk.bot.flows.queries import flow_problems, get_version_in
from walletdesk.bot.flows.shipped import shipped
from walletdesk.bot.flows.types import Flow, StepKind
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.kit.versions import change_row
from walletdesk.safety import guard

FLOWS = 50  # of one brand
KEPT = 200  # states of one flow; published ones stay


@transaction.atomic
def create_flow(*, actor: Membership, name: str, topics: Sequence[str] = ()) -> BotFlow:
    """Add a flow without steps that is off.

    Raises BadInput (name: required, too_long, secret, taken, too_many; topics: unknown).
    """
    _may(actor)
    return _create(actor, _name(name), Flow(_topics(topics), ()))


def _create(actor: Membership, name: str, flow: Flow, code: str = "") -> BotFlow:
    if BotFlow.objects.filter(brand_id=actor.brand_id).count() >= FLOWS:
        raise BadInput(name="too_many")
    try:
        with transaction.atomic():
            row = BotFlow.objects.create(brand_id=actor.brand_id, name=name, code=code, version=1)
    except IntegrityError:
        raise BadInput(name="taken") from None
    _add_version(actor, row, 1, flow)
    record_change(
        actor=actor, action="flow.created", subject=str(row.pk), before={}, after={"name": name}
    )
    return row


@transaction.atomic
def load_shipped_flows(*, actor: Membership) -> list[BotFlow]:
    """Add the flows that we ship and the brand does not have, published and on where they fit.

    One whose article the brand lacks stays a draft that is off.
    """
    _may(actor)
    have = set(BotFlow.objects.filter(brand_id=actor.brand_id).values_list("code", flat=True))
    taken = set(BotFlow.objects.filter(brand_id=actor.brand_id).values_list("name", flat=True))
    made = []
    for code, (names, flow) in shipped().items():
        name = names.get(actor.brand.default_language) or names["en"]
        if code in have or name in taken:
            continue
        row = _create(actor, name, flow, code)
        if not flow_problems(actor.brand, flow):
            publish_flow(actor=actor, flow=row, version=1)
            turn_flow(actor=actor, flow=row, on=True)
        made.append(row)
    return made


@transaction.atomic
def change_flow(
    *, actor: Membership, flow: BotFlow, version: int, name: str, topics: Sequence[str]
) -> None:
    """Name a flow and the topics that begin it. Raises BadInput, ChangedMeanwhile."""
    name, begun = _name(name), _topics(topics)
    try:
        with transaction.atomic():
            _change(actor, flow, version, lambda old: replace(old, topics=begun), name=name)
    except IntegrityError:
        raise BadInput(name="taken") from None


@transaction.atomic
def save_step(
    *, actor: Membership, flow: BotFlow, version: int, step: Mapping[str, Any], after: str = ""
) -> None:
    """Put a step, as a document, in the place of the one of its name, else behind `after`.

    "" is the end. Raises BadInput (step: unknown, too_many), ChangedMeanwhile.
    """
    try:
        (fresh,) = read_flow({"topics": [], "steps": [dict(step)]}).steps
    except FlowError:
        raise BadInput(step="unknown") from None
    for texts in (fresh.text, fresh.name, *(option.label for option in fresh.options)):
        if any(guard.check(text).secret for text in texts.values()):
            raise BadInput(step="secret")

    def put(old: Flow) -> Flow:
        steps = list(old.steps)
        names = [each.id for each in steps]
        if fresh.id in names:
            steps[names.index(fresh.id)] = fresh
        else:
            if len(steps) >= STEPS:
                raise BadInput(step="too_many")
            steps.insert(names.index(after) + 1 if after in names else len(steps), fresh)
        return replace(old, steps=tuple(steps))

    _change(actor, flow, version, put)


@transaction.atomic
def add_step(
    *, actor: Membership, flow: BotFlow, version: int, kind: StepKind, after: str = ""
) -> str:
    """Add an empty step behind another one; return its name. Raises as `save_step`."""
    _own(actor, flow)
    names = {step.id for step in read_flow(get_version_in(flow, version).body).steps}
    name = next(name for n in range(1, STEPS + 2) if (name := f"{kind}_{n}") not in names)
    save_step(actor=actor, flow=flow, version=version, step={"id": name, "kind": kind}, after=after)
    return name


@transaction.atomic
def move_step(*, actor: Membership, flow: BotFlow, version: int, step: str, up: bool) -> None:
    """Have a step change places with the one above or below. At the end already is no error."""

    def moved(old: Flow) -> Flow:
        steps = list(old.steps)
        at = _place(old, step)
        steps.insert(min(max(at + (-1 if up else 1), 0), len(steps) - 1), steps.pop(at))
        return replace(old, steps=tuple(steps))

    _change(actor, flow, version, moved)


@transaction.atomic
def remove_step(*, actor: Membership, flow: BotFlow, version: int, step: str) -> None:
    """Take a step out. What leads there is told as a problem."""

    def without(old: Flow) -> Flow:
        at = _place(old, step)
        return replace(old, steps=(*old.steps[:at], *old.steps[at + 1 :]))

    _change(actor, flow, version, without)


def _place(flow: Flow, name: str) -> int:
    at = next((n for n, each in enumerate(flow.steps) if each.id == name), None)
    if at is None:
        raise NotFound
    return at


@transaction.atomic
def restore_version(*, actor: Membership, flow: BotFlow, version: int, number: int) -> None:
    """Make an older state the draft again: how each change is taken back."""
    old = read_flow(get_version_in(flow, number).body)
    _change(actor, flow, version, lambda _draft: old, restored=number)


@transaction.atomic
def publish_flow(*, actor: Membership, flow: BotFlow, version: int) -> None:
    """Have customers meet the draft. Raises BadInput (flow: problems), ChangedMeanwhile.

    Runs that have begun go on with the version with which they began.
    """
    _own(actor, flow)
    draft = get_version_in(flow, version)
    if flow_problems(actor.brand, read_flow(draft.body)):
        raise BadInput(flow="problems")
    before = flow.published.number if flow.published else 0
    change_row(BotFlow.objects.filter(pk=flow.pk), version=version, published=draft)
    _add_version(actor, flow, version + 1, read_flow(draft.body))
    FlowVersion.objects.filter(pk=draft.pk).update(published_at=clock.now())
    record_change(
        actor=actor,
        action="flow.published",
        subject=str(flow.pk),
        before={"version": before},
        after={"version": version},
    )


@transaction.atomic
def turn_flow(*, actor: Membership, flow: BotFlow, on: bool) -> None:
    """Have a flow begin, or begin no more. Runs that have begun go on."""
    _own(actor, flow)
    if BotFlow.objects.filter(pk=flow.pk, on=not on).update(on=on):
        record_change(
            actor=actor,
            action="flow.turned",
            subject=str(flow.pk),
            before={"on": not on},
            after={"on": on},
        )


def _change(
    actor: Membership,
    flow: BotFlow,
    version: int,
    edit: Callable[[Flow], Flow],
    **told: Any,
) -> None:
    """Save a new state. `told` are the row's own fields (name), or what the audit entry tells."""
    _own(actor, flow)
    fields = {"name": told["name"]} if "name" in told else {}
    change_row(BotFlow.objects.filter(pk=flow.pk), version=version, **fields)
    old = read_flow(get_version_in(flow, version).body)
    fresh = edit(old)
    _add_version(actor, flow, version + 1, fresh)
    stale = FlowVersion.objects.filter(flow=flow, number__lte=version - KEPT, published_at=None)
    stale.delete()
    record_change(
        actor=actor,
        action="flow.changed",
        subject=str(flow.pk),
        before={"steps": [step.id for step in old.steps], "topics": list(old.topics)},
        after={"steps": [s.id for s in fresh.steps], "topics": list(fresh.topics), **told},
    )


def _add_version(actor: Membership, row: BotFlow, number: int, flow: Flow) -> None:
    FlowVersion.objects.create(
        flow=row,
        number=number,
        body=write_flow(flow),
        author=actor,
        author_name=actor.user.name[:80],
        created_at=clock.now(),
    )


def _may(actor: Membership) -> None:
    require_right(actor.role, Permission.BRAND_EDIT)


def _own(actor: Membership, flow: BotFlow) -> None:
    _may(actor)
    if flow.brand_id != actor.brand_id:
        raise NotFound


def _topics(told: Sequence[str]) -> tuple[str, ...]:
    if len(told) > TOPICS or not all(NAME.fullmatch(topic) for topic in told):
        raise BadInput(topics="unknown")
    return tuple(told)


def _name(told: str) -> str:
    name = " ".join(told.replace("\x00", "").split())
    if not name or len(name) > NAME_LENGTH:
        raise BadInput(name="too_long" if name else "required")
    if guard.check(name).secret:
        raise BadInput(name="secret")
    return name
