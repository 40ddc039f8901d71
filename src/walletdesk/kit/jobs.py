"""Side jobs: procrastinate, enqueued in the same transaction as the data they are about."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import close_old_connections, connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from walletdesk.kit import clock

DEFAULT = "default"
PICTURES = "pictures"  # seconds of computing each: one at a time in each worker
NETWORK = "network"  # jobs that talk to outside systems: places of their own in each worker
TRIES_AGAIN = 5
PAUSE_SECONDS = 60  # grows with each attempt
LOST_SECONDS = 60  # a worker that lives is heard of every ten

_again: list[str] = []
_TAKE_UP = """
SELECT procrastinate_retry_job_v2(job.id, %(now)s, NULL, NULL, NULL)
FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND job.task_name = ANY (%(names)s) AND job.attempts < %(most)s
  AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(lost)s))
"""


def every(cron: str, *, name: str) -> Callable[[Callable[[], object]], Callable[[int], None]]:
    """Have a function run at the times of a cron line, once for all workers.

    A run that is still waiting when the next is due takes its place too. `name` is stored with the
    job and must not change while jobs of it wait.
    """

    def register(function: Callable[[], object]) -> Callable[[int], None]:
        @app.periodic(cron=cron)
        @app.task(name=name, queueing_lock=name)
        @wraps(function)
        def job(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
            close_old_connections()
            try:
                function()
            finally:
                close_old_connections()

        return job

    return register


def once(
    *, name: str, queue: str = DEFAULT, again: bool = False
) -> Callable[[Callable[..., object]], Callable[..., None]]:
    """Make a function a job that `later` can ask for. `name` is stored and must not change.

    With the queue NETWORK it never keeps others waiting, however slow the far side is. With `again`
    it is tried a few times more when it raises or its worker dies: for what nothing else takes up,
    and what may be done twice.
    """
    retry = RetryStrategy(max_attempts=TRIES_AGAIN, linear_wait=PAUSE_SECONDS) if again else False
    if again:
        _again.append(name)

    def register(function: Callable[..., object]) -> Callable[..., None]:
        @app.task(name=name, queue=queue, retry=retry)
        @wraps(function)
        def job(**arguments: Any) -> None:
            close_old_connections()
            try:
                function(**arguments)
            finally:
                close_old_connections()

        return job

    return register


def later(name: str, *, at: datetime, **arguments: Any) -> None:
    """Have a job run at a moment, if the present transaction commits. Arguments must fit JSON."""
    app.configure_task(name, queue=_queue_of(name), schedule_at=at).defer(**arguments)


def _queue_of(name: str) -> str:
    """Return the queue of a job; one that this process does not know is an ordinary one."""
    task = app.tasks.get(name)
    return task.queue if task is not None else DEFAULT


def take_up_lost() -> None:
    """Every minute: what a worker that is gone had begun is done anew, if it may be done twice."""
    wanted: dict[str, Any] = {
        "now": clock.now(),
        "names": _again,
        "most": TRIES_AGAIN,
        "lost": LOST_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_UP, wanted)


every("* * * * *", name="jobs.take_up_lost")(take_up_lost)
