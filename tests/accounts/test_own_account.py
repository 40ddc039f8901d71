"""One's own account: profile, password, and where one is signed in."""

from datetime import timedelta

import time_machine
from django.test import Client
from django.urls import reverse

from tests.accounts.browsers import LOGIN, signed_in
from tests.cast import PASSWORD, Cast
from walletdesk.accounts.actions.sessions import TOUCH_EVERY, remove_old_sessions
from walletdesk.accounts.models import AuditEntry, StaffSession, User
from walletdesk.kit import clock
from walletdesk.web.desk.settings.devices import device

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
NEW = "another long password 9"


def url(name: str, *args: object) -> str:
    return reverse(f"desk:settings:{name}", args=args)


def key(client: Client) -> str:
    return client.cookies["walletdesk"].value


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    here = signed_in(cast.agent, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    there = signed_in(cast.agent, HTTP_USER_AGENT=IPHONE)
    third = signed_in(cast.agent, HTTP_USER_AGENT="<script>xq()</script>" * 40)
    of_others = signed_in(cast.viewer)
    page = here.get(url("account")).content.decode()
    assert "Firefox, Linux" in page
    assert "192.0.2.7" in page
    assert "Safari, iPhone" in page
    assert "Unknown device" in page
    assert page.count("This device") == 1
    assert key(there) not in page  # the list shows references, never what signs in
    ref = StaffSession.objects.get(session_key=key(there)).ref
    # not by somebody else, not twice
    assert of_others.post(url("account_end_one", ref)).status_code == 404
    assert here.post(url("account_end_one", ref)).status_code == 302
    assert here.post(url("account_end_one", ref)).status_code == 404
    assert there.get("/desk/queue/").status_code == 302
    assert third.get("/desk/queue/").status_code == 200
    assert here.post(url("account_end_others")).status_code == 302
    assert third.get("/desk/queue/").status_code == 302
    assert here.get("/desk/queue/").status_code == 200
    assert of_others.get("/desk/queue/").status_code == 200


def test_last_use_is_written_once_a_minute(cast: Cast, django_assert_num_queries: object) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = signed_in(cast.agent)
        row = StaffSession.objects.get(session_key=key(client))
        for seconds, moment in ((30, start), (31, start + timedelta(seconds=61))):
            traveller.shift(timedelta(seconds=seconds))
            client.get("/desk/queue/")
            row.refresh_from_db()
            assert row.active_at == moment
        traveller.shift(TOUCH_EVERY - timedelta(seconds=1))
        client.get("/desk/queue/")
        row.refresh_from_db()
        assert row.active_at == start + timedelta(seconds=61)


def test_sessions_that_are_over_are_removed(cast: Cast) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        idle, used = signed_in(cast.agent), signed_in(cast.agent)
        traveller.shift(timedelta(minutes=119))
        used.get("/desk/queue/")
        assert remove_old_sessions() == 0
        traveller.shift(timedelta(minutes=2))
        assert remove_old_sessions() == 1
        assert idle.get("/desk/queue/").status_code == 302
        assert used.get("/desk/queue/").status_code == 200


def test_a_session_that_changes_does_not_live_longer(cast: Cast) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        client = signed_in(cast.agent)
        before = StaffSession.objects.get(session_key=key(client))
        traveller.shift(timedelta(minutes=5))
        client.get("/accounts/second-factor/app/")  # keeps a secret in the session
        after = StaffSession.objects.get(session_key=key(client))
        assert after.session_data != before.session_data
        assert after.expire_date == before.expire_date
        assert after.active_at > before.active_at
        assert (after.ref, after.started_at) == (before.ref, before.started_at)


def test_a_new_password_ends_all_other_sessions(cast: Cast) -> None:
    here, there = signed_in(cast.agent), signed_in(cast.agent)
    before = key(here)
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    for wrong in (
        {"old": "not-this-one-at-all"},
        {"again": "different"},
        {"new": "short", "again": "short"},
        {"new": "password1234", "again": "password1234"},
        {"new": "x" * 2_000, "again": "x" * 2_000},
        {"new": "a" * 20 + "\x00", "again": "a" * 20 + "\x00"},
    ):
        assert here.post(url("account_password"), form | wrong).status_code in {400, 422, 429}
    assert here.post(url("account_password"), form).status_code == 302
    assert key(here) != before
    assert here.get("/desk/queue/").status_code == 200
    assert there.get("/desk/queue/").status_code == 302
    assert (
        Client().post(LOGIN, {"login": cast.agent.user.email, "password": PASSWORD}).status_code
        == 200
    )
    assert (
        Client().post(LOGIN, {"login": cast.agent.user.email, "password": NEW}).status_code == 302
    )
    assert AuditEntry.objects.get().action == "password.changed"
    assert NEW not in str(AuditEntry.objects.get().detail)


def test_guesses_of_the_present_password_are_limited(cast: Cast) -> None:
    client = signed_in(cast.agent)
    form = {"old": "wrong-wrong-wrong", "new": NEW, "again": NEW}
    for _ in range(5):
        assert client.post(url("account_password"), form).status_code == 422
    answer = client.post(url("account_password"), form | {"old": PASSWORD})
    assert answer.status_code == 429
    assert User.objects.get(pk=cast.agent.user_id).check_password(PASSWORD)


def test_name_and_language_of_ones_own(cast: Cast) -> None:
    client = signed_in(cast.agent)
    answer = client.post(url("account"), {"name": " Alexandra  Moore ", "language": "es"})
    assert answer.status_code == 302
    assert answer.cookies["walletdesk-language"].value == "es"
    user = User.objects.get(pk=cast.agent.user_id)
    assert (user.name, user.language) == ("Alexandra Moore", "es")
    for wrong in ({"name": ""}, {"name": "x" * 81}, {"name": "a\u202eb"}, {"language": "xx"}):
        form = {"name": "Alex", "language": "en"} | wrong
        assert client.post(url("account"), form).status_code == 422
    # the next sign-in speaks it too, in whatever browser
    fresh = Client()
    got = fresh.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert got.cookies["walletdesk-language"].value == "es"


def test_devices_in_words() -> None:
    assert device(FIREFOX) == ("Firefox, Linux", False)
    assert device(IPHONE) == ("Safari, iPhone", True)
    assert (
        device("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140")[0] == "Edge, Windows"
    )
    assert device("curl/8") == ("", False)
    assert device("") == ("", False)
