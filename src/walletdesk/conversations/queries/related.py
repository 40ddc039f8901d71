"""What stands beside a conversation: related ones, others of its contact, where it can split."""

from django.db.models import Q

from walletdesk.conversations.models import CLOCK_MARGIN, Conversation, Event, Relation
from walletdesk.conversations.types import Kind, Status

SHOWN = 10
POINTS = 50


ANY_RELATED = """
SELECT FROM conversations_relation
WHERE first_id = %(conversation)s OR second_id = %(conversation)s
"""


def related_to(conversation: Conversation) -> list[Conversation]:
    """Return the conversations that somebody linked with this one, the newest first."""
    pairs = Relation.objects.filter(Q(first=conversation) | Q(second=conversation)).order_by("-pk")[
        :SHOWN
    ]
    others = {p.second_id if p.first_id == conversation.pk else p.first_id for p in pairs}
    return list(Conversation.objects.filter(pk__in=others).order_by("-pk"))


def merge_candidates(conversation: Conversation) -> list[Conversation]:
    """Return other conversations of the same contact into which this one could go on."""
    same = Conversation.objects.filter(contact_id=conversation.contact_id).exclude(
        pk=conversation.pk
    )
    return list(same.exclude(status__in=[Status.NEW, Status.MERGED]).order_by("-pk")[:SHOWN])


def split_points(conversation: Conversation) -> list[Event]:
    """Return the customer's newest messages with which a conversation of its own could begin."""
    rows = Event.objects.filter(
        conversation=conversation,
        created_at__gte=conversation.created_at - CLOCK_MARGIN,
        kind=Kind.MESSAGE,
    )
    return list(rows.order_by("-seq")[:POINTS])[::-1][1:]
