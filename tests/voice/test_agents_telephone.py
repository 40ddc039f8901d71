"""The agent's telephone in the desk: what it shows to whom, and what its buttons do."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.voice.fakes import FakeCall, only
from walletdesk.accounts.models import Membership
from walletdesk.kit import clock
from walletdesk.voice.models import Line
from walletdesk.voice.tokens import BadToken, leg_token, read_leg_token
from walletdesk.voice.types import Connect, Disconnect, Press, SetMode

pytestmark = pytest.mark.django_db


def browser(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def press(client: Client, ref: str, what: str, **body: Any) -> Any:
    address = reverse("desk:telephone_press", args=[ref, what])
    return client.post(address, json.dumps(body), content_type="application/json")


def shown(client: Client) -> str:
    return client.get(reverse("desk:telephone")).content.decode()


@pytest.fixture
def waiting(cast: Cast, hotline: Line) -> FakeCall:
    """A call that waits for a person."""
    call = FakeCall()
    call.ring()
    for _ in range(12):
        if call.row().conversation is not None and call.row().stage in {"waiting", "options"}:
            break
        call.press("1")
        call.listen()
    return call


def test_an_agent_takes_a_call_holds_mutes_and_presses_keys(
    cast: Cast, waiting: FakeCall, django_assert_max_num_queries: Any
) -> None:
    agent, ref = browser(cast.agent), waiting.row().ref
    assert "data-call" not in shown(agent)
    assert press(agent, ref, "accept").status_code == 200
    leg = only(waiting.obey(), Connect)
    assert leg.membership == cast.agent.pk
    assert f'data-leg="{leg.leg}"' in shown(agent)
    waiting.take_up(leg.leg)
    with django_assert_max_num_queries(16):
        page = shown(agent)
    assert 'data-phone="hold"' in page
    assert waiting.row().contact.label in page
    assert press(agent, ref, "hold", on=True).status_code == 200
    assert only(waiting.obey(), SetMode) == SetMode("caller", "held")
    press(agent, ref, "mute", on=True)
    assert only(waiting.obey(), SetMode) == SetMode(leg.leg, "muted")
    press(agent, ref, "keys", keys="12#")
    assert only(waiting.obey(), Press).keys == "12#"
    press(agent, ref, "hangup")
    assert only(waiting.obey(), Disconnect).leg == leg.leg


def test_a_supervisor_listens_and_others_cannot(cast: Cast, waiting: FakeCall) -> None:
    agent, ref = browser(cast.agent), waiting.row().ref
    press(agent, ref, "accept")
    waiting.take_up(only(waiting.obey(), Connect).leg)
    supervisor = browser(cast.supervisor)
    assert 'data-phone="supervise"' in shown(supervisor)
    assert press(agent, ref, "supervise", mode="listen").status_code == 403
    assert press(browser(cast.viewer), ref, "hangup").status_code == 403
    assert press(supervisor, ref, "supervise", mode="spy").status_code == 400
    assert press(supervisor, ref, "supervise", mode="listen").status_code == 200
    leg = only(waiting.obey(), Connect)
    assert (leg.membership, leg.mode) == (cast.supervisor.pk, "listen")


def test_consulting_a_colleague_of_another_brand_is_not_found(
    cast: Cast, waiting: FakeCall
) -> None:
    agent, ref = browser(cast.agent), waiting.row().ref
    press(agent, ref, "accept")
    waiting.take_up(only(waiting.obey(), Connect).leg)
    assert press(agent, ref, "consult", membership=cast.stranger.pk).status_code == 404
    assert press(agent, ref, "consult", membership=2**80).status_code in {400, 404}
    assert press(agent, ref, "nothing").status_code == 404
    assert press(agent, ref, "keys", keys="\x00").status_code == 400
    assert press(agent, ref, "consult", membership=cast.supervisor.pk).status_code == 200
    assert only(waiting.obey(), Connect).membership == cast.supervisor.pk


def test_a_token_opens_a_line_for_a_minute_only_and_is_ours() -> None:
    assert read_leg_token(leg_token("agent", "7")).subject == "7"
    with time_machine.travel(clock.now() - timedelta(minutes=2)):
        old = leg_token("caller", "abc")
    with pytest.raises(BadToken):
        read_leg_token(old)
    assert read_leg_token(old, old=True).subject == "abc"
    for bad in ("", "x", leg_token("agent", "7")[:-1], "é\x00"):
        with pytest.raises(BadToken):
            read_leg_token(bad)
