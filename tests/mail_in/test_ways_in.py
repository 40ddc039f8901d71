"""The listener and the providers' posts: taken after the commit, from whom they should come."""

import asyncio
import base64
import hashlib
import hmac
import smtplib
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client

from tests.cast import Cast
from tests.mail_in.letters import letter
from tests.ports import free_port
from walletdesk.conversations.models import Conversation
from walletdesk.integrations.email import oauth
from walletdesk.integrations.email.actions.accounts import change_account
from walletdesk.integrations.email.listener import listen
from walletdesk.integrations.email.models import MailAccount, RawMail
from walletdesk.integrations.email.queries import account_for_recipient
from walletdesk.integrations.email.vault import open_fields


def set_in(cast: Cast, account: MailAccount, way: str, secrets: Any = None, **told: Any) -> None:
    change_account(
        actor=cast.owner,
        account=account,
        version=account.version,
        fields={"in_way": way, "in_settings": told},
        in_secrets=secrets or {},
    )
    account.refresh_from_db()


@pytest.fixture
def lmtp(transactional_db: None) -> Iterator[int]:
    """A listener in a thread of its own; yields its port."""
    loop, port = asyncio.new_event_loop(), free_port()
    server = loop.run_until_complete(listen(f"lmtp://127.0.0.1:{port}"))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield port
    finally:

        async def end() -> None:
            server.close()
            await server.wait_closed()
            await loop.shutdown_default_executor()

        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def test_the_listener_takes_mail_for_accounts_only(
    lmtp: int, cast: Cast, account: MailAccount
) -> None:
    set_in(cast, account, "listener")
    with smtplib.LMTP("127.0.0.1", lmtp, timeout=90) as client:
        refused = client.sendmail(
            "ana@mail.example",
            ["Support+a.token@borealis.example", "nobody@borealis.example"],
            letter(),
        )
        assert [code for code, _ in refused.values()] == [550]
        client.sendmail("", ["support@borealis.example"], letter("A robot wrote this."))
    assert RawMail.objects.count() == 2
    kinds = Conversation.objects.filter(channel="email").values_list("status", flat=True)
    assert sorted(kinds) == ["bot", "resolved"]


def test_recipients_are_found_without_their_detail(cast: Cast, account: MailAccount) -> None:
    set_in(cast, account, "listener")
    MailAccount.objects.update(reply_domain="reply.borealis.example", aliases=["help@b.example"])
    for address in (
        "SUPPORT+x@Borealis.Example",
        "help@b.example",
        "support+t.oken@reply.borealis.example",
    ):
        assert account_for_recipient(address) == account
    for address in ("support@elsewhere.example", "+@borealis.example", "x", "a@b\x00.example"):
        assert account_for_recipient(address) is None


def mailgun(raw: bytes, key: str) -> dict[str, str]:
    told = {"timestamp": "1790000000", "token": "a" * 50, "body-mime": raw.decode()}
    signed = hmac.new(key.encode(), (told["timestamp"] + told["token"]).encode(), hashlib.sha256)
    return told | {"signature": signed.hexdigest(), "sender": "ana@mail.example",
                   "recipient": "support@borealis.example"}  # fmt: skip


def test_a_provider_posts_signed(cast: Cast, account: MailAccount) -> None:
    set_in(cast, account, "webhook", {"webhook_secret": "key-1"}, provider="mailgun")
    client, place = Client(), f"/hooks/mail/{account.token}/in"
    raw = letter("By post.\n" + "x" * 3_000_000)
    assert client.post(place, mailgun(raw, "key-2")).status_code == 403
    assert client.post(place, {}).status_code == 403
    assert not RawMail.objects.exists()
    assert client.post(place, mailgun(raw, "key-1")).status_code == 200
    assert client.post(place, mailgun(raw, "key-1")).status_code == 200
    assert RawMail.objects.count() == 1
    assert Conversation.objects.get(channel="email").status == "queued"  # nobody vouches for it
    assert client.head(place).status_code == 200
    assert client.post("/hooks/mail/unknown/in", {}).status_code == 404


def test_a_provider_with_a_password(cast: Cast, account: MailAccount) -> None:
    set_in(cast, account, "webhook", {"webhook_secret": "wd:pass"}, provider="postmark")
    body = {"RawEmail": letter().decode(), "OriginalRecipient": "support@borealis.example"}
    place = f"/hooks/mail/{account.token}/in"
    right = base64.b64encode(b"wd:pass").decode()
    for password, status in (("", 403), ("d2Q6d3Jvbmc=", 403), (right, 200)):
        answer = Client().post(
            place,
            body,
            content_type="application/json",
            headers={"Authorization": f"Basic {password}"},
        )
        assert answer.status_code == status
    assert RawMail.objects.count() == 1
    nonsense = Client().post(
        place,
        "[1,",
        content_type="application/json",
        headers={"Authorization": f"Basic {right}"},
    )
    assert nonsense.status_code == 400


def test_without_a_secret_nobody_is_believed(cast: Cast, account: MailAccount) -> None:
    set_in(cast, account, "webhook", provider="postmark")
    answer = Client().post(
        f"/hooks/mail/{account.token}/in", {"RawEmail": "x"}, content_type="application/json"
    )
    assert answer.status_code == 403


def test_tokens_of_oauth_are_fetched_and_rotated(
    cast: Cast, account: MailAccount, token_server: str
) -> None:
    secrets = {"refresh_token": "old", "client_secret": "s"}
    set_in(
        cast, account, "imap", secrets, host="127.0.0.1", username="u", auth="microsoft",
        client_id="id", token_url=token_server,
    )  # fmt: skip
    token = oauth.fetch_token(account)
    assert (token.text, token.fresh) == ("access for old", True)
    account.refresh_from_db()
    kept = open_fields(account.in_secrets, ref=account.ref, column="in_secrets")
    assert kept == {"refresh_token": "new", "client_secret": "s"}
    account.in_settings["token_url"] = f"{token_server}/refuses"
    with pytest.raises(oauth.TokenRefused):
        oauth.fetch_token(account)
    account.in_settings["token_url"] = "http://tokens.example/"
    with pytest.raises(oauth.TokenRefused):
        oauth.token_address(account.in_settings)
    assert httpx.URL(oauth.token_address({"auth": "google"})).host == "oauth2.googleapis.com"
