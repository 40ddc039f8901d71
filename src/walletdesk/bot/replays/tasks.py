"""Thin jobs: a replay that somebody asked for, and those whose worker died."""

from walletdesk.bot.replays.actions import JOB, take_up_lost
from walletdesk.bot.replays.running import run_replay
from walletdesk.kit.jobs import every, once


@once(name=JOB)
def run(replay_id: int) -> None:
    """Once asked: past conversations are replayed."""
    run_replay(replay_id)


@every("* * * * *", name="replays.take_up")
def take_up() -> None:
    """Every minute: a replay that stands still begins anew."""
    take_up_lost()
