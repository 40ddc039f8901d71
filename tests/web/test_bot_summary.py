"""A hand-over's summary is written in the brand's language and read in the reader's."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from tests.browser import launched
from tests.cast import Cast
from tests.web.test_browser_parts import ORIGIN, serve
from walletdesk.bot.handing_over import Call, call_person
from walletdesk.bot.summary import Part, chain_says
from walletdesk.bot.types import Reason
from walletdesk.conversations.models import Event
from walletdesk.conversations.queries import lock_conversation
from walletdesk.conversations.search.actions.indexing import index_all
from walletdesk.web.common.strings import thread_strings
from walletdesk.web.desk.bot_summary import told_parts
from walletdesk.web.desk.strings import strings as desk_strings

ROW = """async ([lang, event, strings]) => {
  document.documentElement.lang = lang;
  const { ROWS } = await import("/static/common/events.js");
  await import("/static/desk/rows.js");
  const row = ROWS.summary(event, { strings, lang });
  return [...row.querySelectorAll("p")].map((each) => each.textContent);
}"""
ASKED = "我的转账卡住了\nsince yesterday, 20 USDT"


@pytest.fixture
def told(cast: Cast) -> Iterator[dict[str, Any]]:
    cast.brand.default_language = "en"
    cast.brand.save()
    shown = ("Stuck (/help/stuck)",)
    call = Call(reason=Reason.ASKED, urgency=2, topic="tx_stuck", asked=ASKED, shown=shown)
    with transaction.atomic():
        conversation = lock_conversation(cast.customer.conversation.pk)
        call_person(
            conversation=conversation,
            call=call,
            known=lambda: [Part("facts", "Network → TRON"), chain_says("Pending: it waits.")],
        )
    event = Event.objects.get(conversation_id=cast.customer.conversation.pk, kind="summary")
    with translation.override("en"):
        yield {"text": event.text, "staff_data": event.staff_data}


def test_each_reader_reads_their_language_on_the_page_and_in_the_thread(
    cast: Cast, told: dict[str, Any]
) -> None:
    client = cast.client(cast.agent)
    event = {"kind": "summary", "author": "bot", "at": "2026-01-01T00:00:00Z"} | told
    given, expected = [], []
    for language, html, wrote in [("zh-hans", "zh-Hans", "客户写道"), ("es", "es", "El cliente")]:
        client.post("/i18n/setlang/", {"language": language, "next": "/desk/queue/"})
        page = client.get(f"/desk/c/{cast.customer.conversation.ref}/").content.decode()
        panel = page.split('class="panel-summary"')[1].split("</div>")[0]
        assert "The customer wrote" not in panel
        assert all(each in panel for each in (wrote, "since yesterday", "Network → TRON"))
        with translation.override(language):
            parts = told_parts(told["text"], told["staff_data"])
            strings = thread_strings() | desk_strings()
        assert parts[0] == ("", strings["reason_asked"])
        assert not any("Pending" in said for _name, said in parts), "the chain's chip tells it"
        given.append([html, event, strings])
        expected.append([f"{name} {said}".strip() for name, said in parts[1:]])
    with launched() as browser:
        context = browser.new_context()
        context.route("**/*", serve)
        tab = context.new_page()
        tab.goto(f"{ORIGIN}/")
        assert [tab.evaluate(ROW, one) for one in given] == expected


def test_a_search_shows_it_in_the_readers_language(cast: Cast, told: dict[str, Any]) -> None:
    index_all()
    client = cast.client(cast.agent)
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/desk/queue/"})
    page = client.get("/desk/search/?q=卡住").content.decode()
    assert "客户写道" in page
    assert "The customer wrote" not in page
    assert "Why:" not in page


def test_the_brands_own_language_tells_all(told: dict[str, Any]) -> None:
    parts = told_parts(told["text"], told["staff_data"])
    assert parts == [
        ("", "Asked for a person"),
        ("The customer wrote", ASKED),
        ("The bot showed", "Stuck (/help/stuck)"),
        ("", "Network → TRON"),
        ("The chain says", "Pending: it waits."),
    ]


def test_what_was_changed_since_or_is_older_is_shown_as_it_is(told: dict[str, Any]) -> None:
    cut = told["text"].replace("\nsince yesterday", " ⟦secret:seed_phrase⟧")
    [_reason, (name, said)] = told_parts(cut, told["staff_data"])
    assert (name, said) == ("", cut.replace("⟦secret:seed_phrase⟧", "[secret removed]"))
    assert told_parts("Why: money", {}) == [("", "Why: money")]
