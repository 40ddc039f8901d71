"""Thin jobs: texts of a model, and solved conversations that were missed."""

from walletdesk.bot.assist.actions import WRITE_JOB, forget_writings, remember_missed
from walletdesk.bot.assist.writing import write_for_agent
from walletdesk.kit.jobs import NETWORK, every, once


@once(name=WRITE_JOB, queue=NETWORK)
def write(writing_id: int) -> None:
    """Once asked: a model writes for an agent, and what it wrote is checked."""
    write_for_agent(writing_id)


@every("*/10 * * * *", name="assist.forget")
def forget() -> None:
    """Every ten minutes: forget texts that nobody waits for any more."""
    forget_writings()


@every("13 2 * * *", name="assist.remember_missed")
def remember() -> None:
    """Every night: take in solved conversations that are not among the findable ones."""
    remember_missed()
