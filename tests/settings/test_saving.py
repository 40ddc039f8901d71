"""Every section saves in the same way: checked, told, audited, never over a colleague's head."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.security import settings_cases as cases
from walletdesk.accounts.models import AuditEntry, Brand, Membership
from walletdesk.conversations.actions.tags import create_tag
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
