"""One step being written: the state as it becomes, what the driver is to do, what follows."""

from typing import Any

import msgspec

from walletdesk.voice.flow.states import Effect, Facts, Leg, Role, Stage, State
from walletdesk.voice.types import Collect, Command, Connect, Hangup, Play, Said

PATIENCE = 45.0  # seconds beyond what is spoken after which a silent driver is not waited for
RING_SECONDS = 30.0
PARTING_SECONDS = 40.0


class Step(msgspec.Struct, frozen=True):
    """What an event leads to. Commands carry their numbers."""

    state: State
    commands: tuple[tuple[int, Command], ...] = ()
    effects: tuple[Effect, ...] = ()


class Writer:
    """Collects what a step does."""

    def __init__(self, state: State, facts: Facts) -> None:
        self.state = state
        self.facts = facts
        self.commands: list[tuple[int, Command]] = []
        self.effects: list[Effect] = []

    def step(self) -> Step:
        """Return what was written."""
        return Step(self.state, tuple(self.commands), tuple(self.effects))

    def set(self, **changes: Any) -> None:
        """Change the state."""
        self.state = msgspec.structs.replace(self.state, **changes)

    def go(self, stage: Stage, *, within: float = 0.0, **changes: Any) -> None:
        """Go to a stage; a `Tick` comes `within` seconds, or never (0)."""
        self.set(stage=stage, due=self.facts.now + within if within else 0.0, **changes)

    def do(self, *commands: Command) -> int:
        """Have the driver do something; return the number of the last command."""
        for command in commands:
            self.commands.append((self.state.next, command))
            self.set(next=self.state.next + 1)
        return self.state.next - 1

    def follow(self, *effects: Effect) -> None:
        """Have something follow for the desk."""
        self.effects.extend(effects)

    def say(self, key: str, **values: object) -> Said:
        """Return a prompt in the caller's language."""
        return self.facts.phrases.say(self.language, key, **values)

    @property
    def language(self) -> str:
        """The caller's language, the line's first one until it is known."""
        return self.state.language or self.facts.line.languages[0]

    def ask(
        self,
        stage: Stage,
        said: list[Said],
        *,
        collect: Collect,
        choices: tuple[tuple[str, str], ...] = (),
        **changes: Any,
    ) -> None:
        """Speak and wait for keys."""
        within = PATIENCE + collect.seconds * 3 + 8.0 * len(said)
        self.go(stage, within=within, **changes)
        self.set(play=self.do(Play(tuple(said), collect, choices)))

    def part(self, *keys: str, **values: object) -> None:
        """Say last words; then the call ends."""
        self.go(Stage.PARTING, within=PARTING_SECONDS)
        self.set(play=self.do(Play(tuple(self.say(key, **values) for key in keys))))

    def hang_up(self, reason: str = "") -> None:
        """End the call."""
        self.go(Stage.PARTING, within=PARTING_SECONDS, reason=reason)
        self.do(Hangup(reason))

    def ring(self, membership: int, role: Role = Role.AGENT, mode: str = "talk") -> Leg:
        """Ring somebody's telephone."""
        names = self.state.names + 1
        leg = Leg(name=f"leg{names}", membership=membership, role=role, mode=mode)
        self.set(legs=(*self.state.legs, leg), names=names)
        self.do(Connect(leg=leg.name, membership=membership, mode=mode))
        return leg

    def change_leg(self, name: str, **changes: Any) -> None:
        """Change what is known of a leg."""
        legs = tuple(
            msgspec.structs.replace(leg, **changes) if leg.name == name else leg
            for leg in self.state.legs
        )
        self.set(legs=legs)

    def lose_leg(self, name: str) -> None:
        """Forget a leg that is gone."""
        self.set(legs=tuple(leg for leg in self.state.legs if leg.name != name))
