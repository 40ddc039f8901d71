"""The page: what it shows, what it refuses, what it costs."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.cast import Cast, make_customer
from tests.search.conftest import Search
from walletdesk.accounts.models import AuditEntry
from walletdesk.conversations.search.actions.indexing import index_all
from walletdesk.knowledge.types import HandOver, Hit

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

MOST_QUERIES = 34
FORM = "application/x-www-form-urlencoded"
HTMX = {"HX-Request": "true"}
HOSTILE = (
    "'", '"', "\\", "' OR '1'='1", "'); DROP TABLE conversation_search_entry --",
    "a & b | !c <-> (d)", ":*", "usdt:*", "'usdt':A", "@b1", "'@p1'", "\x00", "a\x00b", "\ud800",
    "%", "_", "-", "--", "- -", '"', '""', '"-"', "-“”", "“", "from:", "前", "：", "来自：",
    "before:0000-00-00", "before:9999-99-99", "after:99999d", "after:-1", "topic:\x00", "tag:'",
    "assigned:99999999999", "from:\ud83d", "is:is:is:", "has:file has:file -has:file", "lang:xx",
    "😀", "ﬃ ﷺ", "\u202e", "\u0300" * 300, "a" * 499, "的" * 499, "a " * 249, "的 " * 249,
    "x" * 10_000, "的" * 10_000, "from:a " * 60, '"' + "的 " * 200 + '"', "-的 " * 100,
    "0x" + "f" * 64, "\t\r\n", "{{7*7}}", "<script>alert(1)</script>",
)  # fmt: skip


def test_nothing_that_is_typed_breaks_it(cast: Cast) -> None:
    cast.customer.write("usdt 的 transfer <script>alert(1)</script>")
    index_all()
    client = cast.client(cast.agent)
    for place, typed in enumerate(HOSTILE):
        body = urlencode({"q": typed}, errors="surrogatepass")  # as a hostile client writes it
        fragment = client.post("/desk/search/", body, FORM, headers=HTMX)
        assert fragment.status_code == 200, typed
        assert "<script>alert" not in fragment.content.decode(), typed
        if place % 6:
            continue
        page = client.post("/desk/search/", body, FORM, follow=True)
        assert page.status_code in {200, 400}, typed
        assert "<script>alert" not in page.content.decode(), typed


def test_hits_are_marked_and_lead_to_their_message(cast: Cast, search: Search) -> None:
    cast.customer.write("hello", "It is <b>TRANSACCIÓN</b> & more")
    search("x")
    page = cast.client(cast.agent).get("/desk/search/", {"q": "transaccion"}).content.decode()
    assert "It is &lt;b&gt;<mark>TRANSACCIÓN</mark>&lt;/b&gt; &amp; more" in page
    assert f'href="/desk/all/{cast.customer.conversation.ref}/#2"' in page


@pytest.mark.parametrize(
    ("scores", "shown"),
    [((0.39, 0.04, 0.003), 3), ((0.65, 0.04, 0.0), 2), ((0.04, 0.03), 0), ((), 0)],
    ids=["one word fits several", "far less likely", "none is about this", "none"],
)
def test_articles_are_those_beside_the_likeliest(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, scores: tuple[float, ...], shown: int
) -> None:
    hits = [
        Hit("slug", number, f"Article {number}", "", "en", "fees", HandOver.NO, score, "/")
        for number, score in enumerate(scores, 1)
    ]
    monkeypatch.setattr("walletdesk.web.desk.search.search_articles", lambda **_asked: hits)
    page = cast.client(cast.agent).get("/desk/search/", {"q": "fee"}).content.decode()
    assert [n for n in range(1, 4) if f"Article {n}" in page] == list(range(1, shown + 1))


def test_complaints_are_in_the_readers_language(cast: Cast) -> None:
    client = cast.client(cast.agent)
    for query, words in (
        ("topic:nothing", "deposit missing"),
        ("before:soon", "is not a day"),
        ("from:", "Something must stand"),
        ("-topic:fees x", "cannot be excluded"),
    ):
        answer = client.get("/desk/search/", {"q": query})
        assert (answer.status_code, words in answer.content.decode()) == (400, True), query


def test_personal_data_stands_in_no_address(cast: Cast) -> None:
    client = cast.client(cast.agent)
    kept = client.post("/desk/search/", {"q": "usdt 没到账"})
    assert kept.headers["Location"] == "/desk/search/?q=usdt+%E6%B2%A1%E5%88%B0%E8%B4%A6"
    for typed in ("alex@example.com", "call +34 612 345 678", "half@"):
        answer = client.post("/desk/search/", {"q": typed})
        assert answer.status_code == 200
        assert 'data-address=""' in answer.content.decode()


def test_a_customer_is_looked_for_only_on_demand_and_audited(cast: Cast) -> None:
    before = AuditEntry.objects.count()
    page = cast.client(cast.agent).post("/desk/search/", {"q": "alex@example.com"})
    assert 'action="/desk/contacts/"' in page.content.decode()
    assert AuditEntry.objects.count() == before
    viewer = cast.client(cast.viewer).post("/desk/search/", {"q": "alex@example.com"})
    assert 'action="/desk/contacts/"' not in viewer.content.decode()


def test_a_secret_is_not_searched_for(cast: Cast) -> None:
    phrase = "abandon " * 11 + "about"
    page = cast.client(cast.agent).post("/desk/search/", {"q": phrase}).content.decode()
    assert "abandon abandon" not in page
    assert "A secret was taken out" in page


def test_it_costs_the_same_however_much_is_found(
    cast: Cast, django_assert_max_num_queries: "DjangoAssertNumQueries"
) -> None:
    for number in range(30):
        make_customer(cast.brand).write(f"transfer {number} stuck", "usdt")
    index_all()
    client = cast.client(cast.agent)
    for query in ("transfer", "stuck usdt", "trasnfer is:bot from:customer before:1d", "nothing"):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.post("/desk/search/", {"q": query}, headers=HTMX).status_code == 200
