"""The tests' own database: migrated, private to the process, and reachable for child programs."""

import psycopg
import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_is_migrated_and_ours(database_url: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), count(*) FROM django_migrations")
        name, migrations = cursor.fetchone()
    assert name == settings.DATABASES["default"]["NAME"]
    assert migrations > 0
    assert settings.WALLETDESK.database_url == database_url


@pytest.mark.django_db(transaction=True)
def test_commits_are_seen_by_other_programs(database_url: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE seen (n int)")
        cursor.execute("INSERT INTO seen VALUES (7)")
    with psycopg.connect(database_url) as other:
        assert other.execute("SELECT n FROM seen").fetchone() == (7,)
        other.execute("DROP TABLE seen")
