"""The timeline's table: partitioned by month, which Django's models cannot say."""

from django.db import migrations

CREATE = """
CREATE TABLE conversations_event (
  conversation_id bigint NOT NULL,
  seq integer NOT NULL CHECK (seq > 0),
  created_at timestamptz NOT NULL,
  brand_id bigint NOT NULL,
  kind varchar(12) NOT NULL,
  author varchar(10) NOT NULL,
  author_id bigint,
  name varchar(80) NOT NULL DEFAULT '',
  text text NOT NULL DEFAULT '',
  data jsonb NOT NULL DEFAULT '{}',
  staff_data jsonb NOT NULL DEFAULT '{}',
  client_id uuid,
  PRIMARY KEY (conversation_id, seq, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE conversations_event_other PARTITION OF conversations_event DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE, "DROP TABLE conversations_event"),
    ]
