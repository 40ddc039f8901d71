"""The job in which a model words an answer: the network first, then one short transaction."""

from itertools import count

from walletdesk.bot.actions import compose_for, post_composed, unanswered
from walletdesk.bot.ports import current_generator
from walletdesk.kit.wake import signal


def write_with_model(conversation_id: int, seq: int) -> None:
    """Have the model word the answer, show each checked sentence at once, then post the whole.

    When a sentence is refused or the model fails, the article's extract is posted: the customer
    waits, and never waits in vain.
    """
    asked = unanswered(conversation_id, seq)
    if asked is None or not asked.question:
        return
    ref, numbers = asked.conversation.ref, count(1)

    def show(sentence: str) -> None:
        draft = {"what": "draft", "who": "bot", "of": seq, "n": next(numbers), "text": sentence}
        signal(f"conversation:{ref}", draft)

    composed = compose_for(asked, generator=current_generator(), show=show)
    post_composed(asked=asked, composed=composed)
