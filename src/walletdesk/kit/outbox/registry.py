"""Who wants to hear of which event. `site/wiring.py` fills it once, at start."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

Handler = Callable[..., object]

_handlers: dict[str, Handler] = {}
_by_event: dict[str, tuple[str, ...]] = {}
_background: set[str] = set()


def wire(
    table: Mapping[str, Sequence[tuple[str, Handler]]], background: Collection[str] = ()
) -> None:
    """Install the table event name → [(handler name, function)]. The last call holds.

    `background` names the handlers for which nobody waits: they never stand before the others.
    """
    _handlers.clear()
    _by_event.clear()
    _background.clear()
    _background.update(background)
    for event, handlers in table.items():
        _by_event[event] = tuple(name for name, _ in handlers)
        _handlers.update(dict(handlers))


def handlers_of(event: str) -> tuple[str, ...]:
    """Return the names of the handlers that are wired to an event, maybe none."""
    return _by_event.get(event, ())


def background() -> list[str]:
    """Return the names of the handlers for which nobody waits."""
    return sorted(_background)


def call(handler: str, payload: dict[str, Any]) -> None:
    """Run one handler. A name that is wired no more is a programmer's error and raises KeyError."""
    _handlers[handler](**payload)
