"""No byte of what belongs to others in any answer: lists, counts, search, error texts (S02)."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.cast import Cast, make_customer, reply
from tests.security import access_matrix, actors
from tests.security.actors import ARTICLE, Actors
from walletdesk.conversations.actions import staff
from walletdesk.safety import guard

FOREIGN = "zq7canary"
VIEWS = ("queue", "mine", "bot", "open", "resolved", "all")


@pytest.fixture
def people(cast: Cast) -> Actors:
    """Everybody, and three conversations of the first brand that are full of canaries."""
    for name in ("agent", "supervisor"):
        user = getattr(cast, name).user
        user.name = f"{FOREIGN} {name}"
        user.save()
    customers = [cast.customer, make_customer(cast.brand), make_customer(cast.brand)]
    for customer, state in zip(customers, ("queued", "open", "resolved"), strict=True):
        customer.contact.label = f"{FOREIGN} label"
        customer.contact.save()
        customer.write(f"{FOREIGN} asks")
        actors.bring_to(state, cast, customer)
        staff.add_note(
            conversation=customer.now(),
            membership=cast.agent,
            client_id=uuid4(),
            text=guard.check(f"{FOREIGN} note").safe,
        )
    actors.publish(cast.brand, f"{FOREIGN} title", f"{FOREIGN} body")
    return Actors.of(cast)


def questions(cast: Cast) -> list[str]:
    """Return every address that reads, about the first brand's conversations and about all."""
    ref = cast.customer.conversation.ref
    rows = access_matrix.rows(access_matrix.DJANGO)
    found = [actors.address_of(r.name, cast, ref) for r in rows if r.method == "GET"]
    for view in VIEWS:
        found += [f"/desk/{view}/", f"/desk/{view}/list", f"/desk/rows?view={view}"]
        found += [f"/desk/changed?view={view}&ref={ref}&ref=x&open={ref}", f"/desk/{view}/{ref}/"]
    other = cast.other_brand.slug
    found += [f"/help/{other}/en/?q={word}" for word in ("fees", "title", "body")]
    found += [
        f"/help/{other}/en/",
        f"/help/{other}/en/{ARTICLE}",
        f"/chat/v1/events?before=9&{ref}",
    ]
    return found


def test_nothing_foreign_in_any_answer(cast: Cast, people: Actors) -> None:
    leaks = []
    for path in questions(cast):
        if path.startswith((f"/help/{cast.brand.slug}/", "/chat/v1/article")):
            continue  # the brand's own public pages
        for actor in ("nobody", "other_cust", "stranger", "shut_out"):
            got = people.ask(actor, "GET", path)
            if FOREIGN.encode() in got.content or FOREIGN in str(got.headers):
                leaks.append((actor, path))
    assert leaks == []


def test_the_same_questions_show_it_to_those_who_may(cast: Cast, people: Actors) -> None:
    shown = [p for p in questions(cast) if FOREIGN in str(people.ask("agent", "GET", p).content)]
    assert len(shown) > 20
    assert FOREIGN in str(people.ask("nobody", "GET", f"/help/borealis/en/{ARTICLE}").content)


def test_nothing_foreign_in_refused_writes(cast: Cast, people: Actors) -> None:
    rows = access_matrix.rows(access_matrix.DJANGO)
    for row in [row for row in rows if row.method == "POST"]:
        path, body = actors.Case(row.name, cast, cast.customer.conversation.ref, 2).request()
        for actor in ("nobody", "other_cust", "stranger", "shut_out"):
            got = people.ask(actor, "POST", path, body)
            assert FOREIGN.encode() not in got.content, (actor, row)


def test_counts_of_another_brand_are_not_told(cast: Cast, people: Actors) -> None:
    for view in VIEWS:
        page = people.ask("stranger", "GET", f"/desk/{view}/").content.decode()
        assert f'<span class="count" id="count-{view}"></span>' in page
        assert 'id="row-' not in page
    make_customer(cast.other_brand)
    changed = people.ask("stranger", "GET", "/desk/changed?view=all&ref=x").content.decode()
    assert 'id="row-' not in changed


def test_a_colleague_of_another_brand_takes_over_nothing(cast: Cast, people: Actors) -> None:
    """`to` names people by number: one of another brand is as unknown as one who does not exist."""
    ref = cast.customer.conversation.ref
    path = reverse("desk:hand_over", args=[ref])
    answers = [
        people.ask("supervisor", "POST", path, {"_form": 1, "to": str(to)})
        for to in (cast.stranger.pk, 999_999_999_999_999_999, 0)
    ]
    assert [got.status_code for got in answers] == [404] * 3
    assert cast.customer.now().assignee_id is None


def test_the_customer_sees_no_note_no_summary_and_no_staff_number(
    cast: Cast, people: Actors
) -> None:
    """Also not by asking for every page of the timeline, forward and backward."""
    reply(cast.agent, cast.customer, "Hello")
    ref = cast.customer.conversation.ref
    told: list[dict[str, Any]] = []
    for query in ("", "&after=0", "&after=1", "&before=99", "&before=4", "&after=3"):
        got = people.ask("customer", "GET", f"/chat/v1/events?conversation={ref}{query}")
        told += json.loads(got.content)["events"]
    assert told
    assert {"note", "summary"}.isdisjoint(event["kind"] for event in told)
    assert f"{FOREIGN} note" not in str(told)
    assert all({"author_id", "staff_data"}.isdisjoint(event) for event in told)
