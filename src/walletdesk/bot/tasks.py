"""Thin jobs: an answer that a model words."""

from walletdesk.bot.actions import WRITE_JOB, take_up_unwritten
from walletdesk.bot.model_answers import write_with_model
from walletdesk.kit.jobs import NETWORK, every, once


@once(name=WRITE_JOB, queue=NETWORK)
def write(conversation_id: int, seq: int) -> None:
    """Once asked: the model words an answer, and each sentence is checked."""
    write_with_model(conversation_id, seq)


@every("* * * * *", name="bot.take_up")
def take_up() -> None:
    """Every minute: what a model was to word and whose job was lost is answered by articles."""
    take_up_unwritten()
