"""Links: guessed, used, old, of another brand, looked at by a machine (S06, S07, S17, S22)."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.cast import Cast
from tests.surveys.conftest import ANA, ask_all, known, mailed, settle
from walletdesk.contacts.models import ContactSession
from walletdesk.conversations.actions.staff import reopen_conversation
from walletdesk.surveys.links import is_signed, new_link, stop_link, stopped_mark
from walletdesk.surveys.models import Invitation, Response, Standing

pytestmark = pytest.mark.django_db
FIVE = {"speed": "5", "accuracy": "4", "manner": "5"}


@pytest.fixture
def link(asked: Cast, noon: time_machine.Traveller) -> tuple[str, str]:
    """Return the paths of an open survey's link and of the one that ends all asking."""
    customer = known(asked, "es", email=ANA)
    ContactSession.objects.filter(contact=customer.contact).update(zone="Asia/Shanghai")
    settle(asked, customer)
    noon.shift(timedelta(hours=7))
    ask_all()
    mail = mailed(customer)
    assert mail is not None
    paths = [
        re.sub(r"^https?://[^/]+", "", mail["values"][name]) for name in ("link", "unsubscribe")
    ]
    return paths[0], paths[1]


def answer(path: str, **more: str) -> Any:
    return Client().post(path, FIVE | more)


def test_a_secret_has_128_bits_and_a_signature() -> None:
    made = {new_link() for _ in range(200)}
    assert len(made) == 200
    assert all(is_signed(one) and len(one) == 32 for one in made)
    one = next(iter(made))
    for at in range(len(one)):
        changed = one[:at] + ("A" if one[at] != "A" else "B") + one[at + 1 :]
        assert not is_signed(changed)
    for bad in ("", "%", "a" * 33, "é" * 32, "A" * 32, one + "=", one[:-1]):
        assert not is_signed(bad)


def test_looking_answers_nothing(link: tuple[str, str]) -> None:
    """A mail scanner opens both links, again and again, also by HEAD."""
    for path in link * 3:
        for method in ("get", "head"):
            assert getattr(Client(), method)(path).status_code == 200
    assert not Response.objects.exists()
    assert not Standing.objects.filter(opted_out_at__isnull=False).exists()
    page = Client().get(link[0])
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert '<html lang="es"' in page.content.decode()
    assert "<script" not in page.content.decode()


def test_a_link_works_once_and_then_looks_like_one_that_never_was(link: tuple[str, str]) -> None:
    done = answer(link[0], comment="Rápido <script>alert(1)</script> " + "legal winner " * 3)
    assert (done.status_code, link[0] in done["Location"]) == (303, False)
    assert Client().get(done["Location"]).status_code == 200
    never = f"/s/{new_link()}/"
    for path in (link[0], "/s/" + "A" * 32 + "/"):
        for ask in (Client().get, answer):
            used, unknown = ask(path), ask(never)
            assert used.status_code == unknown.status_code == 404
            assert used.content.replace(path.encode(), b"") == unknown.content.replace(
                never.encode(), b""
            )
    response = Response.objects.get()
    assert (response.score, response.speed, response.accuracy) == (5, 5, 4)


def test_a_link_ends_after_a_fortnight(link: tuple[str, str], noon: time_machine.Traveller) -> None:
    noon.shift(timedelta(days=14, minutes=1))
    assert answer(link[0]).status_code == 404
    assert Client().post(link[1]).status_code == 200  # this one holds for good
    assert Standing.objects.filter(opted_out_at__isnull=False).count() == 2


def test_a_matter_that_goes_on_cannot_be_rated(asked: Cast, link: tuple[str, str]) -> None:
    found = Invitation.objects.select_related("conversation").get(token_hash__isnull=False)
    reopen_conversation(conversation=found.conversation, membership=asked.agent)
    assert answer(link[0]).status_code == 409
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "bad", ["speed=", "speed=6", "manner=%D9%A3", "accuracy=1e3", "comment=%ED%A0%80"]
)
def test_what_is_missing_or_odd_does_no_harm(link: tuple[str, str], bad: str) -> None:
    body = f"{bad}&" + "&".join(
        f"{name}={score}" for name, score in FIVE.items() if not bad.startswith(name)
    )
    form = "application/x-www-form-urlencoded"
    told = Client().post(link[0], body, content_type=form)
    assert told.status_code == (303 if bad.startswith("comment") else 422)
    assert Response.objects.count() == (told.status_code == 303)


def test_a_secret_in_the_comment_is_cut_out_and_never_comes_back(link: tuple[str, str]) -> None:
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    again = answer(link[0], speed="", comment=phrase).content.decode()
    assert "sausage worth" not in again
    answer(link[0], comment=phrase)
    assert "sausage" not in Response.objects.get().comment


def test_the_link_that_ends_asking_is_of_one_brand_only(asked: Cast, link: tuple[str, str]) -> None:
    token = link[1].rstrip("/").rpartition("/")[2]
    assert Client().post(f"/s/stop/{asked.other_brand.slug}/{token}/").status_code == 404
    assert stopped_mark(asked.other_brand.pk, token) is None
    mark = stopped_mark(asked.brand.pk, token)
    assert mark is not None
    assert stop_link(asked.brand.pk, mark) == token
    for bad in ("A" * 64, token[:-1], token + "A"):
        assert Client().post(f"/s/stop/{asked.brand.slug}/{bad}/").status_code == 404
    one_click = {"List-Unsubscribe": "One-Click"}
    assert Client().post(link[1], one_click).status_code == 200
    assert Client().post(link[1], one_click).status_code == 200
