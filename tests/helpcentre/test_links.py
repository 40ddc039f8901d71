"""The link checker: what it finds in texts, what it asks, and what it never asks."""

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cast import Cast
from walletdesk.kit.safe_http import Answer, ForbiddenAddress, NoAnswer, SafeClient, is_public
from walletdesk.knowledge.actions import save_article
from walletdesk.knowledge.actions.links import take_stock
from walletdesk.knowledge.desk_queries import bad_links, external_links
from walletdesk.knowledge.link_checker import check_links, look
from walletdesk.knowledge.link_rules import links_in, own_article
from walletdesk.knowledge.reader_models import ExternalLink
from walletdesk.knowledge.types import ArticleSource, HandOver, LinkProblem, TranslationSource

PUBLIC = ["1.1.1.1", "2606:4700:4700::1111", "93.184.216.34"]
INSIDE = [
    "127.0.0.1", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1",
    "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.1", "2001:db8::1",
]  # fmt: skip


class Far(BaseHTTPRequestHandler):
    """A server elsewhere: each path answers in its own way. `asked` are the paths so far."""

    asked: list[str] = []

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()
        self.wfile.write(b"hello")

    def answer(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        other = self.server.server_address[1]
        goes = {
            "/moved": "/there",
            "/inside": f"http://127.0.0.2:{other}/secret",
            "/file": "file:///etc/passwd",
            "/round": "/round",
        }
        if self.path in goes:
            self.send_response(302)
            self.send_header("Location", goes[self.path])
        elif self.path == "/no-head" and self.command == "HEAD":
            self.send_response(405)
        else:
            self.send_response({"/gone": 404, "/broken": 502, "/private": 403}.get(self.path, 200))
        self.send_header("Content-Length", "0" if self.command == "HEAD" else "5")
        self.end_headers()

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        pass


@pytest.fixture(scope="module")
def far() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Far)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def client() -> Iterator[SafeClient]:
    """A client for which 127.0.0.1, and nothing else, is the public internet."""
    allowed = ipaddress.ip_address("127.0.0.1")
    with closing(SafeClient(allowed=lambda a: a == allowed, ports=None, seconds=5)) as made:
        yield made


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_not(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/",
        "http://0x7f.1/", "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:5432/",
        "file:///etc/passwd", "gopher://127.0.0.1/", "http://user:pw@example.org/",
        "http://example.org:22/", "http:///x", "//x", "http://[::1", "http://a:99999/",
    ],
)  # fmt: skip
def test_what_is_not_public_is_never_asked(url: str, far: str) -> None:
    Far.asked.clear()
    with closing(SafeClient(seconds=2)) as plain, pytest.raises(ForbiddenAddress):
        plain.look(url)
    assert Far.asked == []


def test_the_client_follows_and_judges_each_step(client: SafeClient, far: str) -> None:
    assert client.look(f"{far}/there") == Answer(200, f"{far}/there")
    assert client.look(f"{far}/moved") == Answer(200, f"{far}/there")
    assert client.look(f"{far}/no-head").status == 200
    for path in ("/inside", "/file"):
        with pytest.raises(ForbiddenAddress):
            client.look(f"{far}{path}")
    assert not [asked for asked in Far.asked if "secret" in asked]
    with pytest.raises(NoAnswer):
        client.look(f"{far}/round")
    with pytest.raises(NoAnswer):
        client.look("http://127.0.0.1:1/")


def test_what_an_answer_means(client: SafeClient, far: str) -> None:
    found = {path: look(client, f"{far}/{path}") for path in ("there", "gone", "broken", "private")}
    assert found == {
        "there": (LinkProblem.NONE, 200),
        "gone": (LinkProblem.MISSING, 404),
        "broken": (LinkProblem.REFUSED, 502),
        "private": (LinkProblem.NONE, 403),  # there is something; it wants to know who asks
    }
    assert look(client, "http://10.0.0.1/") == (LinkProblem.FORBIDDEN, None)


def article(cast: Cast, slug: str, body: str) -> None:
    text = TranslationSource("en", slug.title(), "In short.", body, ())
    source = ArticleSource(slug, "fees", "fees", HandOver.NO, (text,))
    save_article(brand=cast.brand, source=source)


def test_the_report_names_what_leads_nowhere(
    cast: Cast, client: SafeClient, far: str, django_assert_num_queries: object
) -> None:
    own = "[a](two), [b](/help/borealis/es/two#x), [c](none), [d](/help/borealis/xx/two), [e](#top)"
    article(cast, "one", f"{own} [f]({far}/gone) [g]({far}/there) [h](http://10.0.0.1/)")
    article(cast, "two", "Nothing to see")
    assert external_links(cast.brand) == {f"{far}/gone", f"{far}/there", "http://10.0.0.1/"}
    assert check_links(cast.brand, client) == 3
    assert check_links(cast.brand, client) == 0  # looked at today
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = bad_links(cast.brand)
    assert [(link.words, link.problem, link.status) for link in found] == [
        ("c", LinkProblem.MISSING, None),
        ("d", LinkProblem.MISSING, None),
        ("f", LinkProblem.MISSING, 404),
        ("h", LinkProblem.FORBIDDEN, None),
    ]
    take_stock(brand=cast.brand, urls=[f"{far}/there"])
    assert list(ExternalLink.objects.values_list("url", flat=True)) == [f"{far}/there"]


def test_links_are_read_as_a_reader_would_click_them() -> None:
    text = "[one](two) `[no](x)` <https://a.example/b> [r][ref]\n\n[ref]: ../es/three\n"
    found = [link.target for link in links_in(text, "/help/b/en/one")]
    assert found == ["/help/b/en/two", "https://a.example/b", "/help/b/es/three"]
    assert own_article("/help/b/en/two?x#y", "b") == ("en", "two")
    assert own_article("/help/other/en/two", "b") is None
    assert list(links_in("[x](http://[broken)", "/help/b/en/one")) != []
