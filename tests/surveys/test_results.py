"""What is shown of the answers: to whom, with which figures, and what leaves as a file."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, make_customer
from tests.surveys.conftest import PHONE
from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.conversations.actions.exports import (
    decide_export,
    download_export,
    request_export,
)
from walletdesk.conversations.disclosures.types import ExportFormat, ExportWhat
from walletdesk.kit import clock
from walletdesk.kit.errors import NotFound
from walletdesk.safety import guard
from walletdesk.surveys import results
from walletdesk.surveys.actions.grouping import group_comments
from walletdesk.surveys.models import Response, SurveySettings, Theme
from walletdesk.surveys.types import Way

pytestmark = pytest.mark.django_db
SLOW = ["The answer took two days", "I waited two days", "Two days without an answer",
        "It took days until somebody answered", "So slow, two whole days"]  # fmt: skip
KIND = ["The agent was friendly", "Very friendly and patient agent", "Such a kind, friendly person",
        "Friendly agent, thank you", "A patient and friendly answer"]  # fmt: skip


def say(
    cast: Cast, agent: Membership | None, score: int, comment: str = "", topic: str = "fees"
) -> Response:
    customer = make_customer(cast.brand)
    return Response.objects.create(
        brand=cast.brand,
        contact=customer.contact,
        conversation=customer.conversation,
        seq=1,
        way=Way.CHAT,
        score=score,
        speed=score,
        accuracy=score,
        manner=score,
        comment=comment,
        language="en",
        channel="chat",
        topic=topic,
        agent=agent,
        team=agent.team if agent else None,
    )


def month() -> Any:
    return clock.now() - timedelta(days=30)


def test_no_figures_and_no_rank_on_nine_answers(cast: Cast) -> None:
    for score in (5,) * 8 + (1,) * 2:
        say(cast, cast.colleague, score)
    for _ in range(9):
        say(cast, cast.agent, 5)
    best, few = results.by(cast.supervisor, "agent", month())
    assert (best.name, best.answers, best.satisfied) == ("Mei", 10, 8)
    assert best.share is not None
    assert (round(best.share.low, 2), round(best.share.high, 2)) == (0.49, 0.94)
    assert (few.name, few.answers, few.share) == ("Alex", 9, None)
    page = cast.client(cast.supervisor).get("/desk/surveys/").content.decode()
    assert "too few answers" in page
    assert "80 %" in page


def test_agents_see_their_own_and_whoever_leads_sees_all(cast: Cast) -> None:
    say(cast, cast.agent, 2, "Alex was late")
    say(cast, cast.colleague, 5, "Mei was quick")
    own = cast.client(cast.agent).get("/desk/surveys/").content.decode()
    assert "Alex was late" in own
    assert "Mei" not in own
    every = cast.client(cast.supervisor).get("/desk/surveys/").content.decode()
    assert "Alex was late" in every
    assert "Mei was quick" in every
    assert "Mei" not in cast.client(cast.stranger).get("/desk/surveys/").content.decode()
    with pytest.raises(NotFound):
        results.summary(cast.viewer, month())


@pytest.mark.parametrize("who", ["supervisor", "agent"])
def test_the_page_asks_no_more_for_more_answers(cast: Cast, who: str) -> None:
    member = getattr(cast, who)
    client = cast.client(member)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/surveys/").status_code == 200
        return len(queries)

    say(cast, cast.agent, 5, "Good")
    first = cost()
    for at in range(12):
        say(cast, (cast.agent, cast.colleague)[at % 2], 4, "Fine", topic=f"topic_{at}")
    assert cost() <= first


def test_comments_are_grouped_by_what_they_say(cast: Cast) -> None:
    for text in SLOW:
        say(cast, cast.agent, 2, text)
    for text in KIND:
        say(cast, cast.agent, 5, text)
    group_comments()
    group_comments()
    found = results.themes(cast.supervisor, month())
    assert len(found) == Theme.objects.count() >= 2
    words = {word for each in found for word in each.theme.words}
    assert "days" in words
    assert "friendly" in words
    theme = next(each.theme for each in found if "friendly" in each.theme.words)
    told = results.comments(cast.supervisor, month(), theme=theme.pk)
    assert {each.comment for each in told} <= set(KIND)
    page = cast.client(cast.supervisor).get(f"/desk/surveys/?theme={theme.pk}&days=30")
    assert "friendly" in page.content.decode()
    assert cast.client(cast.supervisor).get("/desk/surveys/?theme=9e99&days=x").status_code == 200


def test_sums_leave_at_once_and_answers_by_two_people(cast: Cast) -> None:
    comment = guard.impersonal(guard.check(f"=Call {PHONE}").safe).text
    for _ in range(10):
        say(cast, cast.agent, 5, comment)
    answer = cast.client(cast.supervisor).get("/desk/surveys/table.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["by"] for row in rows} == {"agent", "team", "topic", "channel"}
    assert "Call" not in answer.content.decode()
    assert AuditEntry.objects.filter(action="surveys.table").count() == 1
    today = clock.now().date()
    export = request_export(
        membership=cast.supervisor,
        what=ExportWhat.SURVEYS,
        form=ExportFormat.CSV,
        first_day=today - timedelta(days=3),
        last_day=today,
        clear=False,
        reason=guard.check("A monthly report for the board").safe,
    )
    decide_export(export=export, membership=cast.owner, approve=True)
    _name, raw = download_export(export=export, membership=cast.supervisor)
    assert PHONE not in raw.decode()
    answers = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert all("⟦phone:0000⟧" in row["comment"] for row in answers)
    assert all(row["comment"].startswith("'=") for row in answers)


# --- settings -----------------------------------------------------------------------------

FORM = {
    "in_chat": "on", "by_email": "on", "delay_hours": "6", "quiet_from": "22", "quiet_until": "8",
    "every_days": "30", "threshold": "3", "intro_zh-hans": "服务得怎么样?",
    "intro_en": "", "version": "0",
}  # fmt: skip


def test_settings_are_saved_audited_and_shown_as_customers_get_them(cast: Cast) -> None:
    client = cast.client(cast.owner)
    assert client.post("/desk/settings/surveys/", FORM).status_code == 302
    row = SurveySettings.objects.get(brand=cast.brand)
    assert (row.by_email, row.by_sms, row.every_days) == (True, False, 30)
    assert row.intros == {"zh-hans": "服务得怎么样?"}
    assert AuditEntry.objects.filter(action="surveys.changed").count() == 1
    assert "服务得怎么样?" in client.get("/desk/settings/surveys/").content.decode()
    assert client.post("/desk/settings/surveys/", FORM).status_code == 409
    assert client.post("/desk/settings/surveys/test").status_code == 302


@pytest.mark.parametrize(
    "bad",
    [
        {"every_days": "0"},
        {"delay_hours": "-1"},
        {"quiet_from": "24"},
        {"threshold": "1e3"},
        {"intro_en": "x" * 301},
        {"intro_en": "legal winner thank year wave sausage worth useful legal winner thank yellow"},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(cast: Cast, bad: dict[str, str]) -> None:
    client = cast.client(cast.owner)
    assert client.post("/desk/settings/surveys/", FORM | bad).status_code == 422
    assert not SurveySettings.objects.filter(version__gt=0).exists()
