"""What the pages of tags, languages, roles, people and teams show before anything is saved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.accounts.browsers import be_strict, give_app
from tests.cast import Cast, Customer, make_customer
from tests.security import settings_cases as cases
from tests.security.actors import publish
from walletdesk.accounts.actions.invitations import invite_member
from walletdesk.accounts.actions.teams import create_team
from walletdesk.accounts.models import AuditEntry, Membership, Team
from walletdesk.accounts.types import Role
from walletdesk.conversations.actions.tags import archive_tag, create_tag
from walletdesk.conversations.models import Conversation, Tag

SEED = (
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
)
Ask = Callable[..., str]


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """Return what the owner is shown of a form: ask("tags", name="Fees")."""
    client = cast.client(cast.owner)

    def asked(path: str, **fields: Any) -> str:
        answer = client.post(f"/desk/settings/{path}/preview", fields)
        assert answer.status_code == 200, answer.content
        return " ".join(answer.content.decode().split())

    return asked


def waiting(cast: Cast, language: str, team: int | None) -> Customer:
    """Return a customer who waits in a team's queue."""
    customer = make_customer(cast.brand, language)
    customer.write("My transfer has not arrived")
    customer.ask_for_person()
    Conversation.objects.filter(pk=customer.conversation.pk).update(team=team)
    return customer


# --- nothing is stored ----------------------------------------------------------------------


PREVIEWS = [
    "languages_preview", "tags_preview", "tag_preview", "people_preview", "person_preview",
    "teams_preview", "team_preview", "roles_preview",
]  # fmt: skip


@pytest.mark.parametrize("name", PREVIEWS)
def test_a_preview_writes_nothing(cast: Cast, name: str) -> None:
    client = cast.client(cast.owner)
    path = reverse(f"desk:settings:{name}", args=cases.args_of(name, cast, ""))
    fields = {k: v for k, v in (cases.body_of(name, cast) or {}).items() if k != "_form"}
    client.post(path, fields)
    audited = AuditEntry.objects.count()
    with CaptureQueriesContext(connection) as asked:
        assert client.post(path, fields).status_code == 200
    wrote = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in wrote if "session" not in sql] == []
    assert AuditEntry.objects.count() == audited


# --- tags -------------------------------------------------------------------------------------


def test_a_tag_stands_beside_a_row_as_it_would_in_the_lists(ask: Ask) -> None:
    shown = ask("tags", name="  Lost   phone ", colour="violet")
    assert '<span class="tag-chip colour-violet" dir="auto">Lost phone</span>' in shown
    assert '<span class="tag own tag-violet" dir="auto">Lost phone</span>' in shown
    assert "Violet" in shown
    assert not Tag.objects.exists()


def test_a_name_that_is_taken_is_told_at_once(cast: Cast, ask: Ask) -> None:
    told = "There is a tag of this name already."
    fees = create_tag(actor=cast.owner, name="Fees", colour="red")
    create_tag(actor=cast.stranger, name="Limits", colour="red")
    assert told in ask("tags", name="fEES", colour="blue")
    assert f'href="/desk/settings/tags/{fees.pk}/"' in ask("tags", name="fees", colour="blue")
    assert told not in ask("tags", name="Limits", colour="blue")  # that is another brand's
    assert told not in ask(f"tags/{fees.pk}", name="FEES", colour="blue")  # that is its own
    archive_tag(actor=cast.owner, tag=fees, archived=True)
    assert "archived" in ask("tags", name="Fees", colour="blue")


def test_a_tag_that_would_be_refused_is_told(cast: Cast, ask: Ask) -> None:
    assert "This is too long." in ask("tags", name="x" * 41, colour="red")
    secret = ask("tags", name=SEED, colour="red")
    assert "abandon" not in secret
    tag = create_tag(actor=cast.owner, name="Fees", colour="red")
    # nothing typed yet: the page speaks of the tag as it is
    assert ">Fees</span>" in ask(f"tags/{tag.pk}", name="", colour="none")
    assert 'class="error"' not in ask("tags", name="", colour="red")


# --- languages --------------------------------------------------------------------------------


def languages(default: str = "en", **places: int) -> dict[str, Any]:
    """Return the form: languages(es=1, en=2)."""
    served: dict[str, Any] = {"default_language": default}
    for code, place in places.items():
        name = code.replace("_", "-")
        served |= {f"serve_{name}": "on", f"place_{name}": place}
    return served


def test_the_chooser_stands_in_the_chosen_order(ask: Ask) -> None:
    shown = ask("languages", **languages(es=2, en=3, zh_hans=1))
    chooser = shown.partition("look-chooser")[2].partition("</ol>")[0]
    order = [chooser.index(f'lang="{code}"') for code in ("zh-Hans", "es", "en")]
    assert order == sorted(order)
    default = chooser.partition("English</span>")[2].partition("</li>")[0]
    assert "Default" in default
    assert chooser.count("Default") == 1
    assert "Who reads none of these gets English." in shown


def test_what_would_be_missing_is_told_for_the_choice(cast: Cast, ask: Ask) -> None:
    publish(cast.brand)  # one article, in English
    cases.args_of("macro", cast, "")
    shown = ask("languages", **languages(es=1, en=2))
    spanish, english = shown.partition("look-gaps")[2].split("<li>")[1:3]
    assert "Español" in spanish
    assert "Articles complete" in english
    assert "1 macro missing" in spanish
    assert "Macros complete" in english
    assert "1 of 1 articles missing" in spanish
    # what is taken away is told, and that its texts stay
    assert "中文" in shown or "简体中文" in shown
    assert "stay, and no customer sees them" in shown
    cast.brand.refresh_from_db()
    assert cast.brand.languages == ["zh-hans", "en", "es"]


def test_a_choice_that_cannot_be_saved_is_told(ask: Ask) -> None:
    assert "Choose at least one language." in ask("languages", **languages())
    assert "English is not among the languages" in ask("languages", **languages(es=1))
    assert "Choose the language to fall back on." in ask("languages", **languages("tlh", es=1))


# --- roles ------------------------------------------------------------------------------------


def test_who_would_be_led_to_a_second_factor(cast: Cast, ask: Ask) -> None:
    given = {"name": "New", "role": Role.AGENT, "team": None, "languages": []}
    invite_member(actor=cast.owner, email="new@borealis.example", **given)
    shown = ask("roles", second_factor=["agent", "owner"])
    assert "<b>3 people</b> would be led" in shown
    assert "<b>You</b>" in shown
    assert "Alex" in shown
    assert "Mei" in shown
    assert "Samira" not in shown
    assert "Rick" not in shown
    assert "And 1 invited person" in shown
    give_app(cast.agent)
    assert "Alex" not in ask("roles", second_factor=["agent"])
    give_app(cast.colleague)
    assert "Nobody is held up" in ask("roles", second_factor=["agent"])
    assert "a password alone opens the desk" in ask("roles")
    cast.brand.refresh_from_db()
    assert cast.brand.second_factor_roles == []


def test_five_are_named_and_the_others_counted(cast: Cast, ask: Ask) -> None:
    for number in range(7):
        user = type(cast.agent.user).objects.create(email=f"{number}@b.example", name=f"Z{number}")
        Membership.objects.create(brand=cast.brand, user=user, role=Role.VIEWER)
    shown = ask("roles", second_factor=["viewer"])
    assert "<b>8 people</b>" in shown
    assert "Victor" in shown
    assert "Z3" in shown
    assert "Z4" not in shown
    assert "and 3 more" in shown


# --- people -----------------------------------------------------------------------------------


def test_a_place_says_what_it_may_do_and_what_waits_there(cast: Cast, ask: Ask) -> None:
    team = cast.agent.team_id
    waiting(cast, "es", team)
    waiting(cast, "en", team)
    waiting(cast, "en", cast.colleague.team_id)
    waiting(cast, "en", None)
    place = {"role": "agent", "team": team, "languages": ["en"]}
    shown = ask("people", name="", email="", **place)
    assert "Answer customers" in shown
    assert "Manage people" not in shown
    assert "Queue of the team One</a><b>1 waits now</b>" in shown
    assert f'href="/desk/queue/?language=en&amp;team={team}"' in shown
    assert "All queues in these languages</a><b>3 wait now</b>" in shown
    # no language is all of them, and no team is what waits without one
    everything = ask("people", role="agent", team="")
    assert "that counts as all" in everything
    assert "No team: what is given to no team<b>1 waits now</b>" in everything
    assert "<b>4 wait now</b>" in everything
    assert "answers nobody" in ask("people", role="viewer", team=team)
    assert "Choose a role." in ask("people", role="emperor")


def test_a_change_of_role_says_what_is_won_and_lost(cast: Cast, ask: Ask) -> None:
    be_strict(cast.brand, Role.SUPERVISOR)
    path = f"people/{cast.agent.pk}"
    won = ask(path, role="supervisor", team="")
    assert 'Change tags <span class="badge accent">Newly added' in won
    assert 'Answer customers <span class="badge' not in won
    assert "Is led to set up a second factor" in won
    assert "Loses the right to" not in won
    lost = ask(path, role="viewer", team="")
    assert "Answer customers" in lost.partition("Loses the right to")[2]
    assert "second factor" not in lost
    give_app(cast.agent)
    assert "second factor" not in ask(path, role="supervisor", team="")
    assert "Sets up a second factor on coming in" in ask("people", role="supervisor", team="")
    assert Membership.objects.get(pk=cast.agent.pk).role == Role.AGENT


def test_ones_own_place_keeps_its_role_in_the_preview(cast: Cast, ask: Ask) -> None:
    assert "Manage people" in ask(f"people/{cast.owner.pk}", role="viewer", team="")


def test_a_team_of_another_brand_tells_nothing(cast: Cast, ask: Ask) -> None:
    other = Team.objects.get(brand=cast.other_brand)
    assert "No team" in ask("people", role="agent", team=other.pk)


# --- teams ------------------------------------------------------------------------------------


def test_a_team_stands_where_the_list_will_have_it(cast: Cast, ask: Ask) -> None:
    for name in ("Asia", "Zürich"):
        create_team(actor=cast.owner, name=name)
    shown = ask("teams", name="  Night   shift ")
    order = [shown.index(f">{name}<") for name in ("Asia", "Night shift", "One", "Two")]
    assert order == sorted(order)
    assert "Zürich" not in shown  # two on either side are enough
    one = cast.agent.team_id
    renamed = ask(f"teams/{one}", name="Night")
    assert ">One<" not in renamed
    assert ask(f"teams/{one}", name="One").strip() == ""


def test_a_team_name_that_is_taken_is_told_at_once(cast: Cast, ask: Ask) -> None:
    assert "Another team has this name." in ask("teams", name=" One ")
    assert "Easily confused with “One”." in ask("teams", name="ONE")
    assert "Another team has this name." in ask(f"teams/{cast.agent.team_id}", name="Two")
    assert "at most 60 characters" in ask("teams", name="x" * 61)
    assert "at most 60 characters" in ask("teams", name=SEED[:60])
    assert ask("teams", name="  ").strip() == ""
    assert Team.objects.filter(brand=cast.brand).count() == 2


def test_the_list_of_teams_tells_what_waits_and_which_languages_lack(cast: Cast) -> None:
    waiting(cast, "es", cast.agent.team_id)
    waiting(cast, "en", cast.agent.team_id)
    create_team(actor=cast.owner, name="Empty")
    client = cast.client(cast.owner)
    page = " ".join(client.get("/desk/settings/teams/").content.decode().split())
    one, two = page.index('id="team-look-'), page.rindex('id="team-look-')
    assert one < two
    assert f'<a href="/desk/queue/?team={cast.agent.team_id}">2 conversations</a>' in page
    assert f'<a href="/desk/queue/?team={cast.colleague.team_id}">0 conversations</a>' in page
    queue = client.get(f"/desk/queue/?team={cast.agent.team_id}").content.decode()
    assert queue.count('<li class="row') == 2
    team = page.partition(f'aria-labelledby="team-{cast.agent.team_id}"')[2].partition("</dl>")[0]
    assert 'badge ok"><span><bdi lang="en">' in team
    assert 'badge warn"><span><bdi lang="es">Español</bdi>: nobody' in team
    # who has noted no language answers in all
    Membership.objects.filter(pk=cast.agent.pk).update(languages=[])
    page = " ".join(client.get("/desk/settings/teams/").content.decode().split())
    team = page.partition(f'aria-labelledby="team-{cast.agent.team_id}"')[2].partition("</dl>")[0]
    assert "nobody" not in team
