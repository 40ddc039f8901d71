"""Side jobs: procrastinate, enqueued in the same transaction as the data they are about."""

from procrastinate.contrib.django import app

task = app.task
periodic = app.periodic

__all__ = ["periodic", "task"]
