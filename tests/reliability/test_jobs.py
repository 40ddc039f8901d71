"""Side jobs run in the worker of a real installation."""

from uuid import uuid4

from tests.installation import Installation, until


def test_a_side_job_does_its_work_and_leaves_nothing(installation: Installation) -> None:
    """The ten-minute job forgets a receipt that no retry can ask for."""
    installation.query(
        "INSERT INTO conversations_receipt (conversation_id, client_id, created_at)"
        " VALUES (0, %s, now() - interval '40 days') RETURNING 1",
        uuid4(),
    )
    installation.query(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
        " VALUES ('default', 'conversations.tidy_up', '{\"timestamp\": 0}') RETURNING 1"
    )
    until(
        lambda: (
            installation.query("SELECT count(*) FROM procrastinate_jobs WHERE args ? 'timestamp'")
            == [(0,)]
        ),
        "the job is done",
    )
    old = "SELECT count(*) FROM conversations_receipt WHERE conversation_id = 0"
    assert installation.query(old) == [(0,)]
    assert "side jobs stopped" not in installation.logs()
