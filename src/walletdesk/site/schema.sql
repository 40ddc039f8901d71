-- Written by `make schema`. What every migration executes on an empty database.
-- applied: accounts.0001_initial
-- applied: account.0001_initial
-- applied: account.0002_email_max_length
-- applied: account.0003_alter_emailaddress_create_unique_verified_email
-- applied: account.0004_alter_emailaddress_drop_unique_email
-- applied: account.0005_emailaddress_idx_upper_email
-- applied: account.0006_emailaddress_lower
-- applied: account.0007_emailaddress_idx_email
-- applied: account.0008_emailaddress_unique_primary_email_fixup
-- applied: account.0009_emailaddress_unique_primary_email
-- applied: accounts.0002_audit
-- applied: accounts.0003_settings_brand_privacy
-- applied: accounts.0004_list_preferences
-- applied: accounts.0005_signin_sessions_and_invitations
-- applied: contacts.0001_initial
-- applied: conversations.0001_initial
-- applied: conversations.0002_timeline
-- applied: conversations.0003_settings_tags_macros
-- applied: conversations.0004_thread_marks
-- applied: contacts.0002_thread_notes
-- applied: conversations.0005_list_actions
-- applied: conversations.0006_identity_started_on
-- applied: conversations.0007_files_attachment
-- applied: conversations.0008_mailin_unverified
-- applied: conversations.0009_pictures_checked
-- applied: contacts.0003_identity_known
-- applied: contacts.0004_mailin_mailbox
-- applied: contacts.0005_form_tickets
-- applied: conversations.0010_fewer_indexes
-- applied: assist.0001_proof_assist
-- applied: contenttypes.0001_initial
-- applied: contenttypes.0002_remove_content_type_name
-- applied: auth.0001_initial
-- applied: auth.0002_alter_permission_name_max_length
-- applied: auth.0003_alter_user_email_max_length
-- applied: auth.0004_alter_user_username_opts
-- applied: auth.0005_alter_user_last_login_null
-- applied: auth.0006_require_contenttypes_0002
-- applied: auth.0007_alter_validators_add_error_messages
-- applied: auth.0008_alter_user_username_max_length
-- applied: auth.0009_alter_user_last_name_max_length
-- applied: auth.0010_alter_group_name_max_length
-- applied: auth.0011_update_proxy_permissions
-- applied: auth.0012_alter_user_first_name_max_length
-- applied: authenticity.0001_official_links
-- applied: cases.0001_initial
-- applied: caught.0001_initial
-- applied: channels.0001_settings_channels
-- applied: complaints.0001_complaints_first
-- applied: contacts.0006_sla_tier
-- applied: contacts.0007_surveys_zone
-- applied: conversation_search.0001_search_index
-- applied: delivery.0001_mailout_delivery
-- applied: diagnoses.0001_initial
-- applied: diagnoses.0002_rest56_networks
-- applied: disclosures.0001_initial
-- applied: disclosures.0002_surveys_export
-- applied: email_channel.0001_mailin_accounts
-- applied: email_outgoing.0001_mailout_delivery
-- applied: email_outgoing.0002_wall_purpose
-- applied: escalation.0001_wall_escalation
-- applied: escalation.0002_reading
-- applied: flows.0001_initial
-- applied: knowledge.0001_initial
-- applied: knowledge.0002_settings_revisions
-- applied: knowledge.0003_widget_opinions
-- applied: knowledge.0004_helpcentre_readers
-- applied: knowledge.0005_triage_topics
-- applied: knowledge.0006_answers_halfvec
-- applied: knowledge.0007_topic_versions
-- applied: knowledge.0008_encoder
-- applied: limits.0001_initial
-- applied: mfa.0001_initial
-- applied: mfa.0002_authenticator_timestamps
-- applied: mfa.0003_authenticator_type_uniq
-- applied: official.0001_official_registry
-- applied: outbox.0001_initial
-- applied: personal.0001_initial
-- applied: procrastinate.0001_initial
-- applied: procrastinate.0002_drop_started_at_column
-- applied: procrastinate.0003_drop_started_at_column
-- applied: procrastinate.0004_drop_procrastinate_version_table
-- applied: procrastinate.0005_fix_procrastinate_fetch_job
-- applied: procrastinate.0006_fix_trigger_status_events_insert
-- applied: procrastinate.0007_add_queueing_lock_column
-- applied: procrastinate.0008_close_fetch_job_race_condition
-- applied: procrastinate.0009_add_defer_job_function
-- applied: procrastinate.0010_add_procrastinate_periodic_defers
-- applied: procrastinate.0011_add_foreign_key_index
-- applied: procrastinate.0012_add_locks_to_periodic_defer
-- applied: procrastinate.0013_fix_procrastinate_defer_periodic_job
-- applied: procrastinate.0014_add_finish_job_and_retry_job_functions
-- applied: procrastinate.0015_add_trigger_on_job_deletion
-- applied: procrastinate.0016_delete_finished_jobs
-- applied: procrastinate.0017_add_checks_to_finish_job
-- applied: procrastinate.0018_add_checks_to_retry_job
-- applied: procrastinate.0019_fix_finish_job_compat_issue
-- applied: procrastinate.0020_add_index_on_procrastinate_jobs
-- applied: procrastinate.0021_add_kwargs_to_defer_periodic_job
-- applied: procrastinate.0022_null_locks_excluded
-- applied: procrastinate.0023_remove_old_finish_job_function
-- applied: procrastinate.0024_job_id_bigint
-- applied: procrastinate.0025_add_models
-- applied: procrastinate.0026_add_job_priority
-- applied: procrastinate.0027_add_periodic_job_priority
-- applied: procrastinate.0028_add_cancel_states
-- applied: procrastinate.0029_add_additional_params_to_retry_job
-- applied: procrastinate.0030_alter_procrastinateevent_options
-- applied: procrastinate.0031_add_indexes_for_fetch_job
-- applied: procrastinate.0032_pre_cancel_notification
-- applied: procrastinate.0033_post_cancel_notification
-- applied: procrastinate.0034_pre_add_heartbeat
-- applied: procrastinate.0035_post_add_heartbeat
-- applied: procrastinate.0036_add_worker_model
-- applied: procrastinate.0037_pre_batch_defer_jobs
-- applied: procrastinate.0038_post_batch_defer_jobs
-- applied: procrastinate.0039_pre_priority_lock_fetch_job
-- applied: procrastinate.0040_pre_retry_failed_job
-- applied: procrastinate.0041_post_retry_failed_job
-- applied: replays.0001_proof_replays
-- applied: routing.0001_routing_room
-- applied: sla.0001_settings_sla
-- applied: sla.0002_sla_clocks
-- applied: socialaccount.0001_initial
-- applied: socialaccount.0002_token_max_lengths
-- applied: socialaccount.0003_extra_data_default_dict
-- applied: socialaccount.0004_app_provider_id_settings
-- applied: socialaccount.0005_socialtoken_nullable_app
-- applied: socialaccount.0006_alter_socialaccount_extra_data
-- applied: surveys.0001_initial
-- applied: surveys.0002_calls
-- applied: tickets.0001_form_tickets
-- applied: voice.0001_calls
-- applied: watch.0001_initial
-- applied: watch.0002_asking_for_secrets
CREATE TABLE "django_migrations" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" timestamp with time zone NOT NULL);
CREATE TABLE "accounts_user" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "password" varchar(128) NOT NULL, "last_login" timestamp with time zone NULL, "email" varchar(254) NOT NULL UNIQUE, "name" varchar(80) NOT NULL, "is_active" boolean DEFAULT true NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "accounts_brand" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "slug" varchar(40) NOT NULL UNIQUE, "name" varchar(80) NOT NULL, "languages" varchar(12)[] NOT NULL, "default_language" varchar(12) NOT NULL, "accent" varchar(7) DEFAULT '#2f6bff' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "accounts_team" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(60) NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "accounts_membership" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "role" varchar(12) NOT NULL, "languages" varchar(12)[] NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "user_id" bigint NOT NULL, "team_id" bigint NULL);
ALTER TABLE "accounts_team" ADD CONSTRAINT "team_name_once" UNIQUE ("brand_id", "name");
ALTER TABLE "accounts_membership" ADD CONSTRAINT "one_place_per_brand" UNIQUE ("brand_id", "user_id");
ALTER TABLE "accounts_user" ADD CONSTRAINT "user_email_is_lower_case" CHECK ("email" = (LOWER("email")));
CREATE INDEX "accounts_user_email_b2644a56_like" ON "accounts_user" ("email" varchar_pattern_ops);
ALTER TABLE "accounts_brand" ADD CONSTRAINT "brand_accent_is_a_colour" CHECK ("accent"::text ~ '^#[0-9a-f]{6}$');
CREATE INDEX "accounts_brand_slug_21841905_like" ON "accounts_brand" ("slug" varchar_pattern_ops);
ALTER TABLE "accounts_team" ADD CONSTRAINT "accounts_team_brand_id_2af7b0b8_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "accounts_team_brand_id_2af7b0b8" ON "accounts_team" ("brand_id");
ALTER TABLE "accounts_membership" ADD CONSTRAINT "accounts_membership_brand_id_1e977a86_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "accounts_membership" ADD CONSTRAINT "accounts_membership_user_id_487fb39e_fk_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "accounts_membership" ADD CONSTRAINT "accounts_membership_team_id_c9c6c909_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "accounts_membership_brand_id_1e977a86" ON "accounts_membership" ("brand_id");
CREATE INDEX "accounts_membership_user_id_487fb39e" ON "accounts_membership" ("user_id");
CREATE INDEX "accounts_membership_team_id_c9c6c909" ON "accounts_membership" ("team_id");
CREATE TABLE "account_emailaddress" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "email" varchar(75) NOT NULL UNIQUE, "verified" boolean NOT NULL, "primary" boolean NOT NULL, "user_id" bigint NOT NULL);
CREATE TABLE "account_emailconfirmation" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "created" timestamp with time zone NOT NULL, "sent" timestamp with time zone NULL, "key" varchar(64) NOT NULL UNIQUE, "email_address_id" integer NOT NULL);
ALTER TABLE "account_emailaddress" ADD CONSTRAINT "account_emailaddress_user_id_2c513194_fk_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "account_emailaddress_email_03be32b2_like" ON "account_emailaddress" ("email" varchar_pattern_ops);
CREATE INDEX "account_emailaddress_user_id_2c513194" ON "account_emailaddress" ("user_id");
ALTER TABLE "account_emailconfirmation" ADD CONSTRAINT "account_emailconfirm_email_address_id_5b7f8c58_fk_account_e" FOREIGN KEY ("email_address_id") REFERENCES "account_emailaddress" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "account_emailconfirmation_key_f43612bd_like" ON "account_emailconfirmation" ("key" varchar_pattern_ops);
CREATE INDEX "account_emailconfirmation_email_address_id_5b7f8c58" ON "account_emailconfirmation" ("email_address_id");
ALTER TABLE "account_emailaddress" ALTER COLUMN "email" TYPE varchar(254);
ALTER TABLE "account_emailaddress" ADD CONSTRAINT "account_emailaddress_user_id_email_987c8728_uniq" UNIQUE ("user_id", "email");
CREATE UNIQUE INDEX "unique_verified_email" ON "account_emailaddress" ("email") WHERE "verified";
ALTER TABLE "account_emailaddress" DROP CONSTRAINT "account_emailaddress_email_key";
DROP INDEX IF EXISTS "account_emailaddress_email_03be32b2_like";
CREATE INDEX "account_emailaddress_upper" ON "account_emailaddress" ((UPPER("email")));
UPDATE "account_emailaddress" SET "email" = LOWER("account_emailaddress"."email") WHERE NOT ("account_emailaddress"."email" = (LOWER("account_emailaddress"."email")));
UPDATE "accounts_user" SET "email" = LOWER("accounts_user"."email") WHERE NOT ("accounts_user"."email" = (LOWER("accounts_user"."email")));
DROP INDEX IF EXISTS "account_emailaddress_upper";
CREATE INDEX "account_emailaddress_email_03be32b2" ON "account_emailaddress" ("email");
CREATE INDEX "account_emailaddress_email_03be32b2_like" ON "account_emailaddress" ("email" varchar_pattern_ops);
CREATE UNIQUE INDEX "unique_primary_email" ON "account_emailaddress" ("user_id", "primary") WHERE "primary";
CREATE TABLE "accounts_auditentry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "actor_name" varchar(80) NOT NULL, "action" varchar(60) NOT NULL, "subject" varchar(80) DEFAULT '' NOT NULL, "detail" jsonb NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "actor_id" bigint NULL, "brand_id" bigint NOT NULL);
ALTER TABLE "accounts_auditentry" ADD CONSTRAINT "accounts_auditentry_actor_id_3237b29c_fk_accounts_membership_id" FOREIGN KEY ("actor_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "accounts_auditentry" ADD CONSTRAINT "accounts_auditentry_brand_id_6761e32f_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "accounts_auditentry_actor_id_3237b29c" ON "accounts_auditentry" ("actor_id");
CREATE INDEX "accounts_auditentry_brand_id_6761e32f" ON "accounts_auditentry" ("brand_id");
CREATE INDEX "audit_of_brand" ON "accounts_auditentry" ("brand_id", "id" DESC);
CREATE INDEX "audit_of_actor" ON "accounts_auditentry" ("actor_id", "action", "created_at");
CREATE INDEX "audit_of_subject" ON "accounts_auditentry" ("brand_id", "subject", "id" DESC);
CREATE TABLE "accounts_brandlogo" ("brand_id" bigint NOT NULL PRIMARY KEY, "digest" varchar(32) NOT NULL, "png" bytea NOT NULL, "webp" bytea NOT NULL);
ALTER TABLE "accounts_brand" ADD COLUMN "greetings" jsonb DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE "accounts_brand" ADD COLUMN "help_url" varchar(200) DEFAULT '' NOT NULL;
ALTER TABLE "accounts_brand" ADD COLUMN "site_url" varchar(200) DEFAULT '' NOT NULL;
ALTER TABLE "accounts_brand" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;
CREATE TABLE "accounts_privacyrules" ("brand_id" bigint NOT NULL PRIMARY KEY, "reveals_per_day" smallint NOT NULL, "reveal_minutes" smallint NOT NULL, "retention_days" integer NULL, "session_days" smallint NOT NULL, "version" integer DEFAULT 0 NOT NULL);
ALTER TABLE "accounts_brandlogo" ADD CONSTRAINT "accounts_brandlogo_brand_id_363e0a70_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "accounts_privacyrules" ADD CONSTRAINT "accounts_privacyrules_brand_id_7ff80954_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "accounts_privacyrules" ADD CONSTRAINT "privacy_within_limits" CHECK (("reveals_per_day" BETWEEN 0 AND 200 AND "reveal_minutes" BETWEEN 1 AND 30 AND "session_days" BETWEEN 1 AND 30 AND ("retention_days" IS NULL OR "retention_days" BETWEEN 30 AND 3650)));
ALTER TABLE "accounts_membership" ADD COLUMN "preferences" jsonb DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE "accounts_brand" ADD COLUMN "second_factor_roles" varchar(12)[] DEFAULT '{owner,supervisor}' NOT NULL;
ALTER TABLE "accounts_brand" ALTER COLUMN "second_factor_roles" DROP DEFAULT;
ALTER TABLE "accounts_user" ADD COLUMN "language" varchar(12) DEFAULT '' NOT NULL;
CREATE TABLE "accounts_invitation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "token_hash" bytea NOT NULL UNIQUE, "expires_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "user_id" bigint NOT NULL UNIQUE);
CREATE TABLE "accounts_staffsession" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" timestamp with time zone NOT NULL, "ref" varchar(16) NOT NULL UNIQUE, "started_at" timestamp with time zone NOT NULL, "active_at" timestamp with time zone NOT NULL, "address" varchar(45) DEFAULT '' NOT NULL, "device" varchar(200) DEFAULT '' NOT NULL, "user_id" bigint NULL);
ALTER TABLE "accounts_invitation" ADD CONSTRAINT "accounts_invitation_user_id_83f45191_fk_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "accounts_staffsession" ADD CONSTRAINT "accounts_staffsession_user_id_6e112d64_fk_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "accounts_staffsession_session_key_1bd1b42a_like" ON "accounts_staffsession" ("session_key" varchar_pattern_ops);
CREATE INDEX "accounts_staffsession_expire_date_c73234c2" ON "accounts_staffsession" ("expire_date");
CREATE INDEX "accounts_staffsession_ref_8907955b_like" ON "accounts_staffsession" ("ref" varchar_pattern_ops);
CREATE INDEX "accounts_staffsession_user_id_6e112d64" ON "accounts_staffsession" ("user_id");
CREATE INDEX "session_of_user" ON "accounts_staffsession" ("user_id", "active_at" DESC);
CREATE TABLE "contacts_contact" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "label" varchar(40) NOT NULL, "language" varchar(12) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "contacts_contactsession" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "token_hash" bytea NOT NULL UNIQUE, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "expires_at" timestamp with time zone NOT NULL, "contact_id" bigint NOT NULL);
ALTER TABLE "contacts_contact" ADD CONSTRAINT "contacts_contact_brand_id_b9dcce0f_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "contacts_contact_brand_id_b9dcce0f" ON "contacts_contact" ("brand_id");
ALTER TABLE "contacts_contactsession" ADD CONSTRAINT "contacts_contactsess_contact_id_3a416de0_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "contacts_contactsession_contact_id_3a416de0" ON "contacts_contactsession" ("contact_id");
CREATE TABLE "conversations_conversation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "channel" varchar(20) DEFAULT 'chat' NOT NULL, "status" varchar(10) DEFAULT 'new' NOT NULL, "language" varchar(12) NOT NULL, "topic" varchar(40) DEFAULT '' NOT NULL, "urgency" smallint DEFAULT 0 NOT NULL, "last_seq" integer DEFAULT 0 NOT NULL, "last_customer_seq" integer DEFAULT 0 NOT NULL, "staff_read_seq" integer DEFAULT 0 NOT NULL, "preview" varchar(140) DEFAULT '' NOT NULL, "last_author" varchar(10) DEFAULT '' NOT NULL, "last_event_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "waiting_since" timestamp with time zone NULL, "queued_at" timestamp with time zone NULL, "resolved_at" timestamp with time zone NULL, "rating" smallint NULL, "bot_misses" smallint DEFAULT 0 NOT NULL, "allowance" double precision NULL, "allowance_at" timestamp with time zone NULL, "change_xid" bigint DEFAULT 0 NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "assignee_id" bigint NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, "team_id" bigint NULL);
CREATE TABLE "conversations_receipt" ("client_id" uuid NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "conversation_id" bigint NOT NULL, PRIMARY KEY ("conversation_id", "client_id"));
CREATE INDEX "conversation_queue" ON "conversations_conversation" ("brand_id", "urgency" DESC, "queued_at", "id") WHERE "status" = 'queued';
CREATE INDEX "conversation_mine" ON "conversations_conversation" ("assignee_id", "last_event_at" DESC, "id" DESC) WHERE "status" = 'open';
CREATE INDEX "conversation_by_status" ON "conversations_conversation" ("brand_id", "status", "last_event_at" DESC, "id" DESC);
CREATE INDEX "conversation_recent" ON "conversations_conversation" ("brand_id", "last_event_at" DESC, "id" DESC) WHERE NOT ("status" = 'new');
CREATE INDEX "conversation_changed" ON "conversations_conversation" ("brand_id", "change_xid");
CREATE INDEX "conversation_of_contact" ON "conversations_conversation" ("contact_id", "id" DESC);
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "rating_one_to_five" CHECK (("rating" IS NULL OR "rating" BETWEEN 1 AND 5));
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "urgency_low_to_critical" CHECK ("urgency" BETWEEN 0 AND 3);
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "open_has_an_owner" CHECK ((NOT ("status" = 'open') OR "assignee_id" IS NOT NULL));
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "queued_since_some_time" CHECK ((NOT ("status" = 'queued') OR "queued_at" IS NOT NULL));
CREATE INDEX "receipt_age" ON "conversations_receipt" ("created_at");
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "conversations_conver_assignee_id_e845f644_fk_accounts_" FOREIGN KEY ("assignee_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "conversations_conver_brand_id_0985e90f_fk_accounts_" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "conversations_conver_contact_id_000135ab_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "conversations_conversation_team_id_c9f144f2_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "conversations_conversation_ref_d4b00fe6_like" ON "conversations_conversation" ("ref" varchar_pattern_ops);
CREATE INDEX "conversations_conversation_assignee_id_e845f644" ON "conversations_conversation" ("assignee_id");
CREATE INDEX "conversations_conversation_brand_id_0985e90f" ON "conversations_conversation" ("brand_id");
CREATE INDEX "conversations_conversation_contact_id_000135ab" ON "conversations_conversation" ("contact_id");
CREATE INDEX "conversations_conversation_team_id_c9f144f2" ON "conversations_conversation" ("team_id");
CREATE INDEX "conversations_receipt_conversation_id_9d372377" ON "conversations_receipt" ("conversation_id");
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
CREATE TABLE "conversations_tag" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(40) NOT NULL, "colour" varchar(10) NOT NULL, "archived" boolean DEFAULT false NOT NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "conversations_macro" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(80) NOT NULL, "shortcut" varchar(24) DEFAULT '' NOT NULL, "bodies" jsonb NOT NULL, "resolve" boolean DEFAULT false NOT NULL, "snooze_hours" smallint NULL, "archived" boolean DEFAULT false NOT NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL, "owner_id" bigint NULL, "team_id" bigint NULL);
CREATE TABLE "conversations_macro_tags" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "macro_id" bigint NOT NULL, "tag_id" bigint NOT NULL);
CREATE TABLE "conversations_conversationtag" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "conversation_id" bigint NOT NULL, "tag_id" bigint NOT NULL);
CREATE UNIQUE INDEX "tag_name_once" ON "conversations_tag" ("brand_id", (LOWER("name")));
CREATE INDEX "macros_of_brand" ON "conversations_macro" ("brand_id", "owner_id");
CREATE UNIQUE INDEX "macro_shortcut_once" ON "conversations_macro" ("brand_id", "shortcut") WHERE (NOT "archived" AND "owner_id" IS NULL AND NOT ("shortcut" = ''));
CREATE UNIQUE INDEX "own_macro_shortcut_once" ON "conversations_macro" ("owner_id", "shortcut") WHERE (NOT "archived" AND "owner_id" IS NOT NULL AND NOT ("shortcut" = ''));
ALTER TABLE "conversations_conversationtag" ADD CONSTRAINT "tagged_once" UNIQUE ("conversation_id", "tag_id");
ALTER TABLE "conversations_tag" ADD CONSTRAINT "conversations_tag_brand_id_f88c9cbb_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "conversations_tag_brand_id_f88c9cbb" ON "conversations_tag" ("brand_id");
ALTER TABLE "conversations_macro" ADD CONSTRAINT "conversations_macro_brand_id_ab3e3995_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_macro" ADD CONSTRAINT "conversations_macro_owner_id_b4096246_fk_accounts_membership_id" FOREIGN KEY ("owner_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_macro" ADD CONSTRAINT "conversations_macro_team_id_43a9cb4e_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "conversations_macro_brand_id_ab3e3995" ON "conversations_macro" ("brand_id");
CREATE INDEX "conversations_macro_owner_id_b4096246" ON "conversations_macro" ("owner_id");
CREATE INDEX "conversations_macro_team_id_43a9cb4e" ON "conversations_macro" ("team_id");
ALTER TABLE "conversations_macro_tags" ADD CONSTRAINT "conversations_macro_tags_macro_id_tag_id_54d62969_uniq" UNIQUE ("macro_id", "tag_id");
ALTER TABLE "conversations_macro_tags" ADD CONSTRAINT "conversations_macro__macro_id_e074ee51_fk_conversat" FOREIGN KEY ("macro_id") REFERENCES "conversations_macro" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_macro_tags" ADD CONSTRAINT "conversations_macro__tag_id_d82ed15b_fk_conversat" FOREIGN KEY ("tag_id") REFERENCES "conversations_tag" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "conversations_macro_tags_macro_id_e074ee51" ON "conversations_macro_tags" ("macro_id");
CREATE INDEX "conversations_macro_tags_tag_id_d82ed15b" ON "conversations_macro_tags" ("tag_id");
ALTER TABLE "conversations_conversationtag" ADD CONSTRAINT "conversations_conver_conversation_id_f3a17d31_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_conversationtag" ADD CONSTRAINT "conversations_conver_tag_id_21339f90_fk_conversat" FOREIGN KEY ("tag_id") REFERENCES "conversations_tag" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "conversations_conversationtag_conversation_id_f3a17d31" ON "conversations_conversationtag" ("conversation_id");
CREATE INDEX "conversations_conversationtag_tag_id_21339f90" ON "conversations_conversationtag" ("tag_id");
ALTER TABLE "conversations_conversation" ADD COLUMN "customer_delivered_seq" integer DEFAULT 0 NOT NULL;
ALTER TABLE "conversations_conversation" ADD COLUMN "customer_read_seq" integer DEFAULT 0 NOT NULL;
CREATE TABLE "conversations_draft" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(5) NOT NULL, "text" text NOT NULL, "updated_at" timestamp with time zone NOT NULL, "conversation_id" bigint NOT NULL, "membership_id" bigint NOT NULL, CONSTRAINT "one_draft_of_a_kind" UNIQUE ("conversation_id", "membership_id", "kind"));
CREATE TABLE "conversations_mention" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "seq" integer NOT NULL, "seen" boolean DEFAULT false NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "conversation_id" bigint NOT NULL, "membership_id" bigint NOT NULL);
CREATE TABLE "conversations_scheduledreply" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "client_id" uuid NOT NULL, "text" text NOT NULL, "files" jsonb NOT NULL, "due_at" timestamp with time zone NOT NULL, "state" varchar(9) NOT NULL, "reason" varchar(20) DEFAULT '' NOT NULL, "customer_seq" integer NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "conversation_id" bigint NOT NULL, "membership_id" bigint NOT NULL);
ALTER TABLE "conversations_draft" ADD CONSTRAINT "conversations_draft_conversation_id_8be0ce8b_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_draft" ADD CONSTRAINT "conversations_draft_membership_id_35221e42_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "conversations_draft_conversation_id_8be0ce8b" ON "conversations_draft" ("conversation_id");
CREATE INDEX "conversations_draft_membership_id_35221e42" ON "conversations_draft" ("membership_id");
ALTER TABLE "conversations_mention" ADD CONSTRAINT "conversations_mentio_conversation_id_aa3de93d_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_mention" ADD CONSTRAINT "conversations_mentio_membership_id_84ef01f7_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_mention" ADD CONSTRAINT "mentioned_once_in_a_note" UNIQUE ("conversation_id", "seq", "membership_id");
CREATE INDEX "conversations_mention_conversation_id_aa3de93d" ON "conversations_mention" ("conversation_id");
CREATE INDEX "conversations_mention_membership_id_84ef01f7" ON "conversations_mention" ("membership_id");
CREATE INDEX "mention_of" ON "conversations_mention" ("membership_id", "seen", "id" DESC);
ALTER TABLE "conversations_scheduledreply" ADD CONSTRAINT "conversations_schedu_conversation_id_45f843c3_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_scheduledreply" ADD CONSTRAINT "conversations_schedu_membership_id_c1cfea4b_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_scheduledreply" ADD CONSTRAINT "scheduled_once_per_client_id" UNIQUE ("conversation_id", "client_id");
CREATE INDEX "conversations_scheduledreply_ref_d811f670_like" ON "conversations_scheduledreply" ("ref" varchar_pattern_ops);
CREATE INDEX "conversations_scheduledreply_conversation_id_45f843c3" ON "conversations_scheduledreply" ("conversation_id");
CREATE INDEX "conversations_scheduledreply_membership_id_c1cfea4b" ON "conversations_scheduledreply" ("membership_id");
CREATE INDEX "scheduled_due" ON "conversations_scheduledreply" ("due_at") WHERE "state" = 'waiting';
CREATE INDEX "scheduled_in_conversation" ON "conversations_scheduledreply" ("conversation_id", "due_at");
CREATE TABLE "contacts_contactnote" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "author_name" varchar(80) NOT NULL, "text" text NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "author_id" bigint NULL, "contact_id" bigint NOT NULL);
ALTER TABLE "contacts_contactnote" ADD CONSTRAINT "contacts_contactnote_author_id_d94c92b2_fk_accounts_" FOREIGN KEY ("author_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "contacts_contactnote" ADD CONSTRAINT "contacts_contactnote_contact_id_16d3354c_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "contacts_contactnote_author_id_d94c92b2" ON "contacts_contactnote" ("author_id");
CREATE INDEX "contacts_contactnote_contact_id_16d3354c" ON "contacts_contactnote" ("contact_id");
CREATE INDEX "note_of_contact" ON "contacts_contactnote" ("contact_id", "id" DESC);
CREATE TABLE "conversations_block" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "reason" text NOT NULL, "until" timestamp with time zone NOT NULL, "told" bigint[] NOT NULL, "lifted_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "conversations_relation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "conversations_savedview" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(60) NOT NULL, "view" varchar(10) NOT NULL, "query" varchar(1000) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "conversations_undostep" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "token" uuid NOT NULL, "action" varchar(12) NOT NULL, "before" jsonb NOT NULL, "after_seq" integer NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
ALTER TABLE "conversations_conversation" ADD COLUMN "merged_into_id" bigint NULL CONSTRAINT "conversations_conver_merged_into_id_18d56788_fk_conversat" REFERENCES "conversations_conversation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_conver_merged_into_id_18d56788_fk_conversat" IMMEDIATE;
ALTER TABLE "conversations_conversation" ADD COLUMN "merged_seq" integer DEFAULT 0 NOT NULL;
ALTER TABLE "conversations_conversation" ADD COLUMN "snoozed_until" timestamp with time zone NULL;
ALTER TABLE "conversations_conversation" ADD COLUMN "split_from_id" bigint NULL CONSTRAINT "conversations_conver_split_from_id_3765db16_fk_conversat" REFERENCES "conversations_conversation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_conver_split_from_id_3765db16_fk_conversat" IMMEDIATE;
CREATE INDEX "conversation_of_team" ON "conversations_conversation" ("team_id", "last_event_at" DESC, "id" DESC) WHERE "status" IN ('queued', 'open');
CREATE INDEX "conversation_by_topic" ON "conversations_conversation" ("brand_id", "topic", "last_event_at" DESC, "id" DESC) WHERE NOT ("topic" = '');
CREATE INDEX "conversation_waits" ON "conversations_conversation" ("brand_id", "waiting_since") WHERE "waiting_since" IS NOT NULL;
CREATE INDEX "conversation_merged" ON "conversations_conversation" ("merged_into_id") WHERE "merged_into_id" IS NOT NULL;
CREATE INDEX "conversation_split" ON "conversations_conversation" ("split_from_id") WHERE "split_from_id" IS NOT NULL;
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "snoozed_until_some_time" CHECK ((("snoozed_until" IS NOT NULL AND "status" = 'snoozed') OR (NOT ("status" = 'snoozed') AND "snoozed_until" IS NULL)));
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "merged_into_another" CHECK ((("merged_into_id" IS NOT NULL AND "status" = 'merged') OR (NOT ("status" = 'merged') AND "merged_into_id" IS NULL)));
ALTER TABLE "conversations_block" ADD COLUMN "by_id" bigint NULL CONSTRAINT "conversations_block_by_id_2ba0c810_fk_accounts_membership_id" REFERENCES "accounts_membership"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_block_by_id_2ba0c810_fk_accounts_membership_id" IMMEDIATE;
ALTER TABLE "conversations_block" ADD COLUMN "contact_id" bigint NOT NULL CONSTRAINT "conversations_block_contact_id_01ce5072_fk_contacts_contact_id" REFERENCES "contacts_contact"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_block_contact_id_01ce5072_fk_contacts_contact_id" IMMEDIATE;
ALTER TABLE "conversations_relation" ADD COLUMN "first_id" bigint NOT NULL CONSTRAINT "conversations_relati_first_id_bf8eddad_fk_conversat" REFERENCES "conversations_conversation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_relati_first_id_bf8eddad_fk_conversat" IMMEDIATE;
ALTER TABLE "conversations_relation" ADD COLUMN "second_id" bigint NOT NULL CONSTRAINT "conversations_relati_second_id_1532686f_fk_conversat" REFERENCES "conversations_conversation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_relati_second_id_1532686f_fk_conversat" IMMEDIATE;
ALTER TABLE "conversations_savedview" ADD COLUMN "brand_id" bigint NOT NULL CONSTRAINT "conversations_savedview_brand_id_c3c7f553_fk_accounts_brand_id" REFERENCES "accounts_brand"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_savedview_brand_id_c3c7f553_fk_accounts_brand_id" IMMEDIATE;
ALTER TABLE "conversations_savedview" ADD COLUMN "owner_id" bigint NULL CONSTRAINT "conversations_savedv_owner_id_322e857d_fk_accounts_" REFERENCES "accounts_membership"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_savedv_owner_id_322e857d_fk_accounts_" IMMEDIATE;
ALTER TABLE "conversations_undostep" ADD COLUMN "conversation_id" bigint NOT NULL CONSTRAINT "conversations_undost_conversation_id_b4c8e76a_fk_conversat" REFERENCES "conversations_conversation"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_undost_conversation_id_b4c8e76a_fk_conversat" IMMEDIATE;
ALTER TABLE "conversations_undostep" ADD COLUMN "membership_id" bigint NOT NULL CONSTRAINT "conversations_undost_membership_id_eb0fb868_fk_accounts_" REFERENCES "accounts_membership"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "conversations_undost_membership_id_eb0fb868_fk_accounts_" IMMEDIATE;
CREATE UNIQUE INDEX "one_block_at_a_time" ON "conversations_block" ("contact_id") WHERE "lifted_at" IS NULL;
ALTER TABLE "conversations_relation" ADD CONSTRAINT "related_once" UNIQUE ("first_id", "second_id");
ALTER TABLE "conversations_relation" ADD CONSTRAINT "related_lower_number_first" CHECK ("first_id" < ("second_id"));
CREATE INDEX "saved_view_of_brand" ON "conversations_savedview" ("brand_id", "name");
CREATE INDEX "undo_step_age" ON "conversations_undostep" ("created_at");
ALTER TABLE "conversations_undostep" ADD CONSTRAINT "one_undo_step_each" UNIQUE ("membership_id", "token", "conversation_id");
CREATE INDEX "conversations_block_by_id_2ba0c810" ON "conversations_block" ("by_id");
CREATE INDEX "conversations_block_contact_id_01ce5072" ON "conversations_block" ("contact_id");
CREATE INDEX "conversations_relation_second_id_1532686f" ON "conversations_relation" ("second_id");
CREATE INDEX "conversations_savedview_brand_id_c3c7f553" ON "conversations_savedview" ("brand_id");
CREATE INDEX "conversations_savedview_owner_id_322e857d" ON "conversations_savedview" ("owner_id");
CREATE INDEX "conversations_undostep_conversation_id_b4c8e76a" ON "conversations_undostep" ("conversation_id");
CREATE INDEX "conversations_undostep_membership_id_eb0fb868" ON "conversations_undostep" ("membership_id");
ALTER TABLE "conversations_conversation" ADD COLUMN "started_on" bigint NULL;
CREATE TABLE "conversations_attachment" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "client_id" uuid NOT NULL, "seq" integer NULL, "internal" boolean DEFAULT false NOT NULL, "state" varchar(8) NOT NULL, "name" varchar(120) NOT NULL, "kind" varchar(8) NOT NULL, "media_type" varchar(40) NOT NULL, "size" integer NOT NULL, "thumb_size" integer NOT NULL, "width" integer NULL, "height" integer NULL, "secrets" jsonb NOT NULL, "blob" varchar(32) NOT NULL, "thumb_blob" varchar(32) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NULL, "membership_id" bigint NULL, "session_id" bigint NULL);
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "conversations_attachment_brand_id_d6ebbbd6_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "conversations_attach_contact_id_a2381750_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "conversations_attach_conversation_id_9d924662_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "conversations_attach_membership_id_5ec0e472_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "conversations_attach_session_id_24eea3ce_fk_contacts_" FOREIGN KEY ("session_id") REFERENCES "contacts_contactsession" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "file_once_of_session" UNIQUE ("session_id", "client_id");
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "file_once_of_member" UNIQUE ("membership_id", "client_id");
ALTER TABLE "conversations_attachment" ADD CONSTRAINT "sent_is_ready" CHECK (("conversation_id" IS NULL OR "state" = 'ready'));
CREATE INDEX "conversations_attachment_ref_f7432688_like" ON "conversations_attachment" ("ref" varchar_pattern_ops);
CREATE INDEX "conversations_attachment_brand_id_d6ebbbd6" ON "conversations_attachment" ("brand_id");
CREATE INDEX "conversations_attachment_contact_id_a2381750" ON "conversations_attachment" ("contact_id");
CREATE INDEX "conversations_attachment_conversation_id_9d924662" ON "conversations_attachment" ("conversation_id");
CREATE INDEX "conversations_attachment_membership_id_5ec0e472" ON "conversations_attachment" ("membership_id");
CREATE INDEX "conversations_attachment_session_id_24eea3ce" ON "conversations_attachment" ("session_id");
CREATE INDEX "attachment_unsent" ON "conversations_attachment" ("created_at") WHERE "conversation_id" IS NULL;
CREATE INDEX "attachment_blob" ON "conversations_attachment" ("blob");
CREATE INDEX "attachment_thumb_blob" ON "conversations_attachment" ("thumb_blob");
ALTER TABLE "conversations_conversation" ADD COLUMN "unverified" boolean DEFAULT false NOT NULL;
ALTER TABLE "conversations_attachment" ADD COLUMN "check_state" varchar(8) DEFAULT '' NOT NULL;
ALTER TABLE "conversations_attachment" ADD COLUMN "marks" jsonb DEFAULT '[]'::jsonb NOT NULL;
CREATE TABLE "contacts_identitypolicy" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "wallet_sign_in" boolean DEFAULT false NOT NULL, "chains" bigint[] NOT NULL, "proof_of_work" varchar(4) DEFAULT 'auto' NOT NULL);
CREATE TABLE "contacts_usedtoken" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "digest" bytea NOT NULL, "expires_at" timestamp with time zone NOT NULL);
CREATE TABLE "contacts_walletchallenge" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "nonce" varchar(32) NOT NULL, "address" varchar(42) NOT NULL, "chain_id" bigint NOT NULL, "message" text NOT NULL, "expires_at" timestamp with time zone NOT NULL);
ALTER TABLE "contacts_contact" ADD COLUMN "verified_at" timestamp with time zone NULL;
ALTER TABLE "contacts_contactsession" ADD COLUMN "app_version" varchar(40) DEFAULT '' NOT NULL;
ALTER TABLE "contacts_contactsession" ADD COLUMN "by_link" boolean DEFAULT false NOT NULL;
ALTER TABLE "contacts_contactsession" ADD COLUMN "device" varchar(60) DEFAULT '' NOT NULL;
ALTER TABLE "contacts_contactsession" ADD COLUMN "linked_from_id" bigint NULL CONSTRAINT "contacts_contactsess_linked_from_id_5d5310a6_fk_contacts_" REFERENCES "contacts_contactsession"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "contacts_contactsess_linked_from_id_5d5310a6_fk_contacts_" IMMEDIATE;
CREATE TABLE "contacts_devicelink" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "token_hash" bytea NOT NULL UNIQUE, "ref" varchar(20) NOT NULL, "expires_at" timestamp with time zone NOT NULL, "session_id" bigint NOT NULL);
CREATE TABLE "contacts_externalidentity" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "digest" bytea NOT NULL, "address" varchar(200) DEFAULT '' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL);
CREATE TABLE "contacts_identitykey" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kid" varchar(32) NOT NULL, "algorithm" varchar(8) NOT NULL, "secret" bytea NULL, "public_key" bytea NULL, "active" boolean DEFAULT true NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "revoked_at" timestamp with time zone NULL, "brand_id" bigint NOT NULL, "created_by_id" bigint NULL);
ALTER TABLE "contacts_contactsession" ADD COLUMN "key_id" bigint NULL CONSTRAINT "contacts_contactsess_key_id_82f0133d_fk_contacts_" REFERENCES "contacts_identitykey"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "contacts_contactsess_key_id_82f0133d_fk_contacts_" IMMEDIATE;
CREATE INDEX "session_age" ON "contacts_contactsession" ("expires_at");
ALTER TABLE "contacts_identitypolicy" ADD COLUMN "brand_id" bigint NOT NULL UNIQUE CONSTRAINT "contacts_identitypolicy_brand_id_b9605cf2_fk_accounts_brand_id" REFERENCES "accounts_brand"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "contacts_identitypolicy_brand_id_b9605cf2_fk_accounts_brand_id" IMMEDIATE;
ALTER TABLE "contacts_usedtoken" ADD COLUMN "brand_id" bigint NOT NULL CONSTRAINT "contacts_usedtoken_brand_id_29ca4dea_fk_accounts_brand_id" REFERENCES "accounts_brand"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "contacts_usedtoken_brand_id_29ca4dea_fk_accounts_brand_id" IMMEDIATE;
ALTER TABLE "contacts_walletchallenge" ADD COLUMN "session_id" bigint NOT NULL UNIQUE CONSTRAINT "contacts_walletchall_session_id_33e9c76d_fk_contacts_" REFERENCES "contacts_contactsession"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "contacts_walletchall_session_id_33e9c76d_fk_contacts_" IMMEDIATE;
CREATE INDEX "device_link_age" ON "contacts_devicelink" ("expires_at");
ALTER TABLE "contacts_externalidentity" ADD CONSTRAINT "external_identity_once" UNIQUE ("brand_id", "digest");
ALTER TABLE "contacts_identitykey" ADD CONSTRAINT "kid_once_per_brand" UNIQUE ("brand_id", "kid");
ALTER TABLE "contacts_identitykey" ADD CONSTRAINT "identity_key_fits_algorithm" CHECK ((("algorithm" = 'HS256' AND "public_key" IS NULL AND "secret" IS NOT NULL) OR ("algorithm" = 'EdDSA' AND "public_key" IS NOT NULL AND "secret" IS NULL)));
CREATE INDEX "used_token_age" ON "contacts_usedtoken" ("expires_at");
ALTER TABLE "contacts_usedtoken" ADD CONSTRAINT "token_used_once" UNIQUE ("brand_id", "digest");
CREATE INDEX "challenge_age" ON "contacts_walletchallenge" ("expires_at");
CREATE INDEX "contacts_contactsession_linked_from_id_5d5310a6" ON "contacts_contactsession" ("linked_from_id");
ALTER TABLE "contacts_devicelink" ADD CONSTRAINT "contacts_devicelink_session_id_7eca7af2_fk_contacts_" FOREIGN KEY ("session_id") REFERENCES "contacts_contactsession" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "contacts_devicelink_session_id_7eca7af2" ON "contacts_devicelink" ("session_id");
ALTER TABLE "contacts_externalidentity" ADD CONSTRAINT "contacts_externalide_brand_id_1b645237_fk_accounts_" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "contacts_externalidentity" ADD CONSTRAINT "contacts_externalide_contact_id_a8217b55_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "contacts_externalidentity_brand_id_1b645237" ON "contacts_externalidentity" ("brand_id");
CREATE INDEX "contacts_externalidentity_contact_id_a8217b55" ON "contacts_externalidentity" ("contact_id");
ALTER TABLE "contacts_identitykey" ADD CONSTRAINT "contacts_identitykey_brand_id_d98512d1_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "contacts_identitykey" ADD CONSTRAINT "contacts_identitykey_created_by_id_4c8d486b_fk_accounts_" FOREIGN KEY ("created_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "contacts_identitykey_brand_id_d98512d1" ON "contacts_identitykey" ("brand_id");
CREATE INDEX "contacts_identitykey_created_by_id_4c8d486b" ON "contacts_identitykey" ("created_by_id");
CREATE INDEX "contacts_contactsession_key_id_82f0133d" ON "contacts_contactsession" ("key_id");
CREATE INDEX "contacts_usedtoken_brand_id_29ca4dea" ON "contacts_usedtoken" ("brand_id");
ALTER TABLE "contacts_contactsession" ADD COLUMN "of_page" boolean DEFAULT false NOT NULL;
SET CONSTRAINTS "conversations_conver_brand_id_0985e90f_fk_accounts_" IMMEDIATE; ALTER TABLE "conversations_conversation" DROP CONSTRAINT "conversations_conver_brand_id_0985e90f_fk_accounts_";
DROP INDEX IF EXISTS "conversations_conversation_brand_id_0985e90f";
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "conversations_conver_brand_id_0985e90f_fk_accounts_" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
SET CONSTRAINTS "conversations_conver_contact_id_000135ab_fk_contacts_" IMMEDIATE; ALTER TABLE "conversations_conversation" DROP CONSTRAINT "conversations_conver_contact_id_000135ab_fk_contacts_";
DROP INDEX IF EXISTS "conversations_conversation_contact_id_000135ab";
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "conversations_conver_contact_id_000135ab_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversations_conversation" DROP CONSTRAINT "conversations_conversation_ref_key";
DROP INDEX IF EXISTS "conversations_conversation_ref_d4b00fe6_like";
DROP INDEX IF EXISTS "conversations_receipt_conversation_id_9d372377";
ALTER TABLE "conversations_conversation" ADD CONSTRAINT "conversation_ref_once" UNIQUE ("ref");
CREATE TABLE "assist_solved" ("conversation_id" bigint NOT NULL PRIMARY KEY, "topic" varchar(40) NOT NULL, "language" varchar(12) NOT NULL, "embedding" vector(512) NOT NULL, "resolved_at" timestamp with time zone NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "assist_writing" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "source" text NOT NULL, "language" varchar(12) NOT NULL, "state" varchar(10) DEFAULT 'waiting' NOT NULL, "characters" integer DEFAULT 0 NOT NULL, "text" text DEFAULT '' NOT NULL, "sources" jsonb NOT NULL, "reason" varchar(12) DEFAULT '' NOT NULL, "asked_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "conversation_id" bigint NOT NULL, "membership_id" bigint NOT NULL);
ALTER TABLE assist_solved ALTER COLUMN embedding SET STORAGE PLAIN;
ALTER TABLE "assist_solved" ADD CONSTRAINT "assist_solved_conversation_id_5b89ee4f_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "assist_solved" ADD CONSTRAINT "assist_solved_brand_id_2c6335f3_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "solved_by_topic" ON "assist_solved" ("brand_id", "topic", "resolved_at" DESC);
CREATE INDEX "solved_newest" ON "assist_solved" ("brand_id", "resolved_at" DESC);
ALTER TABLE "assist_writing" ADD CONSTRAINT "assist_writing_conversation_id_e67ecf80_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "assist_writing" ADD CONSTRAINT "assist_writing_membership_id_03fd3730_fk_accounts_membership_id" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "assist_writing" ADD CONSTRAINT "writing_state_known" CHECK ("state" IN ('waiting', 'running', 'done', 'refused', 'failed', 'cancelled'));
CREATE INDEX "assist_writing_conversation_id_e67ecf80" ON "assist_writing" ("conversation_id");
CREATE INDEX "assist_writing_membership_id_03fd3730" ON "assist_writing" ("membership_id");
CREATE INDEX "writing_age" ON "assist_writing" ("asked_at");
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(100) NOT NULL, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
ALTER TABLE "django_content_type" ADD CONSTRAINT "django_content_type_app_label_model_76bd3d3b_uniq" UNIQUE ("app_label", "model");
ALTER TABLE "django_content_type" ALTER COLUMN "name" DROP NOT NULL;
ALTER TABLE "django_content_type" DROP COLUMN "name" CASCADE;
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(50) NOT NULL, "content_type_id" integer NOT NULL, "codename" varchar(100) NOT NULL);
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(80) NOT NULL UNIQUE);
CREATE TABLE "auth_group_permissions" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "group_id" integer NOT NULL, "permission_id" integer NOT NULL);
ALTER TABLE "auth_permission" ADD CONSTRAINT "auth_permission_content_type_id_codename_01ab375a_uniq" UNIQUE ("content_type_id", "codename");
ALTER TABLE "auth_permission" ADD CONSTRAINT "auth_permission_content_type_id_2f476e4b_fk_django_co" FOREIGN KEY ("content_type_id") REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE INDEX "auth_group_name_a6ea08ec_like" ON "auth_group" ("name" varchar_pattern_ops);
ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" UNIQUE ("group_id", "permission_id");
ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissions_group_id_b120cbf9_fk_auth_group_id" FOREIGN KEY ("group_id") REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "auth_group_permissions" ADD CONSTRAINT "auth_group_permissio_permission_id_84c5c92e_fk_auth_perm" FOREIGN KEY ("permission_id") REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
ALTER TABLE "auth_permission" ALTER COLUMN "name" TYPE varchar(255);
ALTER TABLE "auth_group" ALTER COLUMN "name" TYPE varchar(150);
CREATE TABLE "authenticity_linkreport" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "host" varchar(253) NOT NULL, "reporter" varchar(8) NOT NULL, "reports" integer DEFAULT 1 NOT NULL, "state" varchar(9) DEFAULT 'waiting' NOT NULL, "decided_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "conversation_id" bigint NULL, "decided_by_id" bigint NULL);
CREATE TABLE "authenticity_linkwarning" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NOT NULL, "report_id" bigint NOT NULL);
CREATE TABLE "authenticity_reportedin" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "conversation_id" bigint NOT NULL, "report_id" bigint NOT NULL);
CREATE INDEX "link_report_of_brand" ON "authenticity_linkreport" ("brand_id", "state", "id");
ALTER TABLE "authenticity_linkreport" ADD CONSTRAINT "link_report_once" UNIQUE ("brand_id", "host");
ALTER TABLE "authenticity_linkwarning" ADD CONSTRAINT "link_warning_once" UNIQUE ("report_id", "contact_id");
ALTER TABLE "authenticity_reportedin" ADD CONSTRAINT "link_reported_in_once" UNIQUE ("report_id", "conversation_id");
ALTER TABLE "authenticity_linkreport" ADD CONSTRAINT "authenticity_linkreport_brand_id_8c85c025_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "authenticity_linkreport" ADD CONSTRAINT "authenticity_linkrep_conversation_id_013877a5_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "authenticity_linkreport" ADD CONSTRAINT "authenticity_linkrep_decided_by_id_437647ec_fk_accounts_" FOREIGN KEY ("decided_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "authenticity_linkreport_ref_c99e5582_like" ON "authenticity_linkreport" ("ref" varchar_pattern_ops);
CREATE INDEX "authenticity_linkreport_brand_id_8c85c025" ON "authenticity_linkreport" ("brand_id");
CREATE INDEX "authenticity_linkreport_conversation_id_013877a5" ON "authenticity_linkreport" ("conversation_id");
CREATE INDEX "authenticity_linkreport_decided_by_id_437647ec" ON "authenticity_linkreport" ("decided_by_id");
ALTER TABLE "authenticity_linkwarning" ADD CONSTRAINT "authenticity_linkwar_contact_id_c008d982_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "authenticity_linkwarning" ADD CONSTRAINT "authenticity_linkwar_conversation_id_6cf9fbc4_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "authenticity_linkwarning" ADD CONSTRAINT "authenticity_linkwar_report_id_cef17397_fk_authentic" FOREIGN KEY ("report_id") REFERENCES "authenticity_linkreport" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "authenticity_linkwarning_contact_id_c008d982" ON "authenticity_linkwarning" ("contact_id");
CREATE INDEX "authenticity_linkwarning_conversation_id_6cf9fbc4" ON "authenticity_linkwarning" ("conversation_id");
CREATE INDEX "authenticity_linkwarning_report_id_cef17397" ON "authenticity_linkwarning" ("report_id");
ALTER TABLE "authenticity_reportedin" ADD CONSTRAINT "authenticity_reporte_conversation_id_95bf8c34_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "authenticity_reportedin" ADD CONSTRAINT "authenticity_reporte_report_id_6cf95642_fk_authentic" FOREIGN KEY ("report_id") REFERENCES "authenticity_linkreport" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "authenticity_reportedin_conversation_id_95bf8c34" ON "authenticity_reportedin" ("conversation_id");
CREATE INDEX "authenticity_reportedin_report_id_6cf95642" ON "authenticity_reportedin" ("report_id");
CREATE TABLE "cases_caserules" ("brand_id" bigint NOT NULL PRIMARY KEY, "team_id" bigint NULL);
CREATE TABLE "cases_securitycase" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "kind" varchar(20) NOT NULL, "state" varchar(8) NOT NULL, "cause" varchar(20) NOT NULL, "confidence" varchar(8) NOT NULL, "because" jsonb NOT NULL, "other_causes" jsonb NOT NULL, "fingerprint" varchar(128) DEFAULT '' NOT NULL, "outcome" varchar(14) DEFAULT '' NOT NULL, "checked_at" timestamp with time zone NULL, "checking_until" timestamp with time zone NULL, "silent" jsonb NOT NULL, "closed_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "assignee_id" bigint NULL, "brand_id" bigint NOT NULL, "cause_by_id" bigint NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NOT NULL, "team_id" bigint NULL);
CREATE TABLE "cases_identitycheck" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "method" varchar(16) NOT NULL, "by_name" varchar(80) NOT NULL, "at" timestamp with time zone NOT NULL, "by_id" bigint NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_followup" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "due_at" timestamp with time zone NOT NULL, "note" varchar(500) DEFAULT '' NOT NULL, "by_name" varchar(80) NOT NULL, "told_at" timestamp with time zone NULL, "done_at" timestamp with time zone NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_casestep" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "code" varchar(24) NOT NULL, "state" varchar(12) NOT NULL, "by_name" varchar(80) DEFAULT '' NOT NULL, "at" timestamp with time zone NULL, "note" varchar(500) DEFAULT '' NOT NULL, "by_id" bigint NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_caserisk" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "key" varchar(200) NOT NULL, "kind" varchar(12) NOT NULL, "reference" varchar(130) NOT NULL, "network" varchar(40) NOT NULL, "network_name" varchar(80) NOT NULL, "fields" jsonb NOT NULL, "state" varchar(8) NOT NULL, "gone" boolean NOT NULL, "by_name" varchar(80) DEFAULT '' NOT NULL, "at" timestamp with time zone NOT NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_casereference" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "text" varchar(130) NOT NULL, "kind" varchar(12) NOT NULL, "role" varchar(8) NOT NULL, "seq" integer NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_casereading" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "reference" varchar(130) NOT NULL, "network" varchar(40) NOT NULL, "seen" jsonb NOT NULL, "at" timestamp with time zone NOT NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_caseentry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "code" varchar(24) NOT NULL, "actor_name" varchar(80) DEFAULT '' NOT NULL, "detail" jsonb NOT NULL, "text" varchar(500) DEFAULT '' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_caseconversation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "conversation_id" bigint NOT NULL, "case_id" bigint NOT NULL);
CREATE TABLE "cases_walletorder" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "key" uuid NOT NULL UNIQUE, "kind" varchar(12) NOT NULL, "item" varchar(140) NOT NULL, "reason" varchar(500) DEFAULT '' NOT NULL, "state" varchar(10) NOT NULL, "requested_name" varchar(80) NOT NULL, "requester_id" bigint NOT NULL, "decided_name" varchar(80) DEFAULT '' NOT NULL, "decided_at" timestamp with time zone NULL, "due_at" timestamp with time zone NULL, "attempts" smallint NOT NULL, "problem" varchar(40) DEFAULT '' NOT NULL, "answer" jsonb NOT NULL, "done_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "case_id" bigint NOT NULL, "decided_by_id" bigint NULL, "requested_by_id" bigint NULL);
CREATE INDEX "case_of_brand" ON "cases_securitycase" ("brand_id", "id" DESC);
CREATE INDEX "case_of_conversation" ON "cases_securitycase" ("conversation_id", "id" DESC);
CREATE INDEX "case_by_fingerprint" ON "cases_securitycase" ("brand_id", "fingerprint") WHERE NOT ("fingerprint" = '');
CREATE UNIQUE INDEX "one_open_case_of_a_kind" ON "cases_securitycase" ("conversation_id", "kind") WHERE NOT ("state" = 'closed');
ALTER TABLE "cases_securitycase" ADD CONSTRAINT "case_closed_at_some_time" CHECK ((("closed_at" IS NOT NULL AND "state" = 'closed') OR (NOT ("state" = 'closed') AND "closed_at" IS NULL)));
CREATE INDEX "follow_ups_due" ON "cases_followup" ("due_at") WHERE ("done_at" IS NULL AND "told_at" IS NULL);
ALTER TABLE "cases_casestep" ADD CONSTRAINT "step_once_in_a_case" UNIQUE ("case_id", "code");
ALTER TABLE "cases_caserisk" ADD CONSTRAINT "risk_once_in_a_case" UNIQUE ("case_id", "key");
ALTER TABLE "cases_casereference" ADD CONSTRAINT "named_once_in_case" UNIQUE ("case_id", "text");
ALTER TABLE "cases_casereading" ADD CONSTRAINT "read_once_in_a_case" UNIQUE ("case_id", "reference", "network");
CREATE INDEX "entries_of_case" ON "cases_caseentry" ("case_id", "id");
ALTER TABLE "cases_caseconversation" ADD CONSTRAINT "in_a_case_once" UNIQUE ("case_id", "conversation_id");
CREATE INDEX "wallet_orders_due" ON "cases_walletorder" ("due_at") WHERE "state" = 'approved';
ALTER TABLE "cases_walletorder" ADD CONSTRAINT "approved_order_is_due" CHECK ((NOT ("state" = 'approved') OR "due_at" IS NOT NULL));
CREATE UNIQUE INDEX "one_waiting_order_of_a_kind" ON "cases_walletorder" ("case_id", "kind", "item") WHERE "state" IN ('requested', 'approved');
ALTER TABLE "cases_caserules" ADD CONSTRAINT "cases_caserules_brand_id_50d0cde2_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_caserules" ADD CONSTRAINT "cases_caserules_team_id_865edd10_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_caserules_team_id_865edd10" ON "cases_caserules" ("team_id");
ALTER TABLE "cases_securitycase" ADD CONSTRAINT "cases_securitycase_assignee_id_35a45719_fk_accounts_" FOREIGN KEY ("assignee_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_securitycase" ADD CONSTRAINT "cases_securitycase_brand_id_5db0ef64_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_securitycase" ADD CONSTRAINT "cases_securitycase_cause_by_id_cd4f83c1_fk_accounts_" FOREIGN KEY ("cause_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_securitycase" ADD CONSTRAINT "cases_securitycase_contact_id_c643b768_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_securitycase" ADD CONSTRAINT "cases_securitycase_conversation_id_aa215696_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_securitycase" ADD CONSTRAINT "cases_securitycase_team_id_29384c87_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_securitycase_ref_f83e3725_like" ON "cases_securitycase" ("ref" varchar_pattern_ops);
CREATE INDEX "cases_securitycase_assignee_id_35a45719" ON "cases_securitycase" ("assignee_id");
CREATE INDEX "cases_securitycase_brand_id_5db0ef64" ON "cases_securitycase" ("brand_id");
CREATE INDEX "cases_securitycase_cause_by_id_cd4f83c1" ON "cases_securitycase" ("cause_by_id");
CREATE INDEX "cases_securitycase_contact_id_c643b768" ON "cases_securitycase" ("contact_id");
CREATE INDEX "cases_securitycase_conversation_id_aa215696" ON "cases_securitycase" ("conversation_id");
CREATE INDEX "cases_securitycase_team_id_29384c87" ON "cases_securitycase" ("team_id");
ALTER TABLE "cases_identitycheck" ADD CONSTRAINT "cases_identitycheck_by_id_ef145b96_fk_accounts_membership_id" FOREIGN KEY ("by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_identitycheck" ADD CONSTRAINT "cases_identitycheck_case_id_03f97942_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_identitycheck_by_id_ef145b96" ON "cases_identitycheck" ("by_id");
CREATE INDEX "cases_identitycheck_case_id_03f97942" ON "cases_identitycheck" ("case_id");
ALTER TABLE "cases_followup" ADD CONSTRAINT "cases_followup_case_id_8a9f2d2a_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_followup_case_id_8a9f2d2a" ON "cases_followup" ("case_id");
ALTER TABLE "cases_casestep" ADD CONSTRAINT "cases_casestep_by_id_cce6e4eb_fk_accounts_membership_id" FOREIGN KEY ("by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_casestep" ADD CONSTRAINT "cases_casestep_case_id_70bbe3b6_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_casestep_by_id_cce6e4eb" ON "cases_casestep" ("by_id");
CREATE INDEX "cases_casestep_case_id_70bbe3b6" ON "cases_casestep" ("case_id");
ALTER TABLE "cases_caserisk" ADD CONSTRAINT "cases_caserisk_case_id_bc25c43b_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_caserisk_case_id_bc25c43b" ON "cases_caserisk" ("case_id");
ALTER TABLE "cases_casereference" ADD CONSTRAINT "cases_casereference_case_id_5d65a2d5_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_casereference_case_id_5d65a2d5" ON "cases_casereference" ("case_id");
ALTER TABLE "cases_casereading" ADD CONSTRAINT "cases_casereading_case_id_b19b416c_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_casereading_case_id_b19b416c" ON "cases_casereading" ("case_id");
ALTER TABLE "cases_caseentry" ADD CONSTRAINT "cases_caseentry_case_id_4d90cb31_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_caseentry_case_id_4d90cb31" ON "cases_caseentry" ("case_id");
ALTER TABLE "cases_caseconversation" ADD CONSTRAINT "cases_caseconversati_conversation_id_ad08690f_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_caseconversation" ADD CONSTRAINT "cases_caseconversati_case_id_6ddc9110_fk_cases_sec" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_caseconversation_conversation_id_ad08690f" ON "cases_caseconversation" ("conversation_id");
CREATE INDEX "cases_caseconversation_case_id_6ddc9110" ON "cases_caseconversation" ("case_id");
ALTER TABLE "cases_walletorder" ADD CONSTRAINT "cases_walletorder_case_id_eb226565_fk_cases_securitycase_id" FOREIGN KEY ("case_id") REFERENCES "cases_securitycase" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_walletorder" ADD CONSTRAINT "cases_walletorder_decided_by_id_dfd15483_fk_accounts_" FOREIGN KEY ("decided_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "cases_walletorder" ADD CONSTRAINT "cases_walletorder_requested_by_id_be65723b_fk_accounts_" FOREIGN KEY ("requested_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "cases_walletorder_ref_f72c7a97_like" ON "cases_walletorder" ("ref" varchar_pattern_ops);
CREATE INDEX "cases_walletorder_case_id_eb226565" ON "cases_walletorder" ("case_id");
CREATE INDEX "cases_walletorder_decided_by_id_dfd15483" ON "cases_walletorder" ("decided_by_id");
CREATE INDEX "cases_walletorder_requested_by_id_be65723b" ON "cases_walletorder" ("requested_by_id");
CREATE TABLE "caught_caughtsecret" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "seq" integer NOT NULL, "mark" bytea NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "conversation_id" bigint NOT NULL, CONSTRAINT "caught_once" UNIQUE ("conversation_id", "seq", "mark"));
ALTER TABLE "caught_caughtsecret" ADD CONSTRAINT "caught_caughtsecret_brand_id_ff693e09_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "caught_caughtsecret" ADD CONSTRAINT "caught_caughtsecret_conversation_id_c3ba3717_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "caught_caughtsecret_conversation_id_c3ba3717" ON "caught_caughtsecret" ("conversation_id");
CREATE INDEX "caught_mark" ON "caught_caughtsecret" ("brand_id", "mark");
CREATE TABLE "channels_inbox" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(10) NOT NULL, "name" varchar(60) NOT NULL, "address" varchar(200) DEFAULT '' NOT NULL, "shown" boolean DEFAULT true NOT NULL, "promises" jsonb NOT NULL, "position" integer DEFAULT 0 NOT NULL, "origins" varchar(200)[] NOT NULL, "side" varchar(5) NOT NULL, "launcher" varchar(8) NOT NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL);
ALTER TABLE "channels_inbox" ADD CONSTRAINT "channels_inbox_brand_id_1472ac2c_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "one_chat_inbox" ON "channels_inbox" ("brand_id") WHERE "kind" = 'chat';
ALTER TABLE "channels_inbox" ADD CONSTRAINT "inbox_address_once" UNIQUE ("brand_id", "kind", "address");
CREATE INDEX "channels_inbox_brand_id_1472ac2c" ON "channels_inbox" ("brand_id");
CREATE INDEX "inboxes_in_order" ON "channels_inbox" ("brand_id", "position");
CREATE TABLE "complaints_complaintrules" ("brand_id" bigint NOT NULL PRIMARY KEY, "profile" varchar(40) NOT NULL, "handler" varchar(120) NOT NULL, "email" varchar(200) NOT NULL, "phone" varchar(40) NOT NULL);
CREATE TABLE "complaints_complaint" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "number" varchar(8) NOT NULL, "opened_seq" integer NOT NULL, "profile" varchar(40) NOT NULL, "language" varchar(12) NOT NULL, "channel" varchar(10) NOT NULL, "by_representative" boolean NOT NULL, "category" varchar(12) NOT NULL, "state" varchar(14) NOT NULL, "outcome" varchar(14) DEFAULT '' NOT NULL, "fields" jsonb NOT NULL, "received_at" timestamp with time zone NOT NULL, "closed_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "conversation_id" bigint NOT NULL, "investigator_id" bigint NULL);
CREATE TABLE "complaints_complaintentry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "code" varchar(24) NOT NULL, "actor_name" varchar(80) DEFAULT '' NOT NULL, "detail" jsonb NOT NULL, "text" varchar(500) DEFAULT '' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "complaint_id" bigint NOT NULL);
CREATE TABLE "complaints_complaintletter" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "kind" varchar(16) NOT NULL, "language" varchar(12) NOT NULL, "content" jsonb NOT NULL, "by_name" varchar(80) DEFAULT '' NOT NULL, "seq" integer NOT NULL, "sent_at" timestamp with time zone NOT NULL, "complaint_id" bigint NOT NULL);
CREATE TABLE "complaints_complaintpoint" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "text" text NOT NULL, "answer" text DEFAULT '' NOT NULL, "finding" varchar(12) DEFAULT '' NOT NULL, "by_name" varchar(80) DEFAULT '' NOT NULL, "complaint_id" bigint NOT NULL);
CREATE TABLE "complaints_complaintstep" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "code" varchar(12) NOT NULL, "due_at" timestamp with time zone NOT NULL, "warn_at" timestamp with time zone NOT NULL, "done_at" timestamp with time zone NULL, "warned_at" timestamp with time zone NULL, "missed_at" timestamp with time zone NULL, "complaint_id" bigint NOT NULL);
CREATE TABLE "complaints_complaintsubject" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "complaint_id" bigint NOT NULL, "conversation_id" bigint NOT NULL);
CREATE INDEX "complaint_of_brand" ON "complaints_complaint" ("brand_id", "id" DESC);
ALTER TABLE "complaints_complaint" ADD CONSTRAINT "complaint_number_once" UNIQUE ("brand_id", "number");
CREATE UNIQUE INDEX "one_open_complaint" ON "complaints_complaint" ("conversation_id") WHERE NOT ("state" = 'closed');
ALTER TABLE "complaints_complaint" ADD CONSTRAINT "complaint_closed_with_outcome" CHECK ((("closed_at" IS NOT NULL AND "state" = 'closed' AND NOT ("outcome" = '')) OR (NOT ("state" = 'closed') AND "closed_at" IS NULL AND "outcome" = '')));
CREATE INDEX "entries_of_complaint" ON "complaints_complaintentry" ("complaint_id", "id");
CREATE INDEX "steps_near" ON "complaints_complaintstep" ("warn_at") WHERE ("done_at" IS NULL AND "warned_at" IS NULL);
CREATE INDEX "steps_missed" ON "complaints_complaintstep" ("due_at") WHERE ("done_at" IS NULL AND "missed_at" IS NULL);
ALTER TABLE "complaints_complaintstep" ADD CONSTRAINT "complaint_step_once" UNIQUE ("complaint_id", "code");
ALTER TABLE "complaints_complaintsubject" ADD CONSTRAINT "complained_of_once" UNIQUE ("complaint_id", "conversation_id");
CREATE FUNCTION complaint_receipt_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the receipt of a complaint never changes';
END $$;
CREATE TRIGGER complaint_receipt_is_fixed BEFORE UPDATE OF received_at ON complaints_complaint
FOR EACH ROW WHEN (OLD.received_at IS DISTINCT FROM NEW.received_at)
EXECUTE FUNCTION complaint_receipt_is_fixed();
ALTER TABLE "complaints_complaintrules" ADD CONSTRAINT "complaints_complaint_brand_id_e549ba06_fk_accounts_" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "complaints_complaint" ADD CONSTRAINT "complaints_complaint_brand_id_e3ce07bf_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "complaints_complaint" ADD CONSTRAINT "complaints_complaint_conversation_id_619b3415_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "complaints_complaint" ADD CONSTRAINT "complaints_complaint_investigator_id_3c27de1f_fk_accounts_" FOREIGN KEY ("investigator_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "complaints_complaint_ref_1a3d837d_like" ON "complaints_complaint" ("ref" varchar_pattern_ops);
CREATE INDEX "complaints_complaint_brand_id_e3ce07bf" ON "complaints_complaint" ("brand_id");
CREATE INDEX "complaints_complaint_conversation_id_619b3415" ON "complaints_complaint" ("conversation_id");
CREATE INDEX "complaints_complaint_investigator_id_3c27de1f" ON "complaints_complaint" ("investigator_id");
ALTER TABLE "complaints_complaintentry" ADD CONSTRAINT "complaints_complaint_complaint_id_71524f02_fk_complaint" FOREIGN KEY ("complaint_id") REFERENCES "complaints_complaint" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "complaints_complaintentry_complaint_id_71524f02" ON "complaints_complaintentry" ("complaint_id");
ALTER TABLE "complaints_complaintletter" ADD CONSTRAINT "complaints_complaint_complaint_id_6413a65e_fk_complaint" FOREIGN KEY ("complaint_id") REFERENCES "complaints_complaint" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "complaints_complaintletter_ref_5ed2b1a3_like" ON "complaints_complaintletter" ("ref" varchar_pattern_ops);
CREATE INDEX "complaints_complaintletter_complaint_id_6413a65e" ON "complaints_complaintletter" ("complaint_id");
ALTER TABLE "complaints_complaintpoint" ADD CONSTRAINT "complaints_complaint_complaint_id_dd8e9f8b_fk_complaint" FOREIGN KEY ("complaint_id") REFERENCES "complaints_complaint" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "complaints_complaintpoint_complaint_id_dd8e9f8b" ON "complaints_complaintpoint" ("complaint_id");
ALTER TABLE "complaints_complaintstep" ADD CONSTRAINT "complaints_complaint_complaint_id_4a9e8b8c_fk_complaint" FOREIGN KEY ("complaint_id") REFERENCES "complaints_complaint" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "complaints_complaintstep_complaint_id_4a9e8b8c" ON "complaints_complaintstep" ("complaint_id");
ALTER TABLE "complaints_complaintsubject" ADD CONSTRAINT "complaints_complaint_complaint_id_5590122e_fk_complaint" FOREIGN KEY ("complaint_id") REFERENCES "complaints_complaint" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "complaints_complaintsubject" ADD CONSTRAINT "complaints_complaint_conversation_id_ca8c7bc9_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "complaints_complaintsubject_complaint_id_5590122e" ON "complaints_complaintsubject" ("complaint_id");
CREATE INDEX "complaints_complaintsubject_conversation_id_ca8c7bc9" ON "complaints_complaintsubject" ("conversation_id");
ALTER TABLE "contacts_contact" ADD COLUMN "tier" varchar(24) DEFAULT '' NOT NULL;
ALTER TABLE "contacts_contactsession" ADD COLUMN "zone" varchar(40) DEFAULT '' NOT NULL;
CREATE TABLE "conversation_search_progress" ("conversation_id" bigint NOT NULL PRIMARY KEY, "seq" integer NOT NULL);
CREATE TABLE "conversation_search_stale" ("conversation_id" bigint NOT NULL, "seq" integer NOT NULL, "version" integer NOT NULL, PRIMARY KEY ("conversation_id", "seq"));
CREATE TABLE "conversation_search_state" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "cursor" bigint NOT NULL, "below" bigint NULL, "highest" bigint NOT NULL);
CREATE TABLE "conversation_search_entry" ("conversation_id" bigint NOT NULL, "seq" integer NOT NULL, "created_at" timestamp with time zone NOT NULL, "tokens" tsvector NOT NULL, PRIMARY KEY ("conversation_id", "seq"));
CREATE TABLE "conversation_search_page" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "starts_at" timestamp with time zone NOT NULL, "messages" integer NOT NULL, "brand_id" bigint NOT NULL, CONSTRAINT "search_page_begins_once" UNIQUE ("brand_id", "starts_at"));
CREATE TABLE "conversation_search_word" ("word" varchar(24) COLLATE "C" NOT NULL, "messages" integer NOT NULL, "brand_id" bigint NOT NULL, PRIMARY KEY ("brand_id", "word"));
CREATE FUNCTION conversation_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone tsvector;
BEGIN
  PERFORM pg_advisory_xact_lock(7301002);
  DELETE FROM conversation_search_entry
  WHERE conversation_id = OLD.conversation_id AND seq = OLD.seq
  RETURNING tokens INTO gone;
  IF TG_OP = 'UPDATE' AND gone IS NOT NULL THEN
    UPDATE conversation_search_word SET messages = messages - 1
    WHERE brand_id = OLD.brand_id AND word = ANY (tsvector_to_array(gone));
    DELETE FROM conversation_search_word
    WHERE brand_id = OLD.brand_id AND word = ANY (tsvector_to_array(gone)) AND messages <= 0;
  END IF;
  INSERT INTO conversation_search_stale (conversation_id, seq, version)
  VALUES (OLD.conversation_id, OLD.seq, 0)
  ON CONFLICT (conversation_id, seq) DO UPDATE SET version = conversation_search_stale.version + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER conversation_search_rewritten AFTER UPDATE OF text ON conversations_event
  FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text)
  EXECUTE FUNCTION conversation_search_forget();
CREATE TRIGGER conversation_search_removed AFTER DELETE ON conversations_event
  FOR EACH ROW EXECUTE FUNCTION conversation_search_forget();
CREATE INDEX "search_tokens" ON "conversation_search_entry" USING gin ("tokens") WITH (gin_pending_list_limit = 8192);
ALTER TABLE "conversation_search_page" ADD CONSTRAINT "conversation_search_page_brand_id_5e16ed36_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "conversation_search_word" ADD CONSTRAINT "conversation_search_word_brand_id_7b96bc0f_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "search_word_likeness" ON "conversation_search_word" USING gin ("word" gin_trgm_ops);
CREATE TABLE "delivery_delivery" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "channel" varchar(20) NOT NULL, "purpose" varchar(16) NOT NULL, "job" varchar(60) NOT NULL, "conversation_id" bigint NULL, "first_seq" integer DEFAULT 0 NOT NULL, "seq" integer DEFAULT 0 NOT NULL, "recipient" bytea NOT NULL, "state" varchar(9) DEFAULT 'queued' NOT NULL, "reason" varchar(40) DEFAULT '' NOT NULL, "code" varchar(40) DEFAULT '' NOT NULL, "phase" varchar(7) DEFAULT 'idle' NOT NULL, "attempts" integer DEFAULT 0 NOT NULL, "next_at" timestamp with time zone NULL, "lease_until" timestamp with time zone NULL, "provider_id" varchar(250) DEFAULT '' NOT NULL, "began_at" timestamp with time zone NOT NULL, "sent_at" timestamp with time zone NULL, "changed_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NULL);
ALTER TABLE "delivery_delivery" ADD CONSTRAINT "delivery_delivery_brand_id_a85abfd9_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "delivery_delivery" ADD CONSTRAINT "delivery_delivery_contact_id_1bfb1d49_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "delivered_once_to_each" ON "delivery_delivery" ("channel", "conversation_id", "seq", "recipient", "purpose") WHERE "conversation_id" IS NOT NULL;
CREATE INDEX "delivery_delivery_brand_id_a85abfd9" ON "delivery_delivery" ("brand_id");
CREATE INDEX "delivery_delivery_contact_id_1bfb1d49" ON "delivery_delivery" ("contact_id");
CREATE INDEX "delivery_due" ON "delivery_delivery" ("next_at") WHERE "state" IN ('queued', 'deferred');
CREATE INDEX "delivery_leased" ON "delivery_delivery" ("lease_until") WHERE NOT ("phase" = 'idle');
CREATE INDEX "delivery_of_event" ON "delivery_delivery" ("conversation_id", "seq");
CREATE INDEX "delivery_by_provider" ON "delivery_delivery" ("provider_id") WHERE NOT ("provider_id" = '');
CREATE INDEX "delivery_of_brand" ON "delivery_delivery" ("brand_id", "id" DESC);
CREATE TABLE "diagnoses_firstsight" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "network" varchar(40) NOT NULL, "transaction" varchar(120) NOT NULL, "sender" varchar(120) DEFAULT '' NOT NULL, "nonce" bigint NULL, "inputs" varchar(120)[] NOT NULL, "seen_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "diagnoses_diagnosis" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "seq" integer NOT NULL, "state" varchar(6) NOT NULL, "explain" boolean DEFAULT false NOT NULL, "attempts" smallint DEFAULT 0 NOT NULL, "verdict" varchar(32) DEFAULT '' NOT NULL, "report" jsonb NOT NULL, "asked_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "made_at" timestamp with time zone NULL, "conversation_id" bigint NOT NULL);
CREATE TABLE "diagnoses_watch" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "seq" integer NOT NULL, "reference" varchar(120) NOT NULL, "network" varchar(40) NOT NULL, "verdict" varchar(32) NOT NULL, "tries" smallint DEFAULT 0 NOT NULL, "next_at" timestamp with time zone NOT NULL, "ends_at" timestamp with time zone NOT NULL, "ended_at" timestamp with time zone NULL, "outcome" varchar(8) DEFAULT '' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "by_id" bigint NULL, "conversation_id" bigint NOT NULL);
ALTER TABLE "diagnoses_firstsight" ADD CONSTRAINT "first_sight_once" UNIQUE ("network", "transaction");
CREATE INDEX "first_sight_age" ON "diagnoses_firstsight" ("seen_at");
ALTER TABLE "diagnoses_diagnosis" ADD CONSTRAINT "diagnoses_diagnosis_conversation_id_7205d5c9_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "diagnoses_diagnosis" ADD CONSTRAINT "diagnosis_once_a_message" UNIQUE ("conversation_id", "seq");
CREATE INDEX "diagnoses_diagnosis_conversation_id_7205d5c9" ON "diagnoses_diagnosis" ("conversation_id");
CREATE INDEX "diagnosis_asked" ON "diagnoses_diagnosis" ("asked_at") WHERE "state" = 'asked';
ALTER TABLE "diagnoses_watch" ADD CONSTRAINT "diagnoses_watch_by_id_b303cba9_fk_accounts_membership_id" FOREIGN KEY ("by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "diagnoses_watch" ADD CONSTRAINT "diagnoses_watch_conversation_id_3187c889_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "watched_once" ON "diagnoses_watch" ("conversation_id", "reference") WHERE "ended_at" IS NULL;
CREATE INDEX "diagnoses_watch_by_id_b303cba9" ON "diagnoses_watch" ("by_id");
CREATE INDEX "diagnoses_watch_conversation_id_3187c889" ON "diagnoses_watch" ("conversation_id");
CREATE INDEX "watch_due" ON "diagnoses_watch" ("next_at") WHERE "ended_at" IS NULL;
CREATE TABLE "diagnoses_networkchoice" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "network" varchar(40) NOT NULL, "choice" bytea NOT NULL, "before" bytea NOT NULL, "version" integer DEFAULT 1 NOT NULL, "changed_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL);
ALTER TABLE "diagnoses_networkchoice" ADD CONSTRAINT "diagnoses_networkchoice_brand_id_8991788f_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "diagnoses_networkchoice" ADD CONSTRAINT "network_chosen_once" UNIQUE ("brand_id", "network");
CREATE INDEX "diagnoses_networkchoice_brand_id_8991788f" ON "diagnoses_networkchoice" ("brand_id");
CREATE TABLE "disclosures_opening" ("at" timestamp with time zone NOT NULL, "conversation_id" bigint NOT NULL, "membership_id" bigint NOT NULL, PRIMARY KEY ("membership_id", "conversation_id"));
CREATE TABLE "disclosures_export" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "what" varchar(13) NOT NULL, "format" varchar(5) NOT NULL, "first_day" date NOT NULL, "last_day" date NOT NULL, "clear" boolean NOT NULL, "reason" varchar(500) NOT NULL, "state" varchar(10) NOT NULL, "decided_at" timestamp with time zone NULL, "expires_at" timestamp with time zone NULL, "downloaded_at" timestamp with time zone NULL, "rows" integer NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "decided_by_id" bigint NULL, "requested_by_id" bigint NOT NULL, "requester_id" bigint NOT NULL, CONSTRAINT "approved_until_some_time" CHECK ((NOT ("state" IN ('approved', 'downloaded')) OR "expires_at" IS NOT NULL)));
ALTER TABLE "disclosures_opening" ADD CONSTRAINT "disclosures_opening_conversation_id_bd404d46_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "disclosures_opening" ADD CONSTRAINT "disclosures_opening_membership_id_0cf79442_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "disclosures_opening_conversation_id_bd404d46" ON "disclosures_opening" ("conversation_id");
CREATE INDEX "disclosures_opening_membership_id_0cf79442" ON "disclosures_opening" ("membership_id");
ALTER TABLE "disclosures_export" ADD CONSTRAINT "disclosures_export_brand_id_6d1090fb_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "disclosures_export" ADD CONSTRAINT "disclosures_export_decided_by_id_fd5beb49_fk_accounts_" FOREIGN KEY ("decided_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "disclosures_export" ADD CONSTRAINT "disclosures_export_requested_by_id_5a898ff2_fk_accounts_" FOREIGN KEY ("requested_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "disclosures_export" ADD CONSTRAINT "disclosures_export_requester_id_16ed9491_fk_accounts_user_id" FOREIGN KEY ("requester_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "disclosures_export_ref_cda92b76_like" ON "disclosures_export" ("ref" varchar_pattern_ops);
CREATE INDEX "disclosures_export_brand_id_6d1090fb" ON "disclosures_export" ("brand_id");
CREATE INDEX "disclosures_export_decided_by_id_fd5beb49" ON "disclosures_export" ("decided_by_id");
CREATE INDEX "disclosures_export_requested_by_id_5a898ff2" ON "disclosures_export" ("requested_by_id");
CREATE INDEX "disclosures_export_requester_id_16ed9491" ON "disclosures_export" ("requester_id");
CREATE INDEX "export_of_brand" ON "disclosures_export" ("brand_id", "id" DESC);
CREATE TABLE "email_channel_mailaccount" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "name" varchar(60) NOT NULL, "address" varchar(254) NOT NULL UNIQUE, "aliases" varchar(254)[] NOT NULL, "active" boolean DEFAULT true NOT NULL, "language" varchar(12) DEFAULT '' NOT NULL, "token" varchar(64) NOT NULL UNIQUE, "in_way" varchar(10) DEFAULT 'none' NOT NULL, "in_settings" jsonb NOT NULL, "in_secrets" bytea NULL, "authserv_id" varchar(254) DEFAULT '' NOT NULL, "last_fetched_at" timestamp with time zone NULL, "lag_seconds" integer NULL, "last_error" varchar(40) DEFAULT '' NOT NULL, "last_error_at" timestamp with time zone NULL, "out_backend" varchar(10) DEFAULT 'console' NOT NULL, "out_settings" bytea NULL, "from_address" varchar(254) DEFAULT '' NOT NULL, "from_name" varchar(80) DEFAULT '' NOT NULL, "reply_domain" varchar(254) DEFAULT '' NOT NULL, "reply_address" varchar(254) DEFAULT '' NOT NULL, "signature" text DEFAULT '' NOT NULL, "dkim_selector" varchar(63) DEFAULT '' NOT NULL, "dkim_key" bytea NULL, "last_sent_at" timestamp with time zone NULL, "last_out_error" varchar(40) DEFAULT '' NOT NULL, "last_out_error_at" timestamp with time zone NULL, "version" integer DEFAULT 0 NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "email_channel_folderbookmark" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "folder" varchar(200) NOT NULL, "uidvalidity" bigint NOT NULL, "last_uid" bigint DEFAULT 0 NOT NULL, "updated_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "account_id" bigint NOT NULL);
CREATE TABLE "email_channel_messageid" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "id_key" bytea NOT NULL, "said" bytea NOT NULL, "seq" integer NOT NULL, "brand_id" bigint NOT NULL, "conversation_id" bigint NOT NULL);
CREATE TABLE "email_channel_rawmail" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "content_key" bytea NOT NULL, "blob" varchar(32) DEFAULT '' NOT NULL, "size" bigint NOT NULL, "wrapped" bytea NULL, "envelope" bytea NULL, "source" varchar(8) NOT NULL, "state" varchar(12) NOT NULL, "reason" varchar(40) DEFAULT '' NOT NULL, "tries" smallint DEFAULT 0 NOT NULL, "next_try_at" timestamp with time zone NULL, "seq" integer NULL, "received_at" timestamp with time zone NOT NULL, "done_at" timestamp with time zone NULL, "account_id" bigint NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NULL, "conversation_id" bigint NULL);
CREATE INDEX "mail_accounts_of_brand" ON "email_channel_mailaccount" ("brand_id");
ALTER TABLE "email_channel_folderbookmark" ADD CONSTRAINT "one_bookmark_a_folder" UNIQUE ("account_id", "folder");
ALTER TABLE "email_channel_messageid" ADD CONSTRAINT "message_id_once" UNIQUE ("brand_id", "id_key");
CREATE INDEX "raw_mail_due" ON "email_channel_rawmail" ("next_try_at") WHERE "state" = 'received';
CREATE INDEX "raw_mail_quarantine" ON "email_channel_rawmail" ("brand_id", "id" DESC) WHERE "state" = 'quarantined';
CREATE INDEX "raw_mail_of_event" ON "email_channel_rawmail" ("conversation_id", "seq");
CREATE INDEX "raw_mail_age" ON "email_channel_rawmail" ("received_at") WHERE NOT ("blob" = '');
ALTER TABLE "email_channel_rawmail" ADD CONSTRAINT "raw_mail_once" UNIQUE ("brand_id", "content_key");
ALTER TABLE "email_channel_mailaccount" ADD CONSTRAINT "email_channel_mailac_brand_id_b63f7564_fk_accounts_" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "email_channel_mailaccount_ref_30b1585a_like" ON "email_channel_mailaccount" ("ref" varchar_pattern_ops);
CREATE INDEX "email_channel_mailaccount_address_ea17cde9_like" ON "email_channel_mailaccount" ("address" varchar_pattern_ops);
CREATE INDEX "email_channel_mailaccount_token_50415c95_like" ON "email_channel_mailaccount" ("token" varchar_pattern_ops);
CREATE INDEX "email_channel_mailaccount_brand_id_b63f7564" ON "email_channel_mailaccount" ("brand_id");
ALTER TABLE "email_channel_folderbookmark" ADD CONSTRAINT "email_channel_folder_account_id_97479bfb_fk_email_cha" FOREIGN KEY ("account_id") REFERENCES "email_channel_mailaccount" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "email_channel_folderbookmark_account_id_97479bfb" ON "email_channel_folderbookmark" ("account_id");
ALTER TABLE "email_channel_messageid" ADD CONSTRAINT "email_channel_messageid_brand_id_76f2462a_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_channel_messageid" ADD CONSTRAINT "email_channel_messag_conversation_id_d72909ed_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "email_channel_messageid_brand_id_76f2462a" ON "email_channel_messageid" ("brand_id");
CREATE INDEX "email_channel_messageid_conversation_id_d72909ed" ON "email_channel_messageid" ("conversation_id");
ALTER TABLE "email_channel_rawmail" ADD CONSTRAINT "email_channel_rawmai_account_id_cda4c0f5_fk_email_cha" FOREIGN KEY ("account_id") REFERENCES "email_channel_mailaccount" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_channel_rawmail" ADD CONSTRAINT "email_channel_rawmail_brand_id_dce636e1_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_channel_rawmail" ADD CONSTRAINT "email_channel_rawmai_contact_id_dcfb5c8a_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_channel_rawmail" ADD CONSTRAINT "email_channel_rawmai_conversation_id_ea18467c_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "email_channel_rawmail_ref_5a5ec70c_like" ON "email_channel_rawmail" ("ref" varchar_pattern_ops);
CREATE INDEX "email_channel_rawmail_account_id_cda4c0f5" ON "email_channel_rawmail" ("account_id");
CREATE INDEX "email_channel_rawmail_brand_id_dce636e1" ON "email_channel_rawmail" ("brand_id");
CREATE INDEX "email_channel_rawmail_contact_id_dcfb5c8a" ON "email_channel_rawmail" ("contact_id");
CREATE INDEX "email_channel_rawmail_conversation_id_ea18467c" ON "email_channel_rawmail" ("conversation_id");
CREATE TABLE "email_outgoing_mailaddress" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "recipient" bytea NOT NULL, "confirmed_at" timestamp with time zone NULL, "undeliverable_at" timestamp with time zone NULL, "reason" varchar(40) DEFAULT '' NOT NULL, "complained_at" timestamp with time zone NULL, "token_hash" bytea NULL UNIQUE, "asked_until" timestamp with time zone NULL, "contact_id" bigint NOT NULL);
CREATE TABLE "email_outgoing_replykey" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kid" varchar(2) NOT NULL, "sealed" bytea NOT NULL, "revoked_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, CONSTRAINT "reply_key_once" UNIQUE ("brand_id", "kid"));
CREATE TABLE "email_outgoing_replyturn" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "turn" integer NOT NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NOT NULL, CONSTRAINT "reply_turn_once" UNIQUE ("conversation_id", "contact_id"));
CREATE TABLE "email_outgoing_sentmail" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "message_id" varchar(255) NOT NULL UNIQUE, "ref" varchar(20) NOT NULL UNIQUE, "seq" integer DEFAULT 0 NOT NULL, "recipient" bytea NOT NULL, "purpose" varchar(16) NOT NULL, "language" varchar(12) NOT NULL, "sealed" bytea NULL, "copy" bytea NULL, "copied_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "account_id" bigint NOT NULL, "contact_id" bigint NULL, "conversation_id" bigint NULL, "delivery_id" bigint NOT NULL UNIQUE);
ALTER TABLE "email_outgoing_mailaddress" ADD CONSTRAINT "email_outgoing_maila_contact_id_6493889c_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_outgoing_mailaddress" ADD CONSTRAINT "mail_address_once" UNIQUE ("contact_id", "recipient");
CREATE INDEX "email_outgoing_mailaddress_contact_id_6493889c" ON "email_outgoing_mailaddress" ("contact_id");
CREATE INDEX "mail_address_lookup" ON "email_outgoing_mailaddress" ("recipient");
ALTER TABLE "email_outgoing_replykey" ADD CONSTRAINT "email_outgoing_replykey_brand_id_f4bec9fe_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "email_outgoing_replykey_brand_id_f4bec9fe" ON "email_outgoing_replykey" ("brand_id");
ALTER TABLE "email_outgoing_replyturn" ADD CONSTRAINT "email_outgoing_reply_contact_id_0e08edae_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_outgoing_replyturn" ADD CONSTRAINT "email_outgoing_reply_conversation_id_1f291f5c_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "email_outgoing_replyturn_contact_id_0e08edae" ON "email_outgoing_replyturn" ("contact_id");
CREATE INDEX "email_outgoing_replyturn_conversation_id_1f291f5c" ON "email_outgoing_replyturn" ("conversation_id");
ALTER TABLE "email_outgoing_sentmail" ADD CONSTRAINT "email_outgoing_sentm_account_id_134b0300_fk_email_cha" FOREIGN KEY ("account_id") REFERENCES "email_channel_mailaccount" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_outgoing_sentmail" ADD CONSTRAINT "email_outgoing_sentm_contact_id_144256b1_fk_contacts_" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_outgoing_sentmail" ADD CONSTRAINT "email_outgoing_sentm_conversation_id_4f112cd3_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "email_outgoing_sentmail" ADD CONSTRAINT "email_outgoing_sentm_delivery_id_b8e97e32_fk_delivery_" FOREIGN KEY ("delivery_id") REFERENCES "delivery_delivery" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "email_outgoing_sentmail_message_id_a76ae6d2_like" ON "email_outgoing_sentmail" ("message_id" varchar_pattern_ops);
CREATE INDEX "email_outgoing_sentmail_ref_a6486577_like" ON "email_outgoing_sentmail" ("ref" varchar_pattern_ops);
CREATE INDEX "email_outgoing_sentmail_account_id_134b0300" ON "email_outgoing_sentmail" ("account_id");
CREATE INDEX "email_outgoing_sentmail_contact_id_144256b1" ON "email_outgoing_sentmail" ("contact_id");
CREATE INDEX "email_outgoing_sentmail_conversation_id_4f112cd3" ON "email_outgoing_sentmail" ("conversation_id");
CREATE INDEX "sent_mail_of_event" ON "email_outgoing_sentmail" ("conversation_id", "seq");
CREATE INDEX "sent_copies" ON "email_outgoing_sentmail" ("account_id", "id" DESC) WHERE "copy" IS NOT NULL;
CREATE TABLE "escalation_escalationrules" ("brand_id" bigint NOT NULL PRIMARY KEY, "times" smallint NOT NULL, "days" smallint NOT NULL, "version" integer DEFAULT 0 NOT NULL);
CREATE TABLE "escalation_level" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "position" smallint NOT NULL, "name" varchar(60) NOT NULL, "address" varchar(254) DEFAULT '' NOT NULL, "moves" boolean DEFAULT false NOT NULL, "minutes" integer NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL, "team_id" bigint NULL);
CREATE TABLE "escalation_level_people" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "level_id" bigint NOT NULL, "membership_id" bigint NOT NULL);
CREATE TABLE "escalation_escalation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "level_name" varchar(60) NOT NULL, "position" smallint NOT NULL, "cause" varchar(10) NOT NULL, "key" varchar(60) DEFAULT '' NOT NULL, "note" varchar(400) DEFAULT '' NOT NULL, "seq" integer DEFAULT 0 NOT NULL, "due_at" timestamp with time zone NULL, "ended_at" timestamp with time zone NULL, "settled" boolean DEFAULT false NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "by_id" bigint NULL, "conversation_id" bigint NOT NULL, "level_id" bigint NULL);
CREATE TABLE "escalation_named" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "mark" bytea NOT NULL, "transaction" boolean NOT NULL, "created_at" timestamp with time zone NOT NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NOT NULL);
CREATE TABLE "escalation_rule" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "cause" varchar(10) NOT NULL, "topic" varchar(40) DEFAULT '' NOT NULL, "brand_id" bigint NOT NULL, "level_id" bigint NOT NULL);
CREATE TABLE "escalation_told" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "who" varchar(8) NOT NULL, "name" varchar(120) DEFAULT '' NOT NULL, "seq" integer NULL, "at" timestamp with time zone NOT NULL, "escalation_id" bigint NOT NULL, "membership_id" bigint NULL);
ALTER TABLE "escalation_level" ADD CONSTRAINT "level_position_once" UNIQUE ("brand_id", "position") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "escalated_to" ON "escalation_escalation" ("level_id", "id") WHERE "ended_at" IS NULL;
CREATE INDEX "escalation_due" ON "escalation_escalation" ("due_at") WHERE "due_at" IS NOT NULL;
CREATE UNIQUE INDEX "escalated_once_for_a_cause" ON "escalation_escalation" ("conversation_id", "cause", "key") WHERE NOT "settled";
CREATE INDEX "named_mark" ON "escalation_named" ("brand_id", "mark");
ALTER TABLE "escalation_named" ADD CONSTRAINT "named_once_in_it" UNIQUE ("conversation_id", "mark");
ALTER TABLE "escalation_rule" ADD CONSTRAINT "one_level_of_a_cause" UNIQUE ("brand_id", "cause", "topic");
ALTER TABLE "escalation_escalationrules" ADD CONSTRAINT "escalation_escalatio_brand_id_926f6f96_fk_accounts_" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_level" ADD CONSTRAINT "escalation_level_brand_id_7c59f60c_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_level" ADD CONSTRAINT "escalation_level_team_id_31616744_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "escalation_level_brand_id_7c59f60c" ON "escalation_level" ("brand_id");
CREATE INDEX "escalation_level_team_id_31616744" ON "escalation_level" ("team_id");
ALTER TABLE "escalation_level_people" ADD CONSTRAINT "escalation_level_people_level_id_membership_id_bd387388_uniq" UNIQUE ("level_id", "membership_id");
ALTER TABLE "escalation_level_people" ADD CONSTRAINT "escalation_level_peo_level_id_ab69d09b_fk_escalatio" FOREIGN KEY ("level_id") REFERENCES "escalation_level" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_level_people" ADD CONSTRAINT "escalation_level_peo_membership_id_d1b275cd_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "escalation_level_people_level_id_ab69d09b" ON "escalation_level_people" ("level_id");
CREATE INDEX "escalation_level_people_membership_id_d1b275cd" ON "escalation_level_people" ("membership_id");
ALTER TABLE "escalation_escalation" ADD CONSTRAINT "escalation_escalation_by_id_3cfb1b51_fk_accounts_membership_id" FOREIGN KEY ("by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_escalation" ADD CONSTRAINT "escalation_escalatio_conversation_id_724d612f_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_escalation" ADD CONSTRAINT "escalation_escalation_level_id_7d3c0ff9_fk_escalation_level_id" FOREIGN KEY ("level_id") REFERENCES "escalation_level" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "escalation_escalation_by_id_3cfb1b51" ON "escalation_escalation" ("by_id");
CREATE INDEX "escalation_escalation_conversation_id_724d612f" ON "escalation_escalation" ("conversation_id");
CREATE INDEX "escalation_escalation_level_id_7d3c0ff9" ON "escalation_escalation" ("level_id");
ALTER TABLE "escalation_named" ADD CONSTRAINT "escalation_named_brand_id_3369f8f0_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_named" ADD CONSTRAINT "escalation_named_contact_id_508ef354_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_named" ADD CONSTRAINT "escalation_named_conversation_id_36c4dd5e_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "escalation_named_contact_id_508ef354" ON "escalation_named" ("contact_id");
CREATE INDEX "escalation_named_conversation_id_36c4dd5e" ON "escalation_named" ("conversation_id");
ALTER TABLE "escalation_rule" ADD CONSTRAINT "escalation_rule_brand_id_c8a19bc7_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_rule" ADD CONSTRAINT "escalation_rule_level_id_a1ff613f_fk_escalation_level_id" FOREIGN KEY ("level_id") REFERENCES "escalation_level" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "escalation_rule_brand_id_c8a19bc7" ON "escalation_rule" ("brand_id");
CREATE INDEX "escalation_rule_level_id_a1ff613f" ON "escalation_rule" ("level_id");
ALTER TABLE "escalation_told" ADD CONSTRAINT "escalation_told_escalation_id_1127c303_fk_escalatio" FOREIGN KEY ("escalation_id") REFERENCES "escalation_escalation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "escalation_told" ADD CONSTRAINT "escalation_told_membership_id_2aca62b8_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "escalation_told_escalation_id_1127c303" ON "escalation_told" ("escalation_id");
CREATE INDEX "escalation_told_membership_id_2aca62b8" ON "escalation_told" ("membership_id");
CREATE TABLE "escalation_cursor" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "xid" bigint NOT NULL);
CREATE TABLE "escalation_reading" ("conversation_id" bigint NOT NULL PRIMARY KEY, "seq" integer NOT NULL);
ALTER TABLE "escalation_reading" ADD CONSTRAINT "escalation_reading_conversation_id_dada6256_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE "flows_botflow" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "code" varchar(40) DEFAULT '' NOT NULL, "name" varchar(80) NOT NULL, "on" boolean DEFAULT false NOT NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "flows_flowversion" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" integer NOT NULL, "body" jsonb NOT NULL, "author_name" varchar(80) DEFAULT '' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "published_at" timestamp with time zone NULL, "author_id" bigint NULL, "flow_id" bigint NOT NULL);
CREATE TABLE "flows_flowrun" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "state" jsonb NOT NULL, "heard_seq" integer DEFAULT 0 NOT NULL, "waiting_seq" integer DEFAULT 0 NOT NULL, "started_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "ended_at" timestamp with time zone NULL, "outcome" varchar(12) DEFAULT '' NOT NULL, "conversation_id" bigint NOT NULL, "version_id" bigint NOT NULL);
ALTER TABLE "flows_botflow" ADD COLUMN "published_id" bigint NULL CONSTRAINT "flows_botflow_published_id_0a9c9558_fk_flows_flowversion_id" REFERENCES "flows_flowversion"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "flows_botflow_published_id_0a9c9558_fk_flows_flowversion_id" IMMEDIATE;
ALTER TABLE "flows_flowversion" ADD CONSTRAINT "flow_version_once" UNIQUE ("flow_id", "number");
CREATE INDEX "flow_run_newest" ON "flows_flowrun" ("conversation_id", "id" DESC);
CREATE UNIQUE INDEX "flow_run_one_at_a_time" ON "flows_flowrun" ("conversation_id") WHERE "ended_at" IS NULL;
ALTER TABLE "flows_botflow" ADD CONSTRAINT "flow_name_once" UNIQUE ("brand_id", "name");
CREATE UNIQUE INDEX "flow_code_once" ON "flows_botflow" ("brand_id", "code") WHERE NOT ("code" = '');
ALTER TABLE "flows_botflow" ADD CONSTRAINT "flows_botflow_brand_id_bf7d3868_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "flows_botflow_brand_id_bf7d3868" ON "flows_botflow" ("brand_id");
ALTER TABLE "flows_flowversion" ADD CONSTRAINT "flows_flowversion_author_id_57c42bb2_fk_accounts_membership_id" FOREIGN KEY ("author_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "flows_flowversion" ADD CONSTRAINT "flows_flowversion_flow_id_cdf3488c_fk_flows_botflow_id" FOREIGN KEY ("flow_id") REFERENCES "flows_botflow" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "flows_flowversion_author_id_57c42bb2" ON "flows_flowversion" ("author_id");
CREATE INDEX "flows_flowversion_flow_id_cdf3488c" ON "flows_flowversion" ("flow_id");
ALTER TABLE "flows_flowrun" ADD CONSTRAINT "flows_flowrun_conversation_id_953bef9e_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "flows_flowrun" ADD CONSTRAINT "flows_flowrun_version_id_5a59226e_fk_flows_flowversion_id" FOREIGN KEY ("version_id") REFERENCES "flows_flowversion" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "flows_flowrun_conversation_id_953bef9e" ON "flows_flowrun" ("conversation_id");
CREATE INDEX "flows_flowrun_version_id_5a59226e" ON "flows_flowrun" ("version_id");
CREATE INDEX "flows_botflow_published_id_0a9c9558" ON "flows_botflow" ("published_id");
CREATE TABLE "knowledge_learning" ("brand_id" bigint NOT NULL PRIMARY KEY, "changed" bigint NOT NULL, "learned" bigint NOT NULL);
CREATE TABLE "knowledge_article" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "slug" varchar(80) NOT NULL, "topic" varchar(40) NOT NULL, "category" varchar(40) NOT NULL, "hand_over" varchar(10) NOT NULL, "position" integer NOT NULL, "published" boolean NOT NULL, "direction" vector(512) NULL, "offset" double precision NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "knowledge_term" ("language" varchar(12) NOT NULL, "lexeme" varchar(64) NOT NULL, "articles" integer NOT NULL, "brand_id" bigint NOT NULL, PRIMARY KEY ("brand_id", "language", "lexeme"));
CREATE TABLE "knowledge_translation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "language" varchar(12) NOT NULL, "title" varchar(150) NOT NULL, "summary" text NOT NULL, "body" text NOT NULL, "asked" text[] NOT NULL, "content_hash" varchar(64) NOT NULL, "updated_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "tokens" tsvector NULL, "article_id" bigint NOT NULL);
CREATE TABLE "knowledge_passage" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ordinal" smallint NOT NULL, "text" text NOT NULL, "weight" smallint NOT NULL, "embedding" vector(512) NULL, "translation_id" bigint NOT NULL);
ALTER TABLE "knowledge_article" ADD CONSTRAINT "article_slug_once" UNIQUE ("brand_id", "slug");
ALTER TABLE "knowledge_article" ADD CONSTRAINT "article_hand_over_known" CHECK ("hand_over" IN ('', 'funds', 'security'));
CREATE INDEX "translation_tokens" ON "knowledge_translation" USING gin ("tokens");
ALTER TABLE "knowledge_translation" ADD CONSTRAINT "translation_once" UNIQUE ("article_id", "language");
ALTER TABLE "knowledge_passage" ADD CONSTRAINT "passage_once" UNIQUE ("translation_id", "ordinal");
ALTER TABLE knowledge_passage ALTER COLUMN embedding SET STORAGE PLAIN;
ALTER TABLE knowledge_article ALTER COLUMN direction SET STORAGE PLAIN;
ALTER TABLE "knowledge_learning" ADD CONSTRAINT "knowledge_learning_brand_id_7e4a9513_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "knowledge_article" ADD CONSTRAINT "knowledge_article_brand_id_0bf6c870_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_article_slug_6d5129a0" ON "knowledge_article" ("slug");
CREATE INDEX "knowledge_article_slug_6d5129a0_like" ON "knowledge_article" ("slug" varchar_pattern_ops);
CREATE INDEX "knowledge_article_brand_id_0bf6c870" ON "knowledge_article" ("brand_id");
ALTER TABLE "knowledge_term" ADD CONSTRAINT "knowledge_term_brand_id_9d404841_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_term_brand_id_9d404841" ON "knowledge_term" ("brand_id");
ALTER TABLE "knowledge_translation" ADD CONSTRAINT "knowledge_translatio_article_id_b3218a10_fk_knowledge" FOREIGN KEY ("article_id") REFERENCES "knowledge_article" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_translation_article_id_b3218a10" ON "knowledge_translation" ("article_id");
ALTER TABLE "knowledge_passage" ADD CONSTRAINT "knowledge_passage_translation_id_cdbd7c37_fk_knowledge" FOREIGN KEY ("translation_id") REFERENCES "knowledge_translation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_passage_translation_id_cdbd7c37" ON "knowledge_passage" ("translation_id");
CREATE TABLE "knowledge_revision" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "language" varchar(12) NOT NULL, "number" integer NOT NULL, "title" varchar(150) NOT NULL, "summary" text NOT NULL, "body" text NOT NULL, "asked" text[] NOT NULL, "content_hash" varchar(64) NOT NULL, "published" boolean NOT NULL, "author_name" varchar(80) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
ALTER TABLE "knowledge_article" ADD COLUMN "audience" varchar(10) DEFAULT 'customers' NOT NULL;
ALTER TABLE "knowledge_article" ADD COLUMN "released" boolean DEFAULT true NOT NULL;
ALTER TABLE "knowledge_article" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;
UPDATE knowledge_article SET released = published;
ALTER TABLE "knowledge_article" ADD CONSTRAINT "published_is_for_customers" CHECK ((NOT "published" OR ("audience" = 'customers' AND "released")));
ALTER TABLE "knowledge_revision" ADD COLUMN "article_id" bigint NOT NULL CONSTRAINT "knowledge_revision_article_id_a0ec5e9d_fk_knowledge_article_id" REFERENCES "knowledge_article"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "knowledge_revision_article_id_a0ec5e9d_fk_knowledge_article_id" IMMEDIATE;
ALTER TABLE "knowledge_revision" ADD COLUMN "author_id" bigint NULL CONSTRAINT "knowledge_revision_author_id_9b4f82b6_fk_accounts_membership_id" REFERENCES "accounts_membership"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "knowledge_revision_author_id_9b4f82b6_fk_accounts_membership_id" IMMEDIATE;
ALTER TABLE "knowledge_revision" ADD CONSTRAINT "revision_number_once" UNIQUE ("article_id", "language", "number");
CREATE INDEX "knowledge_revision_article_id_a0ec5e9d" ON "knowledge_revision" ("article_id");
CREATE INDEX "knowledge_revision_author_id_9b4f82b6" ON "knowledge_revision" ("author_id");
CREATE TABLE "knowledge_opinion" ("day" date NOT NULL, "helped" integer NOT NULL, "not_helped" integer NOT NULL, "translation_id" bigint NOT NULL, PRIMARY KEY ("translation_id", "day"));
ALTER TABLE "knowledge_opinion" ADD CONSTRAINT "knowledge_opinion_translation_id_5e94e760_fk_knowledge" FOREIGN KEY ("translation_id") REFERENCES "knowledge_translation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_opinion_translation_id_5e94e760" ON "knowledge_opinion" ("translation_id");
CREATE TABLE "knowledge_editorialrules" ("brand_id" bigint NOT NULL PRIMARY KEY, "four_eyes" boolean DEFAULT false NOT NULL, "version" integer DEFAULT 0 NOT NULL);
ALTER TABLE "knowledge_article" ADD COLUMN "related" bigint[] DEFAULT '{}'::bigint[] NOT NULL;
ALTER TABLE "knowledge_opinion" ADD COLUMN "views" integer DEFAULT 0 NOT NULL;
ALTER TABLE "knowledge_revision" ADD COLUMN "review" varchar(10) DEFAULT '' NOT NULL;
ALTER TABLE "knowledge_revision" ADD COLUMN "review_note" varchar(500) DEFAULT '' NOT NULL;
ALTER TABLE "knowledge_revision" ADD COLUMN "reviewer_name" varchar(80) DEFAULT '' NOT NULL;
ALTER TABLE "knowledge_translation" ADD COLUMN "source_mark" varchar(80) DEFAULT '' NOT NULL;
CREATE TABLE "knowledge_readercomment" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "helped" boolean NOT NULL, "text" varchar(500) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "translation_id" bigint NOT NULL);
CREATE TABLE "knowledge_articlepicture" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "digest" varchar(32) NOT NULL, "media_type" varchar(20) NOT NULL, "body" bytea NOT NULL, "width" integer NOT NULL, "height" integer NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, CONSTRAINT "article_picture_once" UNIQUE ("brand_id", "digest"));
CREATE TABLE "knowledge_externallink" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "url" varchar(2000) NOT NULL, "digest" varchar(64) NOT NULL, "problem" varchar(12) DEFAULT '' NOT NULL, "status" smallint NULL, "checked_at" timestamp with time zone NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "knowledge_missedsearch" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "language" varchar(12) NOT NULL, "text" varchar(80) NOT NULL, "count" integer NOT NULL, "first_at" timestamp with time zone NOT NULL, "last_at" timestamp with time zone NOT NULL, "brand_id" bigint NOT NULL, CONSTRAINT "missed_search_once" UNIQUE ("brand_id", "language", "text"));
CREATE TABLE "knowledge_statusnotice" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "severity" varchar(10) NOT NULL, "texts" jsonb NOT NULL, "starts_at" timestamp with time zone NOT NULL, "ends_at" timestamp with time zone NULL, "changed_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "version" integer DEFAULT 0 NOT NULL, "author_id" bigint NULL, "brand_id" bigint NOT NULL);
ALTER TABLE "knowledge_editorialrules" ADD CONSTRAINT "knowledge_editorialrules_brand_id_b4f0dee6_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "knowledge_readercomment" ADD CONSTRAINT "knowledge_readercomm_translation_id_86adeeb5_fk_knowledge" FOREIGN KEY ("translation_id") REFERENCES "knowledge_translation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_readercomment_translation_id_86adeeb5" ON "knowledge_readercomment" ("translation_id");
ALTER TABLE "knowledge_articlepicture" ADD CONSTRAINT "knowledge_articlepicture_brand_id_0226765c_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_articlepicture_brand_id_0226765c" ON "knowledge_articlepicture" ("brand_id");
ALTER TABLE "knowledge_externallink" ADD CONSTRAINT "knowledge_externallink_brand_id_62c1a09c_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "knowledge_externallink" ADD CONSTRAINT "external_link_once" UNIQUE ("brand_id", "digest");
CREATE INDEX "knowledge_externallink_brand_id_62c1a09c" ON "knowledge_externallink" ("brand_id");
ALTER TABLE "knowledge_missedsearch" ADD CONSTRAINT "knowledge_missedsearch_brand_id_c450e85d_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_missedsearch_brand_id_c450e85d" ON "knowledge_missedsearch" ("brand_id");
CREATE INDEX "missed_search_counts" ON "knowledge_missedsearch" ("brand_id", "count" DESC, "last_at" DESC);
ALTER TABLE "knowledge_statusnotice" ADD CONSTRAINT "knowledge_statusnoti_author_id_3a568392_fk_accounts_" FOREIGN KEY ("author_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "knowledge_statusnotice" ADD CONSTRAINT "knowledge_statusnotice_brand_id_84363689_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "knowledge_statusnotice" ADD CONSTRAINT "notice_ends_later" CHECK (("ends_at" IS NULL OR "ends_at" > ("starts_at")));
CREATE INDEX "knowledge_statusnotice_author_id_3a568392" ON "knowledge_statusnotice" ("author_id");
CREATE INDEX "knowledge_statusnotice_brand_id_84363689" ON "knowledge_statusnotice" ("brand_id");
CREATE INDEX "notice_by_start" ON "knowledge_statusnotice" ("brand_id", "starts_at");
CREATE TABLE "knowledge_brandtopic" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "code" varchar(40) NOT NULL, "name" varchar(40) NOT NULL, "group" varchar(20) NOT NULL, "urgency" smallint NOT NULL, "brand_id" bigint NOT NULL, CONSTRAINT "topic_code_once" UNIQUE ("brand_id", "code"), CONSTRAINT "topic_name_once" UNIQUE ("brand_id", "name"), CONSTRAINT "topic_urgency_known" CHECK ("urgency" BETWEEN 0 AND 3));
CREATE TABLE "knowledge_topicexample" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "topic" varchar(40) NOT NULL, "was" varchar(40) NOT NULL, "language" varchar(12) NOT NULL, "text" varchar(500) NOT NULL, "origin" varchar(40) NOT NULL, "state" varchar(10) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "embedding" vector(512) NULL, "brand_id" bigint NOT NULL, CONSTRAINT "example_state_known" CHECK ("state" IN ('proposed', 'accepted', 'rejected')));
ALTER TABLE "knowledge_brandtopic" ADD CONSTRAINT "knowledge_brandtopic_brand_id_63631845_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "knowledge_brandtopic_code_8bf3ff42" ON "knowledge_brandtopic" ("code");
CREATE INDEX "knowledge_brandtopic_code_8bf3ff42_like" ON "knowledge_brandtopic" ("code" varchar_pattern_ops);
CREATE INDEX "knowledge_brandtopic_brand_id_63631845" ON "knowledge_brandtopic" ("brand_id");
ALTER TABLE "knowledge_topicexample" ADD CONSTRAINT "knowledge_topicexample_brand_id_e4cea513_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "example_once_each" ON "knowledge_topicexample" ("brand_id", "origin") WHERE NOT ("origin" = '');
CREATE INDEX "knowledge_topicexample_brand_id_e4cea513" ON "knowledge_topicexample" ("brand_id");
CREATE INDEX "example_by_state" ON "knowledge_topicexample" ("brand_id", "state", "id");
ALTER TABLE "knowledge_article" ALTER COLUMN "direction" TYPE halfvec(512) USING "direction"::halfvec(512);
ALTER TABLE "knowledge_passage" ALTER COLUMN "embedding" TYPE halfvec(512) USING "embedding"::halfvec(512);
CREATE TABLE "knowledge_topicversion" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" integer NOT NULL, "state" varchar(10) NOT NULL, "examples" integer NOT NULL, "figures" jsonb NOT NULL, "content" bytea NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, CONSTRAINT "topic_version_once" UNIQUE ("brand_id", "number"), CONSTRAINT "topic_version_state_known" CHECK ("state" IN ('training', 'active', 'retired', 'refused', 'failed')));
ALTER TABLE "knowledge_topicversion" ADD CONSTRAINT "knowledge_topicversion_brand_id_8acd88e2_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "topic_version_one_training" ON "knowledge_topicversion" ("brand_id") WHERE "state" = 'training';
CREATE UNIQUE INDEX "topic_version_one_active" ON "knowledge_topicversion" ("brand_id") WHERE "state" = 'active';
CREATE INDEX "knowledge_topicversion_brand_id_8acd88e2" ON "knowledge_topicversion" ("brand_id");
CREATE TABLE "knowledge_encoder" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(1000) NOT NULL);
CREATE TABLE "limits_counter" ("key" bytea NOT NULL PRIMARY KEY, "window_ends" timestamp with time zone NOT NULL, "count" integer NOT NULL);
CREATE INDEX "counter_age" ON "limits_counter" ("window_ends");
CREATE TABLE "mfa_authenticator" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "type" varchar(20) NOT NULL, "data" jsonb NOT NULL, "user_id" bigint NOT NULL);
ALTER TABLE "mfa_authenticator" ADD CONSTRAINT "mfa_authenticator_user_id_type_798d27ea_uniq" UNIQUE ("user_id", "type");
ALTER TABLE "mfa_authenticator" ADD CONSTRAINT "mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "mfa_authenticator_user_id_0c3a50c0" ON "mfa_authenticator" ("user_id");
ALTER TABLE "mfa_authenticator" ADD COLUMN "created_at" timestamp with time zone DEFAULT '2026-11-23 05:54:44.526408+00:00'::timestamptz NOT NULL;
ALTER TABLE "mfa_authenticator" ALTER COLUMN "created_at" DROP DEFAULT;
ALTER TABLE "mfa_authenticator" ADD COLUMN "last_used_at" timestamp with time zone NULL;
ALTER TABLE "mfa_authenticator" DROP CONSTRAINT "mfa_authenticator_user_id_type_798d27ea_uniq";
CREATE UNIQUE INDEX "unique_authenticator_type" ON "mfa_authenticator" ("user_id", "type") WHERE "type" IN ('totp', 'recovery_codes');
CREATE TABLE "official_publication" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "serial" integer DEFAULT 0 NOT NULL, "document" jsonb NOT NULL, "signature" bytea NOT NULL, "public_key" bytea NOT NULL, "sealed_key" bytea NOT NULL, "issued_at" timestamp with time zone NULL, "brand_id" bigint NOT NULL UNIQUE);
CREATE TABLE "official_entry" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "value" varchar(253) NOT NULL, "label" varchar(80) DEFAULT '' NOT NULL, "ordinary" boolean DEFAULT false NOT NULL, "added_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "official_knownfake" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "value" varchar(253) NOT NULL, "source" varchar(80) NOT NULL, "confirmed" boolean DEFAULT false NOT NULL, "added_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NULL);
CREATE TABLE "official_registrychange" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "change" varchar(6) NOT NULL, "kind" varchar(12) NOT NULL, "value" varchar(253) NOT NULL, "label" varchar(80) DEFAULT '' NOT NULL, "ordinary" boolean DEFAULT false NOT NULL, "reason" varchar(500) NOT NULL, "state" varchar(9) NOT NULL, "decided_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "decided_by_id" bigint NULL, "requested_by_id" bigint NOT NULL, "requester_id" bigint NOT NULL);
ALTER TABLE "official_publication" ADD CONSTRAINT "official_publication_brand_id_c96dccc9_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "official_entry" ADD CONSTRAINT "official_entry_brand_id_6079b9c0_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "official_entry" ADD CONSTRAINT "official_entry_once" UNIQUE ("brand_id", "kind", "value");
CREATE INDEX "official_entry_brand_id_6079b9c0" ON "official_entry" ("brand_id");
ALTER TABLE "official_knownfake" ADD CONSTRAINT "official_knownfake_brand_id_9f9adbb8_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "official_knownfake" ADD CONSTRAINT "known_fake_once" UNIQUE NULLS NOT DISTINCT ("kind", "value", "brand_id");
CREATE INDEX "official_knownfake_brand_id_9f9adbb8" ON "official_knownfake" ("brand_id");
ALTER TABLE "official_registrychange" ADD CONSTRAINT "official_registrychange_brand_id_d29bd89a_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "official_registrychange" ADD CONSTRAINT "official_registrycha_decided_by_id_3e730a47_fk_accounts_" FOREIGN KEY ("decided_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "official_registrychange" ADD CONSTRAINT "official_registrycha_requested_by_id_dbdcc92e_fk_accounts_" FOREIGN KEY ("requested_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "official_registrychange" ADD CONSTRAINT "official_registrycha_requester_id_f642c607_fk_accounts_" FOREIGN KEY ("requester_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "official_change_waits_once" ON "official_registrychange" ("brand_id", "kind", "value") WHERE "state" = 'requested';
CREATE INDEX "official_registrychange_ref_424ae224_like" ON "official_registrychange" ("ref" varchar_pattern_ops);
CREATE INDEX "official_registrychange_brand_id_d29bd89a" ON "official_registrychange" ("brand_id");
CREATE INDEX "official_registrychange_decided_by_id_3e730a47" ON "official_registrychange" ("decided_by_id");
CREATE INDEX "official_registrychange_requested_by_id_dbdcc92e" ON "official_registrychange" ("requested_by_id");
CREATE INDEX "official_registrychange_requester_id_f642c607" ON "official_registrychange" ("requester_id");
CREATE INDEX "official_change_of_brand" ON "official_registrychange" ("brand_id", "id" DESC);
CREATE TABLE "outbox_outboxevent" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "handler" varchar(100) NOT NULL, "name" varchar(60) NOT NULL, "key" varchar(80) NOT NULL, "payload" jsonb NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "due_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "attempts" smallint DEFAULT 0 NOT NULL, "error" text DEFAULT '' NOT NULL, "parked_at" timestamp with time zone NULL);
CREATE INDEX "outbox_heads" ON "outbox_outboxevent" ("handler", "key", "id") WHERE "parked_at" IS NULL;
CREATE TABLE "personal_contactkey" ("contact_id" bigint NOT NULL PRIMARY KEY, "master" varchar(8) NOT NULL, "wrapped" bytea NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "personal_erasure" ("contact_id" bigint NOT NULL PRIMARY KEY, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL);
CREATE TABLE "personal_datum" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "code" varchar(8) NOT NULL, "sealed" bytea NOT NULL, "sealed_mask" bytea NOT NULL, "lookup" bytea NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, CONSTRAINT "datum_code_once" UNIQUE ("contact_id", "code"));
CREATE TABLE "personal_identity" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(12) NOT NULL, "source" varchar(8) NOT NULL, "sealed" bytea NOT NULL, "sealed_mask" bytea NOT NULL, "lookup" bytea NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, CONSTRAINT "identity_once" UNIQUE ("contact_id", "kind", "lookup"));
ALTER TABLE "personal_contactkey" ADD CONSTRAINT "personal_contactkey_contact_id_550b6026_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "personal_contactkey_master_94f6ba0f" ON "personal_contactkey" ("master");
CREATE INDEX "personal_contactkey_master_94f6ba0f_like" ON "personal_contactkey" ("master" varchar_pattern_ops);
ALTER TABLE "personal_erasure" ADD CONSTRAINT "personal_erasure_contact_id_64eb7096_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "personal_datum" ADD CONSTRAINT "personal_datum_brand_id_36211f99_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "personal_datum" ADD CONSTRAINT "personal_datum_contact_id_816948c6_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "personal_datum_brand_id_36211f99" ON "personal_datum" ("brand_id");
CREATE INDEX "personal_datum_contact_id_816948c6" ON "personal_datum" ("contact_id");
CREATE INDEX "datum_lookup" ON "personal_datum" ("brand_id", "kind", "lookup");
ALTER TABLE "personal_identity" ADD CONSTRAINT "personal_identity_brand_id_00e4b378_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "personal_identity" ADD CONSTRAINT "personal_identity_contact_id_860fa9a6_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "personal_identity_brand_id_00e4b378" ON "personal_identity" ("brand_id");
CREATE INDEX "personal_identity_contact_id_860fa9a6" ON "personal_identity" ("contact_id");
CREATE INDEX "identity_lookup" ON "personal_identity" ("brand_id", "kind", "lookup");
CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;

CREATE TABLE IF NOT EXISTS procrastinate_version (
    id BIGSERIAL PRIMARY KEY,
    version TEXT,
    name TEXT,
    applied_at TIMESTAMP WITH TIME ZONE DEFAULT NOW()
);

CREATE TYPE procrastinate_job_status AS ENUM (
    'todo',  -- The job is queued
    'doing',  -- The job has been fetched by a worker
    'succeeded',  -- The job ended successfully
    'failed'  -- The job ended with an error
);

CREATE TYPE procrastinate_job_event_type AS ENUM (
    'deferred',  -- Job created, in todo
    'started',  -- todo -> doing
    'deferred_for_retry',  -- doing -> todo
    'failed',  -- doing -> failed
    'succeeded',  -- doing -> succeeded
    'cancelled', -- todo -> failed or succeeded
    'scheduled' -- not an event transition, but recording when a task is scheduled for
);

CREATE TABLE procrastinate_jobs (
    id bigserial PRIMARY KEY,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}' NOT NULL,
    status procrastinate_job_status DEFAULT 'todo'::procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone NULL,
    started_at timestamp with time zone NULL,
    attempts integer DEFAULT 0 NOT NULL
);

CREATE TABLE procrastinate_events (
    id BIGSERIAL PRIMARY KEY,
    job_id integer NOT NULL REFERENCES procrastinate_jobs ON DELETE CASCADE,
    type procrastinate_job_event_type,
    at timestamp with time zone DEFAULT NOW() NULL
);

CREATE TABLE procrastinate_job_locks (
    object text PRIMARY KEY
);

CREATE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
	WITH potential_job AS (
		SELECT procrastinate_jobs.*
			FROM procrastinate_jobs
			LEFT JOIN procrastinate_job_locks ON procrastinate_job_locks.object = procrastinate_jobs.lock
			WHERE (target_queue_names IS NULL OR queue_name = ANY( target_queue_names ))
			  AND procrastinate_job_locks.object IS NULL
			  AND status = 'todo'
			  AND (scheduled_at IS NULL OR scheduled_at <= now())
            ORDER BY id ASC
			FOR UPDATE OF procrastinate_jobs SKIP LOCKED LIMIT 1
	), lock_object AS (
		INSERT INTO procrastinate_job_locks
			SELECT lock FROM potential_job
            ON CONFLICT DO NOTHING
            RETURNING object
	)
	UPDATE procrastinate_jobs
		SET status = 'doing',
            started_at = NOW()
		FROM potential_job, lock_object
        WHERE lock_object.object IS NOT NULL
		AND procrastinate_jobs.id = potential_job.id
		RETURNING * INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, next_scheduled_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
	WITH finished_job AS (
		UPDATE procrastinate_jobs
        SET status = end_status,
            attempts = attempts + 1,
            scheduled_at = COALESCE(next_scheduled_at, scheduled_at)
        WHERE id = job_id RETURNING lock
	)
	DELETE FROM procrastinate_job_locks WHERE object = (SELECT lock FROM finished_job);
END;
$$;

CREATE FUNCTION procrastinate_notify_queue() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
	PERFORM pg_notify('procrastinate_queue#' || NEW.queue_name, NEW.task_name);
	PERFORM pg_notify('procrastinate_any_queue', NEW.task_name);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_status_events_procedure_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_status_events_procedure_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate_trigger_scheduled_events_procedure() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE INDEX ON procrastinate_jobs(queue_name);

CREATE TRIGGER procrastinate_jobs_notify_queue
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue();

CREATE TRIGGER procrastinate_trigger_status_events_update
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_status_events_procedure_update();

CREATE TRIGGER procrastinate_trigger_status_events_insert
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_status_events_procedure_insert();

CREATE TRIGGER procrastinate_trigger_scheduled_events
    AFTER UPDATE OR INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.scheduled_at IS NOT NULL AND new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_scheduled_events_procedure();

CREATE INDEX procrastinate_events_job_id_fkey ON procrastinate_events(job_id);
-- remove the started_at column from the procrastinate_jobs table
ALTER TABLE procrastinate_jobs DROP COLUMN started_at;
-- replace the procrastinate_fetch_job function with a version that doesn't
-- set the started_at field when updating the procrastinate_jobs table
CREATE OR REPLACE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
	WITH potential_job AS (
		SELECT procrastinate_jobs.*
			FROM procrastinate_jobs
			LEFT JOIN procrastinate_job_locks ON procrastinate_job_locks.object = procrastinate_jobs.lock
			WHERE (target_queue_names IS NULL OR queue_name = ANY( target_queue_names ))
			  AND procrastinate_job_locks.object IS NULL
			  AND status = 'todo'
			  AND (scheduled_at IS NULL OR scheduled_at <= now())
            ORDER BY id ASC
			FOR UPDATE OF procrastinate_jobs SKIP LOCKED LIMIT 1
	), lock_object AS (
		INSERT INTO procrastinate_job_locks
			SELECT lock FROM potential_job
            ON CONFLICT DO NOTHING
            RETURNING object
	)
	UPDATE procrastinate_jobs
		SET status = 'doing'
		FROM potential_job, lock_object
        WHERE lock_object.object IS NOT NULL
		AND procrastinate_jobs.id = potential_job.id
		RETURNING * INTO found_jobs;

	RETURN found_jobs;
END;
$$;
-- drop the procrastinate_version table
DROP TABLE IF EXISTS procrastinate_version;
-- fix procrastinate_fetch_job that works by accident, now returning a proper
-- procrastinate_jobs row
CREATE OR REPLACE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
	WITH potential_job AS (
		SELECT procrastinate_jobs.*
			FROM procrastinate_jobs
			LEFT JOIN procrastinate_job_locks ON procrastinate_job_locks.object = procrastinate_jobs.lock
			WHERE (target_queue_names IS NULL OR queue_name = ANY( target_queue_names ))
			  AND procrastinate_job_locks.object IS NULL
			  AND status = 'todo'
			  AND (scheduled_at IS NULL OR scheduled_at <= now())
            ORDER BY id ASC
			FOR UPDATE OF procrastinate_jobs SKIP LOCKED LIMIT 1
	), lock_object AS (
		INSERT INTO procrastinate_job_locks
			SELECT lock FROM potential_job
            ON CONFLICT DO NOTHING
            RETURNING object
	)
	UPDATE procrastinate_jobs
		SET status = 'doing'
		FROM potential_job, lock_object
        WHERE lock_object.object IS NOT NULL
		AND procrastinate_jobs.id = potential_job.id
		RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;
-- re-create the procrastinate_trigger_status_events_insert trigger
DROP TRIGGER procrastinate_trigger_status_events_insert on procrastinate_jobs;
CREATE TRIGGER procrastinate_trigger_status_events_insert
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_status_events_procedure_insert();
-- add a queueing_lock column to the procrastinate_jobs table
ALTER TABLE procrastinate_jobs ADD COLUMN queueing_lock text;
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';
DROP TABLE IF EXISTS procrastinate_job_locks;

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx ON procrastinate_jobs (lock) WHERE status = 'doing';

CREATE OR REPLACE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, next_scheduled_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_jobs
    SET status = end_status,
        attempts = attempts + 1,
        scheduled_at = COALESCE(next_scheduled_at, scheduled_at)
    WHERE id = job_id;
END;
$$;
CREATE OR REPLACE FUNCTION procrastinate_defer_job(queue_name character varying, task_name character varying, lock text, queueing_lock text, args json, scheduled_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;
CREATE TABLE procrastinate_periodic_defers (
    id bigserial PRIMARY KEY,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint REFERENCES procrastinate_jobs(id) NULL,
    UNIQUE (task_name, defer_timestamp)
);
-- When parameters change, function must be dropped.
DROP FUNCTION IF EXISTS procrastinate_defer_job;
CREATE FUNCTION procrastinate_defer_job(
    queue_name character varying,
    task_name character varying,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _task_name character varying,
    _defer_timestamp bigint
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, defer_timestamp)
        VALUES (_task_name, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                NULL,
                NULL,
                ('{"timestamp": ' || _defer_timestamp || '}')::jsonb,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        WHERE
            _job_id IS NOT NULL
            AND procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp;

    RETURN _job_id;
END;
$$;
CREATE INDEX procrastinate_periodic_defers_job_id_fkey ON procrastinate_periodic_defers(job_id);
ALTER TABLE procrastinate_periodic_defers
    ADD COLUMN queue_name character varying(128) NOT NULL DEFAULT 'undefined';

ALTER TABLE procrastinate_periodic_defers
    ALTER COLUMN queue_name DROP DEFAULT;

ALTER TABLE procrastinate_periodic_defers
    DROP CONSTRAINT procrastinate_periodic_defers_task_name_defer_timestamp_key;

ALTER TABLE procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, queue_name, defer_timestamp);

DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _defer_timestamp bigint
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, queue_name, defer_timestamp)
        VALUES (_task_name, _queue_name, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _lock,
                _queueing_lock,
                ('{"timestamp": ' || _defer_timestamp || '}')::jsonb,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        WHERE
            _job_id IS NOT NULL
            AND procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp;

    RETURN _job_id;
END;
$$;
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _defer_timestamp bigint
) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, queue_name, defer_timestamp)
        VALUES (_task_name, _queue_name, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _lock,
                _queueing_lock,
                ('{"timestamp": ' || _defer_timestamp || '}')::jsonb,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.queue_name = _queue_name
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;
CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_jobs
    SET status = end_status,
        attempts = attempts + 1
    WHERE id = job_id;
END;
$$;

CREATE FUNCTION procrastinate_retry_job(job_id integer, retry_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at
    WHERE id = job_id;
END;
$$;
CREATE FUNCTION procrastinate_unlink_periodic_defers() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE TRIGGER procrastinate_trigger_delete_jobs
    BEFORE DELETE ON procrastinate_jobs
    FOR EACH ROW EXECUTE PROCEDURE procrastinate_unlink_periodic_defers();
CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs WHERE id = job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts = attempts + 1
        WHERE id = job_id;
    END IF;
END;
$$;
CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE OR REPLACE FUNCTION procrastinate_retry_job(job_id integer, retry_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at
    WHERE id = job_id AND status = 'doing'
    RETURNING id INTO _job_id;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, boolean);

CREATE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, next_scheduled_at timestamp with time zone, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE INDEX IF NOT EXISTS procrastinate_jobs_id_lock_idx ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]);
ALTER TABLE "procrastinate_periodic_defers"
    ADD COLUMN IF NOT EXISTS "periodic_id" character varying(128) NOT NULL DEFAULT '';

-- Column kept for backwards compatibility, will be removed in the future.
ALTER TABLE "procrastinate_periodic_defers"
    ALTER COLUMN "queue_name" DROP NOT NULL;

ALTER TABLE "procrastinate_periodic_defers"
    DROP CONSTRAINT IF EXISTS procrastinate_periodic_defers_unique;

ALTER TABLE "procrastinate_periodic_defers"
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE ("task_name", "periodic_id", "defer_timestamp");

CREATE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
) RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;
DROP FUNCTION IF EXISTS procrastinate_fetch_job(target_queue_names character varying[]);

CREATE FUNCTION procrastinate_fetch_job(target_queue_names character varying[]) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;
-- remove old procrastinate_finish_job functions

-- https://github.com/procrastinate-org/procrastinate/pull/336
DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, timestamp with time zone);

-- https://github.com/procrastinate-org/procrastinate/pull/354
DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status);

-- https://github.com/procrastinate-org/procrastinate/pull/381
CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id integer, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

-- https://github.com/procrastinate-org/procrastinate/pull/471
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job(character varying, character varying, character varying, character varying, bigint);

ALTER TABLE procrastinate_periodic_defers DROP COLUMN "queue_name";
ALTER TABLE procrastinate_events ALTER COLUMN "job_id" TYPE bigint;

DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, boolean);
CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id bigint, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed') THEN
        RAISE 'End status should be either "succeeded" or "failed" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_retry_job(integer, timestamp with time zone);
CREATE OR REPLACE FUNCTION procrastinate_retry_job(job_id bigint, retry_at timestamp with time zone)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at
    WHERE id = job_id AND status = 'doing'
    RETURNING id INTO _job_id;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
ALTER TABLE procrastinate_jobs ADD COLUMN priority integer DEFAULT 0 NOT NULL;

CREATE OR REPLACE FUNCTION procrastinate_defer_job(
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job(character varying, character varying, character varying, character varying, character varying, bigint, jsonb);
CREATE OR REPLACE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                0,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

DROP FUNCTION IF EXISTS procrastinate_fetch_job(character varying[]);
CREATE OR REPLACE FUNCTION procrastinate_fetch_job(
    target_queue_names character varying[]
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;
CREATE OR REPLACE FUNCTION procrastinate_defer_periodic_job(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job(
                _queue_name,
                _task_name,
                _priority,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;
ALTER TYPE procrastinate_job_status ADD VALUE 'cancelled';
ALTER TYPE procrastinate_job_status ADD VALUE 'aborting';
ALTER TYPE procrastinate_job_status ADD VALUE 'aborted';

ALTER TYPE procrastinate_job_event_type ADD VALUE 'abort_requested' BEFORE 'scheduled';
ALTER TYPE procrastinate_job_event_type ADD VALUE 'aborted' BEFORE 'scheduled';

CREATE FUNCTION procrastinate_cancel_job(job_id bigint, abort boolean, delete_job boolean)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET status = CASE status
                WHEN 'todo' THEN 'cancelled'::procrastinate_job_status
                WHEN 'doing' THEN 'aborting'::procrastinate_job_status
            END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_fetch_job(
    target_queue_names character varying[]
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing', 'aborting')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_finish_job(job_id bigint, end_status procrastinate_job_status, delete_job boolean)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing', 'aborting')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            attempts =
                CASE
                    WHEN status = 'doing' THEN attempts + 1
                    ELSE attempts
                END
        WHERE id = job_id AND status IN ('todo', 'doing', 'aborting')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing", "todo" or "aborting" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE OR REPLACE FUNCTION procrastinate_trigger_status_events_procedure_update()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborting'::procrastinate_job_status
                THEN 'abort_requested'::procrastinate_job_event_type
            WHEN (
                    OLD.status = 'doing'::procrastinate_job_status
                    OR OLD.status = 'aborting'::procrastinate_job_status
                )
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE OR REPLACE FUNCTION procrastinate_retry_job(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    UPDATE procrastinate_jobs
    SET status = 'todo',
        attempts = attempts + 1,
        scheduled_at = retry_at,
        priority = COALESCE(new_priority, priority),
        queue_name = COALESCE(new_queue_name, queue_name),
        lock = COALESCE(new_lock, lock)
    WHERE id = job_id AND status = 'doing'
    RETURNING id INTO _job_id;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
-- recreate procrastinate_jobs_id_lock_idx index by adding aborting status to the filter so that it can be used by the fetch job function
CREATE INDEX procrastinate_jobs_id_lock_idx_temp ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status, 'aborting'::procrastinate_job_status]);
DROP INDEX procrastinate_jobs_id_lock_idx;
ALTER INDEX procrastinate_jobs_id_lock_idx_temp RENAME TO procrastinate_jobs_id_lock_idx;

-- add index to avoid seq scan of outer query in the fetch job function
CREATE INDEX procrastinate_jobs_priority_idx ON procrastinate_jobs(priority desc, id asc) WHERE (status = 'todo'::procrastinate_job_status);
-- Note: starting with v3, there are 2 changes in the migration system:
-- - We now have pre- and post-migration scripts. pre-migrations are safe to
--   apply before upgrading the code. post-migrations are safe to apply after
--   upgrading he code.
--   This is a pre-migration script.
-- - Whenever we recreate an immutable object (function, trigger, indexes), we
--   will suffix its name with a version number.

-- Add an 'abort_requested' column to the procrastinate_jobs table
ALTER TABLE procrastinate_jobs ADD COLUMN abort_requested boolean DEFAULT false NOT NULL;

-- Set abort requested flag on all jobs with 'aborting' status
UPDATE procrastinate_jobs SET abort_requested = true WHERE status = 'aborting';

-- Add temporary triggers to sync the abort_requested flag with the status
-- so that blue-green deployments can work
CREATE OR REPLACE FUNCTION procrastinate_sync_abort_requested_with_status_temp()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.status = 'aborting' THEN
        NEW.abort_requested = true;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_sync_abort_requested_with_status_temp
    BEFORE UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE FUNCTION procrastinate_sync_abort_requested_with_status_temp();

-- Create the new versioned functions

CREATE FUNCTION procrastinate_defer_job_v1(
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	job_id bigint;
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    VALUES (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    RETURNING id INTO job_id;

    RETURN job_id;
END;
$$;

CREATE FUNCTION procrastinate_defer_periodic_job_v1(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN

    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = procrastinate_defer_job_v1(
                _queue_name,
                _task_name,
                _priority,
                _lock,
                _queueing_lock,
                _args,
                NULL
            )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate_fetch_job_v1(
    target_queue_names character varying[]
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing'
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_finish_job_v1(job_id bigint, end_status procrastinate_job_status, delete_job boolean)
    RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

-- The retry_job function now has specific behaviour when a job is set to be
-- retried while it's aborting: in that case it's marked as failed.
CREATE FUNCTION procrastinate_retry_job_v1(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

-- Create new versioned trigger functions and triggers

CREATE FUNCTION procrastinate_notify_queue_job_inserted_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_temp
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1();

CREATE FUNCTION procrastinate_notify_queue_abort_job_v1()
RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_temp
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_abort_job_v1();
-- These are old versions of functions, that we needed to keep around for
-- backwards compatibility. We can now safely drop them.
DROP FUNCTION IF EXISTS procrastinate_finish_job(
    integer,
    procrastinate_job_status,
    timestamp with time zone,
    boolean
);
DROP FUNCTION IF EXISTS procrastinate_defer_job(
    character varying,
    character varying,
    text,
    text,
    jsonb,
    timestamp with time zone
);
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job(
    character varying,
    character varying,
    character varying,
    character varying,
    character varying,
    bigint,
    jsonb
);
DROP FUNCTION IF EXISTS procrastinate_retry_job(
    bigint,
    timestamp with time zone
);
DROP FUNCTION IF EXISTS procrastinate_retry_job(
    bigint,
    timestamp with time zone,
    integer,
    character varying,
    character varying
);

-- Remove all traces of the "aborting" status
-- Last sanity update in case the trigger didn't work 100% of the time
UPDATE procrastinate_jobs SET abort_requested = true WHERE status = 'aborting';

-- Delete the indexes that depend on the old status and enum type
DROP INDEX IF EXISTS procrastinate_jobs_queueing_lock_idx;
DROP INDEX IF EXISTS procrastinate_jobs_lock_idx;
DROP INDEX IF EXISTS procrastinate_jobs_id_lock_idx;

-- Delete the unversioned triggers
DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_update ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_insert ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_scheduled_events ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_update ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue ON procrastinate_jobs;

-- Delete the unversioned functions
DROP FUNCTION IF EXISTS procrastinate_defer_job;
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job;
DROP FUNCTION IF EXISTS procrastinate_fetch_job;
DROP FUNCTION IF EXISTS procrastinate_finish_job(bigint, procrastinate_job_status, boolean);
DROP FUNCTION IF EXISTS procrastinate_cancel_job;
DROP FUNCTION IF EXISTS procrastinate_trigger_status_events_procedure_update;
DROP FUNCTION IF EXISTS procrastinate_finish_job(integer, procrastinate_job_status, timestamp with time zone, boolean);
DROP FUNCTION IF EXISTS procrastinate_notify_queue;

-- Delete the functions that depend on the old event type
DROP FUNCTION IF EXISTS procrastinate_trigger_status_events_procedure_insert;
DROP FUNCTION IF EXISTS procrastinate_trigger_scheduled_events_procedure;

-- Delete temporary triggers and functions
DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue_job_inserted_temp ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue_job_aborted_temp ON procrastinate_jobs;
DROP TRIGGER IF EXISTS procrastinate_trigger_sync_abort_requested_with_status_temp ON procrastinate_jobs;
DROP FUNCTION IF EXISTS procrastinate_sync_abort_requested_with_status_temp;

-- Alter the table to not use the 'aborting' status anymore
ALTER TABLE procrastinate_jobs
ALTER COLUMN status TYPE procrastinate_job_status
USING (
    CASE status::text
        WHEN 'aborting' THEN 'doing'::procrastinate_job_status
        ELSE status::procrastinate_job_status
    END
);

-- Recreate the dropped temporary triggers
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_notify_queue_abort_job_v1();

-- Recreate the dropped indexes (with version suffix)
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON procrastinate_jobs (queueing_lock) WHERE status = 'todo';
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate_jobs (lock) WHERE status = 'doing';
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]);

-- Rename existing indexes
ALTER INDEX procrastinate_jobs_queue_name_idx RENAME TO procrastinate_jobs_queue_name_idx_v1;
ALTER INDEX procrastinate_events_job_id_fkey  RENAME TO procrastinate_events_job_id_fkey_v1;
ALTER INDEX procrastinate_periodic_defers_job_id_fkey RENAME TO procrastinate_periodic_defers_job_id_fkey_v1;
ALTER INDEX procrastinate_jobs_priority_idx RENAME TO procrastinate_jobs_priority_idx_v1;

-- Recreate or rename the other triggers & their associated functions

CREATE FUNCTION procrastinate_trigger_function_status_events_insert_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_insert_v1();

CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_status_events_update_v1
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_update_v1();

CREATE FUNCTION procrastinate_trigger_function_scheduled_events_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1
    AFTER UPDATE OR INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.scheduled_at IS NOT NULL AND new.status = 'todo'::procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate_trigger_function_scheduled_events_v1();

CREATE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1
    AFTER UPDATE OF abort_requested ON procrastinate_jobs
    FOR EACH ROW WHEN ((new.abort_requested = true))
    EXECUTE PROCEDURE procrastinate_trigger_abort_requested_events_procedure_v1();

-- Rename remaining functions to use version suffix
ALTER FUNCTION procrastinate_unlink_periodic_defers RENAME TO procrastinate_unlink_periodic_defers_v1;
ALTER TRIGGER procrastinate_trigger_delete_jobs ON procrastinate_jobs RENAME TO procrastinate_trigger_delete_jobs_v1;

-- New constraints
ALTER TABLE procrastinate_jobs ADD CONSTRAINT check_not_todo_abort_requested CHECK (NOT (status = 'todo' AND abort_requested = true));
CREATE TABLE procrastinate_workers(
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    last_heartbeat timestamp with time zone NOT NULL DEFAULT NOW()
);

ALTER TABLE procrastinate_jobs ADD COLUMN worker_id bigint REFERENCES procrastinate_workers(id) ON DELETE SET NULL;

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON procrastinate_jobs(worker_id) WHERE worker_id IS NOT NULL AND status = 'doing'::procrastinate_job_status;

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON procrastinate_workers(last_heartbeat);

CREATE FUNCTION procrastinate_fetch_job_v2(
    target_queue_names character varying[],
    p_worker_id bigint
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS earlier_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND earlier_jobs.lock = jobs.lock
                            AND earlier_jobs.status IN ('todo', 'doing')
                            AND earlier_jobs.id < jobs.id)
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

	RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate_register_worker_v1()
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_update_heartbeat_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat float)
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
DROP FUNCTION IF EXISTS procrastinate_fetch_job_v1(character varying[]);
CREATE TYPE procrastinate_job_to_defer_v1 AS (
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
);

CREATE FUNCTION procrastinate_defer_jobs_v1(
    jobs procrastinate_job_to_defer_v1[]
)
    RETURNS bigint[]
    LANGUAGE plpgsql
AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION procrastinate_defer_periodic_job_v2(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;
DROP FUNCTION IF EXISTS procrastinate_defer_job_v1;
DROP FUNCTION IF EXISTS procrastinate_defer_periodic_job_v1;
-- Migration: Update procrastinate_fetch_job_v2 to consider priority before job id for locked jobs
DROP FUNCTION IF EXISTS procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint);

CREATE FUNCTION procrastinate_fetch_job_v2(
    target_queue_names character varying[],
    p_worker_id bigint
)
    RETURNS procrastinate_jobs
    LANGUAGE plpgsql
AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;
-- Append new event type to reflect transition from failed -> todo
ALTER TYPE procrastinate_job_event_type ADD VALUE 'retried' AFTER 'scheduled';

-- Procedure to retry failed jobs
CREATE FUNCTION procrastinate_retry_job_v2(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;
DROP TRIGGER IF EXISTS procrastinate_trigger_status_events_update_v1 ON procrastinate_jobs;
DROP FUNCTION IF EXISTS procrastinate_trigger_function_status_events_update_v1;

CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$function$;

CREATE TRIGGER procrastinate_trigger_status_events_update_v1
    AFTER UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate_trigger_function_status_events_update_v1();
CREATE TABLE "replays_replay" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "asked_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "days" smallint NOT NULL, "language" varchar(12) DEFAULT '' NOT NULL, "most" integer NOT NULL, "state" varchar(10) DEFAULT 'waiting' NOT NULL, "attempts" smallint DEFAULT 0 NOT NULL, "done" integer DEFAULT 0 NOT NULL, "total" integer DEFAULT 0 NOT NULL, "beat_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "ended_at" timestamp with time zone NULL, "report" jsonb NOT NULL, "asked_by_id" bigint NULL, "brand_id" bigint NOT NULL);
ALTER TABLE "replays_replay" ADD CONSTRAINT "replays_replay_asked_by_id_0eb80ba3_fk_accounts_membership_id" FOREIGN KEY ("asked_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "replays_replay" ADD CONSTRAINT "replays_replay_brand_id_52bf2f4d_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "replay_one_at_a_time" ON "replays_replay" ("brand_id") WHERE "state" IN ('waiting', 'running');
ALTER TABLE "replays_replay" ADD CONSTRAINT "replay_state_known" CHECK ("state" IN ('waiting', 'running', 'done', 'cancelled', 'failed'));
CREATE INDEX "replays_replay_asked_by_id_0eb80ba3" ON "replays_replay" ("asked_by_id");
CREATE INDEX "replays_replay_brand_id_52bf2f4d" ON "replays_replay" ("brand_id");
CREATE INDEX "replay_of_brand" ON "replays_replay" ("brand_id", "id" DESC);
CREATE TABLE "routing_ability" ("membership_id" bigint NOT NULL PRIMARY KEY, "skills" jsonb NOT NULL, "capacity" jsonb NOT NULL, "version" integer DEFAULT 0 NOT NULL);
CREATE TABLE "routing_attendance" ("membership_id" bigint NOT NULL PRIMARY KEY, "chosen" varchar(8) NOT NULL, "heard_at" timestamp with time zone NOT NULL, "wrap_up_until" timestamp with time zone NULL, "given_at" timestamp with time zone NULL, "missed" smallint DEFAULT 0 NOT NULL);
CREATE TABLE "routing_routingrules" ("brand_id" bigint NOT NULL PRIMARY KEY, "mode" varchar(8) NOT NULL, "offer_seconds" integer NOT NULL, "overflow_seconds" integer NOT NULL, "ageing_minutes" integer NOT NULL, "wrap_up_seconds" integer NOT NULL, "office_hours" boolean NOT NULL, "capacity" jsonb NOT NULL, "version" integer DEFAULT 0 NOT NULL);
CREATE TABLE "routing_offer" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "state" varchar(10) NOT NULL, "created_at" timestamp with time zone NOT NULL, "expires_at" timestamp with time zone NOT NULL, "ended_at" timestamp with time zone NULL, "conversation_id" bigint NOT NULL, "membership_id" bigint NOT NULL);
CREATE TABLE "routing_queuestay" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "contact_id" bigint NOT NULL, "channel" varchar(20) NOT NULL, "language" varchar(12) NOT NULL, "urgency" smallint NOT NULL, "queued_at" timestamp with time zone NOT NULL, "place" integer NULL, "reckoned" double precision NULL, "low" double precision NULL, "middle" double precision NULL, "high" double precision NULL, "left_at" timestamp with time zone NULL, "noted_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "conversation_id" bigint NOT NULL, "membership_id" bigint NULL, "released_by_id" bigint NULL, CONSTRAINT "stay_once" UNIQUE ("conversation_id", "queued_at"));
CREATE TABLE "routing_route" ("conversation_id" bigint NOT NULL PRIMARY KEY, "level" smallint NOT NULL, "previous_id" bigint NULL, CONSTRAINT "route_level_exists" CHECK ("level" BETWEEN 1 AND 5));
ALTER TABLE "routing_ability" ADD CONSTRAINT "routing_ability_membership_id_e52596ff_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_attendance" ADD CONSTRAINT "routing_attendance_membership_id_be0c6c23_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_routingrules" ADD CONSTRAINT "routing_routingrules_brand_id_186081d8_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_routingrules" ADD CONSTRAINT "routing_within_limits" CHECK (("offer_seconds" BETWEEN 10 AND 300 AND "overflow_seconds" BETWEEN 30 AND 86400 AND "ageing_minutes" BETWEEN 5 AND 1440 AND "wrap_up_seconds" BETWEEN 0 AND 900));
ALTER TABLE "routing_offer" ADD CONSTRAINT "routing_offer_conversation_id_fc3044e5_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_offer" ADD CONSTRAINT "routing_offer_membership_id_4886260d_fk_accounts_membership_id" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "reserved_for_one" ON "routing_offer" ("conversation_id") WHERE "state" = 'pending';
CREATE INDEX "routing_offer_conversation_id_fc3044e5" ON "routing_offer" ("conversation_id");
CREATE INDEX "routing_offer_membership_id_4886260d" ON "routing_offer" ("membership_id");
CREATE INDEX "offer_pending_of" ON "routing_offer" ("membership_id") WHERE "state" = 'pending';
CREATE INDEX "offer_of_conversation" ON "routing_offer" ("conversation_id", "id" DESC);
ALTER TABLE "routing_queuestay" ADD CONSTRAINT "routing_queuestay_brand_id_f439118a_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_queuestay" ADD CONSTRAINT "routing_queuestay_conversation_id_37ac5d9a_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_queuestay" ADD CONSTRAINT "routing_queuestay_membership_id_92783306_fk_accounts_" FOREIGN KEY ("membership_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_queuestay" ADD CONSTRAINT "routing_queuestay_released_by_id_8d33d50c_fk_accounts_" FOREIGN KEY ("released_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "routing_queuestay_brand_id_f439118a" ON "routing_queuestay" ("brand_id");
CREATE INDEX "routing_queuestay_conversation_id_37ac5d9a" ON "routing_queuestay" ("conversation_id");
CREATE INDEX "routing_queuestay_membership_id_92783306" ON "routing_queuestay" ("membership_id");
CREATE INDEX "routing_queuestay_released_by_id_8d33d50c" ON "routing_queuestay" ("released_by_id");
CREATE INDEX "stay_now" ON "routing_queuestay" ("brand_id") WHERE "left_at" IS NULL;
CREATE INDEX "stay_over" ON "routing_queuestay" ("brand_id", "left_at" DESC);
CREATE INDEX "stay_of_contact" ON "routing_queuestay" ("contact_id", "id" DESC) WHERE "membership_id" IS NOT NULL;
ALTER TABLE "routing_route" ADD CONSTRAINT "routing_route_conversation_id_e8dbdbb8_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "routing_route" ADD CONSTRAINT "routing_route_previous_id_b1375935_fk_accounts_membership_id" FOREIGN KEY ("previous_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "routing_route_previous_id_b1375935" ON "routing_route" ("previous_id");
CREATE TABLE "sla_calendar" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(60) NOT NULL, "time_zone" varchar(60) NOT NULL, "always" boolean DEFAULT false NOT NULL, "weekly" jsonb NOT NULL, "special" jsonb NOT NULL, "main" boolean DEFAULT false NOT NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "sla_inboxhours" ("inbox_id" bigint NOT NULL PRIMARY KEY, "calendar_id" bigint NOT NULL);
CREATE UNIQUE INDEX "calendar_name_once" ON "sla_calendar" ("brand_id", (LOWER("name")));
CREATE UNIQUE INDEX "one_main_calendar" ON "sla_calendar" ("brand_id") WHERE "main";
ALTER TABLE "sla_calendar" ADD CONSTRAINT "sla_calendar_brand_id_79ad88ba_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "sla_calendar_brand_id_79ad88ba" ON "sla_calendar" ("brand_id");
ALTER TABLE "sla_inboxhours" ADD CONSTRAINT "sla_inboxhours_inbox_id_d0dc6d97_fk_channels_inbox_id" FOREIGN KEY ("inbox_id") REFERENCES "channels_inbox" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "sla_inboxhours" ADD CONSTRAINT "sla_inboxhours_calendar_id_e98a1f0c_fk_sla_calendar_id" FOREIGN KEY ("calendar_id") REFERENCES "sla_calendar" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "sla_inboxhours_calendar_id_e98a1f0c" ON "sla_inboxhours" ("calendar_id");
CREATE TABLE "sla_cursor" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "xid" bigint NOT NULL);
CREATE TABLE "sla_timetable" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "digest" bytea NOT NULL UNIQUE, "body" jsonb NOT NULL);
ALTER TABLE "sla_calendar" ADD COLUMN "closed" jsonb DEFAULT '[]'::jsonb NOT NULL;
ALTER TABLE "sla_calendar" ADD COLUMN "closed_to" smallint DEFAULT 0 NOT NULL;
ALTER TABLE "sla_calendar" ADD COLUMN "holidays" varchar(30) DEFAULT '' NOT NULL;
ALTER TABLE "sla_calendar" ADD COLUMN "imported" jsonb DEFAULT '[]'::jsonb NOT NULL;
CREATE TABLE "sla_policy" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(60) NOT NULL, "position" integer NOT NULL, "channels" jsonb NOT NULL, "topics" jsonb NOT NULL, "urgencies" jsonb NOT NULL, "languages" jsonb NOT NULL, "tiers" jsonb NOT NULL, "always" boolean NOT NULL, "targets" jsonb NOT NULL, "warn" smallint NOT NULL, "pauses" jsonb NOT NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL, "calendar_id" bigint NULL);
CREATE TABLE "sla_following" ("conversation_id" bigint NOT NULL PRIMARY KEY, "seen_seq" integer NOT NULL, "seen_at" timestamp with time zone NOT NULL, "seen_xid" bigint NOT NULL, "standing" jsonb NOT NULL, "stale" boolean NOT NULL, "brand_id" bigint NOT NULL, "policy_id" bigint NULL);
CREATE TABLE "sla_teamhours" ("team_id" bigint NOT NULL PRIMARY KEY, "calendar_id" bigint NOT NULL);
ALTER TABLE "sla_calendar" ADD COLUMN "timetable_id" bigint NULL CONSTRAINT "sla_calendar_timetable_id_3fa19012_fk_sla_timetable_id" REFERENCES "sla_timetable"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "sla_calendar_timetable_id_3fa19012_fk_sla_timetable_id" IMMEDIATE;
CREATE TABLE "sla_clock" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(10) NOT NULL, "begin" timestamp with time zone NOT NULL, "live" boolean NOT NULL, "marks" jsonb NOT NULL, "ran" bigint NOT NULL, "due_at" timestamp with time zone NULL, "warn_at" timestamp with time zone NULL, "fires_at" timestamp with time zone NULL, "warned_at" timestamp with time zone NULL, "breached_at" timestamp with time zone NULL, "brand_id" bigint NOT NULL, "conversation_id" bigint NOT NULL, CONSTRAINT "clock_once_since_then" UNIQUE ("conversation_id", "kind", "begin"));
CREATE INDEX "policies_in_order" ON "sla_policy" ("brand_id", "position", "id");
CREATE UNIQUE INDEX "policy_name_once" ON "sla_policy" ("brand_id", (LOWER("name")));
CREATE INDEX "following_stale" ON "sla_following" ("conversation_id") WHERE "stale";
ALTER TABLE "sla_policy" ADD CONSTRAINT "sla_policy_brand_id_24a426a8_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "sla_policy" ADD CONSTRAINT "sla_policy_calendar_id_739f838a_fk_sla_calendar_id" FOREIGN KEY ("calendar_id") REFERENCES "sla_calendar" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "sla_policy_brand_id_24a426a8" ON "sla_policy" ("brand_id");
CREATE INDEX "sla_policy_calendar_id_739f838a" ON "sla_policy" ("calendar_id");
ALTER TABLE "sla_following" ADD CONSTRAINT "sla_following_conversation_id_1326c357_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "sla_following" ADD CONSTRAINT "sla_following_brand_id_41aa47e1_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "sla_following" ADD CONSTRAINT "sla_following_policy_id_d337e008_fk_sla_policy_id" FOREIGN KEY ("policy_id") REFERENCES "sla_policy" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "sla_following_brand_id_41aa47e1" ON "sla_following" ("brand_id");
CREATE INDEX "sla_following_policy_id_d337e008" ON "sla_following" ("policy_id");
ALTER TABLE "sla_teamhours" ADD CONSTRAINT "sla_teamhours_team_id_04365bda_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "sla_teamhours" ADD CONSTRAINT "sla_teamhours_calendar_id_77f64f24_fk_sla_calendar_id" FOREIGN KEY ("calendar_id") REFERENCES "sla_calendar" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "sla_teamhours_calendar_id_77f64f24" ON "sla_teamhours" ("calendar_id");
CREATE INDEX "sla_calendar_timetable_id_3fa19012" ON "sla_calendar" ("timetable_id");
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_brand_id_38ae1124_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "sla_clock" ADD CONSTRAINT "sla_clock_conversation_id_44330fa5_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "one_live_clock" ON "sla_clock" ("conversation_id", "kind") WHERE "live";
CREATE INDEX "sla_clock_conversation_id_44330fa5" ON "sla_clock" ("conversation_id");
CREATE INDEX "clocks_to_fire" ON "sla_clock" ("fires_at") WHERE "fires_at" IS NOT NULL;
CREATE INDEX "live_clocks" ON "sla_clock" ("brand_id") WHERE "live";
CREATE TABLE "socialaccount_socialaccount" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "provider" varchar(30) NOT NULL, "uid" varchar(191) NOT NULL, "last_login" timestamp with time zone NOT NULL, "date_joined" timestamp with time zone NOT NULL, "extra_data" text NOT NULL, "user_id" bigint NOT NULL);
CREATE TABLE "socialaccount_socialapp" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "provider" varchar(30) NOT NULL, "name" varchar(40) NOT NULL, "client_id" varchar(100) NOT NULL, "secret" varchar(100) NOT NULL, "key" varchar(100) NOT NULL);
CREATE TABLE "socialaccount_socialtoken" ("id" integer NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "token" text NOT NULL, "token_secret" text NOT NULL, "expires_at" timestamp with time zone NULL, "account_id" integer NOT NULL, "app_id" integer NOT NULL);
ALTER TABLE "socialaccount_socialtoken" ADD CONSTRAINT "socialaccount_socialtoken_app_id_account_id_fca4e0ac_uniq" UNIQUE ("app_id", "account_id");
ALTER TABLE "socialaccount_socialaccount" ADD CONSTRAINT "socialaccount_socialaccount_provider_uid_fc810c6e_uniq" UNIQUE ("provider", "uid");
ALTER TABLE "socialaccount_socialaccount" ADD CONSTRAINT "socialaccount_social_user_id_8146e70c_fk_accounts_" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "socialaccount_socialaccount_user_id_8146e70c" ON "socialaccount_socialaccount" ("user_id");
ALTER TABLE "socialaccount_socialtoken" ADD CONSTRAINT "socialaccount_social_account_id_951f210e_fk_socialacc" FOREIGN KEY ("account_id") REFERENCES "socialaccount_socialaccount" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "socialaccount_socialtoken" ADD CONSTRAINT "socialaccount_social_app_id_636a42d7_fk_socialacc" FOREIGN KEY ("app_id") REFERENCES "socialaccount_socialapp" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "socialaccount_socialtoken_account_id_951f210e" ON "socialaccount_socialtoken" ("account_id");
CREATE INDEX "socialaccount_socialtoken_app_id_636a42d7" ON "socialaccount_socialtoken" ("app_id");
ALTER TABLE "socialaccount_socialapp" ALTER COLUMN "client_id" TYPE varchar(191);
ALTER TABLE "socialaccount_socialapp" ALTER COLUMN "key" TYPE varchar(191);
ALTER TABLE "socialaccount_socialapp" ALTER COLUMN "secret" TYPE varchar(191);
ALTER TABLE "socialaccount_socialapp" ADD COLUMN "provider_id" varchar(200) DEFAULT '' NOT NULL;
ALTER TABLE "socialaccount_socialapp" ALTER COLUMN "provider_id" DROP DEFAULT;
ALTER TABLE "socialaccount_socialapp" ADD COLUMN "settings" jsonb DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE "socialaccount_socialapp" ALTER COLUMN "settings" DROP DEFAULT;
ALTER TABLE "socialaccount_socialaccount" ALTER COLUMN "provider" TYPE varchar(200);
SET CONSTRAINTS "socialaccount_social_app_id_636a42d7_fk_socialacc" IMMEDIATE; ALTER TABLE "socialaccount_socialtoken" DROP CONSTRAINT "socialaccount_social_app_id_636a42d7_fk_socialacc";
ALTER TABLE "socialaccount_socialtoken" ALTER COLUMN "app_id" DROP NOT NULL;
ALTER TABLE "socialaccount_socialtoken" ADD CONSTRAINT "socialaccount_social_app_id_636a42d7_fk_socialacc" FOREIGN KEY ("app_id") REFERENCES "socialaccount_socialapp" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "socialaccount_socialaccount" ALTER COLUMN "extra_data" TYPE jsonb USING "extra_data"::jsonb;
CREATE TABLE "surveys_surveysettings" ("brand_id" bigint NOT NULL PRIMARY KEY, "in_chat" boolean DEFAULT true NOT NULL, "by_email" boolean DEFAULT false NOT NULL, "by_sms" boolean DEFAULT false NOT NULL, "delay_hours" smallint DEFAULT 24 NOT NULL, "quiet_from" smallint DEFAULT 21 NOT NULL, "quiet_until" smallint DEFAULT 9 NOT NULL, "every_days" smallint DEFAULT 14 NOT NULL, "threshold" smallint DEFAULT 2 NOT NULL, "intros" jsonb DEFAULT '{}'::jsonb NOT NULL, "version" integer DEFAULT 0 NOT NULL);
CREATE TABLE "surveys_theme" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "language" varchar(12) NOT NULL, "words" varchar(60)[] NOT NULL, "made_at" timestamp with time zone NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "surveys_response" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "seq" integer NOT NULL, "way" varchar(5) NOT NULL, "score" smallint NOT NULL, "speed" smallint NULL, "accuracy" smallint NULL, "manner" smallint NULL, "comment" text DEFAULT '' NOT NULL, "language" varchar(12) NOT NULL, "channel" varchar(20) NOT NULL, "topic" varchar(40) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "agent_id" bigint NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NOT NULL UNIQUE, "team_id" bigint NULL, "theme_id" bigint NULL);
CREATE TABLE "surveys_invitation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "way" varchar(5) NOT NULL, "state" varchar(8) NOT NULL, "reason" varchar(12) DEFAULT '' NOT NULL, "due_at" timestamp with time zone NOT NULL, "asked_at" timestamp with time zone NULL, "token_hash" bytea NULL UNIQUE, "expires_at" timestamp with time zone NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NOT NULL UNIQUE);
CREATE TABLE "surveys_followup" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "state" varchar(5) NOT NULL, "note" text DEFAULT '' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "done_at" timestamp with time zone NULL, "assignee_id" bigint NULL, "brand_id" bigint NOT NULL, "response_id" bigint NOT NULL UNIQUE);
CREATE TABLE "surveys_standing" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "mark" bytea NOT NULL, "asked_at" timestamp with time zone NULL, "opted_out_at" timestamp with time zone NULL, "brand_id" bigint NOT NULL, CONSTRAINT "standing_once" UNIQUE ("brand_id", "mark"));
CREATE INDEX "theme_of_brand" ON "surveys_theme" ("brand_id", "language");
CREATE INDEX "response_of_brand" ON "surveys_response" ("brand_id", "created_at" DESC);
CREATE INDEX "response_of_agent" ON "surveys_response" ("agent_id", "created_at" DESC);
ALTER TABLE "surveys_response" ADD CONSTRAINT "scores_one_to_five" CHECK ((("speed" IS NULL OR "speed" BETWEEN 1 AND 5) AND ("accuracy" IS NULL OR "accuracy" BETWEEN 1 AND 5) AND ("manner" IS NULL OR "manner" BETWEEN 1 AND 5) AND "score" BETWEEN 1 AND 5));
ALTER TABLE "surveys_surveysettings" ADD CONSTRAINT "surveys_surveysettings_brand_id_53ec91f2_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_theme" ADD CONSTRAINT "surveys_theme_brand_id_6c8aaafb_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "surveys_theme_brand_id_6c8aaafb" ON "surveys_theme" ("brand_id");
ALTER TABLE "surveys_response" ADD CONSTRAINT "surveys_response_agent_id_e17f2854_fk_accounts_membership_id" FOREIGN KEY ("agent_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_response" ADD CONSTRAINT "surveys_response_brand_id_89de3ce9_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_response" ADD CONSTRAINT "surveys_response_contact_id_8cb1010f_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_response" ADD CONSTRAINT "surveys_response_conversation_id_9db1778f_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_response" ADD CONSTRAINT "surveys_response_team_id_9f05da90_fk_accounts_team_id" FOREIGN KEY ("team_id") REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_response" ADD CONSTRAINT "surveys_response_theme_id_db898271_fk_surveys_theme_id" FOREIGN KEY ("theme_id") REFERENCES "surveys_theme" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "surveys_response_agent_id_e17f2854" ON "surveys_response" ("agent_id");
CREATE INDEX "surveys_response_brand_id_89de3ce9" ON "surveys_response" ("brand_id");
CREATE INDEX "surveys_response_contact_id_8cb1010f" ON "surveys_response" ("contact_id");
CREATE INDEX "surveys_response_team_id_9f05da90" ON "surveys_response" ("team_id");
CREATE INDEX "surveys_response_theme_id_db898271" ON "surveys_response" ("theme_id");
ALTER TABLE "surveys_invitation" ADD CONSTRAINT "surveys_invitation_brand_id_6a6910de_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_invitation" ADD CONSTRAINT "surveys_invitation_contact_id_d710f6eb_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_invitation" ADD CONSTRAINT "surveys_invitation_conversation_id_f3ef9dd4_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "surveys_invitation_ref_3ba6b33f_like" ON "surveys_invitation" ("ref" varchar_pattern_ops);
CREATE INDEX "surveys_invitation_brand_id_6a6910de" ON "surveys_invitation" ("brand_id");
CREATE INDEX "surveys_invitation_contact_id_d710f6eb" ON "surveys_invitation" ("contact_id");
CREATE INDEX "invitation_due" ON "surveys_invitation" ("due_at") WHERE "state" = 'planned';
CREATE INDEX "invitation_asked" ON "surveys_invitation" ("brand_id", "asked_at");
ALTER TABLE "surveys_followup" ADD CONSTRAINT "surveys_followup_assignee_id_72caaee9_fk_accounts_membership_id" FOREIGN KEY ("assignee_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_followup" ADD CONSTRAINT "surveys_followup_brand_id_9cfbd300_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "surveys_followup" ADD CONSTRAINT "surveys_followup_response_id_a8df665d_fk_surveys_response_id" FOREIGN KEY ("response_id") REFERENCES "surveys_response" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "surveys_followup_ref_a218cc12_like" ON "surveys_followup" ("ref" varchar_pattern_ops);
CREATE INDEX "surveys_followup_assignee_id_72caaee9" ON "surveys_followup" ("assignee_id");
CREATE INDEX "surveys_followup_brand_id_9cfbd300" ON "surveys_followup" ("brand_id");
CREATE INDEX "follow_up_queue" ON "surveys_followup" ("brand_id", "state", "id");
ALTER TABLE "surveys_standing" ADD CONSTRAINT "surveys_standing_brand_id_b238d583_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "surveys_standing_brand_id_b238d583" ON "surveys_standing" ("brand_id");
CREATE TABLE "tickets_formsettings" ("brand_id" bigint NOT NULL PRIMARY KEY, "enabled" boolean DEFAULT true NOT NULL, "hidden_topics" varchar(40)[] NOT NULL, "answer_hours" smallint DEFAULT 24 NOT NULL, "version" integer DEFAULT 0 NOT NULL);
CREATE TABLE "tickets_ticket" ("conversation_id" bigint NOT NULL PRIMARY KEY, "number" varchar(8) NOT NULL, "client_digest" bytea NOT NULL, "salt" bytea NOT NULL, "token_hash" bytea NOT NULL UNIQUE, "fields" jsonb NOT NULL, "due_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "session_id" bigint NULL);
CREATE TABLE "tickets_addressconfirmation" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "token_hash" bytea NOT NULL UNIQUE, "expires_at" timestamp with time zone NOT NULL, "confirmed_at" timestamp with time zone NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "identity_id" bigint NOT NULL, "ticket_id" bigint NOT NULL);
CREATE TABLE "tickets_deflection" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "day" date NOT NULL, "topic" varchar(40) NOT NULL, "article" varchar(80) NOT NULL, "count" integer NOT NULL, "brand_id" bigint NOT NULL, CONSTRAINT "deflection_once_a_day" UNIQUE ("brand_id", "day", "topic", "article"));
ALTER TABLE "tickets_ticket" ADD CONSTRAINT "ticket_sent_once" UNIQUE ("brand_id", "client_digest");
ALTER TABLE "tickets_ticket" ADD CONSTRAINT "ticket_number_once" UNIQUE ("brand_id", "number");
ALTER TABLE "tickets_formsettings" ADD CONSTRAINT "tickets_formsettings_brand_id_b49edffd_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "tickets_ticket" ADD CONSTRAINT "tickets_ticket_conversation_id_c1b43fb8_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "tickets_ticket" ADD CONSTRAINT "tickets_ticket_brand_id_61398ff5_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "tickets_ticket" ADD CONSTRAINT "tickets_ticket_session_id_07b2f2eb_fk_contacts_" FOREIGN KEY ("session_id") REFERENCES "contacts_contactsession" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "tickets_ticket_brand_id_61398ff5" ON "tickets_ticket" ("brand_id");
CREATE INDEX "tickets_ticket_session_id_07b2f2eb" ON "tickets_ticket" ("session_id");
ALTER TABLE "tickets_addressconfirmation" ADD CONSTRAINT "tickets_addressconfi_identity_id_a134d7a2_fk_personal_" FOREIGN KEY ("identity_id") REFERENCES "personal_identity" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "tickets_addressconfirmation" ADD CONSTRAINT "tickets_addressconfi_ticket_id_e9eddb9b_fk_tickets_t" FOREIGN KEY ("ticket_id") REFERENCES "tickets_ticket" ("conversation_id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "tickets_addressconfirmation_identity_id_a134d7a2" ON "tickets_addressconfirmation" ("identity_id");
CREATE INDEX "tickets_addressconfirmation_ticket_id_e9eddb9b" ON "tickets_addressconfirmation" ("ticket_id");
ALTER TABLE "tickets_deflection" ADD CONSTRAINT "tickets_deflection_brand_id_32fb2568_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "tickets_deflection_brand_id_32fb2568" ON "tickets_deflection" ("brand_id");
CREATE TABLE "voice_voicerules" ("brand_id" bigint NOT NULL PRIMARY KEY, "countries" varchar(2)[] NOT NULL, "calls_per_hour" integer NOT NULL, "keep_days" integer NOT NULL, "fit" varchar(12)[] NOT NULL, "version" integer DEFAULT 0 NOT NULL);
CREATE TABLE "voice_line" ("inbox_id" bigint NOT NULL PRIMARY KEY, "languages" varchar(12)[] NOT NULL, "record" varchar(8) NOT NULL, "announce_seconds" integer NOT NULL, "overflow_seconds" integer NOT NULL, "most_calls" integer NOT NULL, "call_backs" boolean NOT NULL, "messages" boolean NOT NULL, "links" boolean NOT NULL, "survey" boolean NOT NULL, "version" integer DEFAULT 0 NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "voice_menuversion" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" integer NOT NULL, "body" jsonb NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "author_id" bigint NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "voice_call" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "ref" varchar(20) NOT NULL UNIQUE, "driver" varchar(20) NOT NULL, "name" varchar(120) NOT NULL, "number_hash" bytea NULL, "stage" varchar(10) NOT NULL, "state" jsonb NOT NULL, "due_at" timestamp with time zone NULL, "out" boolean NOT NULL, "outcome" varchar(12) DEFAULT '' NOT NULL, "talked_seconds" integer DEFAULT 0 NOT NULL, "waited_seconds" integer DEFAULT 0 NOT NULL, "started_at" timestamp with time zone NOT NULL, "ended_at" timestamp with time zone NULL, "agent_id" bigint NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, "conversation_id" bigint NULL, "line_id" bigint NULL, "menu_id" bigint NULL);
CREATE TABLE "voice_prompt" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "language" varchar(12) NOT NULL, "key" varchar(48) NOT NULL, "wav" bytea NOT NULL, "generated" boolean NOT NULL, "made_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL);
CREATE TABLE "voice_recording" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "name" varchar(40) NOT NULL, "blob" varchar(32) NOT NULL UNIQUE, "size" integer NOT NULL, "seconds" double precision NOT NULL, "is_message" boolean NOT NULL, "complete" boolean NOT NULL, "expires_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "call_id" bigint NOT NULL, "contact_id" bigint NOT NULL);
CREATE TABLE "voice_callcode" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "digest" bytea NOT NULL, "expires_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "contact_id" bigint NOT NULL, CONSTRAINT "call_code_once" UNIQUE ("brand_id", "digest"));
CREATE TABLE "voice_callcommand" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "number" integer NOT NULL, "body" bytea NOT NULL, "done_at" timestamp with time zone NULL, "call_id" bigint NOT NULL, CONSTRAINT "command_once" UNIQUE ("call_id", "number"));
CREATE TABLE "voice_callback" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "driver" varchar(20) NOT NULL, "number_hash" bytea NOT NULL, "salt" bytea NOT NULL, "language" varchar(12) NOT NULL, "tries" smallint NOT NULL, "state" varchar(8) NOT NULL, "due_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "brand_id" bigint NOT NULL, "conversation_id" bigint NOT NULL UNIQUE, "line_id" bigint NULL);
ALTER TABLE "voice_menuversion" ADD CONSTRAINT "menu_version_once" UNIQUE ("brand_id", "number");
CREATE INDEX "call_due" ON "voice_call" ("due_at") WHERE "ended_at" IS NULL;
CREATE INDEX "call_log" ON "voice_call" ("brand_id", "started_at" DESC);
ALTER TABLE "voice_call" ADD CONSTRAINT "call_once" UNIQUE ("driver", "name");
ALTER TABLE "voice_prompt" ADD CONSTRAINT "prompt_once" UNIQUE ("brand_id", "language", "key");
CREATE INDEX "recording_age" ON "voice_recording" ("expires_at");
ALTER TABLE "voice_recording" ADD CONSTRAINT "recording_once" UNIQUE ("call_id", "name");
ALTER TABLE "voice_voicerules" ADD CONSTRAINT "voice_voicerules_brand_id_99cad35d_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_line" ADD CONSTRAINT "voice_line_inbox_id_c4600597_fk_channels_inbox_id" FOREIGN KEY ("inbox_id") REFERENCES "channels_inbox" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_line" ADD CONSTRAINT "voice_line_brand_id_8d798f7f_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_line_brand_id_8d798f7f" ON "voice_line" ("brand_id");
ALTER TABLE "voice_menuversion" ADD CONSTRAINT "voice_menuversion_author_id_baf7ff0b_fk_accounts_membership_id" FOREIGN KEY ("author_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_menuversion" ADD CONSTRAINT "voice_menuversion_brand_id_3062e708_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_menuversion_author_id_baf7ff0b" ON "voice_menuversion" ("author_id");
CREATE INDEX "voice_menuversion_brand_id_3062e708" ON "voice_menuversion" ("brand_id");
ALTER TABLE "voice_call" ADD CONSTRAINT "voice_call_agent_id_bde9b2ad_fk_accounts_membership_id" FOREIGN KEY ("agent_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_call" ADD CONSTRAINT "voice_call_brand_id_006d3f4e_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_call" ADD CONSTRAINT "voice_call_contact_id_6792fd8a_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_call" ADD CONSTRAINT "voice_call_conversation_id_ac23ac83_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_call" ADD CONSTRAINT "voice_call_line_id_ec557c7a_fk_voice_line_inbox_id" FOREIGN KEY ("line_id") REFERENCES "voice_line" ("inbox_id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_call" ADD CONSTRAINT "voice_call_menu_id_89b54f37_fk_voice_menuversion_id" FOREIGN KEY ("menu_id") REFERENCES "voice_menuversion" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_call_ref_5e9cc48e_like" ON "voice_call" ("ref" varchar_pattern_ops);
CREATE INDEX "voice_call_agent_id_bde9b2ad" ON "voice_call" ("agent_id");
CREATE INDEX "voice_call_brand_id_006d3f4e" ON "voice_call" ("brand_id");
CREATE INDEX "voice_call_contact_id_6792fd8a" ON "voice_call" ("contact_id");
CREATE INDEX "voice_call_conversation_id_ac23ac83" ON "voice_call" ("conversation_id");
CREATE INDEX "voice_call_line_id_ec557c7a" ON "voice_call" ("line_id");
CREATE INDEX "voice_call_menu_id_89b54f37" ON "voice_call" ("menu_id");
ALTER TABLE "voice_prompt" ADD CONSTRAINT "voice_prompt_brand_id_aaad44f4_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_prompt_brand_id_aaad44f4" ON "voice_prompt" ("brand_id");
ALTER TABLE "voice_recording" ADD CONSTRAINT "voice_recording_call_id_da48cbd2_fk_voice_call_id" FOREIGN KEY ("call_id") REFERENCES "voice_call" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_recording" ADD CONSTRAINT "voice_recording_contact_id_3c555875_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_recording_blob_bd137aa0_like" ON "voice_recording" ("blob" varchar_pattern_ops);
CREATE INDEX "voice_recording_call_id_da48cbd2" ON "voice_recording" ("call_id");
CREATE INDEX "voice_recording_contact_id_3c555875" ON "voice_recording" ("contact_id");
ALTER TABLE "voice_callcode" ADD CONSTRAINT "voice_callcode_brand_id_966866ab_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_callcode" ADD CONSTRAINT "voice_callcode_contact_id_18831549_fk_contacts_contact_id" FOREIGN KEY ("contact_id") REFERENCES "contacts_contact" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_callcode_brand_id_966866ab" ON "voice_callcode" ("brand_id");
CREATE INDEX "voice_callcode_contact_id_18831549" ON "voice_callcode" ("contact_id");
CREATE INDEX "call_code_age" ON "voice_callcode" ("expires_at");
ALTER TABLE "voice_callcommand" ADD CONSTRAINT "voice_callcommand_call_id_200e5e15_fk_voice_call_id" FOREIGN KEY ("call_id") REFERENCES "voice_call" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_callcommand_call_id_200e5e15" ON "voice_callcommand" ("call_id");
CREATE INDEX "command_due" ON "voice_callcommand" ("call_id", "number") WHERE "done_at" IS NULL;
ALTER TABLE "voice_callback" ADD CONSTRAINT "voice_callback_brand_id_59247f66_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_callback" ADD CONSTRAINT "voice_callback_conversation_id_82bd336a_fk_conversat" FOREIGN KEY ("conversation_id") REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "voice_callback" ADD CONSTRAINT "voice_callback_line_id_c6ebd69b_fk_voice_line_inbox_id" FOREIGN KEY ("line_id") REFERENCES "voice_line" ("inbox_id") DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX "voice_callback_brand_id_59247f66" ON "voice_callback" ("brand_id");
CREATE INDEX "voice_callback_line_id_c6ebd69b" ON "voice_callback" ("line_id");
CREATE INDEX "callback_due" ON "voice_callback" ("due_at") WHERE "state" = 'waiting';
CREATE TABLE "watch_alarm" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "kind" varchar(10) NOT NULL, "count" integer NOT NULL, "bar" integer NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "settled_at" timestamp with time zone NULL, "note" varchar(500) DEFAULT '' NOT NULL, "brand_id" bigint NOT NULL, "member_id" bigint NOT NULL, "settled_by_id" bigint NULL);
CREATE TABLE "watch_lock" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "opened_at" timestamp with time zone NULL, "reason" varchar(500) DEFAULT '' NOT NULL, "brand_id" bigint NOT NULL, "member_id" bigint NOT NULL, "opened_by_id" bigint NULL, "user_id" bigint NOT NULL);
ALTER TABLE "watch_alarm" ADD CONSTRAINT "watch_alarm_brand_id_2765545d_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "watch_alarm" ADD CONSTRAINT "watch_alarm_member_id_692aef32_fk_accounts_membership_id" FOREIGN KEY ("member_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "watch_alarm" ADD CONSTRAINT "watch_alarm_settled_by_id_67332679_fk_accounts_membership_id" FOREIGN KEY ("settled_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "one_open_alarm_of_a_kind" ON "watch_alarm" ("member_id", "kind") WHERE "settled_at" IS NULL;
CREATE INDEX "watch_alarm_brand_id_2765545d" ON "watch_alarm" ("brand_id");
CREATE INDEX "watch_alarm_member_id_692aef32" ON "watch_alarm" ("member_id");
CREATE INDEX "watch_alarm_settled_by_id_67332679" ON "watch_alarm" ("settled_by_id");
CREATE INDEX "alarm_of_brand" ON "watch_alarm" ("brand_id", "id" DESC);
ALTER TABLE "watch_lock" ADD CONSTRAINT "watch_lock_brand_id_99c04e49_fk_accounts_brand_id" FOREIGN KEY ("brand_id") REFERENCES "accounts_brand" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "watch_lock" ADD CONSTRAINT "watch_lock_member_id_c887dbf8_fk_accounts_membership_id" FOREIGN KEY ("member_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "watch_lock" ADD CONSTRAINT "watch_lock_opened_by_id_c0223b44_fk_accounts_membership_id" FOREIGN KEY ("opened_by_id") REFERENCES "accounts_membership" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "watch_lock" ADD CONSTRAINT "watch_lock_user_id_71ca22bd_fk_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts_user" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "locked_once" ON "watch_lock" ("user_id") WHERE "opened_at" IS NULL;
CREATE INDEX "watch_lock_brand_id_99c04e49" ON "watch_lock" ("brand_id");
CREATE INDEX "watch_lock_member_id_c887dbf8" ON "watch_lock" ("member_id");
CREATE INDEX "watch_lock_opened_by_id_c0223b44" ON "watch_lock" ("opened_by_id");
CREATE INDEX "watch_lock_user_id_71ca22bd" ON "watch_lock" ("user_id");
