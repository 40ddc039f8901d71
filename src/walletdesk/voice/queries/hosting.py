"""What whoever carries calls asks: what is due, what is known."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db.models import Q
from django.db.models.functions import Coalesce

from walletdesk.conversations.types import Status
from walletdesk.kit.shapes import decoder_for
from walletdesk.voice.flow.states import Stage
from walletdesk.voice.models import (
    Call,
    Callback,
    CallCommand,
)
from walletdesk.voice.numbers import number_of
from walletdesk.voice.queries.facts import state_of
from walletdesk.voice.types import Command, Dial

QUEUE_STAGES = (Stage.WAITING, Stage.OPTIONS, Stage.WHICH, Stage.NUMBER)
# A conversation that was merged goes on where it was merged into.
TAKEN = Q(conversation__status=Status.OPEN, conversation__assignee__isnull=False) | Q(
    conversation__merged_into__status=Status.OPEN,
    conversation__merged_into__assignee__isnull=False,
)
_commands: msgspec.json.Decoder[Command] = decoder_for(Command)


@dataclass(frozen=True, slots=True)
class Due:
    """A command that is not done yet."""

    call: str
    call_id: int
    number: int
    command: Command


def due_commands(drivers: list[str], limit: int = 500) -> list[tuple[str, Due]]:
    """Return (driver, command) that are not done, each call's in their order."""
    rows = (
        CallCommand.objects.filter(done_at=None, call__driver__in=drivers)
        .select_related("call")
        .order_by("call_id", "number")[:limit]
    )
    return [(row.call.driver, _due(row)) for row in rows]


def _due(row: CallCommand) -> Due:
    command = _commands.decode(bytes(row.body))
    if isinstance(command, Dial):
        number = number_of(row.call.contact_id, row.call.number_hash)
        command = msgspec.structs.replace(command, number=number)
    return Due(row.call.name, row.call_id, row.number, command)


def command_of(call: Call, number: int) -> Command | None:
    """Return a command that is not done yet, None when it is."""
    row = CallCommand.objects.filter(call=call, number=number, done_at=None).first()
    return _commands.decode(bytes(row.body)) if row else None


def live_names(driver: str) -> set[str]:
    """Return the driver's names of calls that are not over for us."""
    rows = Call.objects.filter(driver=driver, ended_at=None)
    return set(rows.values_list("name", flat=True))


def due_calls(now: datetime, limit: int = 100) -> list[int]:
    """Return calls whose silence has lasted long enough."""
    rows = Call.objects.filter(ended_at=None, due_at__lte=now)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


def taken_calls(limit: int = 100) -> list[tuple[int, int]]:
    """Return waiting calls (id) whose conversation somebody (membership) has taken."""
    rows = Call.objects.filter(TAKEN, ended_at=None, stage__in=QUEUE_STAGES)
    by = Coalesce("conversation__merged_into__assignee", "conversation__assignee")
    return [(pk, member) for pk, member in rows.values_list("pk", by)[:limit]]


def due_callbacks(now: datetime, limit: int = 20) -> list[int]:
    """Return call-backs whose conversation somebody has taken."""
    rows = Callback.objects.filter(TAKEN, state="waiting", due_at__lte=now)
    return list(rows.values_list("pk", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class Answering:
    """What a driver that asks is told: the commands that wait, and how to speak them."""

    due: list[tuple[int, Command]]
    language: str
    consent: bool


def answering_of(driver: str, name: str) -> Answering | None:
    """Return what waits for a call, None when there is no such call or it is over."""
    call = Call.objects.filter(driver=driver, name=name, ended_at=None).first()
    if call is None:
        return None
    rows = CallCommand.objects.filter(call=call, done_at=None).order_by("number")
    state = state_of(call)
    return Answering(
        [(row.number, _commands.decode(bytes(row.body))) for row in rows],
        state.language,
        state.consent,
    )
