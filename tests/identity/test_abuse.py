"""Floods: computed for, counted, and never a locked-out country."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.identity.wallets import Phone
from walletdesk.contacts.actions.identity_keys import change_policy
from walletdesk.contacts.types import ProofOfWork
from walletdesk.kit import clock
from walletdesk.kit.limits import work
from walletdesk.web.common.abuse import PER_ADDRESS_IN_ALL, PER_BRAND
from walletdesk.web.common.devices import device_name

KEY = b"k" * 32


def solve(challenge: str, parts: int = work.PARTS, bits: int = work.BITS) -> str:
    numbers = []
    for part in range(parts):
        number = 0
        while int.from_bytes(hashlib.sha256(f"{challenge}:{part}:{number}".encode()).digest()) >> (
            256 - bits
        ):
            number += 1
        numbers.append(str(number))
    return ",".join(numbers)


def test_a_solved_challenge_counts() -> None:
    challenge = work.new_challenge(KEY, "1", clock.now())
    assert work.is_solved(KEY, "1", clock.now(), challenge, solve(challenge))


def test_what_does_not_count() -> None:
    now = clock.now()
    challenge = work.new_challenge(KEY, "1", now)
    right = solve(challenge)
    numbers = right.split(",")
    wrong = {
        "other key": (b"x" * 32, "1", now, challenge, right),
        "other brand": (KEY, "2", now, challenge, right),
        "too late": (KEY, "1", now + work.LIFE, challenge, right),
        "other challenge": (KEY, "1", now, work.new_challenge(KEY, "1", now), right),
        "longer life": (KEY, "1", now, challenge.replace("1.", "1.9", 1), right),
        "one part less": (KEY, "1", now, challenge, ",".join(numbers[1:])),
        "parts in another order": (KEY, "1", now, challenge, ",".join(numbers[::-1])),
        "nothing": (KEY, "1", now, challenge, ""),
        "too long": (KEY, "1", now, challenge, right + " " * 400),
        "other digits": (KEY, "1", now, challenge, right.replace("1", "١")),
        "no challenge": (KEY, "1", now, "", right),
    }
    assert [name for name, case in wrong.items() if work.is_solved(*case)] == []


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_text_is_no_solution(challenge: str, solution: str) -> None:
    assert not work.is_solved(KEY, "1", clock.now(), challenge, solution)


def begin(phone: Phone, cast: Cast, **extra: Any) -> Any:
    return phone.post("sessions", {"brand": cast.brand.slug, **extra})


def policy(cast: Cast, proof_of_work: ProofOfWork) -> None:
    change_policy(
        brand=cast.brand,
        membership=cast.owner,
        wallet_sign_in=False,
        chains=[],
        proof_of_work=proof_of_work,
    )


@pytest.mark.django_db
def test_always_on(cast: Cast) -> None:
    policy(cast, ProofOfWork.ON)
    asked = begin(Phone(), cast)
    assert asked.status_code == 428
    told = asked.json()
    assert told["code"] == "work_needed"
    solved = {"challenge": told["challenge"], "solution": solve(told["challenge"])}
    assert begin(Phone(), cast, work=solved).status_code == 201
    assert begin(Phone(), cast, work=solved).status_code == 428, "for once only"
    fresh = begin(Phone(), cast).json()["challenge"]
    late = {"challenge": fresh, "solution": solve(fresh)}
    with time_machine.travel(clock.now() + work.LIFE + timedelta(seconds=1)):
        assert begin(Phone(), cast, work=late).status_code == 428


@pytest.mark.django_db
def test_a_burst_from_one_address(cast: Cast, settings: Any) -> None:
    """Beyond its share an address computes; others do not notice; far beyond it waits."""
    settings.WALLETDESK = replace(settings.WALLETDESK, streams_per_address=2)
    flood = Phone(address="2001:db8::1")
    answers = [begin(flood, cast).status_code for _ in range(3)]
    assert answers == [201, 201, 428]
    challenge = begin(flood, cast).json()["challenge"]
    solved = {"challenge": challenge, "solution": solve(challenge)}
    assert begin(flood, cast, work=solved).status_code == 201, "behind the same address one goes on"
    assert begin(Phone(address="192.0.2.77"), cast).status_code == 201
    for _ in range(2 * PER_ADDRESS_IN_ALL):
        last = begin(flood, cast)
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0


@pytest.mark.django_db
def test_a_burst_from_everywhere(cast: Cast, settings: Any) -> None:
    settings.WALLETDESK = replace(settings.WALLETDESK, streams_per_address=2)
    answers = [
        begin(Phone(address=f"192.0.2.{n}"), cast).status_code for n in range(2 * PER_BRAND + 1)
    ]
    assert answers == [201] * (2 * PER_BRAND) + [428]
    elsewhere = Phone().post("sessions", {"brand": cast.other_brand.slug})
    assert elsewhere.status_code == 201, "another brand is not concerned"
    policy(cast, ProofOfWork.OFF)
    assert begin(Phone(address="192.0.2.200"), cast).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize(
    "solved",
    [
        {},
        {"challenge": "x"},
        {"challenge": 1, "solution": "1"},
        "x",
        [],
        {"challenge": "", "solution": "", "x": 1},
    ],
)
def test_strange_solutions(cast: Cast, solved: Any) -> None:
    assert begin(Phone(), cast, work=solved).status_code == 400


@pytest.mark.django_db
def test_clicks_are_limited(cast: Cast) -> None:
    phone = Phone().starts(cast.brand)
    body = {"conversation": phone.conversation}
    answers = [phone.post("person", body).status_code for _ in range(61)]
    assert answers == [409] * 60 + [429]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("", ""),
        ("curl/8.0", ""),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0 Chrome/100", "WeChat · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("<script>alert(1)</script> Linux", "Linux"),
    ],
)  # fmt: skip
def test_names_of_devices(agent: str, name: str) -> None:
    assert device_name(agent) == name
