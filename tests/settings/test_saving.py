"""Every section saves in the same way: checked, told, audited, never over a colleague's head."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.security import settings_cases as cases
from walletdesk.accounts.models import AuditEntry, Brand, Membership, User
from walletdesk.channels.models import Inbox
from walletdesk.conversations.actions.tags import create_tag
from walletdesk.conversations.models import Macro
from walletdesk.escalation.actions.levels import LevelDraft, create_level
from walletdesk.escalation.models import Rule
from walletdesk.escalation.types import Cause
from walletdesk.kit import clock
from walletdesk.knowledge.reader_models import StatusNotice
from walletdesk.routing.models import Ability
from walletdesk.surveys.models import SurveySettings
from walletdesk.web.desk.settings.sections import SECTIONS

MOST_QUERIES = 9  # session, user, place, counts of the rail, and what is shown
# section → its form's page in the matrix, and what the audit trail calls a save
EDITORS = {
    "brand": "brand.changed",
    "languages": "brand.languages_changed",
    "privacy": "privacy.changed",
    "tag": "tag.changed",
    "macro": "macro.changed",
    "inbox": "inbox.changed",
    "calendar": "calendar.changed",
    "article_about": "article.changed",
    "article": "article.saved",
}
MACRO = {**cases.MACRO, "shared": "shared"}


def address(name: str, cast: Cast) -> str:
    return reverse(f"desk:settings:{name}", args=cases.args_of(name, cast, ""))


def form_of(name: str, cast: Cast) -> dict[str, Any]:
    fields = cases.body_of(name, cast) or {}
    return {key: value for key, value in fields.items() if key != "_form"}


def test_the_menu_holds_what_one_may_open(cast: Cast) -> None:
    seen = {}
    for name in ("owner", "supervisor", "agent", "viewer"):
        page = cast.client(getattr(cast, name)).get("/desk/settings/").content.decode()
        seen[name] = [s.name for s in SECTIONS if f'href="{reverse(s.url)}"' in page]
    assert seen["viewer"] == ["account"]
    assert seen["agent"] == ["macros", "contacts", "account"]
    assert {"articles", "macros", "tags"} <= set(seen["supervisor"])
    assert "brand" not in seen["supervisor"]
    assert seen["owner"] == [section.name for section in SECTIONS]


@pytest.mark.parametrize("name", EDITORS)
def test_a_save_is_told_and_audited(cast: Cast, name: str) -> None:
    client = cast.client(cast.owner)
    path, fields = address(name, cast), form_of(name, cast)
    answer = client.post(path, fields)
    assert answer.status_code == 302
    assert "data-said>" in client.get(answer["Location"]).content.decode()
    entry = AuditEntry.objects.filter(action=EDITORS[name]).get()
    assert (entry.actor, entry.brand) == (cast.owner, cast.brand)
    assert entry.detail["changed"]


def test_a_skill_in_a_language_that_is_gone_does_not_become_one_in_all(cast: Cast) -> None:
    Ability.objects.create(membership=cast.agent, skills=[["fees", "es", 3]])
    cast.brand.languages = ["en"]
    cast.brand.save()
    client = cast.client(cast.owner)
    page = reverse("desk:settings:person_skills", args=[cast.agent.pk])
    form = client.get(page).context["form"]
    sent: dict[str, Any] = {"version": 0, "level_0": 3}
    for name in ("topic_0", "language_0"):  # as a browser: what is chosen, else the first
        offered = [str(code) for code, _name in form.fields[name].choices]
        chosen = str(form[name].value())
        sent[name] = chosen if chosen in offered else offered[0]
    assert client.post(page, sent).status_code == 422
    assert Ability.objects.get().skills == [["fees", "es", 3]]


def as_shown(form: Any) -> dict[str, Any]:
    """Return what a browser sends of a form in which nothing was touched."""
    sent: dict[str, Any] = {}
    for name in form.fields:
        if (value := form[name].value()) not in (None, False, ""):
            offered = getattr(form.fields[name], "choices", None)
            codes = None if offered is None else {str(code) for code, _name in offered}
            if isinstance(value, list):
                value = [one for one in value if codes is None or str(one) in codes]
            if isinstance(value, datetime):
                value = value.strftime("%Y-%m-%dT%H:%M")
            sent[name] = value
    return sent


def test_what_a_form_does_not_show_is_not_lost(cast: Cast) -> None:
    """A brand gives a language up, saves what it has, and takes the language up again."""
    said = {"en": "Hello", "es": "Hola"}
    Brand.objects.filter(pk=cast.brand.pk).update(greetings=said)
    inbox = Inbox.objects.filter(brand=cast.brand).first() or Inbox.objects.create(
        brand=cast.brand, kind="chat", name="Chat"
    )
    Inbox.objects.filter(pk=inbox.pk).update(promises=said)
    notice = StatusNotice.objects.create(
        brand=cast.brand,
        severity="info",
        starts_at=clock.now(),
        changed_at=clock.now(),
        texts={code: {"title": word, "text": ""} for code, word in said.items()},
    )
    SurveySettings.objects.create(brand=cast.brand, intros=said)
    macro = Macro.objects.create(brand=cast.brand, name="Hello", bodies=said)
    Brand.objects.filter(pk=cast.brand.pk).update(languages=["en"])
    client = cast.client(cast.owner)
    for name, args in (
        ("brand", []),
        ("inbox", [inbox.pk]),
        ("help_notice", [notice.pk]),
        ("surveys", []),
        ("macro", [macro.pk]),
    ):
        page = reverse(f"desk:settings:{name}", args=args)
        sent = as_shown(client.get(page).context["form"])
        assert not [key for key in sent if key.endswith("_es")], name
        assert client.post(page, sent).status_code == 302, name
    for row in (inbox, notice, macro):
        row.refresh_from_db()
    assert notice.texts["es"] == {"title": "Hola", "text": ""}
    assert Brand.objects.get(pk=cast.brand.pk).greetings == said
    assert SurveySettings.objects.get(brand=cast.brand).intros == said
    assert (inbox.promises, macro.bodies) == (said, said)


def test_a_level_keeps_who_is_away_and_a_topic_that_is_gone(cast: Cast) -> None:
    draft = LevelDraft("Senior", people=[cast.agent, cast.colleague])
    level = create_level(actor=cast.owner, draft=draft)
    Rule.objects.create(brand=cast.brand, level=level, cause=Cause.TOPIC, topic="own_gone")
    User.objects.filter(pk=cast.agent.user_id).update(is_active=False)
    client = cast.client(cast.owner)
    page = reverse("desk:settings:level", args=[level.pk])
    sent = as_shown(client.get(page).context["form"])
    assert client.post(page, sent).status_code == 302
    assert set(level.people.all()) == {cast.agent, cast.colleague}
    assert [rule.topic for rule in level.rules.all()] == ["own_gone"]


@pytest.mark.parametrize("name", EDITORS)
def test_the_slower_of_two_loses_nothing_and_overwrites_nothing(cast: Cast, name: str) -> None:
    path, fields = address(name, cast), form_of(name, cast)
    mine = fields | ({"name": "Mine"} if "name" in fields else {})
    mine |= {"title": "Mine"} if "title" in fields else {}
    assert cast.client(cast.owner).post(path, fields).status_code == 302
    client = cast.client(cast.owner)
    answer = client.post(path, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A colleague changed this meanwhile" in page
    if "Mine" in str(mine):
        assert 'value="Mine"' in page
    assert AuditEntry.objects.filter(action=EDITORS[name]).count() == 1
    # With open eyes it goes through: the form has learned the version that stands now.
    version = answer.context["form"]["version"].value()
    assert client.post(path, mine | {"version": version}).status_code == 302


HOSTILE = ["\x00", "x" * 60_000, "-1", "9" * 40, "<script>alert(1)</script>", "\ufffe\u202e", "{x}"]


OTHERS = (
    "tags", "macro_new", "inbox_new", "calendar_new", "article_new", "brand_logo", "tag_merge",
    "inbox_move", "article_shown", "brand_preview", "macro_preview", "hours_preview",
    "article_preview", "privacy_preview", "tags_preview", "tag_preview", "languages_preview",
    "people_preview", "person_preview", "teams_preview", "team_preview", "roles_preview",
)  # fmt: skip


@pytest.mark.parametrize("name", [*EDITORS, *OTHERS])
def test_hostile_forms_get_a_clear_answer(cast: Cast, name: str) -> None:
    client = cast.client(cast.owner)
    path, fields = address(name, cast), form_of(name, cast)
    tried = [{}, dict.fromkeys(fields, "")]
    tried += [fields | {key: text} for text in HOSTILE for key in fields]
    for form in tried:
        answer = client.post(path, form)
        assert answer.status_code in {200, 302, 400, 409, 413, 422}, (form, answer.status_code)
        assert b"<script>alert(1)" not in answer.content


def test_what_another_brand_has_is_not_there(cast: Cast) -> None:
    client = cast.client(cast.stranger)
    for name in ("tag", "macro", "inbox", "calendar", "article", "article_about"):
        assert client.get(address(name, cast)).status_code == 404
    assert (
        cast.client(cast.owner).get("/desk/settings/tags/99999999999999999999/").status_code == 404
    )


def test_nothing_is_saved_without_a_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner.user)
    answer = client.post("/desk/settings/brand/", form_of("brand", cast))
    assert answer.status_code == 403
    assert Brand.objects.get(pk=cast.brand.pk).name == cast.brand.name


@pytest.mark.parametrize(
    "name", ["tags", "macros", "inboxes", "hours", "articles", "languages", "home"]
)
def test_lists_cost_the_same_however_long(
    cast: Cast, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in ("tag", "macro", "inbox", "calendar", "article"):
        cases.args_of(kind, cast, "")
    for number in range(8):
        create_tag(actor=cast.owner, name=f"Tag {number}", colour="red")
    client = cast.client(cast.owner)
    path = reverse(f"desk:settings:{name}")
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(path).status_code == 200


def test_a_step_back(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    pk = cases.tag_id(cast)
    page = client.post(f"/desk/settings/tags/{pk}/archive", follow=True).content.decode()
    undo = f'action="/desk/settings/tags/{pk}/restore"'
    assert undo in page
    client.post(f"/desk/settings/tags/{pk}/restore")
    assert [e.action for e in AuditEntry.objects.order_by("-pk")[:2]] == [
        "tag.restored",
        "tag.archived",
    ]


def members(cast: Cast) -> list[Membership]:
    return [cast.owner, cast.supervisor, cast.agent]


def test_shared_macros_are_read_by_all_and_changed_by_some(cast: Cast) -> None:
    path = address("macro", cast)
    for who in members(cast):
        assert cast.client(who).get(path).status_code == 200
    assert cast.client(cast.agent).post(path, MACRO).status_code == 403
    assert "data-save-bar" not in cast.client(cast.agent).get(path).content.decode()
    assert cast.client(cast.supervisor).post(path, MACRO).status_code == 302
