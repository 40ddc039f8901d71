"""A compiled queryset finds what the queryset itself finds, in each thread, at the same price."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db.models import Count, F, Q, QuerySet
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast, make_customer
from walletdesk.accounts.models import Membership
from walletdesk.conversations.models import Conversation
from walletdesk.kit.compiled import Compiled

pytestmark = pytest.mark.django_db


def _pages(brand: int, since: datetime, ref: str) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(Q(created_at__gt=since) | Q(ref=ref), brand_id=brand)
    return (
        rows.select_related("contact", "assignee__user")
        .annotate(tags=Count("attachments"), own=F("contact__label"))
        .only("ref", "urgency", "contact__label", "assignee__user__name")
        .order_by("-pk")[:3]
    )


def told(row: Conversation) -> tuple[object, ...]:
    label = row.contact.label
    return row.pk, row.ref, row.urgency, label, row.own, row.tags, row.get_deferred_fields()  # type: ignore[attr-defined]


def test_it_finds_what_the_queryset_finds(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customers = [make_customer(cast.brand) for _ in range(5)]
    pages = Compiled(_pages, brand=int, since=datetime, ref=str)
    newest = customers[-1].conversation
    for given in (
        {"brand": cast.brand.pk, "since": newest.created_at - timedelta(days=1), "ref": ""},
        {"brand": cast.brand.pk, "since": newest.created_at, "ref": customers[0].conversation.ref},
        {"brand": cast.other_brand.pk, "since": newest.created_at, "ref": newest.ref},
    ):
        expected = [told(row) for row in _pages(**given)]
        with django_assert_num_queries(1):
            assert [told(row) for row in pages.fetch(**given)] == expected
    assert pages.first(brand=-1, since=newest.created_at, ref="") is None


def test_columns_of_json_and_lists_are_read(cast: Cast) -> None:
    cast.agent.preferences = {"density": "compact"}
    cast.agent.languages = ["zh-hans", "es"]
    cast.agent.save()
    found = Compiled(
        lambda who: Membership.objects.select_related("brand").filter(pk=who), who=int
    ).first(who=cast.agent.pk)
    assert found is not None
    assert found.preferences == {"density": "compact"}
    assert found.languages == ["zh-hans", "es"]
    assert found.brand.second_factor_roles == cast.brand.second_factor_roles
    found.role = "viewer"
    found.save()
    assert Membership.objects.get(pk=cast.agent.pk).role == "viewer"


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection(cast: Cast) -> None:
    of = Compiled(lambda who: Membership.objects.filter(pk=who), who=int)
    found: list[object] = [of.first(who=cast.agent.pk)]

    def other() -> None:
        from django.db import connection  # noqa: PLC0415 - this thread's

        found.append(of.first(who=cast.agent.pk))
        connection.close()

    thread = Thread(target=other)
    thread.start()
    thread.join()
    assert found == [cast.agent, cast.agent]


def test_a_hole_that_nothing_fills_is_an_error(cast: Cast) -> None:
    of = Compiled(lambda who: Membership.objects.filter(pk=who), who=int)
    with pytest.raises(KeyError):
        of.fetch()


@pytest.mark.parametrize("level", [2**40, -(2**40)])
def test_what_can_never_match_finds_nothing(cast: Cast, level: int) -> None:
    rows = Conversation.objects.filter(urgency__in=[level])
    assert list(rows) == []
    of = Compiled(lambda brand: rows.filter(brand_id=brand), brand=int)
    assert of.fetch(brand=cast.brand.pk) == []
