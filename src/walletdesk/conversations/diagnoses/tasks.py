"""Thin jobs: looks at the networks, what was lost, what is too old."""

from walletdesk.conversations.diagnoses.actions.asking import LOOK_JOB, take_up_lost
from walletdesk.conversations.diagnoses.actions.forgetting import remove_old
from walletdesk.conversations.diagnoses.actions.watching import WATCH_JOB, take_up_due
from walletdesk.conversations.diagnoses.looking import look, look_again
from walletdesk.kit.jobs import NETWORK, every, once


@once(name=LOOK_JOB, queue=NETWORK)
def look_up(diagnosis_id: int) -> None:
    """Once asked: what a message names is looked up."""
    look(diagnosis_id)


@once(name=WATCH_JOB, queue=NETWORK)
def watch(watch_id: int) -> None:
    """At its time: a watched transaction is looked at again."""
    look_again(watch_id)


@every("* * * * *", name="diagnoses.take_up")
def take_up() -> None:
    """Every minute: what was asked for and whose job was lost gets a job again."""
    take_up_lost()
    take_up_due()


@every("37 3 * * *", name="diagnoses.tidy_up")
def tidy_up() -> None:
    """Every night: forget what is too old."""
    remove_old()
