"""Valid addresses and forms of the settings, for the access matrix: one line an address."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast
from tests.security import flow_cases, proof_cases, survey_cases, voice_cases
from walletdesk.chain.choices import Choice
from walletdesk.channels.actions import InboxDraft, create_inbox
from walletdesk.channels.models import Inbox
from walletdesk.channels.types import InboxKind
from walletdesk.conversations.actions.macros import MacroDraft, create_macro
from walletdesk.conversations.actions.tags import create_tag
from walletdesk.conversations.diagnoses.actions.networks import choose_network
from walletdesk.conversations.diagnoses.books import choices_of, operators_network
from walletdesk.conversations.models import Macro, Tag
from walletdesk.escalation.actions.levels import ensure_levels
from walletdesk.escalation.queries import levels_of
from walletdesk.integrations.email.actions.accounts import create_account
from walletdesk.integrations.email.actions.raw import keep_raws, put_off
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.outgoing.actions.accounts import send_test
from walletdesk.integrations.email.outgoing.models import SentMail
from walletdesk.integrations.email.outgoing.sending import send_due
from walletdesk.integrations.email.queries import get_account_for
from walletdesk.integrations.email.rules import TRIES
from walletdesk.integrations.email.types import Envelope, Letter, MailState
from walletdesk.kit import ids
from walletdesk.knowledge.actions.authoring import create_article
from walletdesk.knowledge.actions.notices import create_notice
from walletdesk.knowledge.actions.topics import create_topic, propose_example
from walletdesk.knowledge.models import Article, TopicExample, TopicVersion
from walletdesk.knowledge.reader_models import StatusNotice
from walletdesk.knowledge.types import ExampleState, NoticeDraft, VersionState
from walletdesk.safety import guard
from walletdesk.sla.actions import CalendarDraft, create_calendar
from walletdesk.sla.actions.policies import PolicyDraft, create_policy
from walletdesk.sla.models import Calendar, Policy

SLUG = "fees-of-settings"


def tag_id(cast: Cast) -> int:
    found = Tag.objects.filter(brand=cast.brand).first()
    return (found or create_tag(actor=cast.owner, name="Refund", colour="red")).pk


def macro_id(cast: Cast) -> int:
    found = Macro.objects.filter(brand=cast.brand).first()
    draft = MacroDraft(name="Hello", bodies={"en": "Hello"})
    return (found or create_macro(actor=cast.owner, draft=draft)).pk


def inbox_id(cast: Cast) -> int:
    found = Inbox.objects.filter(brand=cast.brand).first()
    draft = InboxDraft(InboxKind.EMAIL, "Mail", "help@borealis.example")
    return (found or create_inbox(actor=cast.owner, draft=draft)).pk


def calendar_id(cast: Cast) -> int:
    found = Calendar.objects.filter(brand=cast.brand, main=False).first()
    if found is None:
        for name in ("Office", "Nights"):
            draft = CalendarDraft(name, "UTC", main=name == "Office")
            found = create_calendar(actor=cast.owner, draft=draft)
    assert found is not None
    return found.pk


def article(cast: Cast) -> str:
    if not Article.objects.filter(brand=cast.brand, slug=SLUG).exists():
        create_article(actor=cast.owner, slug=SLUG, topic="fees", category="fees")
    return SLUG


def a_tag(cast: Cast) -> list[object]:
    return [tag_id(cast)]


def a_macro(cast: Cast) -> list[object]:
    return [macro_id(cast)]


def an_inbox(cast: Cast) -> list[object]:
    return [inbox_id(cast)]


def a_policy(cast: Cast) -> list[object]:
    found = Policy.objects.filter(brand=cast.brand).first()
    draft = PolicyDraft("Everybody", targets={"first": (10, "m")})
    return [(found or create_policy(actor=cast.owner, draft=draft)).pk]


def a_calendar(cast: Cast) -> list[object]:
    return [calendar_id(cast)]


def telegram(cast: Cast) -> list[object]:
    return ["telegram"]


def an_article(cast: Cast) -> list[object]:
    return [article(cast)]


def a_text(cast: Cast) -> list[object]:
    return [article(cast), "en"]


def a_choice(cast: Cast) -> list[object]:
    network = operators_network("ethereum")
    known = choices_of(cast.brand.pk).get(network.id)
    version = known.version if known else 0
    choose_network(actor=cast.owner, network=network, version=version, choice=Choice(enabled=False))
    return [network.id, version + 1]


def an_account(cast: Cast) -> list[object]:
    found = MailAccount.objects.filter(brand=cast.brand).first()
    made = found or create_account(
        actor=cast.owner, name="Support", address="support@borealis.example"
    )
    return [made.ref]


def a_kept_mail(cast: Cast) -> list[object]:
    account = get_account_for(cast.owner, str(an_account(cast)[0]))
    planned = send_test(actor=cast.owner, account=account, language="en")
    assert planned is not None
    send_due(planned.pk)
    return [SentMail.objects.get(delivery=planned).ref]


def a_quarantined_mail(cast: Cast) -> list[object]:
    found = RawMail.objects.filter(brand=cast.brand, state=MailState.QUARANTINED).first()
    if found is None:
        raw = b"From: a@b.example\nMessage-ID: <%s@b.example>\n\nHello" % ids.new_ref().encode()
        letters = [Letter(raw, Envelope())]
        found = keep_raws(brand=cast.brand, account=None, letters=letters)[0].mail
        for _ in range(TRIES):
            put_off(mail=found, reason="crashed")
    return [found.ref]


def a_notice(cast: Cast) -> list[object]:
    found = StatusNotice.objects.filter(brand=cast.brand).first()
    draft = NoticeDraft("warning", {"en": ("Deposits are slow", "")})
    return [(found or create_notice(actor=cast.owner, draft=draft)).pk]


def an_own_topic(cast: Cast) -> list[object]:
    form = _own_topic(cast)
    values = {key: form[key] for key in ("name", "urgency", "examples")}
    return [create_topic(actor=cast.owner, **values).code]


def an_example(cast: Cast) -> list[object]:
    origin = ids.new_ref()
    propose_example(
        brand=cast.brand,
        topic="fees",
        was="other",
        language="en",
        text=guard.trusted("why is it so dear"),
        origin=origin,
    )
    return [TopicExample.objects.get(origin=origin).pk]


def something_accepted(cast: Cast) -> list[object]:
    TopicExample.objects.create(
        brand=cast.brand, topic="fees", language="en", text="so dear", state=ExampleState.ACCEPTED
    )
    return []


def a_version(cast: Cast) -> list[object]:
    rows = TopicVersion.objects.filter(brand=cast.brand)
    version = TopicVersion(brand=cast.brand, number=rows.count() + 1, examples=1)
    version.state = VersionState.RETIRED
    version.save()
    return [version.pk]


def _own_topic(_cast: Cast) -> dict[str, Any]:
    return {
        "name": f"Own {ids.new_ref()}",
        "urgency": 1,
        "examples": "my card is lost\ncard is broken\nsend me a new card",
        "version": 0,
    }


# name in desk:settings → the arguments of its address
def first_level(cast: Cast) -> list[object]:
    """Return the id of the brand's first level of escalation."""
    ensure_levels(cast.brand)
    return [levels_of(cast.brand)[0].pk]


ARGS: dict[str, Callable[[Cast], list[object]]] = {
    **proof_cases.ARGS,
    "topic_remove": an_own_topic,
    "topic_train": something_accepted,
    "topic_version_use": a_version,
    "example_accept": an_example,
    "example_reject": an_example,
    "tag": a_tag,
    "tag_preview": a_tag,
    "tag_archive": a_tag,
    "tag_restore": a_tag,
    "tag_merge": a_tag,
    "macro": a_macro,
    "macro_archive": a_macro,
    "macro_restore": a_macro,
    "inbox": an_inbox,
    "inbox_move": an_inbox,
    "inbox_remove": an_inbox,
    "inbox_new": telegram,
    "policy": a_policy,
    "policy_move": a_policy,
    "policy_remove": a_policy,
    "calendar": a_calendar,
    "calendar_remove": a_calendar,
    "article_about": an_article,
    "article_shown": an_article,
    "article": a_text,
    "article_history": a_text,
    "article_review": a_text,
    "help_notice": a_notice,
    "help_notice_end": a_notice,
    "way_out": an_account,
    "way_out_test": an_account,
    "way_out_keys": an_account,
    "outbox_mail": a_kept_mail,
    "outbox_body": a_kept_mail,
    "account_end_one": lambda _cast: ["2222222222222222"],
    **voice_cases.ARGUMENTS,
    "network": lambda _cast: ["ethereum"],
    "network_try": lambda _cast: ["ethereum"],
    "network_undo": a_choice,
    "level": first_level,
    "level_move": first_level,
    "level_remove": first_level,
    "person": lambda cast: [cast.supervisor.pk],
    "person_preview": lambda cast: [cast.supervisor.pk],
    "person_skills": lambda cast: [cast.supervisor.pk],
    "person_invite": lambda cast: [cast.supervisor.pk],
    "person_deactivate": lambda cast: [cast.supervisor.pk],
    "person_reactivate": lambda cast: [cast.supervisor.pk],
    "person_reset": lambda cast: [cast.supervisor.pk],
    "person_sign_out": lambda cast: [cast.supervisor.pk],
    "team_rename": lambda cast: [cast.agent.team_id],
    "team_preview": lambda cast: [cast.agent.team_id],
    "team_remove": lambda cast: [cast.agent.team_id],
    "identity_revoke": lambda _: ["nosuchkey"],
    "email_account": an_account,
    "email_trial": an_account,
    "email_remove": an_account,
    "email_again": a_quarantined_mail,
    "email_discard": a_quarantined_mail,
    "email_original": a_quarantined_mail,
    **flow_cases.ARGS,
}
TAG = {"name": "Fresh", "colour": "blue", "version": 0}
MACRO = {"name": "Fresh", "body_en": "Good day", "shared": "own", "version": 0}
CALENDAR = {"name": "Fresh", "time_zone": "Asia/Shanghai", "day_0": "09:00-18:00", "version": 0}
POLICY = {"name": "Fresh", "first": 10, "first_unit": "m", "next_unit": "m", "update_unit": "m",
          "resolution_unit": "h", "warn": 80, "version": 0}  # fmt: skip
ABOUT = {"topic": "fees", "category": "fees", "audience": "customers", "version": 0}
NOTICE = {"severity": "info", "title_en": "New fees from Monday", "version": 0}
PLACE = {"role": "agent", "team": "", "languages": "en"}
LANGUAGES = {"serve_en": "on", "place_en": 1, "default_language": "en", "version": 0}
ROUTING = {
    "mode": "pick",
    "offer_seconds": 45,
    "overflow_seconds": 180,
    "ageing_minutes": 30,
    "wrap_up_seconds": 0,
    **{f"capacity_{name}": 3 for name in ("chat", "form", "email", "voice")},
    "version": 0,
}
PRIVACY = {
    "reveals_per_day": 5,
    "reveal_minutes": 10,
    "retention_days": 90,
    "session_days": 7,
    "version": 0,
}
MAIL_ACCOUNT = {
    "name": "Support",
    "address": "help@borealis.example",
    "in_way": "none",
    "version": 0,
}


def _another_tag(cast: Cast) -> dict[str, Any]:
    return {"into": create_tag(actor=cast.owner, name=f"Other {ids.new_ref()}", colour="red").pk}


# name in desk:settings → a form that its POST accepts
FORMS: dict[str, dict[str, Any] | Callable[[Cast], dict[str, Any]]] = {
    **proof_cases.FORMS,
    "surveys": survey_cases.SETTINGS,
    "surveys_test": {},
    **voice_cases.FORMS,
    **flow_cases.FORMS,
    "escalation": {"times": 3, "days": 14, "version": 0},
    "escalation_preview": {"text": "I want a supervisor"},
    "network": {"enabled": "on", "version": 0},
    "network_try": {"only": "on"},
    "network_undo": {},
    "level_new": {"name": "Manager"},
    "level": {"name": "Supervisor", "version": 0},
    "level_move": {"up": "1"},
    "way_out": {"backend": "console", "security": "tls", "provider": "postmark", "version": 0},
    "way_out_test": {},
    "way_out_keys": {},
    "brand": {"name": "Borealis", "accent": "#112233", "version": 0},
    "brand_preview": {"name": "Borealis", "accent": "#112233"},
    "brand_logo": {"remove": 1},
    "languages": LANGUAGES,
    "languages_preview": LANGUAGES,
    "topics": _own_topic,
    "topic_remove": {},
    "topic_train": {},
    "topic_shipped": {},
    "topic_version_use": {},
    "example_accept": {},
    "example_reject": {},
    "tags": TAG,
    "tag": TAG,
    "tags_preview": TAG,
    "tag_preview": TAG,
    "tag_archive": {},
    "tag_restore": {},
    "tag_merge": _another_tag,
    "macro_new": MACRO,
    "macro": MACRO,
    "macro_preview": MACRO,
    "macro_archive": {},
    "macro_restore": {},
    "inbox_new": {"name": "Telegram", "address": "@borealis", "version": 0},
    "inbox": {"name": "Mail", "address": "new@borealis.example", "version": 0},
    "inbox_move": {"to": "up"},
    "inbox_remove": {},
    "calendar_new": CALENDAR,
    "calendar": CALENDAR,
    "calendar_remove": {},
    "policy_new": POLICY,
    "policy": POLICY,
    "policy_move": {"to": "up"},
    "policy_remove": {},
    "promises_usual": {},
    "hours_preview": CALENDAR,
    "article_new": {"slug": "fresh", **ABOUT},
    "article_about": ABOUT | {"category": "costs"},
    "article_shown": {"released": 0},
    "article": {"title": "Fees", "summary": "They go to miners.", "version": 0},
    "article_preview": {"title": "Fees", "body": "## Why"},
    "article_review": {"do": "current"},
    "article_import": {},
    "article_picture": {"alt": "The button"},
    "help_searches": {"id": "1"},
    "help_links": {},
    "help_rules": {"four_eyes": "on", "version": 0},
    "help_folder": {},
    "help_notice_new": NOTICE,
    "help_notice": NOTICE,
    "help_notice_end": {},
    "privacy": PRIVACY,
    "privacy_preview": PRIVACY,
    "account": lambda _cast: {"name": "Somebody", "language": "en"},
    "account_password": lambda _cast: {"old": "x", "new": "", "again": ""},
    "account_end_others": lambda _cast: {},
    "account_end_one": lambda _cast: {},
    # what an owner does to people waits for proof (302): tests/accounts/test_people.py gives it
    "people_invite": lambda _cast: {},
    "person": lambda _cast: {},
    "people_preview": PLACE,
    "person_preview": PLACE,
    "teams_preview": {"name": "Night"},
    "team_preview": {"name": "Night"},
    "roles_preview": {"second_factor": "agent"},
    "person_skills": {"topic_0": "fees", "level_0": "2", "version": 0},
    "routing": ROUTING,
    "routing_preview": {"asked_topic": "fees"},
    "person_invite": lambda _cast: {},
    "person_deactivate": lambda _cast: {},
    "person_reactivate": lambda _cast: {},
    "person_reset": lambda _cast: {},
    "person_sign_out": lambda _cast: {},
    "team_create": lambda _cast: {"name": "Night"},
    "team_rename": lambda _cast: {"name": "Night"},
    "team_remove": lambda _cast: {},
    "roles": lambda _cast: {},
    "identity": lambda _: {"proof_of_work": "auto", "chains": ""},
    "identity_create": lambda _: {"algorithm": "HS256", "public_key": ""},
    "identity_revoke": lambda _: {},
    "email": lambda _: {"name": "Mail", "address": f"m{ids.new_ref()}@borealis.example"},
    "email_account": MAIL_ACCOUNT,
    "email_trial": {},
    "email_remove": {},
    "email_again": {},
    "email_discard": {},
    "email_original": {},
}


def args_of(name: str, cast: Cast, ref: str) -> list[object]:
    """Return the arguments of an address; an unknown `ref` asks for something that is not there."""
    make = ARGS.get(name.removeprefix("desk:settings:"))
    return make(cast) if make else []


def body_of(name: str, cast: Cast) -> dict[str, Any] | None:
    """Return a valid form, None for a page that is only read."""
    make = FORMS.get(name.removeprefix("desk:settings:"))
    if make is None:
        return None
    return {"_form": 1} | (make if isinstance(make, dict) else make(cast))
