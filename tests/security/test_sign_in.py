"""Sign-in and sessions under attack (S07, S08, S10, S11), redirects, Host and CSRF."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from tests.cast import PASSWORD, Cast
from tests.security import access_matrix, actors
from tests.server import Server
from walletdesk.accounts import hashers, sign_in
from walletdesk.accounts.actions.people import deactivate_user
from walletdesk.accounts.models import StaffSession, User
from walletdesk.kit import clock

LOGIN = "/accounts/login/"
COOKIE = "walletdesk"
# No cookie says who calls these, so there is nothing that a foreign page could borrow.
NOBODYS = ("chat:", "voice_", "portal:", "ticket-", "help:", "mail_", "sms_", "survey", "official")
WRONG = "a-wrong-long-password"


def knock(client: Client, email: str, password: str, **more: str) -> object:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def page(client: Client, email: str, password: str) -> tuple[int, str]:
    """Return status and page of a refused sign-in, without what was typed and what is random."""
    got = client.post(LOGIN, {"login": email, "password": password})
    text = got.content.decode().replace(email, "EMAIL")
    return got.status_code, re.sub(r'value="\w{64}"', "", text)


def test_nothing_tells_whether_an_account_exists(cast: Cast) -> None:
    deactivate_user(user=cast.colleague.user)
    known = page(Client(), cast.agent.user.email, WRONG)
    assert known[0] == 200
    assert page(Client(), "nobody@borealis.example", WRONG) == known
    assert page(Client(), cast.colleague.user.email, WRONG) == known
    # not even with the right password of somebody who was shut out
    assert page(Client(), cast.colleague.user.email, PASSWORD) == known


def test_the_limit_tells_no_more_about_accounts(cast: Cast) -> None:
    refused = []
    for email in (cast.agent.user.email, "nobody@borealis.example"):
        for _ in range(sign_in.TRIES_PER_ACCOUNT):
            knock(Client(), email, WRONG)
        refused.append(page(Client(), email, WRONG))
    numbers = [re.sub(r"\d+ seconds", "N seconds", text) for _, text in refused]
    assert [status for status, _ in refused] == [429, 429]
    assert numbers[0] == numbers[1]


# --- limits -------------------------------------------------------------------------------


def test_five_guesses_then_wait_even_with_the_right_password(cast: Cast) -> None:
    email = cast.agent.user.email
    for _ in range(sign_in.TRIES_PER_ACCOUNT):
        assert knock(Client(), email, WRONG).status_code == 200  # type: ignore[attr-defined]
    for variant in (email, email.upper(), f" {email} ", email.replace("alex", "Alex")):
        got = Client().post(LOGIN, {"login": variant, "password": PASSWORD})
        assert got.status_code == 429
        assert 0 < int(got["Retry-After"]) <= sign_in.WINDOW.total_seconds()
    with time_machine.travel(clock.now() + sign_in.WINDOW + timedelta(seconds=1)):
        assert Client().post(LOGIN, {"login": email, "password": PASSWORD}).status_code == 302


def test_look_alike_letters_are_no_second_account(cast: Cast) -> None:
    """PostgreSQL's UPPER and Unicode's case folding make some letters equal (CVE-2019-19844)."""
    for email in ("alex@borealiſ.example", "alex@borealis.еxample", "ａlex@borealis.example"):
        got = Client().post(LOGIN, {"login": email, "password": PASSWORD})
        assert got.status_code == 200


def test_one_address_tries_thirty_accounts(cast: Cast) -> None:
    for number in range(sign_in.TRIES_PER_ADDRESS):
        got = Client().post(LOGIN, {"login": f"n{number}@b.example", "password": WRONG})
        assert got.status_code == 200
    got = Client().post(LOGIN, {"login": "fresh@b.example", "password": WRONG})
    assert got.status_code == 429
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert other.post(LOGIN, {"login": "fresh@b.example", "password": WRONG}).status_code == 200


def test_one_network_of_ipv6_counts_as_one_address(cast: Cast) -> None:
    for number in range(sign_in.TRIES_PER_ADDRESS):
        client = Client(REMOTE_ADDR=f"2001:db8:0:1::{number:x}")
        client.post(LOGIN, {"login": f"n{number}@b.example", "password": WRONG})
    client = Client(REMOTE_ADDR="2001:db8:0:1:ffff::1")
    got = client.post(LOGIN, {"login": "fresh@b.example", "password": WRONG})
    assert got.status_code == 429


def test_a_header_does_not_change_the_address(cast: Cast) -> None:
    statuses = [
        Client()
        .post(
            LOGIN,
            {"login": f"n{number}@b.example", "password": WRONG},
            headers={"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"},
        )
        .status_code
        for number in range(sign_in.TRIES_PER_ADDRESS + 1)
    ]
    assert statuses == [200] * sign_in.TRIES_PER_ADDRESS + [429]


def test_a_long_password_is_refused_before_it_is_hashed(cast: Cast) -> None:
    """Unhashed and uncounted: it says nothing and costs nothing."""
    long = "é" * (sign_in.PASSWORD_LENGTH // 2) + "x"
    User.objects.filter(pk=cast.agent.user_id).update(password=make_password(long))
    got = Client().post(LOGIN, {"login": cast.agent.user.email, "password": long})
    assert got.status_code == 200
    assert b"too long" in got.content


def test_hashing_is_bounded_and_strong() -> None:
    hasher = hashers.BoundedArgon2()
    assert (hasher.time_cost, hasher.memory_cost, hasher.parallelism) == (3, 65_536, 4)
    assert hashers.AT_ONCE <= 2
    assert settings.PASSWORD_HASHERS == ["walletdesk.accounts.hashers.BoundedArgon2"]


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_over_the_network(server: Server, cast: Cast, settings: object) -> None:
    """Of thirty guesses at once, with the right one among the last, five are judged."""
    settings.PASSWORD_HASHERS = ["walletdesk.accounts.hashers.BoundedArgon2"]  # type: ignore[attr-defined]
    User.objects.filter(pk=cast.agent.user_id).update(password=make_password(PASSWORD))
    browser = server.browser()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(LOGIN).text)
    assert token is not None

    def guess(number: int) -> int:
        password = PASSWORD if number >= 10 else f"{WRONG}{number}"
        fields = {"login": cast.agent.user.email, "password": password}
        fields["csrfmiddlewaretoken"] = token[1]
        return browser.post(LOGIN, data=fields, headers={"Referer": server.url}).status_code

    statuses = [guess(number) for number in range(sign_in.TRIES_PER_ACCOUNT - 2)]
    with ThreadPoolExecutor(10) as pool:
        statuses += pool.map(lambda _: guess(0), range(25))
    judged = [status for status in statuses if status != 429]
    assert set(judged) <= {200, 503}  # 503: no place free just then, and not judged either
    assert judged.count(200) == sign_in.TRIES_PER_ACCOUNT
    assert guess(10) == 429


# --- sessions -----------------------------------------------------------------------------


def test_signing_in_makes_a_new_session_and_ends_a_planted_one(cast: Cast) -> None:
    client = Client()
    client.cookies[COOKIE] = "plantedplantedplantedplantedplan"
    knock(client, cast.agent.user.email, PASSWORD)
    first = client.cookies[COOKIE].value
    assert first != "plantedplantedplantedplantedplan"
    assert not StaffSession.objects.filter(session_key="plantedplantedplantedplantedplan").exists()
    client.post("/accounts/logout/")
    assert not StaffSession.objects.filter(session_key=first).exists()
    stolen = Client()
    stolen.cookies[COOKIE] = first
    assert stolen.get("/desk/queue/").status_code == 302
    knock(client, cast.agent.user.email, PASSWORD)
    assert client.cookies[COOKIE].value != first


def test_the_csrf_token_changes_with_the_sign_in(cast: Cast) -> None:
    client = Client()
    client.get(LOGIN)
    before = client.cookies["walletdesk-csrf"].value
    knock(client, cast.agent.user.email, PASSWORD)
    assert client.cookies["walletdesk-csrf"].value != before


def test_a_session_ends_after_a_shift_whatever_is_polled(cast: Cast) -> None:
    start = clock.now()
    shift = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    with time_machine.travel(start, tick=False) as traveller:
        client = cast.client(cast.agent)
        session = StaffSession.objects.get(session_key=client.cookies[COOKIE].value)
        while clock.now() < start + shift - timedelta(hours=1):
            traveller.shift(timedelta(hours=1))
            assert client.get("/desk/changed?view=queue&ref=x").status_code == 200
            assert client.get("/desk/queue/").status_code == 200
        assert StaffSession.objects.get(pk=session.pk).expire_date == session.expire_date
        traveller.move_to(start + shift + timedelta(seconds=1))
        assert client.get("/desk/changed?view=queue&ref=x").status_code == 401


def test_an_unattended_desk_signs_itself_out_whatever_its_script_asks(cast: Cast) -> None:
    start = clock.now()
    idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    with time_machine.travel(start, tick=False) as traveller:
        client = cast.client(cast.agent)
        while clock.now() < start + idle - timedelta(minutes=20):
            traveller.shift(timedelta(minutes=20))
            assert client.get("/desk/changed?view=queue&ref=x").status_code == 200
            assert client.get("/desk/queue/list").status_code == 200
        traveller.move_to(start + idle + timedelta(seconds=1))
        assert client.get("/desk/changed?view=queue&ref=x").status_code == 401
        assert client.get("/desk/queue/").status_code == 302


def test_the_cookies_are_kept_from_scripts_and_other_sites(cast: Cast) -> None:
    client = Client()
    client.get(LOGIN)
    knock(client, cast.agent.user.email, PASSWORD)
    for name in (COOKIE, "walletdesk-csrf"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""
    assert client.cookies[COOKIE]["max-age"] == ""  # SESSION_REMEMBER off: gone with the browser


# --- where one is led ----------------------------------------------------------------------

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    " https://evil.example",
    "\thttps://evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_leads_nowhere_else(cast: Cast, target: str) -> None:
    client = Client()
    answers = [
        client.post("/i18n/setlang/", {"language": "es", "next": target}),
        client.post(LOGIN, {"login": cast.agent.user.email, "password": PASSWORD, "next": target}),
        client.get(LOGIN, {"next": target}),
        client.post("/accounts/logout/", {"next": target}),
    ]
    for got in answers:
        assert got.status_code == 302
        assert got["Location"] in {"/", "/desk/", LOGIN}, got["Location"]


def test_the_host_header_is_never_believed(cast: Cast) -> None:
    actors.publish(cast.brand)
    actors.bring_to("queued", cast, cast.customer)
    staff = cast.client(cast.agent)
    ref = cast.customer.conversation.ref
    for row in access_matrix.rows(access_matrix.DJANGO):
        if row.method != "GET":
            continue
        path = actors.address_of(row.name, cast, ref)
        for client in (Client(), staff):
            evil = {
                "Host": "evil.example",
                "X-Forwarded-Host": "evil.example",
                "Forwarded": "host=evil.example",
            }
            got = client.get(path, headers=evil)
            assert b"evil.example" not in got.content, path
            assert "evil.example" not in str(got.headers), path
    assert b"http://127.0.0.1:" in Client().get("/demo/").content


# --- forged requests ------------------------------------------------------------------------


def test_every_form_and_call_of_the_desk_needs_its_token(cast: Cast) -> None:
    actors.bring_to("open", cast, cast.customer)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.agent.user)
    ref = cast.customer.conversation.ref
    page = client.get("/desk/queue/").content.decode()
    token = page.partition('data-csrf="')[2].partition('"')[0]
    posts = [
        row.name
        for row in access_matrix.rows(access_matrix.DJANGO)
        if row.method == "POST" and not row.name.startswith(NOBODYS)
    ]
    for name in sorted(set(posts)):
        path, body = actors.Case(name, cast, ref, 2).request()
        kind = (
            "application/json"
            if body and "_form" not in body
            else "application/x-www-form-urlencoded"
        )
        for headers in (
            {},
            {"X-CSRFToken": "x" * 64},
            {"X-CSRFToken": token, "Origin": "https://evil.example"},
            {"X-CSRFToken": token, "Origin": "null"},
        ):
            got = client.generic("POST", path, "", kind, headers=headers)
            assert got.status_code == 403, (name, headers)
        got = client.generic("POST", path, "", kind, headers={"X-CSRFToken": token})
        assert got.status_code != 403, name


def test_a_cookie_alone_writes_nothing_for_a_customer(cast: Cast) -> None:
    """The chat takes tokens only: no foreign page can make a browser send one."""
    client = cast.client(cast.agent)
    client.cookies["token"] = cast.customer.token
    got = client.post(
        "/chat/v1/person", {"conversation": cast.customer.conversation.ref}, "application/json"
    )
    assert got.status_code == 401
