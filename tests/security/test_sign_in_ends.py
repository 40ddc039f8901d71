"""Rights that end, at a real server: pages, calls and streams within 5 s (S04)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings

from tests.accounts.browsers import be_strict, give_app
from tests.cast import Cast
from tests.security.access_matrix import Row
from tests.security.actors import bring_to
from tests.security.test_edge_access import COOKIE, ENDS_WITHIN, ask, follow, in_thread
from tests.server import Server, session_of
from walletdesk.accounts.actions import people, sessions, teams
from walletdesk.accounts.actions.own_account import change_password
from walletdesk.accounts.models import Membership, StaffSession
from walletdesk.accounts.types import Role
from walletdesk.kit import clock

pytestmark = pytest.mark.django_db(transaction=True)
STREAM = Row("/live/stream", "GET", "", {})


def test_whatever_takes_a_right_ends_pages_calls_and_streams(server: Server, cast: Cast) -> None:
    bring_to("queued", cast, cast.customer)
    topics = f"conversation:{cast.customer.conversation.ref},desk:{cast.brand.slug}"

    def ref(key: str) -> str:
        return StaffSession.objects.get(session_key=key).ref

    def as_owner(action: Callable[..., object], member: Membership) -> Callable[[str], object]:
        return lambda _key: action(membership=member, actor=cast.owner)

    secret = "a-long-enough-password-7"
    losses: list[tuple[str, Membership, Callable[[str], object]]] = [
        (
            "one session ended",
            cast.agent,
            lambda key: sessions.end_session(user=cast.agent.user, ref=ref(key)),
        ),
        (
            "another password",
            cast.agent,
            lambda _key: change_password(
                membership=cast.agent, old=secret, new="another long one 8", keep=None
            ),
        ),
        ("signed out by an owner", cast.agent, as_owner(people.end_sessions_of, cast.agent)),
        (
            "a second factor reset",
            cast.colleague,
            as_owner(people.reset_second_factor, cast.colleague),
        ),
        (
            "a role that needs a second factor",
            cast.viewer,
            lambda _key: people.change_role(
                membership=cast.viewer, role=Role.SUPERVISOR, actor=cast.owner
            ),
        ),
        (
            "the own role needs one from now on",
            cast.agent,
            lambda _key: teams.require_second_factor(actor=cast.owner, roles=[Role.AGENT]),
        ),
        ("shut out", cast.supervisor, as_owner(people.deactivate_member, cast.supervisor)),
    ]
    for member in (cast.colleague, cast.supervisor):
        give_app(member)

    async def lose(what: str, member: Membership, loss: Callable[[str], object]) -> None:
        key: list[str] = []
        await in_thread(lambda: key.append(session_of(member.user)))
        headers = {"Cookie": f"{COOKIE}={key[0]}"}
        async with follow(server, topics, headers) as stream:
            await in_thread(lambda: loss(key[0]))
            frames = await stream.to_end(ENDS_WITHIN)
        assert frames[-1].json() == {"reason": "revoked"}, what
        assert (await ask(server, STREAM, topics, headers, "")).status == 404, what
        browser = server.browser()
        browser.cookies.set(settings.SESSION_COOKIE_NAME, key[0])
        page = await asyncio.to_thread(lambda: browser.get("/desk/queue/"))
        call = await asyncio.to_thread(lambda: browser.get("/desk/queue/list"))
        assert page.status_code == 302, what
        assert call.status_code in {401, 403}, what

    async def story() -> None:
        await in_thread(lambda: be_strict(cast.brand, Role.SUPERVISOR))
        for what, member, loss in losses:
            await in_thread(member.user.refresh_from_db)
            await lose(what, member, loss)

    asyncio.run(story())


def test_an_idle_session_opens_no_stream(server: Server, cast: Cast) -> None:
    bring_to("queued", cast, cast.customer)
    key = session_of(cast.agent.user)
    headers = {"Cookie": f"{COOKIE}={key}"}
    topic = f"desk:{cast.brand.slug}"
    assert asyncio.run(ask(server, STREAM, topic, headers, "")).status == 200
    long_ago = clock.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1)
    StaffSession.objects.filter(pk=key).update(active_at=long_ago)
    assert asyncio.run(ask(server, STREAM, topic, headers, "")).status == 404
