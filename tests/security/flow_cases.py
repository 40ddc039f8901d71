"""Flows for the access matrix: one flow with a step, and the forms that its addresses accept."""

from typing import Any

from tests.cast import Cast
from walletdesk.bot.flows.actions import editing
from walletdesk.bot.flows.models import BotFlow
from walletdesk.bot.flows.types import StepKind

STEP = "end_1"


def _flow(cast: Cast) -> BotFlow:
    found = BotFlow.objects.filter(brand=cast.brand, name="Fresh").first()
    return found or editing.create_flow(actor=cast.owner, name="Fresh", topics=["fees"])


def a_flow(cast: Cast) -> list[object]:
    """Return the id of a flow that can be published."""
    return a_step(cast)[:1]


def a_step(cast: Cast) -> list[object]:
    """Return the ids of a flow and of its step."""
    row = _flow(cast)
    row.refresh_from_db()
    if not row.versions.get(number=row.version).body["steps"]:
        editing.add_step(actor=cast.owner, flow=row, version=row.version, kind=StepKind.END)
    return [row.pk, STEP]


def a_version(cast: Cast) -> list[object]:
    """Return the ids of a flow and of its first version."""
    return [*a_flow(cast), 1]


def versioned(cast: Cast, **more: Any) -> dict[str, Any]:
    """Return a form with the version that stands now."""
    (pk,) = a_flow(cast)
    return {"version": BotFlow.objects.get(pk=pk).version, **more}


ARGS = {
    "flow": a_flow,
    "flow_try": a_flow,
    "flow_publish": a_flow,
    "flow_turn": a_flow,
    "flow_step_add": a_flow,
    "flow_restore": a_version,
    "flow_step": a_step,
    "flow_preview": a_step,
    "flow_step_move": a_step,
    "flow_step_remove": a_step,
}
FORMS = {
    "flow_new": {"name": "Another"},
    "flows_usual": {},
    "flow": lambda cast: versioned(cast, name="Fresh", topics=["fees"]),
    "flow_try": {"text": "hello"},
    "flow_publish": versioned,
    "flow_turn": {"on": "1"},
    "flow_step_add": lambda cast: versioned(cast, kind="tell"),
    "flow_restore": versioned,
    "flow_step": versioned,
    "flow_preview": {},
    "flow_step_move": versioned,
    "flow_step_remove": versioned,
}
