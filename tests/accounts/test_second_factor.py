"""The second factor: real codes, each counting once, limits, and roles that must have one."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client

from tests.accounts.browsers import CODE, LOGIN, be_strict, code_at, give_app, knock, signed_in
from tests.cast import PASSWORD, Cast
from walletdesk.accounts.actions.second_factor import TRIES, WINDOW, WrongCode, use_code
from walletdesk.accounts.models import AuditEntry, Membership, StaffSession
from walletdesk.accounts.queries import get_membership_of
from walletdesk.accounts.sealing import Unreadable, seal, unseal
from walletdesk.accounts.types import Role
from walletdesk.kit import clock
from walletdesk.kit.limits.actions import TooMany

SETUP = "/accounts/second-factor/"
APP = "/accounts/second-factor/app/"


def secret_of(page: str) -> str:
    found = re.search(r'<code class="secret">(.*?)</code>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>|\s", "", found[1])


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set an authenticator app up as a person does; return its secret and the recovery codes."""
    page = client.get(APP).content.decode()
    assert 'shape-rendering="crispEdges"' in page
    assert "<style" not in page
    assert " style=" not in page
    secret = secret_of(page)
    answer = client.post(APP, {"code": code_at(secret)})
    assert answer.status_code == 302, answer.content
    codes = client.get(answer["Location"]).content.decode()
    return secret, re.findall(r"<code>(\d{5}-\d{5})</code>", codes)


def test_from_setting_it_up_to_signing_in_with_it(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = signed_in(cast.agent)
        with django_capture_on_commit_callbacks(execute=True):
            secret, codes = set_up(client)
        assert len(set(codes)) == 10
        stored = Authenticator.objects.get(user=cast.agent.user, type="totp")
        assert secret not in str(stored.data)
        assert unseal(stored.data["secret"]) == secret
        # the file that is offered holds the codes, and they are shown this once
        again = client.get("/accounts/second-factor/codes/").content.decode()
        assert codes[0] not in again
        assert "10" in again

        other = Client()
        answer = knock(other, cast.agent)
        assert answer["Location"] == CODE
        assert other.get("/desk/queue/").status_code == 302
        # the code with which it was set up has counted already
        used = other.post(CODE, {"code": code_at(secret)})
        assert "used already" in used.content.decode()
        traveller.shift(timedelta(seconds=30))
        assert other.post(CODE, {"code": code_at(secret)})["Location"] == "/desk/"
        assert other.get("/desk/queue/").status_code == 200
        actions = [entry.action for entry in AuditEntry.objects.order_by("pk")]
        assert "second_factor.app_added" in actions


def test_a_secret_that_waits_for_its_first_code_is_sealed(cast: Cast) -> None:
    client = signed_in(cast.agent)
    secret = secret_of(client.get(APP).content.decode())
    assert secret not in str(dict(client.session))
    wrong = client.post(APP, {"code": "000000"}).content.decode()
    assert secret_of(wrong) == secret  # a wrong code does not begin anew


def test_a_recovery_code_counts_once(cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False):
        _secret, codes = set_up(signed_in(cast.agent))
        for typed, good in ((codes[3], True), (codes[3], False), (codes[4].replace("-", ""), True)):
            client = Client()
            knock(client, cast.agent)
            answer = client.post(CODE, {"code": typed})
            assert (answer.status_code == 302) is good, typed


def test_codes_of_the_steps_beside_count_and_older_ones_do_not(cast: Cast) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False):
        secret = give_app(cast.agent)
        now = start.timestamp()
        with pytest.raises(WrongCode):
            use_code(user=cast.agent.user, code=code_at(secret, now - 60))
        use_code(user=cast.agent.user, code=code_at(secret, now - 30))
        with pytest.raises(WrongCode):  # the same, though its time is not over
            use_code(user=cast.agent.user, code=code_at(secret, now - 30))
        use_code(user=cast.agent.user, code=code_at(secret, now + 30))
        with pytest.raises(WrongCode):  # older than one that counted
            use_code(user=cast.agent.user, code=code_at(secret, now))


def test_five_guesses_then_wait_even_with_the_right_code(cast: Cast) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        secret = give_app(cast.agent)
        client = Client()
        knock(client, cast.agent)
        wrong = f"{(int(code_at(secret)) + 1) % 10**6:06}"
        for _ in range(TRIES):
            assert client.post(CODE, {"code": wrong}).status_code == 200
        answer = client.post(CODE, {"code": code_at(secret)})
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= WINDOW.total_seconds()
        traveller.shift(WINDOW + timedelta(seconds=1))
        assert client.post(CODE, {"code": code_at(secret)}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_one_code_at_once_in_many_browsers_counts_once(cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret = give_app(cast.agent)
        code = code_at(secret)

        def spend(_: int) -> str:
            try:
                use_code(user=cast.agent.user, code=code)
            except (WrongCode, TooMany) as refusal:
                return refusal.code
            else:
                return "counted"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(5) as pool:
            outcomes = list(pool.map(spend, range(5)))
    assert outcomes.count("counted") == 1
    assert set(outcomes) <= {"counted", "wrong_code", "too_many"}


@pytest.mark.parametrize(
    "code",
    ["", " ", "٠٠٠٠٠٠", "1" * 4_000, "12345\x00", "\ud800", "-1", "1e5", "null", "０１２３４５"],
)
def test_strange_codes_are_wrong_codes(cast: Cast, code: str) -> None:
    give_app(cast.agent)
    client = Client()
    knock(client, cast.agent)
    answer = client.post(CODE, {"code": code.encode("utf-8", "surrogatepass")})
    assert answer.status_code in {200, 400}
    assert client.get("/desk/queue/").status_code == 302


# --- roles that must have one --------------------------------------------------------------


def test_who_must_have_one_sees_nothing_else(cast: Cast) -> None:
    be_strict(cast.brand, Role.AGENT)
    client = signed_in(cast.agent)
    for path in ("/desk/queue/", "/desk/settings/account/", "/desk/settings/"):
        assert client.get(path)["Location"] == SETUP
    for path in ("/desk/queue/list", "/desk/changed?view=queue&ref=x"):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing")
    page = client.get(SETUP).content.decode()
    assert APP in page
    set_up(client)
    assert client.get("/desk/queue/").status_code == 200
    assert client.get(SETUP)["Location"] == "/desk/settings/account/"
    # others of the same brand need none
    assert signed_in(cast.viewer).get("/desk/queue/").status_code == 200


def test_a_higher_role_needs_it_at_once(cast: Cast) -> None:
    be_strict(cast.brand, Role.SUPERVISOR)
    client = signed_in(cast.agent)
    assert client.get("/desk/queue/").status_code == 200
    Membership.objects.filter(pk=cast.agent.pk).update(role=Role.SUPERVISOR)
    assert client.get("/desk/queue/")["Location"] == SETUP


def test_removing_it_leads_back_to_setting_it_up(cast: Cast) -> None:
    be_strict(cast.brand, Role.AGENT)
    with time_machine.travel(clock.now(), tick=False):
        client = signed_in(cast.agent)
        set_up(client)
        client.post("/accounts/second-factor/app/remove/")
        assert client.get("/desk/queue/")["Location"] == SETUP
    assert not Authenticator.objects.filter(user=cast.agent.user).exists()


def test_recovery_codes_alone_are_no_second_factor(cast: Cast) -> None:
    Authenticator.objects.create(
        user=cast.agent.user, type="recovery_codes", data={"seed": seal("x"), "used_mask": 0}
    )
    assert get_membership_of(cast.agent.user).has_second_factor is False  # type: ignore[attr-defined]


# --- between the two factors ------------------------------------------------------------------


def test_a_session_is_new_after_the_second_factor(cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret = give_app(cast.agent)
        client = Client()
        knock(client, cast.agent)
        between = client.cookies["walletdesk"].value
        assert StaffSession.objects.get(session_key=between).user_id is None
        client.post(CODE, {"code": code_at(secret)})
        after = client.cookies["walletdesk"].value
        assert after != between
        assert not StaffSession.objects.filter(session_key=between).exists()
        assert StaffSession.objects.get(session_key=after).user_id == cast.agent.user_id
        planted = Client()
        planted.cookies["walletdesk"] = between
        assert planted.get("/desk/queue/").status_code == 302


def test_who_is_shut_out_between_the_two_does_not_come_in(cast: Cast) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret = give_app(cast.agent)
        client = Client()
        knock(client, cast.agent)
        cast.agent.user.is_active = False
        cast.agent.user.save()
        answer = client.post(CODE, {"code": code_at(secret)})
        assert answer["Location"] == LOGIN
        assert client.get("/desk/queue/").status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_next_leads_nowhere_else_after_both(cast: Cast, target: str) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret = give_app(cast.agent)
        client = Client()
        knock(client, cast.agent, next=target)
        assert client.post(CODE, {"code": code_at(secret)})["Location"] == "/desk/"


def test_the_page_of_the_code_is_for_nobody_without_a_password(cast: Cast) -> None:
    assert Client().get(CODE)["Location"] == LOGIN
    assert Client().post(CODE, {"code": "123456"})["Location"] == LOGIN


# --- sensitive changes ---------------------------------------------------------------------


def test_a_change_waits_for_proof_and_then_goes_on(cast: Cast) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = signed_in(cast.agent)
        secret, _codes = set_up(client)
        traveller.shift(timedelta(minutes=11))
        answer = client.post("/accounts/second-factor/app/remove/")
        assert answer["Location"].startswith("/accounts/again/")
        assert Authenticator.objects.filter(type="totp").exists()
        again = client.get(answer["Location"])
        assert again.status_code == 200
        onward = unquote(answer["Location"].partition("next=")[2])
        wrong = client.post("/accounts/again/", {"password": "not-this-one", "next": onward})
        assert wrong.status_code == 200
        code = client.post("/accounts/again/code/", {"code": code_at(secret), "next": onward})
        assert code.status_code == 302
        assert not Authenticator.objects.filter(type="totp").exists()


def test_guesses_of_the_password_before_a_change_are_limited(cast: Cast) -> None:
    client = cast.client(cast.agent)  # signed in, but not a moment ago
    for _ in range(5):
        assert client.post("/accounts/again/", {"password": "wrong-wrong"}).status_code == 200
    answer = client.post("/accounts/again/", {"password": PASSWORD})
    assert answer.status_code == 429


def test_what_was_sealed_elsewhere_is_refused_in_words(cast: Cast, settings: object) -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"
    for other in (sealed[:-4] + "AAAA", "", "!", "x" * 40):
        with pytest.raises(Unreadable):
            unseal(other)
    secret = give_app(cast.agent)
    settings.SECRET_KEY = "another-secret-key-of-at-least-32-letters"  # type: ignore[attr-defined]
    client = Client()
    knock(client, cast.agent)
    answer = client.post(CODE, {"code": code_at(secret)})
    assert answer.status_code == 409
    assert "another key" in answer.content.decode()
