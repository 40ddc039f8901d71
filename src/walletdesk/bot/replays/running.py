"""A whole replay: conversations in, a report out. For the command line and for the worker."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from walletdesk.accounts.models import Brand
from walletdesk.bot.replays.actions import (
    begin_replay,
    fail_replay,
    finish_replay,
    note_progress,
)
from walletdesk.bot.replays.gaps import MOST, Gap, gaps_of, unanswered
from walletdesk.bot.replays.judging import judge
from walletdesk.bot.replays.queries import past_cases, past_names
from walletdesk.bot.replays.reporting import report_of
from walletdesk.bot.replays.telling import tell_case
from walletdesk.bot.replays.types import Case, Judged, Span
from walletdesk.knowledge.embedding import current_embedder
from walletdesk.language.types import EmbedderUnavailable, Vectors

log = logging.getLogger("walletdesk.replays")

TELL_EVERY = 1.0  # seconds between two words about how far it is
BATCH = 32
LONGEST_REST = 0.1  # seconds

Progress = Callable[[int], bool]


class Stopped(Exception):
    """It is not wanted any more."""


def replay_cases(
    brand: Brand, cases: Iterable[Case], progress: Progress, *, rests: bool = False
) -> tuple[list[Judged], dict[str, Any]]:
    """Run the bot over cases; return what the judge says of each, and the report.

    `progress(count)` is called about once a second and tells whether to go on; raises Stopped when
    not. With `rests` it leaves the processor to others for half of the time.
    """
    began = last = time.monotonic()
    judged: list[Judged] = []
    for case in cases:
        started = time.monotonic()
        judged.append(judge(case, tell_case(brand, case)))
        now = time.monotonic()
        if now - last >= TELL_EVERY:
            last = now
            if not progress(len(judged)):
                raise Stopped
        if rests:
            threading.Event().wait(min(now - started, LONGEST_REST))
    report = report_of(judged, _gaps(judged, progress), time.monotonic() - began)
    return judged, report


def _gaps(judged: Sequence[Judged], progress: Progress) -> list[Gap]:
    """Put what has no answer together; without an embedder each question stands alone."""
    open_ones = unanswered(judged)[:MOST]
    if not open_ones:
        return []
    try:
        vectors = _vectors([one.told.question for one in open_ones], len(judged), progress)
    except EmbedderUnavailable:
        vectors = np.eye(len(open_ones), dtype=np.float32)
    return gaps_of(open_ones, vectors)


def _vectors(texts: Sequence[str], count: int, progress: Progress) -> Vectors:
    parts = []
    for start in range(0, len(texts), BATCH):
        parts.append(current_embedder().embed(texts[start : start + BATCH]))
        if not progress(count):
            raise Stopped
    return np.concatenate(parts)


def run_replay(replay_id: int) -> None:
    """Run what somebody asked for on the desk: the worker's job."""
    replay = begin_replay(replay_id=replay_id)
    if replay is None:
        return
    names = past_names(replay.brand, Span(replay.days, replay.language, replay.most))

    def progress(done: int) -> bool:
        return note_progress(replay_id=replay_id, done=done, total=len(names))

    progress(0)
    try:
        _, report = replay_cases(replay.brand, past_cases(names), progress, rests=True)
    except Stopped:
        return
    except Exception:
        fail_replay(replay_id=replay_id)
        raise
    progress(len(names))
    finish_replay(replay_id=replay_id, report=report)
