"""The page of the proof: who sees it, what it shows, and the draft of a missing article."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.bot.replays.test_replay import GAP, ask
from tests.cast import Cast, make_customer
from tests.factories.articles import load
from walletdesk.bot.ports import use_generator
from walletdesk.bot.replays.actions import ask_replay
from walletdesk.bot.replays.models import Replay
from walletdesk.bot.replays.running import run_replay
from walletdesk.bot.replays.types import Span
from walletdesk.conversations.models import Event
from walletdesk.knowledge.models import Article, Revision
from walletdesk.language.openai_generator import OpenAiGenerator

PAGE = reverse("desk:settings:bot")


@pytest.fixture
def reported(cast: Cast) -> Cast:
    """Return the cast after a replay of one answered conversation and three that were not."""
    load(cast.brand, ["transaction-pending"])
    ask(cast.customer, "my transfer is stuck on pending")
    for text in GAP:
        ask(make_customer(cast.brand), f"{text} mei@example.com")
    run_replay(ask_replay(membership=cast.owner, span=Span(days=7)).pk)
    return cast


def body(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_form_to_progress_and_cancel(cast: Cast) -> None:
    client = cast.client(cast.supervisor)
    assert "No report yet" in body(client)
    assert "No model is configured" in body(client)
    use_generator(OpenAiGenerator(base_url="http://127.0.0.1:9/v1", model="m"))
    try:
        assert "No model is configured" not in body(client)
    finally:
        use_generator(None)
    assert client.post(PAGE, {"days": "0", "limit": "x"}).status_code == 422
    form = {"days": "7", "limit": "100", "language": ""}
    assert client.post(PAGE, form).status_code == 302
    assert client.post(PAGE, form).status_code == 422  # one at a time
    replay = Replay.objects.get()
    progress = reverse("desk:settings:bot_progress", args=[replay.pk])
    answer = client.get(progress)
    assert "HX-Refresh" not in answer
    assert cast.client(cast.stranger).get(progress).status_code == 404
    client.post(reverse("desk:settings:bot_cancel", args=[replay.pk]))
    assert client.get(progress)["HX-Refresh"] == "true"
    assert client.get(f"{PAGE}?replay={10**8}").status_code == 404


def test_the_report_shows_examples_without_personal_data(
    reported: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = reported.client(reported.supervisor)
    with django_assert_max_num_queries(16):
        page = body(client)
    assert "3 questions" in page
    assert "dark mode" in page
    assert "mei@example.com" not in page
    # what is overwritten in the conversation is not told by the report
    Event.objects.filter(text__contains="dark").update(text="removed")
    assert "dark mode" not in body(client)


def test_a_missing_article_becomes_a_draft(reported: Cast) -> None:
    replay = Replay.objects.get()
    address = reverse("desk:settings:bot_write", args=[replay.pk])
    client = reported.client(reported.supervisor)
    for wrong in ("7", "-1", "x", ""):
        assert client.post(address, {"gap": wrong}).status_code == 404
    before = set(Article.objects.values_list("pk", flat=True))
    answer = client.post(address, {"gap": "0"})
    (article,) = Article.objects.exclude(pk__in=before)
    assert (article.published, article.released) == (False, False)
    assert article.slug in answer["Location"]
    draft = Revision.objects.get(article=article)
    assert not draft.published
    assert len(draft.asked) == 3
    assert "example.com" not in " ".join(draft.asked)
    assert client.get(answer["Location"]).status_code == 200
