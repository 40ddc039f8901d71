"""Go on by link on another device: once, for minutes, seen and revocable (S06, S22)."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client

from tests.cast import Cast
from tests.identity.test_signing_in import wrote
from tests.identity.wallets import Phone, WalletServer
from walletdesk.contacts.models import ContactSession
from walletdesk.kit import clock, ids

pytestmark = pytest.mark.django_db
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def link_of(phone: Phone) -> str:
    got = phone.post("links", {"conversation": phone.conversation})
    assert got.status_code == 201, got.json()
    return str(got.json()["url"]).partition("#")[2]


def opens(link: str, device: Phone | None = None) -> Any:
    return (device or Phone(agent=LAPTOP)).post("links/opened", {"link": link})


@pytest.fixture
def phone(cast: Cast) -> Phone:
    return wrote(Phone().starts(cast.brand), "Hello")


def test_the_conversation_goes_on_elsewhere(cast: Cast, phone: Phone) -> None:
    laptop = Phone(agent=LAPTOP).takes(opens(link_of(phone)))
    assert laptop.token != phone.token
    assert laptop.conversation == phone.conversation
    assert laptop.history() == phone.history() == ["Hello"]
    wrote(laptop, "From the laptop")
    assert phone.history() == ["Hello", "From the laptop"]

    shown = phone.get("devices").json()["devices"]
    assert [(d["name"], d["this"], d["by_link"], d["revocable"]) for d in shown] == [
        ("Chrome · Android", True, False, False),
        ("Firefox · Windows", False, True, True),
    ]
    seen = laptop.get("devices").json()["devices"]
    assert [(d["this"], d["revocable"]) for d in seen] == [(True, False), (False, False)]

    ids_of = {d["this"]: d["id"] for d in seen}
    assert laptop.ask("DELETE", f"devices/{ids_of[False]}").status_code == 404, "a guest may not"
    assert phone.ask("DELETE", f"devices/{ids_of[True]}").status_code == 204
    assert laptop.history() == 401
    assert phone.history() == ["Hello", "From the laptop"]


def test_the_link_says_nothing_to_anybody_else(cast: Cast, phone: Phone) -> None:
    told = phone.post("links", {"conversation": phone.conversation})
    url = told.json()["url"]
    secret = url.partition("#")[2]
    assert told["Cache-Control"] == "no-store"
    assert re.fullmatch(rf"http://[^/]+/widget/{cast.brand.slug}/continue/#[-\w]{{43}}", url)
    assert secret not in told.json()["qr"]["path"]
    page = Client().get(f"/widget/{cast.brand.slug}/continue/")
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(l::text, '|') FROM contacts_devicelink l")
        stored = cursor.fetchone()[0]
    assert secret not in stored
    assert secret.encode().hex() not in stored
    assert ids.token_hash(secret).hex() in stored


def test_it_works_once(cast: Cast, phone: Phone) -> None:
    link = link_of(phone)
    assert opens(link).status_code == 201
    assert opens(link).json()["code"] == "link_gone"


def test_it_works_for_ten_minutes(cast: Cast, phone: Phone) -> None:
    link = link_of(phone)
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert opens(link).status_code == 404


def test_a_new_link_replaces_the_old_one(cast: Cast, phone: Phone) -> None:
    old, new = link_of(phone), link_of(phone)
    assert opens(old).status_code == 404
    assert opens(new).status_code == 201


def test_it_dies_with_the_session_that_made_it(cast: Cast, phone: Phone) -> None:
    link = link_of(phone)
    assert phone.ask("DELETE", "session").status_code == 204
    assert opens(link).status_code == 404


def test_it_dies_when_its_maker_signs_in(cast: Cast, phone: Phone) -> None:
    """A visitor's link must not open what belongs to the known customer."""
    link = link_of(phone)
    phone.signs_in(WalletServer.with_secret(cast.brand), "ana")
    assert opens(link).status_code == 404


def test_on_the_same_device_it_stays_unused(cast: Cast, phone: Phone) -> None:
    link = link_of(phone)
    assert opens(link, phone).json()["code"] == "already_here"
    assert opens(link).status_code == 201


def test_what_the_new_device_held_before_ends(cast: Cast, phone: Phone) -> None:
    other = wrote(Phone().starts(cast.brand), "Another matter")
    opened = opens(link_of(phone), other)
    assert opened.status_code == 201
    assert other.history() == 401


@pytest.mark.parametrize(
    "link", ["", "%", "null", "x" * 43, "x" * 200, ["a"], None, 1, "é", "a\x00b"]
)
def test_guesses(cast: Cast, link: Any) -> None:
    assert Phone().post("links/opened", {"link": link}).status_code in {400, 404}


def test_only_for_ones_own(cast: Cast, phone: Phone) -> None:
    stranger = Phone().starts(cast.brand)
    got = stranger.post("links", {"conversation": phone.conversation})
    assert got.status_code == 404
    mine = ContactSession.objects.get(token_hash=ids.token_hash(phone.token or "")).pk
    assert stranger.ask("DELETE", f"devices/{mine}").status_code == 404
    assert stranger.ask("DELETE", f"devices/{10**30}").status_code == 404
    assert phone.history() == ["Hello"]


def test_ten_devices_are_enough(cast: Cast, phone: Phone) -> None:
    for _ in range(9):
        assert opens(link_of(phone)).status_code == 201
    got = phone.post("links", {"conversation": phone.conversation})
    assert got.json()["code"] == "too_many_devices"


def test_the_list_takes_few_queries(
    cast: Cast, phone: Phone, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        opens(link_of(phone))
    with django_assert_max_num_queries(3):  # the session, the counter, the devices
        phone.get("devices")


def test_what_an_app_says_of_its_device(cast: Cast, phone: Phone) -> None:
    seed = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    assert (
        phone.ask("PUT", "device", {"device": "Pixel 9", "app_version": "7.3"}).status_code == 204
    )
    assert phone.get("devices").json()["devices"][0]["name"] == "Pixel 9"
    assert phone.ask("PUT", "device", {"device": seed}).status_code in {204, 400}
    assert "sausage" not in phone.get("devices").content.decode()
    for bad in ({"device": "a\x00b"}, {"device": 1}, {"app_version": "é"}, {"key": "x"}):
        assert phone.ask("PUT", "device", bad).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_devices_open_the_link_at_once(cast: Cast) -> None:
    phone = wrote(Phone().starts(cast.brand), "Hello")
    link = link_of(phone)

    def try_it(_: int) -> int:
        try:
            return int(opens(link).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(try_it, range(6))) == [201, 404, 404, 404, 404, 404]
    assert len(phone.get("devices").json()["devices"]) == 2
