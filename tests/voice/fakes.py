"""A driver without sound: it keeps what it is told, and a story says what is heard."""

from typing import Any

from walletdesk.voice.actions.flow import settle_command, take_event
from walletdesk.voice.models import Call
from walletdesk.voice.queries import due_commands
from walletdesk.voice.types import (
    Answered,
    Command,
    Digits,
    Event,
    HungUp,
    Incoming,
    LegAnswered,
    Play,
    Played,
)

DRIVER = "fake"


class FakeCall:
    """One call as a driver sees it."""

    def __init__(self, name: str = "call-1", called: str = "+34911234567") -> None:
        self.name = name
        self.called = called
        self.told: list[Command] = []

    def hear(self, event: Event) -> list[Command]:
        """Tell the desk; return what it wants done now, which is marked as done."""
        take_event(driver=DRIVER, name=self.name, event=event)
        return self.obey()

    def obey(self) -> list[Command]:
        """Return the commands that wait for this call, and mark them."""
        found = []
        for _driver, due in due_commands([DRIVER]):
            if due.call == self.name:
                settle_command(call_id=due.call_id, number=due.number)
                found.append(due.command)
        self.told += found
        return found

    def ring(self, caller: str = "+34600111222", token: str = "") -> list[Command]:
        """Call, and be answered."""
        self.hear(Incoming(caller, self.called, token))
        return self.hear(Answered())

    def press(self, keys: str) -> list[Command]:
        """Press keys after what was asked last."""
        return self.hear(Digits(keys))

    def hang_up(self, reason: str = "caller") -> list[Command]:
        """Let the call end."""
        return self.hear(HungUp(reason))

    def take_up(self, leg: str) -> list[Command]:
        """Have an agent's telephone answer."""
        return self.hear(LegAnswered(leg))

    def listen(self) -> list[Command]:
        """Hear what is spoken to its end."""
        return self.hear(Played())

    def row(self) -> Call:
        """Return the call as it stands."""
        return Call.objects.select_related("conversation").get(driver=DRIVER, name=self.name)

    def words(self) -> str:
        """Return what was spoken last."""
        plays = [each for each in self.told if isinstance(each, Play)]
        return " ".join(said.text for said in plays[-1].said)


def only(found: list[Command], kind: type[Any]) -> Any:
    """Return the one command of a kind."""
    [one] = [each for each in found if isinstance(each, kind)]
    return one
