"""How the tests call the open conversation: as a member of staff, with JSON or a form."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.cast import Cast, reply
from walletdesk.accounts.models import Membership
from walletdesk.conversations import queries
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience
from walletdesk.kit import clock

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
JSON = {"HTTP_ACCEPT": "application/json"}


def post(cast: Cast, who: Membership, path: str, body: Any) -> Any:
    """POST JSON to a call of the first customer's conversation."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    ref = cast.customer.conversation.ref
    return cast.client(who).post(
        f"/desk/c/{ref}/{path}", raw, content_type="application/json", **JSON
    )


def form(cast: Cast, who: Membership, path: str, **fields: Any) -> Any:
    """POST a form to a call of the first customer's conversation."""
    return cast.client(who).post(f"/desk/c/{cast.customer.conversation.ref}/{path}", fields, **JSON)


def get(cast: Cast, who: Membership, path: str = "") -> Any:
    """GET a call of the first customer's conversation."""
    return cast.client(who).get(f"/desk/c/{cast.customer.conversation.ref}/{path}", **JSON)


def write(cast: Cast, who: Membership, kind: str = "reply", text: str = "hi", **more: Any) -> Any:
    """Send a reply or note."""
    return post(cast, who, kind, {"id": str(uuid4()), "text": text, **more})


def later(cast: Cast, who: Membership, text: str = "see you", **more: Any) -> Any:
    """Write a reply for in an hour."""
    at = more.pop("at", clock.now() + timedelta(hours=1))
    at = at.isoformat() if isinstance(at, datetime) else at
    return post(cast, who, "scheduled", {"id": str(uuid4()), "text": text, "at": at, **more})


def opened(cast: Cast) -> None:
    """Bring the first customer's conversation to the agent."""
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")


def told(conversation: Conversation) -> list[str]:
    """Return the kinds of the timeline's events, with what is said of a state."""
    events = queries.thread(conversation, Audience.STAFF)
    return [
        e["staff_data"].get("reason") or e["staff_data"].get("state") or e["kind"] for e in events
    ]
