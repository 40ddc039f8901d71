"""People: invitations, who may change whom, the last owner, and what is audited."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.accounts.browsers import LOGIN, be_strict, give_app, signed_in
from tests.cast import PASSWORD, Cast
from walletdesk.accounts.actions import people as actions
from walletdesk.accounts.actions.invitations import (
    AlreadyThere,
    InvitationOver,
    accept_invitation,
    invite_member,
    renew_invitation,
)
from walletdesk.accounts.actions.names import BadName
from walletdesk.accounts.actions.own_account import WeakPassword
from walletdesk.accounts.actions.people import BadEmail, LastOwner, SharedPerson, create_member
from walletdesk.accounts.models import (
    AuditEntry,
    Invitation,
    Membership,
    StaffSession,
    Team,
    User,
)
from walletdesk.accounts.queries import list_people
from walletdesk.accounts.rules import RANKS, may_give
from walletdesk.accounts.types import Role
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError, NotAllowed

GOOD = "correct horse battery staple"


def invite(cast: Cast, email: str = "new@borealis.example", **more: Any) -> tuple[Membership, str]:
    given = {"name": "New Person", "role": Role.AGENT, "team": None, "languages": ["en"], **more}
    return invite_member(actor=cast.owner, email=email, **given)


def url(name: str, *args: object) -> str:
    return reverse(f"desk:settings:{name}", args=args)


# --- invitations --------------------------------------------------------------------------


def test_an_owner_invites_and_the_person_comes_in(cast: Cast) -> None:
    owner = signed_in(cast.owner)
    form = {"name": "Nadia Petit", "email": " Nadia@Borealis.example ", "role": "agent"}
    page = owner.post(url("people_invite"), form | {"languages": ["en", "es"]}).content.decode()
    link = re.search(r"http://[^<]+/accounts/invitation/[\w-]{43}/", page)
    assert link is not None
    assert link[0].startswith("http://127.0.0.1")
    path = "/accounts/invitation/" + link[0].partition("/invitation/")[2]
    token = path.split("/")[-2]
    assert bytes(Invitation.objects.get().token_hash) != token.encode()
    assert "Nadia Petit" in owner.get(url("people")).content.decode()
    # she cannot sign in yet
    user = User.objects.get(email="nadia@borealis.example")
    assert not user.has_usable_password()

    client = Client()
    assert "nadia@borealis.example" in client.get(path).content.decode()
    fields = {"name": "Nadia", "password": GOOD, "again": GOOD}
    assert client.post(path, fields | {"again": "other"}).status_code == 400
    assert client.post(path, fields | {"password": "short", "again": "short"}).status_code == 400
    assert client.post(path, fields).status_code == 200
    assert client.get("/desk/queue/").status_code == 302  # the link itself signs nobody in
    assert client.post(LOGIN, {"login": user.email, "password": GOOD}).status_code == 302
    assert client.get("/desk/queue/").status_code == 200
    # once
    assert client.get(path).status_code == 410
    assert client.post(path, fields).status_code == 410
    actions_seen = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions_seen == ["member.invited", "member.joined"]
    assert token not in str(list(AuditEntry.objects.values()))


def test_a_link_is_over_after_72_hours_or_when_replaced(cast: Cast) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        person, first = invite(cast)
        second = renew_invitation(membership=person, actor=cast.owner)
        with pytest.raises(InvitationOver):
            accept_invitation(token=first, name="New", password=GOOD)
        traveller.shift(timedelta(hours=72, seconds=1))
        with pytest.raises(InvitationOver):
            accept_invitation(token=second, name="New", password=GOOD)
        third = renew_invitation(membership=person, actor=cast.owner)
        accept_invitation(token=third, name="New", password=GOOD)
        with pytest.raises(InvitationOver):  # nothing to renew for who is here
            renew_invitation(membership=person, actor=cast.owner)


def test_a_link_of_who_was_shut_out_counts_for_nothing(cast: Cast) -> None:
    person, token = invite(cast)
    actions.deactivate_member(membership=person, actor=cast.owner)
    assert Client().get(f"/accounts/invitation/{token}/").status_code == 410
    assert Client().get("/accounts/invitation/" + "A" * 43 + "/").status_code == 410


@pytest.mark.django_db(transaction=True)
def test_a_link_used_twice_at_once_counts_once(cast: Cast) -> None:
    _person, token = invite(cast)

    def accept(number: int) -> str:
        try:
            accept_invitation(token=token, name=f"N{number}", password=GOOD + str(number))
        except InvitationOver:
            return "over"
        else:
            return "in"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == ["in", "over", "over", "over"]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("email", "nobody", BadEmail),
        ("email", "a@b.example\x00", BadEmail),
        ("email", "a" * 250 + "@b.example", BadEmail),
        ("email", "\ud800@b.example", BadEmail),
        ("email", "alex@borealis.example", AlreadyThere),
        ("email", "RICK@rival.example", AlreadyThere),
        ("name", "", BadName),
        ("name", " \t ", BadName),
        ("name", "x" * 81, BadName),
        ("name", "x\x00y", BadName),
        ("name", "evil\u202eeman", BadName),
        ("name", "\ud800", BadName),
        ("name", "abandon " * 11 + "about", BadName),
    ],
)
def test_bad_people_are_refused_in_words(
    cast: Cast, field: str, value: str, error: type[DomainError]
) -> None:
    before = User.objects.count()
    with pytest.raises(error):
        invite(cast, **{field: value})
    assert User.objects.count() == before
    form = {"name": "Good", "email": "good@borealis.example", "role": "agent", field: value}
    answer = signed_in(cast.owner).post(
        url("people_invite"), {k: v.encode("utf-8", "surrogatepass") for k, v in form.items()}
    )
    assert answer.status_code in {400, 422}, answer.content
    assert User.objects.count() == before


def test_a_person_is_made_with_bounded_names_and_passwords(cast: Cast) -> None:
    given = {"brand": cast.brand, "email": "x@borealis.example", "role": Role.AGENT}
    with pytest.raises(BadName):
        create_member(**given, name="x" * 81, password=PASSWORD)
    with pytest.raises(BadName):
        create_member(**given, name="x", password=PASSWORD, team="t" * 61)
    with pytest.raises(WeakPassword):
        create_member(**given, name="x", password="password1234")
    assert create_member(**given, name="x" * 80, password=PASSWORD).user.name == "x" * 80


# --- who may change whom ------------------------------------------------------------------


def test_nobody_gives_a_role_above_their_own() -> None:
    for giver in Role:
        for role in Role:
            allowed = giver == Role.OWNER  # only owners manage people
            assert may_give(giver, role) is allowed
    assert RANKS[-1] == Role.OWNER
    assert not may_give("owner", "emperor")


@pytest.mark.parametrize("who", ["supervisor", "agent", "viewer", "stranger"])
def test_others_change_nobody(cast: Cast, who: str) -> None:
    actor: Membership = getattr(cast, who)
    changes = [
        lambda: actions.change_role(membership=cast.colleague, role=Role.VIEWER, actor=actor),
        lambda: actions.deactivate_member(membership=cast.colleague, actor=actor),
        lambda: actions.reset_second_factor(membership=cast.colleague, actor=actor),
        lambda: actions.end_sessions_of(membership=cast.colleague, actor=actor),
    ]
    for change in changes:
        with pytest.raises(NotAllowed):
            change()
    client = signed_in(actor)
    expected = 404 if who == "stranger" else 403
    for name in ("person", "person_deactivate", "person_reset", "person_sign_out"):
        assert client.post(url(name, cast.colleague.pk)).status_code == expected, name
    assert Membership.objects.get(pk=cast.colleague.pk).role == Role.AGENT
    # and an owner may
    actions.change_role(membership=cast.colleague, role=Role.VIEWER, actor=cast.owner)
    assert Membership.objects.get(pk=cast.colleague.pk).role == Role.VIEWER


def test_nobody_changes_their_own_role_or_shuts_themselves_out(cast: Cast) -> None:
    owner = signed_in(cast.owner)
    second = signed_in(cast.supervisor)
    actions.change_role(membership=cast.supervisor, role=Role.OWNER, actor=cast.owner)
    form = {"role": "viewer", "team": "", "languages": ["en"]}
    owner.post(url("person", cast.owner.pk), form)
    assert Membership.objects.get(pk=cast.owner.pk).role == Role.OWNER
    for name in ("person_deactivate", "person_reset", "person_sign_out"):
        assert owner.post(url(name, cast.owner.pk)).status_code == 409
    assert second.post(url("person", cast.owner.pk), form).status_code == 302
    assert Membership.objects.get(pk=cast.owner.pk).role == Role.VIEWER


def test_the_last_owner_stays(cast: Cast) -> None:
    invited, _token = invite(cast, role=Role.OWNER)  # has not come in: does not count
    actor = invited
    for change in (
        lambda: actions.change_role(membership=cast.owner, role=Role.AGENT, actor=actor),
        lambda: actions.deactivate_member(membership=cast.owner, actor=actor),
    ):
        with pytest.raises(LastOwner):
            change()
    actions.change_role(membership=cast.supervisor, role=Role.OWNER, actor=cast.owner)
    actions.deactivate_member(membership=cast.owner, actor=cast.supervisor)
    with pytest.raises(LastOwner):
        actions.change_role(membership=cast.supervisor, role=Role.AGENT)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one(cast: Cast) -> None:
    actions.change_role(membership=cast.supervisor, role=Role.OWNER)
    pair = [(cast.owner, cast.supervisor), (cast.supervisor, cast.owner)]

    def demote(actor: Membership, other: Membership) -> str:
        try:
            actions.change_role(membership=other, role=Role.AGENT, actor=actor)
        except DomainError as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(lambda both: demote(*both), pair))
    assert outcomes == ["done", "not_allowed"]  # whoever was demoted first may demote nobody
    assert Membership.objects.filter(brand=cast.brand, role=Role.OWNER).count() == 1


def test_a_person_of_two_brands_is_not_shut_out_by_one(cast: Cast) -> None:
    given = {"email": cast.agent.user.email, "name": "Alex", "password": PASSWORD}
    place = create_member(brand=cast.other_brand, role=Role.AGENT, **given)
    for member, owner in ((place, cast.stranger), (cast.agent, cast.owner)):
        with pytest.raises(SharedPerson):
            actions.deactivate_member(membership=member, actor=owner)
        with pytest.raises(SharedPerson):
            actions.reset_second_factor(membership=member, actor=owner)


def test_shut_out_and_let_in_again(cast: Cast) -> None:
    owner, agent = signed_in(cast.owner), signed_in(cast.agent)
    assert owner.post(url("person_deactivate", cast.agent.pk)).status_code == 302
    assert agent.get("/desk/queue/").status_code == 302
    assert not StaffSession.objects.filter(user=cast.agent.user).exists()
    assert "Shut out" in owner.get(url("people")).content.decode()
    assert owner.post(url("person_reactivate", cast.agent.pk)).status_code == 302
    assert signed_in(cast.agent).get("/desk/queue/").status_code == 200
    seen = list(AuditEntry.objects.order_by("pk").values_list("action", "subject", "actor"))
    about = f"member:{cast.agent.pk}"
    assert seen == [
        ("member.deactivated", about, cast.owner.pk),
        ("member.reactivated", about, cast.owner.pk),
    ]


def test_a_lost_telephone(cast: Cast) -> None:
    give_app(cast.agent)
    owner = signed_in(cast.owner)
    assert owner.post(url("person_reset", cast.agent.pk)).status_code == 302
    client = signed_in(cast.agent)  # with the password alone
    assert client.get("/desk/queue/").status_code == 200
    assert AuditEntry.objects.get().action == "second_factor.reset"


def test_changes_to_people_need_proof(cast: Cast) -> None:
    client = cast.client(cast.owner)  # signed in, but not a moment ago
    for path in (url("people_invite"), url("person", cast.agent.pk), url("roles")):
        assert client.get(path).status_code == 200
        assert client.post(path, {})["Location"].startswith("/accounts/again/")
    answer = client.post(url("person_deactivate", cast.agent.pk))
    assert answer["Location"].startswith("/accounts/again/")
    assert User.objects.get(pk=cast.agent.user_id).is_active
    # what was begun goes on
    onward = url("person_deactivate", cast.agent.pk)
    done = client.post("/accounts/again/", {"password": PASSWORD, "next": onward})
    assert done.status_code == 302
    assert not User.objects.get(pk=cast.agent.user_id).is_active


# --- pages ----------------------------------------------------------------------------------


def test_the_list_is_searched_and_paged(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(60):
        invite(cast, email=f"p{number:02}@borealis.example", name=f"Person {number:02}")
    page = list_people(cast.owner)
    assert (len(page.people), page.following) == (50, 50)
    rest = list_people(cast.owner, start=50)
    assert (len(rest.people), rest.following) == (15, None)
    assert not {p.pk for p in page.people} & {p.pk for p in rest.people}
    found = list_people(cast.owner, search="person 07")
    assert [p.user.name for p in found.people] == ["Person 07"]
    for hostile in ("%", "_", "\x00", "'; --", "x" * 10_000, "\\"):
        assert list_people(cast.owner, search=hostile).people == []
    client = signed_in(cast.owner)
    client.get(url("people"))
    with django_assert_num_queries(5):  # session, user, place, counts of the rail, people
        assert client.get(url("people")).status_code == 200
    for start in ("-1", "x", "9" * 30, "1e3"):
        assert client.get(url("people"), {"start": start}).status_code == 400


def test_people_of_other_brands_are_unknown(cast: Cast) -> None:
    assert all(p.brand_id == cast.brand.pk for p in list_people(cast.owner).people)
    client = signed_in(cast.owner)
    assert client.get(url("person", cast.stranger.pk)).status_code == 404
    other = Team.objects.filter(brand=cast.other_brand).get()
    form = {"role": "agent", "team": str(other.pk), "languages": ["en"]}
    assert client.post(url("person", cast.agent.pk), form).status_code == 422
    assert client.post(url("team_rename", other.pk), {"name": "Mine"}).status_code == 404
    assert client.post(url("team_remove", other.pk)).status_code == 404


def test_teams_are_made_renamed_and_removed(cast: Cast, django_assert_num_queries: Any) -> None:
    client = signed_in(cast.owner)
    assert client.post(url("team_create"), {"name": "  Night   shift "}).status_code == 302
    team = Team.objects.get(name="Night shift")
    for name in ("Night shift", "", "x" * 61, "a\x00b"):
        assert client.post(url("team_create"), {"name": name}).status_code == 422, name
    form = {"role": "agent", "team": str(team.pk), "languages": ["es", "en"]}
    assert client.post(url("person", cast.agent.pk), form).status_code == 302
    place = Membership.objects.get(pk=cast.agent.pk)
    assert (place.team_id, place.languages) == (team.pk, ["en", "es"])
    assert client.post(url("team_rename", team.pk), {"name": "One"}).status_code == 422
    assert client.post(url("team_rename", team.pk), {"name": "Late"}).status_code == 302
    with django_assert_num_queries(
        8
    ):  # session, user, place, counts, teams, members, people, waits
        page = client.get(url("teams")).content.decode()
    assert "Late" in page
    assert client.post(url("team_remove", team.pk)).status_code == 302
    place.refresh_from_db()
    assert place.team_id is None
    seen = set(AuditEntry.objects.values_list("action", flat=True))
    assert seen == {"team.created", "team.renamed", "team.removed", "member.changed"}


def test_roles_show_rights_and_say_who_needs_a_second_factor(cast: Cast) -> None:
    client = signed_in(cast.owner)
    page = client.get(url("roles")).content.decode()
    assert "No role needs a second factor here" in page
    assert client.post(url("roles"), {"second_factor": ["agent", "emperor"]}).status_code == 302
    cast.brand.refresh_from_db()
    assert cast.brand.second_factor_roles == [Role.AGENT]
    assert "No role needs a second factor here" not in client.get(url("roles")).content.decode()
    entry = AuditEntry.objects.get()
    assert entry.action == "second_factor.roles_changed"
    assert entry.detail == {"before": [], "after": ["agent"]}
    be_strict(cast.brand, Role.OWNER)
    assert client.get(url("roles"))["Location"] == "/accounts/second-factor/"
