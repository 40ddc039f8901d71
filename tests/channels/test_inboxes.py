"""Inboxes: addresses by kind, who may embed the chat, and the ways that customers are shown."""

import pytest
from django.test import Client

from tests.cast import Cast
from walletdesk.channels import rules
from walletdesk.channels.actions import InboxDraft, create_inbox
from walletdesk.channels.models import Inbox
from walletdesk.channels.queries import open_ways
from walletdesk.channels.types import InboxKind as Kind
from walletdesk.kit.errors import BadInput


@pytest.mark.parametrize(
    ("kind", "text", "address", "href"),
    [
        (Kind.EMAIL, " Help@Example.COM ", "Help@example.com", "mailto:Help@example.com"),
        (Kind.PHONE, "+86 10 6552 9988", "+861065529988", "tel:+861065529988"),
        (Kind.WHATSAPP, "+34 600 123 456", "+34600123456", "https://wa.me/34600123456"),
        (Kind.TELEGRAM, "https://t.me/aurora_help", "@aurora_help", "https://t.me/aurora_help"),
        (Kind.X, "@aurora", "@aurora", "https://x.com/aurora"),
        (Kind.WECHAT, "aurora-help", "aurora-help", ""),
        (Kind.QQ, "123456789", "123456789", ""),
        (Kind.WEIBO, "https://weibo.com/u/1", "https://weibo.com/u/1", "https://weibo.com/u/1"),
        (Kind.LINK, "https://a.example/x?y", "https://a.example/x?y", "https://a.example/x?y"),
        (Kind.CHAT, "whatever", "", ""),
    ],
)
def test_addresses_have_one_form(kind: Kind, text: str, address: str, href: str) -> None:
    assert rules.normal_address(kind, text) == address
    assert rules.href(kind, address) == href
    assert rules.normal_address(kind, address or "-") == address


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (Kind.EMAIL, "help@localhost", "email"),
        (Kind.EMAIL, "a@b.example\nBcc: c@d.example", "email"),
        (Kind.PHONE, "010 6552 9988", "phone"),
        (Kind.PHONE, "+86 1", "phone"),
        (Kind.TELEGRAM, "@abc", "name"),
        (Kind.X, "@way_too_long_for_that", "name"),
        (Kind.WECHAT, "1abcdef", "name"),
        (Kind.QQ, "0123456", "name"),
        (Kind.WEIBO, "https://evil.example/weibo.com", "host"),
        (Kind.LINK, "javascript:alert(1)", "web"),
        (Kind.LINK, "https://user@a.example/", "web"),
        (Kind.COMMUNITY, "http://a.example", "web"),
        (Kind.LINK, "", "required"),
    ],
)
def test_what_is_no_address(kind: Kind, text: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        rules.normal_address(kind, text)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://App.Example.com/", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("https://app.example.com:8443", "https://app.example.com:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_origins_have_one_form(text: str, origin: str) -> None:
    assert rules.normal_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    ["*", "https://*.example.com", "http://app.example.com", "https://app.example.com/path", "null",
     "https://a.example; script-src *", "https://a.example 'unsafe-inline'", "https://user@a.example",
     "data:text/html,x", "https://a.example?x", "https://a.example:99999", "https://[::1", ""],
)  # fmt: skip
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        rules.normal_origin(text)


def test_the_chat_may_stand_where_its_brand_allows_it(cast: Cast) -> None:
    fields = {
        "name": "Chat", "version": 0, "side": "left", "launcher": "label",
        "origins": "https://app.borealis.example\nhttps://App.borealis.example/ \n",
    }  # fmt: skip
    client = cast.client(cast.owner)
    assert client.post("/desk/settings/inboxes/new/chat/", fields).status_code == 302
    policy = Client().get("/widget/borealis/")["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://app.borealis.example;" in policy
    assert "borealis" not in Client().get("/widget/rival/")["Content-Security-Policy"]
    loader = Client().get("/widget/borealis/loader.js").content.decode()
    assert '"side": "left", "launcher": "label"' in loader
    page = client.get(f"/desk/settings/inboxes/{Inbox.objects.get().pk}/").content.decode()
    assert "/widget/borealis/loader.js&quot;&gt;" in page
    assert client.get("/desk/settings/inboxes/try/").status_code == 200
    answer = client.post(
        f"/desk/settings/inboxes/{Inbox.objects.get().pk}/",
        fields | {"version": 0, "origins": "https://*.example"},
    )
    assert (answer.status_code, "is no origin" in answer.content.decode()) == (422, True)


def test_open_ways_are_told_in_order_and_in_ones_language(cast: Cast) -> None:
    def make(kind: Kind, address: str, **fields: object) -> Inbox:
        draft = InboxDraft(kind, kind.title(), address, **fields)  # type: ignore[arg-type]
        return create_inbox(actor=cast.owner, draft=draft)

    make(Kind.CHAT, "")
    make(Kind.EMAIL, "help@borealis.example", promises={"en": "1 day", "es": "1 día"})
    make(Kind.QQ, "123456", shown=False)
    telegram = make(Kind.TELEGRAM, "@borealis")
    with pytest.raises(BadInput):
        make(Kind.TELEGRAM, "@borealis")
    with pytest.raises(BadInput):
        make(Kind.CHAT, "")
    cast.client(cast.owner).post(f"/desk/settings/inboxes/{telegram.pk}/move", {"to": "up"})
    cast.client(cast.owner).post(f"/desk/settings/inboxes/{telegram.pk}/move", {"to": "up"})
    told = [(way.kind, way.promise) for way in open_ways(cast.brand, "es")]
    assert told == [(Kind.TELEGRAM, ""), (Kind.EMAIL, "1 día")]
    assert [way.promise for way in open_ways(cast.brand, "zh-hans")] == ["", "1 day"]
    assert open_ways(cast.other_brand) == []
