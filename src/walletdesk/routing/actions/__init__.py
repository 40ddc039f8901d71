"""All writes of routing."""

from walletdesk.routing.actions.routes import route_to as route_to
