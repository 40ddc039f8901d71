"""Who sent a secret on a way without a page of ours is warned there, too, at once."""

from django.db import transaction
from django.utils import translation

from walletdesk.bot import texts
from walletdesk.conversations.actions.bot import post_bot_message
from walletdesk.conversations.actions.timeline import CHAT
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries import lock_conversation
from walletdesk.safety import guard

FORM = "form"  # its page shows the notice itself


@transaction.atomic
def warn_of_secret(
    *,
    conversation_id: int,
    seq: int,  # noqa: ARG001 - the payload
    kinds: list[str],  # noqa: ARG001 - the payload
    fingerprint: str,  # noqa: ARG001 - the payload
) -> None:
    """Write the steps to a customer of mail, in their language: a handler of `secret_caught`.

    The chat and the form show the notice of the timeline. A sender for whom nobody vouches gets no
    mail: it could go to somebody who never wrote.
    """
    if not Conversation.objects.filter(pk=conversation_id).exists():
        return
    conversation = lock_conversation(conversation_id)
    if conversation.channel in (CHAT, FORM) or conversation.unverified:
        return
    with translation.override(conversation.language or conversation.brand.default_language):
        text = f"{texts.secret_removed()}\n\n{texts.secret_steps()}"
    post_bot_message(conversation=conversation, text=guard.trusted(text), data={})
