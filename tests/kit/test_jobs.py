"""Jobs that nothing else takes up are tried again: when they raise, and when their worker dies."""

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from walletdesk.conversations.actions.attachments import READ_PICTURE
from walletdesk.conversations.diagnoses.actions.asking import LOOK_JOB
from walletdesk.kit import clock
from walletdesk.kit.jobs import TRIES_AGAIN, later, once, take_up_lost
from walletdesk.voice.transcribing import TRANSCRIBE_JOB


def begun(name: str, *, attempts: int = 0, heard: str | None = None) -> ProcrastinateJob:
    """Return a job that a worker had begun, which was heard of so long ago, or never again."""
    later(name, at=clock.now(), attachment_id=0)
    job = ProcrastinateJob.objects.latest("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " SELECT now() - %s::interval WHERE %s::text IS NOT NULL RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', attempts = %s,"
            " worker_id = (SELECT id FROM w) WHERE id = %s",
            [heard, heard, attempts, job.pk],
        )
    return job


@pytest.mark.django_db
def test_what_a_dead_worker_had_begun_is_done_anew() -> None:
    lost = [begun(READ_PICTURE), begun(READ_PICTURE, heard="5 min"), begun(TRANSCRIBE_JOB)]
    kept = [
        begun(READ_PICTURE, heard="5 s"),
        begun(READ_PICTURE, attempts=TRIES_AGAIN),
        begun(LOOK_JOB),
    ]
    take_up_lost()
    for job in (*lost, *kept):
        job.refresh_from_db()
    assert [(job.status, job.attempts) for job in lost] == [("todo", 1)] * 3
    assert [job.status for job in kept] == ["doing"] * 3, "being done, hopeless, not our matter"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [False, True])
def test_what_raises_is_tried_again_where_that_is_wanted(again: bool) -> None:
    name = f"test.raises_{again}"

    @once(name=name, queue=name, again=again)
    def raises() -> None:
        raise ValueError

    later(name, at=clock.now())
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        app.run_worker(queues=[name], wait=False, install_signal_handlers=False)
    job = ProcrastinateJob.objects.get(task_name=name)
    assert job.status == ("todo" if again else "failed")
