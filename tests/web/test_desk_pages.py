"""What the desk's pages and fragments show, to whom, and at what price."""

import html
import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast, Customer, make_customer, reply
from walletdesk import web
from walletdesk.accounts.models import User
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.customer import start_conversation
from walletdesk.conversations.queries import PAGE, get_conversation_for
from walletdesk.conversations.types import View
from walletdesk.safety import guard
from walletdesk.web.desk import rules

MOST_QUERIES = 6  # session, user, place, counts with names, rows, the promises
MOST_QUERIES_OPEN = 21  # eleven, and ten to note the first opening
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def refs(answer: HttpResponse) -> list[str]:
    return re.findall(r'<li class="row[^>]* data-ref="(\w+)"', answer.content.decode())


def waiting(cast: Cast, count: int) -> list[Customer]:
    customers = []
    for number in range(count):
        customer = make_customer(cast.brand)
        customer.write(f"question {number}")
        customer.ask_for_person()
        customers.append(customer)
    return customers


# --- the door -----------------------------------------------------------------------------

PAGES = ("/desk/", "/desk/queue/", "/desk/all/REF/")
FRAGMENTS = (
    "/desk/queue/list",
    "/desk/rows?view=queue",
    "/desk/changed?view=queue&ref=REF",
    "/desk/c/REF/",
    "/desk/c/REF/events",
    "/desk/c/REF/colleagues",
)


@pytest.mark.parametrize("address", PAGES)
def test_strangers_are_sent_to_the_sign_in(cast: Cast, address: str) -> None:
    cast.customer.write("hello")
    path = address.replace("REF", cast.customer.conversation.ref)
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path}"
    assert cast.client(cast.viewer).get(path, follow=True).status_code == 200


@pytest.mark.parametrize("address", FRAGMENTS)
def test_fragments_refuse_strangers_as_json(cast: Cast, address: str) -> None:
    cast.customer.write("hello")
    path = address.replace("REF", cast.customer.conversation.ref)
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert cast.client(cast.viewer).get(path).status_code == 200


@pytest.mark.parametrize("address", [*PAGES, *FRAGMENTS])
def test_nothing_of_another_brand_is_shown(cast: Cast, address: str) -> None:
    cast.customer.write("a very special question")
    ref = cast.customer.conversation.ref
    answer = cast.client(cast.stranger).get(address.replace("REF", ref), follow=True)
    assert answer.status_code == (404 if "/REF/" in address else 200)
    assert "very special" not in answer.content.decode()
    ours = cast.client(cast.viewer).get(address.replace("REF", ref))
    assert ours.status_code in {200, 302}


def test_a_person_without_a_place_is_told_so(cast: Cast) -> None:
    client = Client()
    client.force_login(User.objects.create(email="new@borealis.example", name="New"))
    answer = client.get("/desk/queue/")
    assert answer.status_code == 403
    assert "new@borealis.example" in answer.content.decode()
    assert client.get("/desk/queue/list").status_code == 403


def test_the_sign_in_leads_to_the_desk(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/accounts/login/?next=/desk/mine/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = {"login": cast.agent.user.email, "password": "wrong", "next": "/desk/mine/"}
    assert client.post("/accounts/login/", form).status_code == 403  # no token
    form["csrfmiddlewaretoken"] = token[1]
    assert 'role="alert"' in client.post("/accounts/login/", form).content.decode()
    form["password"] = "a-long-enough-password-7"
    answer = client.post("/accounts/login/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/mine/")


# --- lists --------------------------------------------------------------------------------


def test_each_view_shows_its_conversations(cast: Cast) -> None:
    with_bot, queued, mine, theirs, solved = (make_customer(cast.brand) for _ in range(5))
    for customer in (with_bot, queued, mine, theirs, solved):
        customer.write("help")
    for customer in (queued, mine):
        customer.ask_for_person()
    reply(cast.agent, mine, "I look into it")
    reply(cast.colleague, theirs, "I do")
    reply(cast.agent, solved, "Done")
    staff.resolve_conversation(conversation=solved.now(), membership=cast.agent)
    client = cast.client(cast.agent)
    shown = {view: set(refs(client.get(f"/desk/{view}/"))) for view in View}
    named = {
        name: customer.conversation.ref
        for name, customer in locals().items()
        if isinstance(customer, Customer) and name != "customer"
    }
    assert shown == {
        View.QUEUE: {named["queued"]},
        View.MINE: {named["mine"]},
        View.TEAM: set(),
        View.MENTIONS: set(),
        View.WAITING: {named["mine"], named["theirs"]},
        View.SNOOZED: set(),
        View.BOT: {named["with_bot"]},
        View.OPEN: {named["mine"], named["theirs"]},
        View.RESOLVED: {named["solved"]},
        View.ALL: set(named.values()),
    }
    page = client.get("/desk/queue/").content.decode()
    counts = dict(re.findall(r'id="count-(\w+)">(\d*)<', page))
    assert counts == {
        "queue": "1", "mine": "1", "team": "", "mentions": "", "waiting": "2", "snoozed": "",
        "bot": "1", "open": "2", "resolved": "", "all": "", "complaints": "",
    }  # fmt: skip


@pytest.mark.parametrize("view", [View.QUEUE, View.ALL])
def test_pages_follow_each_other_without_gap(cast: Cast, view: View) -> None:
    everybody = waiting(cast, PAGE + 7)
    client = cast.client(cast.viewer)
    page = client.get(f"/desk/{view}/")
    following = re.search(r'hx-get="([^"]+)"', page.content.decode())
    assert following is not None
    rest = client.get(html.unescape(following[1]))
    seen = refs(page) + refs(rest)
    wanted = [customer.conversation.ref for customer in everybody]
    assert seen == (wanted if view == View.QUEUE else wanted[::-1])
    assert 'class="more"' not in rest.content.decode()


@pytest.mark.parametrize("after", ["x", "9.1.1", "1.1", "1.99999999999999999999.1", "٣.1.1"])
def test_a_forged_cursor_is_refused(cast: Cast, after: str) -> None:
    answer = cast.client(cast.agent).get("/desk/rows", {"view": "queue", "after": after})
    assert answer.status_code == 400


def test_list_keys_sort_like_the_list(cast: Cast) -> None:
    waiting(cast, 5)
    for view in (View.QUEUE, View.ALL):
        page = cast.client(cast.agent).get(f"/desk/{view}/").content.decode()
        keys = re.findall(r'data-key="(\d+)"', page)
        assert len(keys) == 5
        assert keys == sorted(keys)


def test_changed_rows_come_with_counts_and_the_open_head(cast: Cast) -> None:
    here, there = waiting(cast, 2)
    reply(cast.agent, there, "mine now")
    asked = {
        "view": "queue",
        "ref": [here.conversation.ref, there.conversation.ref, "nothing"],
        "open": there.conversation.ref,
    }
    answer = cast.client(cast.agent).get("/desk/changed", asked)
    text = answer.content.decode()
    assert refs(answer) == [here.conversation.ref]  # the other one left the queue
    assert 'id="count-queue" hx-swap-oob="true">1<' in text
    head = re.search(r'<header class="head"[^>]*>', text)
    assert head is not None
    assert 'data-composer="ready"' in head[0]
    assert 'hx-swap-oob="true"' in head[0]


def test_changed_rows_of_another_brand_stay_unknown(cast: Cast) -> None:
    (here,) = waiting(cast, 1)
    asked = {"view": "queue", "ref": here.conversation.ref, "open": here.conversation.ref}
    answer = cast.client(cast.stranger).get("/desk/changed", asked)
    assert refs(answer) == []
    assert "Visitor" not in answer.content.decode()
    assert refs(cast.client(cast.viewer).get("/desk/changed", asked)) == [here.conversation.ref]


# --- one conversation ---------------------------------------------------------------------


def events_of(answer: HttpResponse) -> list[dict[str, object]]:
    found = re.search(r'data-events="([^"]*)"', answer.content.decode())
    assert found is not None
    return json.loads(html.unescape(found[1]))


def test_the_thread_holds_what_was_said_as_text(cast: Cast) -> None:
    cast.customer.write('<script>alert("x")</script> & "quotes"')
    staff.add_note(
        conversation=get_conversation_for(cast.agent, cast.customer.conversation.ref),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check("careful").safe,
    )
    path = f"/desk/all/{cast.customer.conversation.ref}/"
    answer = cast.client(cast.viewer).get(path)
    assert "<script>alert" not in answer.content.decode()
    told = events_of(answer)
    assert [(e["kind"], e["text"]) for e in told] == [
        ("message", '<script>alert("x")</script> & "quotes"'),
        ("note", "careful"),
    ]


def test_a_removed_secret_is_named_and_never_shown(cast: Cast) -> None:
    cast.customer.write(f"my words are {PHRASE}")
    client = cast.client(cast.agent)
    for path in ("/desk/queue/", f"/desk/queue/{cast.customer.conversation.ref}/"):
        text = client.get(path).content.decode()
        assert "sausage" not in text
        assert "⟦secret" not in re.sub(r'data-events="[^"]*"', "", text)
    assert "[secret removed]" in client.get("/desk/queue/").content.decode()


def test_the_panel_lists_earlier_conversations_of_this_customer(cast: Cast) -> None:
    cast.customer.write("the first matter")
    cast.other_customer.write("somebody else's matter")
    first = cast.customer.conversation
    cast.customer.conversation = start_conversation(contact=cast.customer.contact, language="en")
    cast.customer.write("the second matter")
    path = f"/desk/c/{cast.customer.conversation.ref}/"
    text = cast.client(cast.agent).get(path).content.decode()
    assert f'data-open="{first.ref}"' in text
    assert "somebody else" not in text


@pytest.mark.parametrize(
    ("who", "acts"),
    [
        ("viewer", set()),
        ("colleague", {"note", "escalate"}),
        ("agent", {"note", "escalate", "hand-over", "release", "resolve"}),
        ("supervisor", {"note", "escalate", "hand-over", "release", "resolve", "take-over"}),
    ],
)
def test_only_what_one_may_do_is_offered(cast: Cast, who: str, acts: set[str]) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    client = cast.client(getattr(cast, who))
    text = client.get(f"/desk/c/{cast.customer.conversation.ref}/").content.decode()
    offered = set(re.findall(r'id="act-([\w-]+)"', text)) | (
        {"note"} if "<wd-composer" in text else set()
    )
    assert offered == acts


def test_colleagues_are_of_the_brand_and_may_answer(cast: Cast) -> None:
    cast.customer.write("hello")
    reply(cast.agent, cast.customer, "hi")
    path = f"/desk/c/{cast.customer.conversation.ref}/colleagues"
    text = cast.client(cast.agent).get(path).content.decode()
    assert set(re.findall(r"<b>(\w+)</b>", text)) == {"Olivia", "Samira", "Mei"}


@pytest.mark.parametrize("language", ["zh-hans", "en", "es"])
def test_pages_are_in_the_language_chosen(cast: Cast, language: str) -> None:
    client = cast.client(cast.agent)
    answer = client.post("/i18n/setlang/", {"language": language, "next": "/desk/queue/"})
    assert answer["Location"] == "/desk/queue/"
    page = client.get("/desk/queue/").content.decode()
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else language}"' in page


def test_the_chosen_theme_is_in_the_first_byte_and_nothing_else_can_be(cast: Cast) -> None:
    client = cast.client(cast.agent)
    client.cookies["wd_theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/desk/queue/").content.decode()
    client.cookies["wd_theme"] = '"><script>'
    begin = client.get("/desk/queue/").content.decode().partition("<head>")[0]
    assert begin
    assert "data-theme" not in begin


# --- the price ----------------------------------------------------------------------------


@pytest.mark.parametrize("count", [3, PAGE + 5])
def test_a_page_costs_the_same_however_long_the_list_is(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    everybody = waiting(cast, count)
    for customer in everybody[: count // 2]:
        reply(cast.agent, customer, "hi")
    client = cast.client(cast.agent)
    ref = everybody[0].conversation.ref
    named = "&".join(f"ref={customer.conversation.ref}" for customer in everybody)
    for path in (
        *(f"/desk/{view}/" for view in View),
        "/desk/queue/list",
        "/desk/rows?view=queue",
        f"/desk/changed?view=all&{named}&open={ref}",
        f"/desk/c/{ref}/colleagues",
    ):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(path).status_code == 200
    for path in (f"/desk/mine/{ref}/", f"/desk/c/{ref}/"):
        with django_assert_max_num_queries(MOST_QUERIES_OPEN):
            assert client.get(path).status_code == 200


# --- pure rules ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [("María Núñez", "MN"), ("王小明", "小明"), ("alex", "A"), ("", "?"), ("Éva", "É")],
)
def test_initials_are_those_of_the_browser(name: str, expected: str) -> None:
    assert rules.initials(name) == expected


def test_tones_are_those_of_the_browser() -> None:
    # [...name].reduce((t, c) => (t * 31 + c.codePointAt(0)) % 8, 0)
    assert [rules.tone(name) for name in ("", "a", "Lin Mei", "王小明")] == [0, 1, 2, 2]


def test_no_script_is_on_the_page_twice(cast: Cast) -> None:
    """What the desk's one script has in it, no other tag may bring again, with its listeners."""
    static = Path(web.__file__).parent / "static"
    page = cast.client(cast.supervisor).get("/desk/queue/").content.decode()
    scripts = re.findall(r'<script type="module" src="/static/[^/"]+/([^"]+)"', page)
    found, left = set(), ["desk/desk.js"]
    while left:
        name = left.pop()
        found.add(name)
        text = (static / name).read_text()
        for each in re.findall(r'^import .*?"(\.[^"]+)";$', text, re.MULTILINE):
            other = (static / name).parent.joinpath(each).resolve().relative_to(static.resolve())
            if str(other) not in found:
                left.append(str(other))
    assert "desk/desk.js" in scripts
    assert found & set(scripts) == {"desk/desk.js"}
