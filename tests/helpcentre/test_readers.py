"""The help centre as its readers get it: every page without a script."""

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.cast import Cast
from tests.factories.articles import load
from walletdesk.kit import clock
from walletdesk.knowledge.actions import save_article
from walletdesk.knowledge.actions.notices import create_notice, end_notice
from walletdesk.knowledge.actions.reading import searchable
from walletdesk.knowledge.models import Opinion, Translation
from walletdesk.knowledge.reader_models import MissedSearch, ReaderComment
from walletdesk.knowledge.types import (
    ArticleSource,
    HandOver,
    NoticeDraft,
    TranslationSource,
)

HOME = "/help/borealis/en/"
READ = f"{HOME}fees-explained"
BROWSER = {"User-Agent": "Mozilla/5.0"}
SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def article(cast: Cast, slug: str = "fees-explained", category: str = "fees", **texts: str) -> None:
    save_article(
        brand=cast.brand,
        source=ArticleSource(
            slug=slug,
            topic="fees",
            category=category,
            hand_over=HandOver.NO,
            translations=tuple(
                TranslationSource(code.replace("_", "-"), title, f"{title} In short.", "## Why", ())
                for code, title in (
                    texts or {"en": "How fees work", "es": "Las comisiones"}
                ).items()
            ),
        ),
    )


def get(path: str, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).get(path, headers=BROWSER | headers)


def text(path: str) -> str:
    return str(get(path).content.decode())


def structured(html: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_lists_show_what_exists_and_say_what_is_not_translated(cast: Cast) -> None:
    article(cast)
    article(cast, "only-english", "transactions", en="What is a nonce?")
    spanish = text("/help/borealis/es/")
    assert "Las comisiones" in spanish
    assert re.search(r'<a href="/help/borealis/es/only-english" lang="en"[^>]*>What is', spanish)
    page = text("/help/borealis/es/c/transactions/")
    assert "What is a nonce?" in page
    assert "English</small>" in page
    assert get("/help/borealis/es/c/none/").status_code == 404


def test_an_article_in_another_language_is_shown_with_a_word_about_it(cast: Cast) -> None:
    article(cast, "only-english", en="What is a nonce?")
    page = text("/help/borealis/es/only-english")
    assert "English" in page.partition("foreign-note")[2][:400]
    assert '<link rel="canonical" href="http' in page
    assert 'en/only-english">' in page.partition('rel="canonical"')[2][:100]
    assert re.findall(r'rel="alternate" hreflang="([\w-]+)"', page) == ["en", "x-default"]


def test_machines_are_told_where_everything_is(cast: Cast) -> None:
    article(cast)
    page = text(READ)
    graph = structured(page)["@graph"]
    assert [part["@type"] for part in graph] == ["Article", "BreadcrumbList"]
    assert graph[0]["headline"] == "How fees work"
    assert [c["name"] for c in graph[1]["itemListElement"]][1:] == ["Fees", "How fees work"]
    for code in ("en", "es"):
        assert re.search(rf'hreflang="{code}" href="http[^"]+/help/borealis/{code}/fees-', page)
    for name in ("og:title", "og:description", "og:url", "og:site_name"):
        assert f'property="{name}"' in page
    faq = structured(text(f"{HOME}c/fees/"))
    assert faq["@type"] == "FAQPage"
    assert faq["mainEntity"][0]["acceptedAnswer"]["text"] == "How fees work In short."
    space = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    root = ET.fromstring(get("/help/borealis/sitemap.xml").content)  # noqa: S314 - our own
    listed = [url.text for url in root.findall("s:url/s:loc", space) if url.text]
    assert len(listed) == 5
    assert {url.partition("/help/")[2] for url in listed} >= {"borealis/es/fees-explained"}
    assert len(root.findall("s:url/x:link", space)) == 3 * 3 + 2 * 2
    robots = get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in robots
    assert "/help/borealis/sitemap.xml" in robots


def test_hostile_words_stay_inside_the_data_block(cast: Cast) -> None:
    article(cast, en="</script><script>alert(1)</script><!--")
    page = text(READ)
    assert "<script>alert" not in page
    assert structured(page)["@graph"][0]["headline"].startswith("</script>")


def test_what_did_not_change_is_not_sent_again(cast: Cast) -> None:
    article(cast)
    first = get(READ)
    assert "public" in first["Cache-Control"]
    again = get(READ, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    by_date = get(READ, **{"If-Modified-Since": first["Last-Modified"]})
    assert by_date.status_code == 304
    notice = create_notice(
        actor=cast.owner, draft=NoticeDraft("critical", {"en": ("Deposits are down", "We work.")})
    )
    changed = get(READ, **{"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Deposits are down" in changed.content.decode()
    end_notice(actor=cast.owner, notice=notice)
    assert "Deposits are down" not in text(READ)


def test_a_notice_is_shown_in_its_time_and_at_the_head_of_the_chat(cast: Cast) -> None:
    later = clock.now() + timedelta(hours=1)
    texts = {"en": ("Swaps are slow", "Be patient"), "zh-hans": ("兑换较慢", "")}
    create_notice(
        actor=cast.owner,
        draft=NoticeDraft("warning", texts, later, later + timedelta(hours=1)),
    )
    assert "Swaps are slow" not in text(HOME)
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        assert "兑换较慢" in text("/help/borealis/zh-hans/")
        assert "Swaps are slow" in text("/help/borealis/es/")  # not translated: better than nothing
        told = Client().get("/chat/v1/welcome?brand=borealis&language=zh-CN").json()
        assert told["wait"].startswith("兑换较慢 · ")
    with time_machine.travel(later + timedelta(hours=2), tick=False):
        assert "Swaps are slow" not in text(HOME)


def test_a_vote_counts_once_and_needs_no_script(cast: Cast) -> None:
    article(cast)
    client = Client(enforce_csrf_checks=True)
    for place, expected in ((1, "yes"), (2, "again")):
        answer = client.post(f"{READ}/vote", {"helped": "yes"}, headers=BROWSER)
        assert (answer.status_code, f"said={expected}" in answer["Location"]) == (303, True), place
    page = get(f"{READ}?said=yes", client).content.decode()
    assert 'action="/help/borealis/en/fees-explained/comment"' in page
    said = client.post(
        f"{READ}/comment",
        {"helped": "yes", "text": f"Write to bob@example.com about this. My words:\n{SEED}"},
    )
    assert said.status_code == 303
    client.post(f"{READ}/comment", {"helped": "yes", "text": "Once more"})
    kept = ReaderComment.objects.get()
    assert "example.com" not in kept.text
    assert "winner" not in kept.text
    assert Opinion.objects.get().helped == 1
    assert client.post(f"{READ}/vote", {"helped": "maybe"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
     {"Origin": "https://evil.example"}, {"Origin": "null"}],
)  # fmt: skip
def test_no_foreign_page_votes(cast: Cast, headers: dict[str, str]) -> None:
    article(cast)
    answer = Client().post(f"{READ}/vote", {"helped": "no"}, headers=headers)
    assert answer.status_code == 403
    assert not Opinion.objects.exists()


def test_readers_are_counted_and_machines_are_not(cast: Cast) -> None:
    article(cast)
    get(READ)
    get(READ, **{"User-Agent": "Googlebot/2.1"})
    get(READ, **{"Sec-Purpose": "prefetch"})
    get(READ, **{"If-None-Match": get(READ)["ETag"]})
    assert Opinion.objects.get().views == 2
    cache.clear()
    assert "Most asked" in text(HOME)


def test_what_was_not_found_is_remembered_without_people(cast: Cast) -> None:
    load(cast.brand)
    for question in (
        "hardware  Wallet xyzzy",
        "Hardware wallet XYZZY",
        SEED,
        "I am bob@example.com",
    ):
        assert get(f"{HOME}?q={question}").status_code == 200
    get(f"{HOME}?q=my swap failed")
    get(f"{HOME}find/suggest?q=hardware wallet")
    assert list(MissedSearch.objects.values_list("text", "count")) == [("hardware wallet xyzzy", 2)]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("我的助记词丢了怎么办", "我的助记词丢了怎么办"),
        ("Ledger  Bluetooth", "ledger bluetooth"),
        ("0x742d35Cc6634C0532925a3b844Bc454e4438f44e", ""),
        ("order 48291736", ""),
        ("call +44 20 7946 0018", ""),
        ("mail @bobby", ""),
        ("tx 5KJvsngHeMpm884wtkJNzQGaCErckhHJ", ""),
        ("x" * 81, ""),
        ("a\x00b", "a b"),
        ("\ud800", ""),
    ],
)
def test_which_questions_may_be_kept(asked: str, kept: str) -> None:
    assert searchable(asked) == kept


def test_suggestions_and_results_say_which_article(cast: Cast) -> None:
    load(cast.brand)
    found = get("/help/borealis/zh-hans/find/suggest?q=兑换失败").json()
    assert found["articles"][0]["url"] == "/help/borealis/zh-hans/swap-failed"
    assert found["articles"][0]["lang"] == "zh-Hans"
    page = text("/help/borealis/zh-hans/?q=兑换失败")
    assert "/help/borealis/zh-hans/swap-failed" in page
    assert 'name="robots" content="noindex"' in page


def test_related_articles_are_near_in_meaning(cast: Cast) -> None:
    load(cast.brand)
    shown = Translation.objects.get(article__slug="wallet-emptied-or-stolen", language="en")
    assert shown.article.related
    assert shown.article.pk not in shown.article.related
    page = text("/help/borealis/en/wallet-emptied-or-stolen")
    assert 'aria-labelledby="related"' in page


def test_nothing_here_still_helps(cast: Cast) -> None:
    for path in ("none", "a/b/c", "c/none/", "fees-explained/none"):
        answer = get(f"{HOME}{path}")
        assert answer.status_code == 404
        assert 'name="q"' in answer.content.decode()
        assert 'rel="canonical"' not in answer.content.decode()
    assert get("/help/borealis/xx/").status_code == 404
    assert get("/help/borealis/en").status_code == 301
    assert get("/help/nobody/en/").status_code == 404


def test_pages_cost_few_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    load(cast.brand)
    paths = {HOME: 5, f"{HOME}c/safety/": 5, f"{HOME}swap-failed": 6, f"{HOME}?q=swap": 12}
    for path, most in paths.items():
        get(path)
        with django_assert_max_num_queries(most):
            get(path)
