"""What the live edge is handed: who may listen to what, what came since, and the way in.

Each function takes a batch and runs in a thread of its own (kit/live/coalesce.py).
"""

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar
from uuid import UUID

import msgspec
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import DataError, IntegrityError, close_old_connections, connection
from django.utils.crypto import constant_time_compare

from walletdesk.accounts.models import Membership, StaffSession
from walletdesk.accounts.queries import active_places, lacks_second_factor
from walletdesk.accounts.rules import may
from walletdesk.accounts.sessions import alive
from walletdesk.accounts.types import Permission
from walletdesk.contacts.models import ContactSession
from walletdesk.conversations import queries
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.actions.openings import record_openings
from walletdesk.conversations.file_rules import FILES_PER_MESSAGE
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Audience, InboundMessage, Recorded, Refused, Status
from walletdesk.kit import clock, ids
from walletdesk.kit.live.types import Credential, Envelope, Feed, LiveEvent, Reply
from walletdesk.kit.shapes import decoder_for

READ_LIMIT = 500
STATUS_OF = {
    "empty": 400,
    "too_long": 400,
    "not_found": 404,
    "too_many": 429,
    "retry": 503,
    "busy": 503,
    "unavailable": 503,
    "bad_text": 400,
    "bad_files": 400,
    "blocked": 403,
}

log = logging.getLogger("walletdesk.live")

P = ParamSpec("P")
R = TypeVar("R")


def _own_thread(port: Callable[P, R]) -> Callable[P, R]:
    """Give a port that runs outside of a request the database hygiene of one."""

    @wraps(port)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        try:
            return port(*args, **kwargs)
        finally:
            close_old_connections()

    return run


# --- who may listen -----------------------------------------------------------------------


@_own_thread
def authorise(asked: Sequence[tuple[Credential, str]]) -> list[Feed | None]:
    """Return a feed for each (credential, topic), or None for what is refused or does not exist."""
    customers = _customers({c.value for c, _ in asked if c.scheme == "bearer"})
    staff = _staff({c.value for c, _ in asked if c.scheme == "cookie"})
    refs = {topic.partition(":")[2] for _, topic in asked if topic.startswith("conversation:")}
    conversations = {
        ref: (contact_id, brand_id, status)
        for ref, contact_id, brand_id, status in Conversation.objects.filter(
            ref__in=refs
        ).values_list("ref", "contact_id", "brand_id", "status")
    }
    feeds: list[Feed | None] = []
    for credential, topic in asked:
        kind, _, name = topic.partition(":")
        if credential.scheme == "bearer":
            contact_id = customers.get(credential.value)
            feeds.append(
                _customer_feed(contact_id, name, conversations.get(name))
                if kind == "conversation"
                else None
            )
        else:
            places = staff.get(credential.value, [])
            feeds.append(
                _staff_feed(places, name, conversations.get(name))
                if kind == "conversation"
                else _desk_feed(places, name)
                if kind == "desk"
                else None
            )
    _record_openings(asked, feeds, staff)
    return feeds


def _record_openings(
    asked: Sequence[tuple[Credential, str]],
    feeds: Sequence[Feed | None],
    staff: dict[str, list[Membership]],
) -> None:
    """Note who of the staff follows which conversation: a stream reads like a page does."""
    opened: dict[int, tuple[Membership, set[str]]] = {}
    for (credential, topic), feed in zip(asked, feeds, strict=True):
        if feed is None or credential.scheme != "cookie" or not topic.startswith("conversation:"):
            continue
        for place in staff[credential.value]:
            opened.setdefault(place.pk, (place, set()))[1].add(topic.partition(":")[2])
    for place, refs in opened.values():
        found = queries.get_conversations_for(place, refs)
        if found:
            record_openings(membership=place, conversations=found)


def _customers(tokens: set[str]) -> dict[str, int]:
    hashes = {ids.token_hash(token): token for token in tokens}
    rows = ContactSession.objects.filter(
        token_hash__in=list(hashes), expires_at__gt=clock.now()
    ).values_list("token_hash", "contact_id")
    return {hashes[bytes(token_hash)]: contact_id for token_hash, contact_id in rows}


def _staff(session_keys: set[str]) -> dict[str, list[Membership]]:
    """Map session keys to the places of the people who are signed in with them."""
    if not session_keys:
        return {}
    users: dict[str, tuple[int, str]] = {}
    for session in StaffSession.objects.filter(alive(), session_key__in=session_keys):
        data = session.get_decoded()
        if data.get(BACKEND_SESSION_KEY) and str(data.get(SESSION_KEY, "")).isdigit():
            users[session.session_key] = (int(data[SESSION_KEY]), data.get(HASH_SESSION_KEY, ""))
    places = active_places().filter(user_id__in=[user_id for user_id, _ in users.values()])
    found: dict[str, list[Membership]] = {}
    for key, (user_id, auth_hash) in users.items():
        found[key] = [
            place
            for place in places
            if place.user_id == user_id
            and may(place.role, Permission.CONVERSATION_READ)
            and not lacks_second_factor(place)
            and constant_time_compare(auth_hash, place.user.get_session_auth_hash())
        ]
    return found


def _customer_feed(
    contact_id: int | None, ref: str, conversation: tuple[int, int, str] | None
) -> Feed | None:
    if contact_id is None or conversation is None:
        return None
    floor = 0
    if conversation[0] != contact_id:
        joined = queries.visible_after(ref, contact_id)
        if joined is None:
            return None
        floor = joined
    return Feed(
        key=f"conversation:{ref}:{Audience.CUSTOMER}:{floor}",
        topic=f"conversation:{ref}",
        subject=f"customer:{contact_id}",
        ordered=True,
    )


def _staff_feed(
    places: list[Membership], ref: str, conversation: tuple[int, int, str] | None
) -> Feed | None:
    if conversation is None or conversation[2] == Status.NEW:
        return None
    place = next((p for p in places if p.brand_id == conversation[1]), None)
    if place is None:
        return None
    return Feed(
        key=f"conversation:{ref}:{Audience.STAFF}",
        topic=f"conversation:{ref}",
        subject=f"staff:{place.user_id}",
        ordered=True,
    )


def _desk_feed(places: list[Membership], slug: str) -> Feed | None:
    place = next((p for p in places if p.brand.slug == slug), None)
    if place is None:
        return None
    topic = f"desk:{place.brand_id}"
    return Feed(key=topic, topic=topic, subject=f"staff:{place.user_id}", ordered=False)


# --- what came since ----------------------------------------------------------------------


@_own_thread
def read(asked: Sequence[tuple[Feed, int]]) -> list[list[LiveEvent]]:
    """Return the events after each cursor: one statement for all conversations together."""
    found: list[list[LiveEvent]] = [[] for _ in asked]
    cursors: list[tuple[str, int, Audience]] = []
    places: list[int] = []
    for place, (feed, after) in enumerate(asked):
        kind, name, *audience = feed.key.split(":")
        if kind == "desk":
            found[place] = _desk_events(int(name), after)
        else:
            floor = int(audience[1]) if len(audience) > 1 else 0  # where a guest's view begins
            cursors.append((name, max(after, floor), Audience(audience[0])))
            places.append(place)
    if cursors:
        for place, events in zip(
            places, queries.events_after(cursors, limit=READ_LIMIT), strict=True
        ):
            found[place] = [LiveEvent(seq, data) for seq, data in events]
    return found


def _desk_events(brand_id: int, after: int) -> list[LiveEvent]:
    changed = queries.changed_since(brand_id, after)
    if not changed.refs:
        return []
    data = msgspec.json.encode({"changed": changed.refs, "more": changed.more})
    return [LiveEvent(changed.cursor, data)]


# --- the way in ---------------------------------------------------------------------------


class _Posted(msgspec.Struct, forbid_unknown_fields=True):
    conversation: str
    id: UUID
    text: str
    files: Annotated[tuple[str, ...], msgspec.Meta(max_length=FILES_PER_MESSAGE)] = ()


_decoder = decoder_for(_Posted)
_BAD_JSON = Reply(400, b'{"code":"bad_json"}')


@_own_thread
def submit(envelopes: Sequence[Envelope]) -> list[Reply]:
    """Record what customers posted, all of it in one transaction, and answer each."""
    replies: list[Reply] = [_BAD_JSON] * len(envelopes)
    batch: list[InboundMessage] = []
    places: list[int] = []
    for place, envelope in enumerate(envelopes):
        try:
            posted = _decoder.decode(envelope.body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            continue
        batch.append(
            InboundMessage(
                token_hash=ids.token_hash(envelope.credential.value),
                ref=posted.conversation,
                client_id=posted.id,
                text=posted.text,
                files=posted.files,
            )
        )
        places.append(place)
    if batch:
        for place, outcome in zip(places, _record(batch), strict=True):
            replies[place] = _reply(outcome)
    return replies


def _record(batch: list[InboundMessage]) -> list[Recorded | Refused]:
    """Record a batch; when it fails as a whole, one by one: a bad one harms no neighbour."""
    try:
        return record_messages(batch)
    except Exception:
        if not connection.is_usable():
            raise  # each of them would fail
        log.exception("a batch of %d failed", len(batch))
    outcomes: list[Recorded | Refused] = []
    for message in batch:
        try:
            outcomes += record_messages([message])
        except (DataError, IntegrityError):
            log.exception("a message failed")
            outcomes.append(Refused("bad_text"))
        except Exception:
            log.exception("a message failed")
            outcomes.append(Refused("unavailable", retry_after=2))
    return outcomes


def _reply(outcome: Recorded | Refused) -> Reply:
    if isinstance(outcome, Refused):
        told: dict[str, object] = {"code": outcome.code}
        if outcome.retry_after:
            told["retry_after"] = outcome.retry_after
        return Reply(
            STATUS_OF[outcome.code],
            msgspec.json.encode(told),
            outcome.retry_after,
            passing=outcome.code in {"busy", "retry"},
        )
    return Reply(
        200,
        msgspec.json.encode(
            {
                "conversation": outcome.ref,
                "seq": outcome.seq,
                "text": outcome.text,
                "secret": outcome.secrets,
            }
        ),
    )


def session_cookie_name() -> str:
    """Return the name of the cookie by which staff are known to the edge."""
    return str(settings.SESSION_COOKIE_NAME)
