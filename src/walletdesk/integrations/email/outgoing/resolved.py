"""When a matter is settled the customer hears of it once, with a link to say how it was."""

from walletdesk.conversations.actions.block import active_block
from walletdesk.conversations.actions.timeline import CHAT
from walletdesk.conversations.queries import get_conversation
from walletdesk.conversations.types import Status
from walletdesk.integrations.email.outgoing.actions.automatic import tell_resolved
from walletdesk.integrations.email.outgoing.compose import page_of


def note_resolved(*, conversation_id: int) -> None:
    """Plan the mail, where customers have a page to say how it was. For `conversation_resolved`."""
    conversation = get_conversation(conversation_id)
    if conversation is None or conversation.channel == CHAT:
        return
    if active_block(conversation.contact_id) is not None:
        return  # settled by blocking them: they are told of that
    link = page_of(conversation)
    if link and conversation.status == Status.RESOLVED:
        tell_resolved(conversation=conversation, link=link)
