"""One action on many conversations: each in a transaction of its own, so that none is half done."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions.undo import undoable
from walletdesk.conversations.models import Conversation, Tag
from walletdesk.conversations.queries import get_conversations_for
from walletdesk.kit.errors import BadInput, DomainError, NotFound

CHUNK = 25  # of one call: a browser shows progress and can stop between two
MOST = 500  # of one selection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one conversation: `refusal` is None where it was done."""

    ref: str
    refusal: DomainError | None = None


def act_on_many(
    *,
    membership: Membership,
    refs: Collection[str],
    action: str,
    token: UUID,
    perform: Callable[[Conversation], object],
    tag: Tag | None = None,
) -> list[Outcome]:
    """Perform an action on up to CHUNK conversations, in the order named. All share the token.

    A conversation that refuses is told by its reason and changes nothing for the others.
    """
    if not 0 < len(refs) <= CHUNK:
        raise BadInput(refs=f"1-{CHUNK}")
    known = {found.ref: found for found in get_conversations_for(membership, refs)}
    outcomes = []
    for ref in dict.fromkeys(refs):
        if ref not in known:
            outcomes.append(Outcome(ref, NotFound()))
            continue
        try:
            undoable(
                action=action,
                token=token,
                membership=membership,
                conversation=known[ref],
                perform=perform,
                tag=tag,
            )
        except DomainError as refusal:
            outcomes.append(Outcome(ref, refusal))
        else:
            outcomes.append(Outcome(ref))
    return outcomes
