"""Side jobs: procrastinate, enqueued in the same transaction as the data they are about."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import close_old_connections
from procrastinate.contrib.django import app

DEFAULT = "default"
PICTURES = "pictures"  # seconds of computing each: one at a time in each worker
NETWORK = "network"  # jobs that talk to outside systems: places of their own in each worker


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
    *, name: str, queue: str = DEFAULT
) -> Callable[[Callable[..., object]], Callable[..., None]]:
    """Make a function a job that `later` can ask for. `name` is stored and must not change.

    With the queue NETWORK it never keeps others waiting, however slow the far side is.
    """

    def register(function: Callable[..., object]) -> Callable[..., None]:
        @app.task(name=name, queue=queue)
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
