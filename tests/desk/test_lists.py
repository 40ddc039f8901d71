"""The lists over HTTP: views, filters, several at once, undo, preferences, and their price."""

import html
import json
import re
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from tests.cast import Cast, Customer, make_customer, reply
from tests.web.test_desk_pages import MOST_QUERIES, refs, waiting
from walletdesk.conversations.actions import snooze, tags
from walletdesk.conversations.actions.teams import assign_team
from walletdesk.conversations.filters import read_filter, write_filter
from walletdesk.conversations.models import Conversation, Mention, SavedView, Tag
from walletdesk.conversations.queries import PAGE
from walletdesk.conversations.types import Filter, Status, View
from walletdesk.kit import clock
from walletdesk.kit.errors import BadInput

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

JSON = {"HTTP_ACCEPT": "application/json"}


def post(client: "Client", path: str, body: Any) -> "HttpResponse":
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, raw, content_type="application/json", **JSON)


def in_an_hour(**passed: float) -> str:
    return (clock.now() + timedelta(**(passed or {"hours": 1}))).isoformat()


def act(client: "Client", customer: Customer, what: str, **fields: object) -> "HttpResponse":
    return client.post(f"/desk/c/{customer.conversation.ref}/{what}", fields, **JSON)


def many(client: "Client", action: str, named: list[Customer], **fields: object) -> Any:
    body = {
        "action": action,
        "token": str(uuid4()),
        "refs": [c.conversation.ref for c in named],
        **fields,
    }
    return post(client, "/desk/many", body)


def undo_of(answer: "HttpResponse") -> str:
    return str(json.loads(answer["HX-Trigger"])["wd-undo"]["token"])


# --- views and filters --------------------------------------------------------------------


@pytest.fixture
def desk(cast: Cast) -> dict[str, Customer]:
    """One conversation of each kind."""
    names = ("queued", "mine", "theirs", "snoozed", "teams", "mentioned", "answered")
    found = {name: make_customer(cast.brand) for name in names}
    for customer in found.values():
        customer.write("help me")
        customer.ask_for_person()
    for name in ("mine", "answered", "snoozed"):
        reply(cast.agent, found[name], "one moment")
    reply(cast.colleague, found["theirs"], "one moment")
    for name in ("mine", "theirs"):
        found[name].write("still waiting")
    snooze.snooze_conversation(
        conversation=found["snoozed"].now(),
        membership=cast.agent,
        until=clock.now() + timedelta(hours=1),
    )
    assert cast.agent.team is not None
    assign_team(conversation=found["teams"].now(), membership=cast.supervisor, team=cast.agent.team)
    Mention.objects.create(conversation=found["mentioned"].now(), seq=1, membership=cast.agent)
    return found


def shown(client: "Client", path: str, desk: dict[str, Customer]) -> set[str]:
    names = {customer.conversation.ref: name for name, customer in desk.items()}
    return {names[ref] for ref in refs(client.get(path))}


def test_each_view_and_its_count(cast: Cast, desk: dict[str, Customer]) -> None:
    client = cast.client(cast.agent)
    queue = {"queued", "teams", "mentioned"}
    assert shown(client, "/desk/queue/", desk) == queue
    assert shown(client, "/desk/mine/", desk) == {"mine", "answered"}
    assert shown(client, "/desk/team/", desk) == {"teams"}
    assert shown(client, "/desk/mentions/", desk) == {"mentioned"}
    assert shown(client, "/desk/waiting/", desk) == {"answered"}
    assert shown(client, "/desk/snoozed/", desk) == {"snoozed"}
    assert shown(client, "/desk/open/", desk) == {"mine", "theirs", "answered"}
    page = client.get("/desk/queue/").content.decode()
    assert dict(re.findall(r'id="count-(\w+)">(\d*)<', page)) == {
        "queue": "3", "mine": "2", "team": "1", "mentions": "1", "waiting": "1", "snoozed": "1",
        "bot": "", "open": "3", "resolved": "", "all": "", "complaints": "",
    }  # fmt: skip
    assert 'id="attention" hidden data-count="4"' in page  # three wait, one of mine is unread
    other = cast.client(cast.colleague)
    assert shown(other, "/desk/team/", desk) == shown(other, "/desk/mentions/", desk) == set()
    assert refs(cast.client(cast.stranger).get("/desk/all/")) == []


def test_filters_narrow_and_combine(cast: Cast, desk: dict[str, Customer]) -> None:
    rows = Conversation.objects
    rows.filter(pk=desk["queued"].conversation.pk).update(
        language="zh-hans",
        urgency=3,
        topic="fees",
        waiting_since=clock.now() - timedelta(minutes=20),
    )
    tag = Tag.objects.create(brand=cast.brand, name="vip", colour="blue")
    tags.tag_conversation(conversation=desk["mine"].now(), membership=cast.agent, tag=tag)
    client = cast.client(cast.viewer)
    everything = set(desk)
    cases = {
        "language=zh-hans": {"queued"},
        "language=zh-hans&language=en": everything,
        "urgency=3&topic=fees": {"queued"},
        "urgency=3&language=en": set(),
        "waiting=15": {"queued"},
        "status=snoozed": {"snoozed"},
        f"assignee={cast.agent.pk}": {"mine", "answered", "snoozed"},
        f"assignee=0&assignee={cast.colleague.pk}": {"queued", "teams", "mentioned", "theirs"},
        f"team={cast.agent.team_id}": {"teams"},
        f"tag={tag.pk}": {"mine"},
        "tag=999999": set(),
        "channel=chat": everything,
        "channel=email": set(),
    }
    for query, expected in cases.items():
        assert shown(client, f"/desk/all/?{query}", desk) == expected, query
        assert shown(client, f"/desk/all/list?{query}", desk) == expected, query
        named = "&".join(f"ref={c.conversation.ref}" for c in desk.values())
        changed = f"/desk/changed?view=all&{query}&{named}"
        assert shown(client, changed, desk) == expected, query
    page = client.get("/desk/all/?urgency=3&topic=fees").content.decode()
    assert 'href="/desk/all/?topic=fees"' in page  # the chip that takes the urgency away
    assert f'/desk/all/{desk["queued"].conversation.ref}/?topic=fees&amp;urgency=3"' in page
    page = client.get(
        f"/desk/all/?assignee=0&assignee={cast.agent.pk}&tag={tag.pk}"
    ).content.decode()
    for name in ("Nobody", cast.agent.user.name, "vip"):
        assert f'<b dir="auto">{name}</b>' in page  # chips by their names
    row = client.get("/desk/all/").content.decode()
    assert "tag-blue" in row
    choice = client.get("/desk/all/filter?urgency=3").content.decode()
    assert re.search(r'name="urgency" value="3" checked', choice)


@pytest.mark.parametrize(
    "query",
    [
        "urgency=4", "urgency=x", "urgency=-1", "language=%00", "language=EN'", "status=new",
        "status=gone", "waiting=0", "waiting=99999999", "waiting=x", "verified=2",
        "assignee=" + "1" * 30, "tag=٣", "topic=" + "a" * 60,
        "&".join(f"tag={n}" for n in range(21)),
    ],
)  # fmt: skip
def test_a_forged_filter_is_refused(cast: Cast, query: str) -> None:
    client = cast.client(cast.agent)
    paths = (f"/desk/all/?{query}", f"/desk/rows?view=all&{query}", f"/desk/all/filter?{query}")
    assert {client.get(path).status_code for path in paths} == {400}


def test_filters_are_written_in_one_way() -> None:
    given = {"language": ["es", "en", "es"], "urgency": ["3", "1"], "verified": ["0"]}
    chosen = read_filter(given)
    assert write_filter(chosen) == "language=en&language=es&urgency=1&urgency=3&verified=0"
    assert not read_filter({})
    assert write_filter(Filter()) == ""
    with pytest.raises(BadInput):
        read_filter({"language": ["a b"]})


def test_pages_of_a_filter_follow_each_other_without_gap(cast: Cast) -> None:
    everybody = waiting(cast, PAGE * 2 + 6)
    odd = [c.conversation.pk for c in everybody[::2]]
    Conversation.objects.filter(pk__in=odd).update(language="es")
    client = cast.client(cast.viewer)
    for view in (View.QUEUE, View.ALL):
        page = client.get(f"/desk/{view}/?language=es")
        following = re.search(r'hx-get="([^"]+)"', page.content.decode())
        assert following is not None
        seen = refs(page) + refs(client.get(html.unescape(following[1])))
        wanted = [c.conversation.ref for c in everybody[::2]]
        assert seen == (wanted if view == View.QUEUE else wanted[::-1])


PARTS = (
    "language=en", "urgency=1", "status=queued", "assignee=0", "team=1", "tag=1", "topic=fees",
    "waiting=5", "channel=chat",
)  # fmt: skip


def test_every_list_and_filter_costs_the_same(
    cast: Cast, django_assert_max_num_queries: "DjangoAssertNumQueries"
) -> None:
    everybody = waiting(cast, PAGE + 2)
    tag = Tag.objects.create(brand=cast.brand, name="vip", colour="blue")
    for customer in everybody[::3]:
        tags.tag_conversation(conversation=customer.now(), membership=cast.agent, tag=tag)
    for number in range(5):
        SavedView.objects.create(
            brand=cast.brand, name=f"Filter {number}", view="all", query="language=en"
        )
    client = cast.client(cast.agent)
    paths = [f"/desk/{view}/" for view in View]
    for pair in combinations(PARTS, 2):
        query = "&".join(pair)
        paths += [f"/desk/rows?view=all&{query}", f"/desk/all/list?{query}"]
    named = "&".join(f"ref={c.conversation.ref}" for c in everybody)
    paths += [
        f"/desk/changed?view=queue&language=en&{named}&open={everybody[0].conversation.ref}",
        "/desk/all/?language=en&urgency=1&topic=fees&waiting=5",
        "/desk/all/?tag=1",
        "/desk/all/filter",
    ]
    for path in paths:
        # the choices of a filter are people, teams, tags and topics: one statement each
        most = MOST_QUERIES + path.endswith("/filter")
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200, path


# --- saved filters ------------------------------------------------------------------------


def test_filters_are_kept_for_oneself_or_for_all(cast: Cast) -> None:
    agent, boss, other = (cast.client(m) for m in (cast.agent, cast.supervisor, cast.colleague))
    kept = {"name": " Spanish   first ", "view": "queue", "query": "urgency=3&language=es&x=1"}
    answer = post(agent, "/desk/saved", kept)
    assert answer.status_code == 201
    assert answer.json()["address"] == "/desk/queue/?language=es&urgency=3"
    post(agent, "/desk/saved", kept | {"query": "language=es"})  # the same name: replaced
    assert SavedView.objects.get().query == "language=es"
    assert post(agent, "/desk/saved", kept | {"shared": True}).status_code == 403
    shared = post(boss, "/desk/saved", kept | {"shared": True, "name": "Team"}).json()["id"]
    assert "Spanish first" in agent.get("/desk/queue/").content.decode()
    assert "Spanish first" not in other.get("/desk/queue/").content.decode()
    for client in (agent, other):
        assert ">Team<" in client.get("/desk/queue/list").content.decode()
    assert ">Team<" not in cast.client(cast.stranger).get("/desk/queue/").content.decode()
    own = SavedView.objects.exclude(pk=shared).get().pk
    assert other.post(f"/desk/saved/{own}/remove").status_code == 404
    assert agent.post(f"/desk/saved/{shared}/remove", **JSON).status_code == 403
    assert cast.client(cast.stranger).post(f"/desk/saved/{shared}/remove").status_code == 404
    assert agent.post(f"/desk/saved/{own}/remove").status_code == 204
    assert boss.post(f"/desk/saved/{shared}/remove").status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", {"name": "x", "view": "all"}, {"name": "", "view": "all", "query": ""},
        {"name": "x" * 61, "view": "all", "query": ""}, {"name": "x", "view": "no", "query": ""},
        {"name": "x", "view": "all", "query": "urgency=9"}, {"name": 1, "view": "all", "query": ""},
        {"name": "\ud800", "view": "all", "query": ""},
        {"name": "x", "view": "all", "query": "&".join(f"a{n}=1" for n in range(300))},
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(cast: Cast, body: Any) -> None:
    assert post(cast.client(cast.agent), "/desk/saved", body).status_code == 400
    assert not SavedView.objects.exists()


# --- acting -------------------------------------------------------------------------------


def test_each_action_answers_with_the_head_and_an_undo(cast: Cast) -> None:
    client = cast.client(cast.agent)
    customer = cast.customer
    for action, fields in (
        ("snooze", {"until": in_an_hour()}),
        ("team", {"team": cast.agent.team_id}),
        ("hand-over", {"to": cast.colleague.pk}),
        ("release", {}),
        ("resolve", {}),
    ):
        customer.write("hello")
        if customer.now().status != Status.OPEN:
            reply(cast.agent, customer, "hi")
        answer = act(client, customer, action, **fields)
        assert answer.status_code == 200, action
        assert 'id="head"' in answer.content.decode()
        assert customer.now().status != Status.OPEN or action == "hand-over"
        back = post(client, "/desk/undo", {"token": undo_of(answer)})
        assert back.json() == {"done": 1, "changed": []}
        now = customer.now()
        assert (now.status, now.assignee) == (Status.OPEN, cast.agent), action


def test_undo_never_overrides_the_customer(cast: Cast) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    client = cast.client(cast.agent)
    token = undo_of(act(client, cast.customer, "resolve"))
    other = post(cast.client(cast.colleague), "/desk/undo", {"token": token})
    assert (other.status_code, other.json()["code"]) == (409, "nothing_to_undo")
    cast.customer.write("not yet!")
    answer = post(client, "/desk/undo", {"token": token})
    assert (answer.status_code, answer.json()["code"]) == (409, "changed_since")
    assert "stays as it is" in answer.json()["message"]
    assert cast.customer.now().status == Status.QUEUED


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("snooze", {"until": ""}), ("snooze", {"until": "tomorrow"}),
        ("snooze", {"until": "2030-01-01T10:00"}),
        ("snooze", {"until": "9999-12-31T23:59:59+00:00"}),
        ("snooze", {"until": "0001-01-01T00:00:00+14:00"}),
        ("snooze", {"until": "2020-01-01T00:00Z"}),
        ("team", {"team": "x"}), ("team", {"team": "1" * 40}), ("split", {"seq": ""}),
        ("split", {"seq": str(2**31)}), ("block", {"until": "x", "reason": "x"}),
        ("block", {"until": in_an_hour(), "reason": ""}),
        ("block", {"until": in_an_hour(), "reason": "x" * 500}), ("link", {"ref": ""}),
        ("merge", {"ref": "no such"}), ("merge", {"ref": "\0"}),
    ],
)  # fmt: skip
def test_bad_forms_change_nothing(cast: Cast, action: str, fields: dict[str, str]) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    before = cast.customer.now().last_seq
    answer = act(cast.client(cast.agent), cast.customer, action, **fields)
    assert answer.status_code in {400, 404}
    assert cast.customer.now().last_seq == before


@pytest.mark.parametrize("what", ["snooze", "team", "merge", "split", "link", "block", "unblock"])
def test_forms_of_actions(cast: Cast, what: str) -> None:
    cast.customer.write("one", "<script>two</script>")
    client = cast.client(cast.supervisor)
    path = f"/desk/c/{cast.customer.conversation.ref}/do/{what}"
    text = client.get(path).content.decode()
    assert 'id="act-title"' in text
    assert "<script>" not in text
    assert client.get(path + "x").status_code == 404


def test_merging_leads_into_the_other(cast: Cast) -> None:
    for customer in (cast.customer, cast.other_customer):
        customer.write("hello")
        reply(cast.agent, customer, "hi")
    into = cast.other_customer.conversation.ref
    refused = act(cast.client(cast.agent), cast.customer, "merge", ref=into)
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_merge")
    boss = cast.client(cast.supervisor)
    answer = act(boss, cast.customer, "merge", ref=into.upper(), reason="one person")
    told = json.loads(answer["HX-Trigger"])
    assert told["wd-open"] == {"ref": into}
    assert 'data-offers=""' in answer.content.decode()  # nothing can be done in what is over
    state = cast.client(cast.agent).get(
        "/chat/v1/state",
        {"conversation": cast.customer.conversation.ref},
        headers={"Authorization": f"Bearer {cast.customer.token}"},
    )
    assert state.json()["conversation"] == into
    assert post(boss, "/desk/undo", {"token": undo_of(answer)}).json()["done"] == 2


# --- several at once ----------------------------------------------------------------------


def test_many_are_told_one_by_one(cast: Cast) -> None:
    mine, theirs = (make_customer(cast.brand) for _ in range(2))
    for customer, member in ((mine, cast.agent), (theirs, cast.colleague)):
        customer.write("hello")
        reply(member, customer, "hi")
    client = cast.client(cast.agent)
    token = str(uuid4())
    answer = many(client, "resolve", [mine, theirs], token=token).json()
    assert answer["done"] == [mine.conversation.ref]
    assert [(one["ref"], one["code"]) for one in answer["refused"]] == [
        (theirs.conversation.ref, "not_yours")
    ]
    assert answer["refused"][0]["message"]
    assert post(client, "/desk/undo", {"token": token}).json()["done"] == 1
    assert mine.now().status == Status.OPEN
    tag = Tag.objects.create(brand=cast.brand, name="vip", colour="blue")
    foreign = Tag.objects.create(brand=cast.other_brand, name="vip", colour="blue")
    assert many(client, "tag", [mine, theirs], to=tag.pk).json()["refused"] == []
    assert many(client, "tag", [mine], to=foreign.pk).status_code == 404
    assert many(client, "snooze", [mine], until=in_an_hour()).json()["done"]
    assert many(client, "assign", [mine], to=cast.agent.pk).json()["done"]
    assert many(client, "team", [mine], to=cast.agent.team_id).json()["done"]
    assert many(client, "assign", [mine], to=cast.agent.pk).json()["done"]  # nobody's: mine
    assert mine.now().assignee == cast.agent
    viewer = many(cast.client(cast.viewer), "resolve", [mine]).json()
    assert viewer["refused"][0]["code"] == "not_allowed"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", {}, {"action": "erase", "refs": ["x"], "token": str(UUID(int=4))},
        {"action": "resolve", "refs": [], "token": str(UUID(int=4))},
        {"action": "resolve", "refs": ["x"] * 26, "token": str(UUID(int=4))},
        {"action": "resolve", "refs": "x", "token": str(UUID(int=4))},
        {"action": "resolve", "refs": ["x"], "token": "1"},
        {"action": "tag", "refs": ["x"], "token": str(UUID(int=4)), "to": -1},
        {"action": "tag", "refs": ["x"], "token": str(UUID(int=4)), "to": 10**19},
        {"action": "snooze", "refs": ["x"], "token": str(UUID(int=4)), "until": "soon"},
    ],
)  # fmt: skip
def test_what_cannot_be_done_to_many(cast: Cast, body: Any) -> None:
    assert post(cast.client(cast.agent), "/desk/many", body).status_code == 400


def test_names_that_nobody_has_are_told_as_unknown(cast: Cast) -> None:
    body = {"action": "resolve", "refs": ["\0", "x" * 500, "é"], "token": str(uuid4())}
    answer = post(cast.client(cast.agent), "/desk/many", body)
    assert [one["code"] for one in answer.json()["refused"]] == ["not_found"] * 3


# --- preferences, alerts, palette -----------------------------------------------------------


def test_preferences_are_kept_with_the_person(cast: Cast) -> None:
    client = cast.client(cast.agent)
    post(client, "/desk/preferences", {"theme": "dark", "sound": True})
    answer = post(client, "/desk/preferences", {"view": "mine", "density": "compact"})
    kept = {"theme": "dark", "sound": True, "view": "mine", "density": "compact"}
    assert answer.json() == kept
    page = client.get("/desk/queue/").content.decode()
    assert 'data-density="compact"' in page
    told = re.search(r'id="wd-desk"[^>]*>(.*?)</script>', page)
    assert told is not None
    assert json.loads(told[1])["preferences"] == kept
    assert client.get("/desk/")["Location"] == "/desk/mine/"
    assert cast.client(cast.colleague).get("/desk/")["Location"] == "/desk/queue/"
    for wrong in (
        {"theme": "pink"}, {"sound": 1}, {"sound": "yes"}, {"x": True}, {"view": "../"},
        {"view": "a" * 30}, {"theme": ["dark"]}, [], b"{",
    ):  # fmt: skip
        assert post(client, "/desk/preferences", wrong).status_code == 400, wrong


def test_alerts_name_fresh_messages_and_no_text(cast: Cast) -> None:
    mine, theirs = (make_customer(cast.brand) for _ in range(2))
    for customer, member in ((mine, cast.agent), (theirs, cast.colleague)):
        customer.write("hello")
        reply(member, customer, "hi")
        customer.write("a very private question")
    named = "&".join(f"ref={c.conversation.ref}" for c in (mine, theirs))
    text = cast.client(cast.agent).get(f"/desk/changed?view=queue&{named}").content.decode()
    told = re.search(r'data-alerts="([^"]*)"', text)
    assert told is not None
    assert told[1] == f"{mine.conversation.ref}:{mine.now().last_customer_seq}"
    assert "private" not in text


def test_the_palette_finds_by_reference(cast: Cast) -> None:
    cast.customer.write("hello")
    ref = cast.customer.conversation.ref
    client = cast.client(cast.agent)

    def found(asked: str, by: "Client" = client) -> list[str]:
        answer = by.get("/desk/find", {"q": asked}).json()
        return [one["ref"] for one in answer["conversations"]]

    assert found(ref[:4].upper()) == found(ref) == [ref]
    assert found(ref[:3]) == found("%___") == found("") == []
    assert found(ref, cast.client(cast.stranger)) == []
    page = client.get("/desk/queue/").content.decode()
    told = re.search(r'id="wd-commands"[^>]*>(.*?)</script>', page)
    assert told is not None
    assert {"/desk/mine/", "/desk/snoozed/"} <= {c["url"] for c in json.loads(told[1])}
