"""What the start screen asks for: own conversations, waits, articles, and the transcript."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast, Customer, make_customer, reply
from tests.security.actors import ARTICLE, publish
from walletdesk.contacts.actions import end_session
from walletdesk.conversations.actions import staff
from walletdesk.conversations.actions.customer import start_conversation
from walletdesk.conversations.overview import ENOUGH, median_wait, usual_wait
from walletdesk.kit import clock
from walletdesk.safety import guard
from walletdesk.web.common.ways import STEPS, wait_sentence
from walletdesk.web.widget.article_nodes import article_nodes

pytestmark = pytest.mark.django_db

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def ask(name: str, customer: Customer | None = None, **query: Any) -> Any:
    headers = {"Authorization": f"Bearer {customer.token}"} if customer else {}
    return Client(raise_request_exception=False).get(
        reverse(f"chat:{name}"), query, headers=headers
    )


def second_of(customer: Customer) -> Customer:
    """Return the same customer with another conversation."""
    other = start_conversation(contact=customer.contact, language="en")
    return Customer(customer.contact, customer.token, other)


# --- own conversations --------------------------------------------------------------------


def test_a_device_lists_its_own_conversations_and_nobody_else_s(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    cast.customer.write("Where is my deposit?")
    cast.customer.ask_for_person()
    reply(cast.agent, cast.customer, "On its way.")
    later = second_of(cast.customer)
    later.write("And my second question")
    cast.other_customer.write("Not yours")
    with django_assert_num_queries(2):  # the token, the list
        told = ask("conversations", cast.customer).json()["conversations"]
    assert [each["ref"] for each in told] == [
        later.conversation.ref,
        cast.customer.conversation.ref,
    ]
    assert [each["preview"] for each in told] == ["And my second question", "On its way."]
    assert (told[0]["answer"], told[0]["read"]) == (0, 0)
    assert told[1]["answer"] > told[1]["read"] == 0
    assert told[1]["name"] == cast.agent.user.name


def test_a_preview_shows_no_mark_of_what_was_cut_out(cast: Cast) -> None:
    cast.customer.write(f"Here is my recovery phrase: {SEED}")
    [told] = ask("conversations", cast.customer).json()["conversations"]
    assert told["preview"].startswith("Here is my recovery phrase: [Seed phrase removed")
    assert "legal" not in told["preview"]


# --- waits --------------------------------------------------------------------------------


def answered_after(cast: Cast, minutes: float) -> None:
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=False) as then:
        customer = make_customer(cast.brand)
        customer.write("Help")
        customer.ask_for_person()
        then.shift(timedelta(minutes=minutes))
        reply(cast.agent, customer, "Here I am.")


def test_the_usual_wait_is_what_people_really_waited(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    cache.clear()
    assert usual_wait(cast.brand) is None
    told = ask("welcome", brand=cast.brand.slug, language="en").json()
    assert told["wait"] == "We cannot tell yet how soon a person answers today."
    for minutes in (2, 4, 9):
        answered_after(cast, minutes)
    with django_assert_num_queries(1):
        assert usual_wait(cast.brand) == timedelta(minutes=4)
    assert usual_wait(cast.other_brand) is None
    cache.clear()
    told = ask("welcome", brand=cast.brand.slug, language="en").json()
    assert told["wait"] == "A person usually answers in about 5 minutes"


def test_who_still_waits_longer_than_usual_counts() -> None:
    assert median_wait(answered=[60] * ENOUGH, waiting=[5, 30]) == 60
    assert median_wait(answered=[60, 60, 60], waiting=[3600] * 4) == 3600
    assert median_wait(answered=[60] * (ENOUGH - 1), waiting=[600]) is None


@given(st.lists(st.floats(0, 1e5), max_size=20), st.lists(st.floats(0, 1e5), max_size=20))
def test_those_who_wait_never_make_the_promise_shorter(
    answered: list[float], waiting: list[float]
) -> None:
    without, told = (median_wait(answered=answered, waiting=w) for w in ([], waiting))
    assert (told is None) == (len(answered) < ENOUGH)
    assert told is None or without is None or told >= without


@pytest.mark.parametrize("seconds", [0, 59, 61, 3599, 3601, 90_000])
def test_a_wait_is_rounded_up(seconds: int) -> None:
    sentence = wait_sentence(timedelta(seconds=seconds))
    number = int("".join(letter for letter in sentence if letter.isdigit()))
    minutes = number * 60 if "hour" in sentence else number
    assert minutes * 60 >= seconds
    assert "hour" in sentence or number in STEPS


# --- articles -----------------------------------------------------------------------------


def test_articles_are_found_and_read_as_nodes(cast: Cast) -> None:
    publish(cast.brand, body="See **this** and [our page](other-article).\n\n1. <script>x</script>")
    [found] = ask("articles", brand=cast.brand.slug, language="en", q="fees").json()["articles"]
    assert found["slug"] == ARTICLE
    told = ask("article", brand=cast.brand.slug, language="es", slug=ARTICLE).json()
    assert told["foreign"] is True
    link = ["a", f"/help/{cast.brand.slug}/en/other-article", ["our page"]]
    assert told["body"] == [
        ["p", None, ["See ", ["strong", None, ["this"]], " and ", link, "."]],
        ["ol", None, [["li", None, ["<script>x</script>"]]]],
    ]


def test_a_link_to_elsewhere_shows_its_host() -> None:
    html = '<p><a href="https://evil.example/a">aurora.example</a> <a href="https://a.example/">a.example</a></p>'
    [[_, _, children]] = article_nodes(html, "/help/b/en/c")  # type: ignore[misc] # one paragraph
    assert children == [
        ["a", "https://evil.example/a", ["aurora.example"]],
        " (evil.example)",
        " ",
        ["a", "https://a.example/", ["a.example"]],
    ]


@given(st.text(alphabet="<>/abph1 &;\"'=!-", max_size=200))
def test_any_html_becomes_known_tags_and_text(html: str) -> None:
    def known(nodes: list[Any]) -> bool:
        return all(
            isinstance(n, str) or (n[0] in {"a", "p", "h1", "hr", "b"} or known(n[2]))
            for n in nodes
        )

    assert known(article_nodes(html, "/help/b/en/c"))


@pytest.mark.parametrize("question", ["", " ", "\x00", "x" * 5_000, "' OR 1=1", "转账", "🙂"])
def test_search_takes_any_question(cast: Cast, question: str) -> None:
    assert ask("articles", brand=cast.brand.slug, q=question).status_code == 200


def test_search_says_when_it_is_too_much(cast: Cast) -> None:
    answers = [ask("articles", brand=cast.brand.slug, q="") for _ in range(121)]
    assert {answer.status_code for answer in answers[:120]} == {200}
    assert answers[120].status_code == 429
    assert int(answers[120]["Retry-After"]) >= 1


def test_what_is_not_there_is_404(cast: Cast) -> None:
    publish(cast.other_brand)
    for query in (
        {"brand": "nobody", "slug": ARTICLE},
        {"brand": cast.brand.slug, "slug": ARTICLE},
        {"brand": cast.brand.slug, "slug": "\x00"},
        {"brand": "\x00", "slug": ARTICLE},
    ):
        assert ask("article", **query).status_code == 404


def test_opinions_are_counted_and_nothing_else_is_kept(cast: Cast) -> None:
    publish(cast.brand)
    body = {"brand": cast.brand.slug, "slug": ARTICLE, "language": "en"}
    for helped in (True, True, False):
        answer = Client().post(
            reverse("chat:opinion"), json.dumps({**body, "helped": helped}), "application/json"
        )
        assert answer.status_code == 204
    with connection.cursor() as cursor:
        cursor.execute("SELECT helped, not_helped FROM knowledge_opinion")
        assert cursor.fetchall() == [(2, 1)]


# --- transcript ---------------------------------------------------------------------------


def test_a_transcript_holds_what_the_customer_saw(cast: Cast) -> None:
    cast.customer.write("Where is my deposit?", f"Here is my recovery phrase: {SEED}")
    cast.customer.ask_for_person()
    reply(cast.agent, cast.customer, "它在路上。\n第二行")
    answer = ask(
        "transcript", cast.customer, conversation=cast.customer.conversation.ref, language="zh-hans"
    )
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    ref = cast.customer.conversation.ref
    assert answer["Content-Disposition"] == f'attachment; filename="{cast.brand.slug}-{ref}.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert text.startswith("\ufeff")
    places = [
        text.index(part)
        for part in ("Where is my deposit?", "my recovery phrase: [", "它在路上。\n第二行")
    ]
    assert places == sorted(places)
    assert cast.agent.user.name in text
    assert "legal winner" not in text
    assert "⟦" not in text


def test_a_transcript_is_for_its_customer_only(cast: Cast) -> None:
    cast.customer.write("Mine")
    ref = cast.customer.conversation.ref
    assert ask("transcript", cast.customer, conversation=ref).status_code == 200
    assert ask("transcript", cast.other_customer, conversation=ref).status_code == 404
    assert ask("transcript", conversation=ref).status_code == 401
    assert ask("transcript", cast.customer, conversation="\x00").status_code == 404


def test_staff_notes_are_not_in_a_transcript(cast: Cast) -> None:
    cast.customer.write("Mine")
    cast.customer.ask_for_person()
    reply(cast.agent, cast.customer, "Hello")
    staff.add_note(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.trusted("secret note"),
    )
    ref = cast.customer.conversation.ref
    assert "secret note" not in ask("transcript", cast.customer, conversation=ref).content.decode()


def test_a_name_cannot_stand_in_for_another_field(cast: Cast) -> None:
    """S31: what people are called is text, never a place for more."""
    cast.agent.user.name = "{to} {score} {{7*7}}"
    cast.agent.user.save(update_fields=["name"])
    cast.customer.write("Mine")
    cast.customer.ask_for_person()
    reply(cast.agent, cast.customer, "{{7*7}} ${7*7}")
    ref = cast.customer.conversation.ref
    text = ask("transcript", cast.customer, conversation=ref).content.decode()
    assert "{to} {score} {{7*7}} joined the conversation" in text
    assert "{{7*7}} ${7*7}" in text
    assert "49" not in text.replace(ref, "")


def test_a_transcript_ends_with_the_session(cast: Cast) -> None:
    """S22: the right is looked at each time."""
    cast.customer.write("Mine")
    ref = cast.customer.conversation.ref
    assert ask("transcript", cast.customer, conversation=ref).status_code == 200
    end_session(token=cast.customer.token)
    assert ask("transcript", cast.customer, conversation=ref).status_code == 401
    assert ask("conversations", cast.customer).status_code == 401


@pytest.mark.parametrize("name", ["welcome", "articles", "conversations", "transcript"])
def test_other_sites_may_not_read_any_of_it(cast: Cast, name: str) -> None:
    """S29: no answer is shared with another origin, with or without credentials."""
    answer = Client().get(
        reverse(f"chat:{name}"),
        {"brand": cast.brand.slug},
        headers={"Origin": "https://evil.example", "Cookie": "a=b"},
    )
    assert not [header for header in answer.headers if header.startswith("Access-Control-")]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    asked = Client().options(
        reverse(f"chat:{name}"),
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"},
    )
    assert not [header for header in asked.headers if header.startswith("Access-Control-")]


def test_absolute_addresses_never_come_from_the_request(cast: Cast) -> None:
    """S09: an article's links and a transcript know no host that a header named."""
    publish(cast.brand, body="[here](other-article) [there](//evil2.example/x)")
    answer = Client().get(
        reverse("chat:article"),
        {"brand": cast.brand.slug, "slug": ARTICLE},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    assert "evil" not in answer.content.decode().replace("[there](//evil2.example/x)", "")


def test_transcripts_are_limited_for_each_customer(cast: Cast) -> None:
    cast.customer.write("Mine")
    ref = cast.customer.conversation.ref
    asked = [ask("transcript", cast.customer, conversation=ref).status_code for _ in range(11)]
    assert asked == [200] * 10 + [429]
    assert ask("transcript", cast.other_customer, conversation=ref).status_code == 404
