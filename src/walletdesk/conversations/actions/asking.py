"""Texts of staff that ask a customer for a secret are refused, and the supervisors learn of it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.accounts.watch.actions import report_asking
from walletdesk.conversations.actions.refusals import AsksForSecret
from walletdesk.conversations.models import Conversation, ScheduledReply
from walletdesk.safety.asking import asks_for
from walletdesk.safety.types import SafeText

P = ParamSpec("P")
R = TypeVar("R")


def refuses_asking(action: Callable[P, R]) -> Callable[P, R]:
    """Have an action that writes to a customer refuse a text that asks for a secret.

    Put it outside of the action's transaction: the report must stay when the text does not go out.
    The action takes `membership`, `text`, and `conversation` or `reply`. Raises AsksForSecret.
    """

    @wraps(action)
    def looked_at(*args: P.args, **kwargs: P.kwargs) -> R:
        text, membership = kwargs.get("text"), kwargs.get("membership")
        if isinstance(text, SafeText) and isinstance(membership, Membership):
            _refuse(_conversation(kwargs), membership, text)
        return action(*args, **kwargs)

    return looked_at


def _conversation(given: dict[str, object]) -> Conversation | None:
    found = given.get("conversation")
    reply = given.get("reply")
    if isinstance(reply, ScheduledReply):
        return reply.conversation
    return found if isinstance(found, Conversation) else None


def _refuse(conversation: Conversation | None, membership: Membership, text: SafeText) -> None:
    """Report and refuse; who may not write here at all is refused by the action itself."""
    if conversation is None or conversation.brand_id != membership.brand_id:
        return
    if not may(membership.role, Permission.CONVERSATION_ANSWER):
        return
    asked = asks_for(text.text)
    if asked is not None:
        report_asking(membership=membership, conversation_ref=conversation.ref, asked=asked)
        raise AsksForSecret(asked=str(asked))
