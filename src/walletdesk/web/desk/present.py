"""How conversations look on the desk: rows, the head of a thread, the customer's panel."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.types import Author, Status, View
from walletdesk.kit import clock
from walletdesk.voice.ports import dialling_driver
from walletdesk.web.common.file_strings import file_words
from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.desk import promises, rules, wording
from walletdesk.web.desk.topic_names import topic_name

SECRET_TOKEN = re.compile(r"⟦[^⟧]*(?:⟧|$)")  # the preview may end inside of one
SHORT_LANGUAGES = {"zh-hans": "中", "en": "EN", "es": "ES"}
LONG_WAIT = timedelta(minutes=5)
TOO_LONG_WAIT = timedelta(minutes=15)
ALERT_AGE = timedelta(minutes=1)
TAGS_SHOWN = 2
LIVE = (Status.BOT, Status.QUEUED, Status.OPEN, Status.SNOOZED)
OVER = (Status.RESOLVED, Status.MERGED)
Badges = Mapping[int, promises.Badge]


class Row(TypedDict):
    """One line of a list. A dictionary, because templates look there first."""

    ref: str
    key: str
    label: str
    initials: str
    tone: int
    preview: str
    by: str
    language: str
    language_name: str
    status: str
    status_name: str
    urgency: int
    mark: int
    urgency_name: str
    unread: bool
    moment: str
    age: str
    waits: bool
    patience: str
    assignee: str
    assignee_initials: str
    assignee_tone: int
    mine: bool
    verified: bool
    unverified: bool
    channel: str
    channel_icon: str
    until: str
    tags: list[tuple[str, str]]
    more_tags: int
    clock: promises.Badge | None


def row(
    conversation: Conversation,
    membership: Membership,
    view: View,
    clock_badge: promises.Badge | None,
) -> Row:
    """Return a conversation as a line of a view's list."""
    now = clock.now()
    label = conversation.contact.name
    served = conversation.status in (Status.OPEN, Status.SNOOZED)
    assignee = conversation.assignee if served else None
    tags = [(name, colour) for name, colour in getattr(conversation, "tag_list", [])]
    name = assignee.user.name if assignee else ""
    since = conversation.waiting_since
    at = since or conversation.last_event_at
    in_queue = view == View.QUEUE and conversation.queued_at is not None
    sorted_by = conversation.queued_at if in_queue else conversation.last_event_at
    return Row(
        ref=conversation.ref,
        key=rules.sort_key(
            view, conversation.urgency, sorted_by or conversation.last_event_at, conversation.pk
        ),
        label=label,
        initials=rules.initials(label),
        tone=rules.tone(label),
        preview=plain_preview(conversation.preview),
        by=_by(conversation, membership),
        language=SHORT_LANGUAGES.get(conversation.language, conversation.language),
        language_name=language_name(conversation.language),
        status=conversation.status,
        status_name=wording.status(conversation.status),
        urgency=conversation.urgency,
        # what is over calls for nobody
        mark=0 if conversation.status in OVER else conversation.urgency,
        urgency_name=wording.urgency(conversation.urgency),
        unread=conversation.last_customer_seq > conversation.staff_read_seq
        and conversation.status in (Status.QUEUED, Status.OPEN),
        moment=at.isoformat(),
        age=wording.age(now - at),
        waits=since is not None,
        patience=_patience(now - since) if since else "",
        assignee=name,
        assignee_initials=rules.initials(name),
        assignee_tone=rules.tone(name),
        mine=assignee is not None and assignee.pk == membership.pk,
        verified=getattr(conversation.contact, "verified_at", None) is not None,
        unverified=conversation.unverified,
        channel=wording.channel(conversation.channel),
        channel_icon=wording.CHANNEL_ICONS.get(conversation.channel, "chat"),
        until=conversation.snoozed_until.isoformat() if conversation.snoozed_until else "",
        tags=tags[:TAGS_SHOWN],
        more_tags=len(tags[TAGS_SHOWN:]),
        clock=clock_badge,
    )


def rows_of(
    conversations: Collection[Conversation],
    membership: Membership,
    view: View,
    clocks: Badges | None = None,
) -> list[Row]:
    """Return conversations as lines of a view's list, in the order given."""
    due = promises.badges(conversations) if clocks is None else clocks
    return [row(each, membership, view, due.get(each.pk)) for each in conversations]


def sorted_rows(
    conversations: Collection[Conversation],
    membership: Membership,
    view: View,
    clocks: Badges | None = None,
) -> list[Row]:
    """Return conversations as lines of a view's list, in the list's order."""
    rows = rows_of(conversations, membership, view, clocks)
    return sorted(rows, key=lambda line: line["key"])


def alerts(conversations: Iterable[Conversation], membership: Membership) -> str:
    """Name what a sound may tell of: "ref:number" of fresh messages for this person or the queue.

    The number is that of the message, so that a screen tells each once. No text, no name.
    """
    now = clock.now()
    return " ".join(
        f"{c.ref}:{c.last_customer_seq}"
        for c in conversations
        if c.last_author == Author.CUSTOMER
        and now - c.last_event_at < ALERT_AGE
        and (
            c.status == Status.QUEUED
            or (c.status == Status.OPEN and c.assignee_id == membership.pk)
        )
    )


def _by(conversation: Conversation, membership: Membership) -> str:
    """Return who wrote the previewed message, "" for the customer."""
    if conversation.last_author == Author.BOT:
        return _("Bot")
    if conversation.last_author == Author.AGENT:
        mine = conversation.assignee_id == membership.pk
        return _("You") if mine else _("Colleague")
    return ""


def _patience(waited: timedelta) -> str:
    if waited >= TOO_LONG_WAIT:
        return "gone"
    return "thin" if waited >= LONG_WAIT else "good"


def plain_preview(text: str) -> str:
    """Return a preview with each removed secret named instead of its token."""
    if "⟦" not in text:
        return text
    return SECRET_TOKEN.sub(_("[secret removed]"), words_for_tokens(file_words(text)))


def language_name(code: str) -> str:
    """Return a language's own name for itself."""
    name = str(settings.LANGUAGE_NAMES.get(code, code))
    return name[:1].upper() + name[1:]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a thread, and what the viewer may do there.

    `composer` is why one can or cannot write: ready, take, theirs, resolved or viewer. `delivered`
    and `read` are numbers of the timeline: how far the customer has received and seen it.
    """

    row: Row
    topic: str
    may_answer: bool
    may_claim: bool
    may_hand_over: bool
    may_release: bool
    may_resolve: bool
    may_reopen: bool
    takes_over: int  # one's own membership where one may take it from a colleague, else 0
    offers: str
    composer: str
    delivered: int
    read: int


def head(conversation: Conversation, membership: Membership, clocks: Badges | None = None) -> Head:
    """Return the head of a thread as this member of staff sees it."""
    due = promises.badges([conversation]) if clocks is None else clocks
    status = conversation.status
    answers = may(membership.role, Permission.CONVERSATION_ANSWER)
    reassigns = may(membership.role, Permission.CONVERSATION_REASSIGN)
    served = status in (Status.OPEN, Status.SNOOZED)
    mine = served and conversation.assignee_id == membership.pk
    unowned = status in (Status.BOT, Status.QUEUED) or (
        status == Status.SNOOZED and not conversation.assignee_id
    )
    holds = answers and (mine or reassigns)
    return Head(
        row=row(conversation, membership, View.ALL, due.get(conversation.pk)),
        topic=topic_name(membership.brand, conversation.topic),
        may_answer=answers,
        may_claim=answers and unowned,
        may_hand_over=holds and (unowned or served),
        may_release=holds and status == Status.OPEN,
        may_resolve=holds and status not in OVER,
        takes_over=membership.pk if reassigns and served and not mine else 0,
        may_reopen=answers and status == Status.RESOLVED,
        offers=" ".join(
            _offers(conversation, answers=answers, holds=holds, reassigns=reassigns, mine=mine)
        ),
        composer=_composer(answers=answers, mine=mine, unowned=unowned, status=status),
        delivered=conversation.customer_delivered_seq,
        read=conversation.customer_read_seq,
    )


def unread_after(conversation: Conversation, membership: Membership) -> int:
    """Return after which event the reader has not read yet, 0 when there is nothing to jump to.

    Kept for the holder only; whoever else looks starts at the end.
    """
    mine = conversation.assignee_id == membership.pk
    unread = conversation.last_customer_seq > conversation.staff_read_seq
    return conversation.staff_read_seq if mine and unread else 0


def _offers(
    conversation: Conversation, *, answers: bool, holds: bool, reassigns: bool, mine: bool
) -> list[str]:
    """Return what the menu of a thread offers, as the actions would allow it."""
    status = conversation.status
    if not answers or status == Status.MERGED:
        return []
    touches = holds or not conversation.assignee_id
    offered = {
        "snooze": holds and status != Status.RESOLVED,
        "wake": holds and status == Status.SNOOZED,
        "team": holds and status != Status.RESOLVED,
        "escalate": status in LIVE,
        "merge": touches,
        "split": touches,
        "link": True,
        "call": mine and status == Status.OPEN and bool(dialling_driver()),
        "block": holds,
        "unblock": reassigns,
    }
    return [name for name, allowed in offered.items() if allowed]


def _composer(*, answers: bool, mine: bool, unowned: bool, status: str) -> str:
    if not answers:
        return "viewer"
    if mine:
        return "ready"
    if unowned:
        return "take"
    return "resolved" if status in OVER else "theirs"


@dataclass(frozen=True, slots=True)
class Tab:
    """One view in the rail. `count` is None where nobody counts."""

    view: str
    icon: str
    name: str
    count: int | None
    current: bool


def tabs(counts: dict[View, int], current: View | None) -> list[Tab]:
    """Return the views for the rail."""
    return [
        Tab(
            view,
            wording.VIEW_ICONS[view],
            wording.view(view),
            counts.get(view),
            current=view == current,
        )
        for view in View
    ]


def above(counts: Mapping[str, int]) -> dict[str, dict[str, object]]:
    """Return the numbers at the rail's entries of other rooms, as `desk/_count.html` takes them."""
    return {name: {"view": name, "count": counts.get(name)} for name in ("complaints",)}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier conversation of the same customer, in short."""

    ref: str
    preview: str
    status: str
    status_name: str
    at: datetime
    rating: int | None


def earlier(conversations: Iterable[Conversation]) -> list[Earlier]:
    """Return conversations as the customer's panel lists them."""
    return [
        Earlier(
            c.ref,
            plain_preview(c.preview),
            c.status,
            wording.status(c.status),
            c.last_event_at,
            c.rating,
        )
        for c in conversations
    ]
