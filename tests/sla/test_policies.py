"""Policies: which promise holds, who may change it, and what a user who writes now is promised."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.cast import Cast
from tests.sla.test_rules import week
from walletdesk.accounts.models import AuditEntry
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.sla.actions import CalendarDraft, create_calendar
from walletdesk.sla.actions.policies import (
    PolicyDraft,
    change_policy,
    create_policy,
    load_usual_policies,
)
from walletdesk.sla.matching import Book, Matter, Rule, day_length, differs
from walletdesk.sla.queries.promises import policies_of
from walletdesk.sla.types import Terms, Week

RULES = (
    Rule(1, "Gold", tiers=["gold"], always=True, targets={"first": (90, "s")}),
    Rule(2, "Login", channels=["chat"], topics=["login_problem"], targets={"first": (10, "m")}),
    Rule(3, "Spanish", languages=["es"], calendar=7, targets={"first": (1, "d")}),
    Rule(4, "All", urgencies=[0, 1, 2], targets={"first": (1, "h")}),
)
BOOK = Book(
    RULES, {7: 70, 8: 80}, {5: 80}, main=60, always=1, days={1: 86_400, 60: 9, 70: 28_800, 80: 9}
)


@pytest.mark.parametrize(
    ("matter", "team", "policy", "terms"),
    [
        (Matter("chat", "login_problem", 1, "es", "gold"), None, 1, Terms(90, 72, 1)),
        (Matter("chat", "login_problem", 1, "es"), None, 2, Terms(600, 480, 60)),
        (Matter("email", "login_problem", 1, "es"), 5, 3, Terms(28_800, 23_040, 70)),
        (Matter("email", "", 0, "en"), 5, 4, Terms(3_600, 2_880, 80)),
        (Matter("email", "", 3, "en"), None, None, None),
    ],
)
def test_the_first_that_matches(
    matter: Matter, team: int | None, policy: int | None, terms: Terms | None
) -> None:
    promise = BOOK.promise(matter, team)
    assert (promise.policy, promise.terms.get("first")) == (policy, terms)  # type: ignore[call-overload]


def test_why_one_is_passed_over() -> None:
    assert [differs(rule, Matter("chat", "fees", 3, "es")) for rule in RULES] == [
        "tier", "topic", None, "urgency",
    ]  # fmt: skip


def test_a_working_day_is_as_long_as_a_usual_one() -> None:
    assert day_length(week()) == 9 * 3_600
    assert day_length(Week("UTC", ((),) * 7, always=True)) == day_length(Week("UTC", ((),) * 7))


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        (PolicyDraft(" "), {"name": "required", "first": "required"}),
        (PolicyDraft("A", targets={"first": (14, "s")}), {"first": "out_of_range"}),
        (PolicyDraft("A", targets={"first": (1, "y")}), {"first": "out_of_range"}),
        (PolicyDraft("A", targets={"first": (10**9, "h")}), {"first": "out_of_range"}),
        (PolicyDraft("A", targets={"x": (1, "h")}), {"x": "out_of_range"}),
        (PolicyDraft("A", targets={"first": (1, "h")}, warn=100), {"warn": "out_of_range"}),
        (PolicyDraft("A", targets={"first": (1, "h")}, calendar=10**6), {"calendar": "unknown"}),
        (PolicyDraft("A", targets={"first": (1, "h")}, tiers=["\x00"]), {"tiers": "unknown"}),
        (PolicyDraft("A", targets={"first": (1, "h")}, urgencies=[9]), {"urgencies": "unknown"}),
    ],
)
def test_what_no_policy_can_be(cast: Cast, draft: PolicyDraft, wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        create_policy(actor=cast.owner, draft=draft)
    assert refused.value.fields == wrong


def test_only_owners_of_the_brand_change_promises(cast: Cast) -> None:
    made = load_usual_policies(actor=cast.owner)
    assert load_usual_policies(actor=cast.owner) == []
    with pytest.raises(NotFound):
        change_policy(actor=cast.stranger, policy=made[0], version=0, draft=PolicyDraft("X"))
    with pytest.raises(BadInput) as refused:
        create_policy(
            actor=cast.owner, draft=PolicyDraft(made[0].name.upper(), targets={"first": (1, "h")})
        )
    assert refused.value.fields == {"name": "taken"}


@time_machine.travel(datetime(2026, 3, 6, 8, 55, tzinfo=UTC), tick=False)  # Friday 16:55
def test_what_a_user_who_writes_now_is_promised(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.client(cast.owner)
    assert "Nothing is promised yet" in client.get("/desk/settings/promises/").content.decode()
    office = ["09:00-18:00"] * 5 + ["", ""]
    create_calendar(actor=cast.owner, draft=CalendarDraft("Office", "Asia/Shanghai", office))
    assert client.post("/desk/settings/promises/usual").status_code == 302
    with django_assert_max_num_queries(14):
        assert client.get("/desk/settings/promises/").status_code == 200
    asked = "/desk/settings/promises/preview?channel={}&topic=login_problem&language=es&urgency={}"
    told = client.get(asked.format("chat", 1)).content.decode()
    assert "“Login problems” holds" in told
    assert "March 6, 2026, 5:05 p.m." not in told  # day and night: in UTC
    assert "March 6, 2026, 9:05 a.m." in told
    told = client.get(asked.format("email", "%00")).content.decode()
    assert "March 9, 2026, 4:55 p.m." in told  # a working day is not 24 hours of opening
    assert "Login problems (another channel)" in told


def test_a_policy_keeps_the_language_and_topic_that_the_brand_has_no_more(cast: Cast) -> None:
    """Without them it would hold for everybody."""
    told = PolicyDraft("B", languages=["es"], topics=["own_gone"], targets={"first": (1, "h")})
    policy = create_policy(actor=cast.owner, draft=told)
    cast.brand.languages = ["en"]
    cast.brand.save()
    client, page = cast.client(cast.owner), f"/desk/settings/promises/{policy.pk}/"
    shown = client.get(page).content.decode()
    ticked: dict[str, list[str]] = {}
    for box in re.findall(r'<input type="checkbox"[^>]* checked', shown):
        name, value = (re.findall(rf'{part}="([^"]*)"', box)[0] for part in ("name", "value"))
        ticked.setdefault(name, []).append(value)
    form = ticked | {
        "name": "Renamed", "first": 1, "first_unit": "h", "next_unit": "m", "update_unit": "m",
        "resolution_unit": "m", "warn": 80, "hours": "", "tiers": "", "version": 0,
    }  # fmt: skip
    assert client.post(page, form).status_code == 302
    policy.refresh_from_db()
    assert (policy.name, policy.languages, policy.topics) == ("Renamed", ["es"], ["own_gone"])


def test_a_policy_in_the_settings(cast: Cast) -> None:
    client = cast.client(cast.owner)
    form = {
        "name": "Login", "channels": ["chat"], "urgencies": ["2"], "first": 10, "first_unit": "m",
        "next_unit": "m", "update_unit": "m", "resolution": 3, "resolution_unit": "d", "warn": 75,
        "hours": "always", "tiers": "Gold, vip", "pauses": ["wallet"], "version": 0,
    }  # fmt: skip
    assert client.post("/desk/settings/promises/new/", form | {"first": -1}).status_code == 422
    assert client.post("/desk/settings/promises/new/", form).status_code == 302
    policy = cast.brand.policies.get()
    assert policy.targets == {"first": [10, "m"], "resolution": [3, "d"]}
    assert (policy.urgencies, policy.tiers, policy.always) == ([2], ["gold", "vip"], True)
    page = f"/desk/settings/promises/{policy.pk}/"
    assert 'value="gold, vip"' in client.get(page).content.decode()
    assert client.post(page, form | {"name": "Sign-in"}).status_code == 302
    assert client.post(page, form | {"name": "Late"}).status_code == 409
    second = create_policy(actor=cast.owner, draft=PolicyDraft("B", targets={"first": (1, "h")}))
    assert client.post(f"/desk/settings/promises/{second.pk}/move", {"to": "up"}).status_code == 302
    assert [each.name for each in policies_of(cast.brand)] == ["B", "Sign-in"]
    assert client.post(page + "remove").status_code == 302
    assert cast.client(cast.stranger).get(page).status_code == 404
    done = AuditEntry.objects.filter(action__startswith="policy.").values_list("action", flat=True)
    assert set(done) == {"policy.created", "policy.changed", "policy.moved", "policy.removed"}
