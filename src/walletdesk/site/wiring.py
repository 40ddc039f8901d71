"""The one table of which room reacts to which event."""

from walletdesk.kit.outbox.registry import Handler

WIRING: dict[str, list[tuple[str, Handler]]] = {}
