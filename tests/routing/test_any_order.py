"""Any order of what people do and rounds find, against a model (R18): who has what, and why."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.cast import Cast, make_customer, reply
from walletdesk.accounts.models import Membership
from walletdesk.conversations.actions import staff
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.types import Kind
from walletdesk.kit import clock
from walletdesk.kit.errors import DomainError
from walletdesk.routing.actions.offers import accept_offer, decline_offer
from walletdesk.routing.actions.presence import hear_from
from walletdesk.routing.actions.rounds import hold_round
from walletdesk.routing.models import Offer, RoutingRules
from walletdesk.routing.rules import GONE_AFTER
from walletdesk.routing.staffing import pending_offer
from walletdesk.routing.types import Mode, OfferState

ROOM = 2  # chats that fill an agent
CHATS, AGENTS = 5, 2
chats, agents = st.integers(0, CHATS - 1), st.integers(0, AGENTS - 1)
OWNERS = frozenset({Kind.CLAIMED, Kind.ASSIGNED})


class Desk(RuleBasedStateMachine):
    """The desk and its model: status and owner of each chat, whom each agent's browser says."""

    cast: Cast
    mode: Mode

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.travel = time_machine.travel(clock.now(), tick=False)
        self.moment = self.travel.start()
        self.people = [self.cast.agent, self.cast.colleague]
        self.customers = [make_customer(self.cast.brand) for _ in range(CHATS)]
        for customer in self.customers:
            customer.write("help me, please")
        self.status = ["bot"] * CHATS
        self.owner: list[int | None] = [None] * CHATS
        self.heard = [-1e9] * AGENTS
        self.away = [False] * AGENTS
        self.now = 0.0

    def teardown(self) -> None:
        self.travel.stop()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # --- what people do ---------------------------------------------------------------------

    @rule(chat=chats)
    def asks(self, chat: int) -> None:
        if self.status[chat] == "bot":
            self.customers[chat].ask_for_person()
            self.status[chat] = "queued"

    @rule(chat=chats, agent=agents)
    def claims(self, chat: int, agent: int) -> None:
        may = self.owner[chat] in (None, agent) and self.status[chat] in ("bot", "queued", "open")
        self._does(may, chat, agent, staff.claim_conversation, "open", agent)

    @rule(chat=chats, agent=agents)
    def gives_back(self, chat: int, agent: int) -> None:
        may = self.status[chat] == "open" and self.owner[chat] == agent
        self._does(may, chat, agent, staff.release_conversation, "queued", None)

    @rule(chat=chats, agent=agents)
    def hands_over(self, chat: int, agent: int) -> None:
        may = self.status[chat] == "open" and self.owner[chat] == agent
        to = 1 - agent
        self._does(may, chat, agent, staff.hand_over_conversation, "open", to, to=self.people[to])

    @rule(chat=chats, agent=agents)
    def resolves(self, chat: int, agent: int) -> None:
        may = self.status[chat] == "open" and self.owner[chat] == agent
        if self.status[chat] != "resolved":
            self._does(may, chat, agent, staff.resolve_conversation, "resolved", agent)

    @rule(chat=chats, agent=agents)
    def takes_up_again(self, chat: int, agent: int) -> None:
        if self.status[chat] == "resolved":
            self._does(True, chat, agent, staff.reopen_conversation, "open", agent)

    @rule(chat=chats, agent=agents)
    def answers(self, chat: int, agent: int) -> None:
        if self.status[chat] == "open" and self.owner[chat] == agent:
            reply(self.people[agent], self.customers[chat], "Hello")

    def _does(
        self, may: bool, chat: int, agent: int, action: Any, status: str, owner: int | None,
        **more: Membership,
    ) -> None:  # fmt: skip
        call = {"conversation": self.customers[chat].now(), "membership": self.people[agent]}
        if not may:
            with pytest.raises(DomainError), transaction.atomic():
                action(**call, **more)
            return
        action(**call, **more)
        self.status[chat], self.owner[chat] = status, owner

    @rule(agent=agents, away=st.booleans())
    def says(self, agent: int, away: bool) -> None:
        hear_from(membership=self.people[agent], chosen="away" if away else "online")
        self.heard[agent], self.away[agent] = self.now, away

    @rule(seconds=st.sampled_from([1, 20, 29, 31, 200]))
    def passes(self, seconds: int) -> None:
        self.moment.shift(timedelta(seconds=seconds))
        self.now += seconds

    @rule(agent=agents, yes=st.booleans())
    def decides(self, agent: int, yes: bool) -> None:
        offer = pending_offer(self.people[agent])
        if offer is None:
            return
        chat = next(n for n, c in enumerate(self.customers) if c.conversation == offer.conversation)
        if not yes:
            decline_offer(offer=offer, membership=self.people[agent])
            return
        with suppress(DomainError), transaction.atomic():
            accept_offer(offer=offer, membership=self.people[agent])
            assert self.status[chat] != "resolved"
            assert self.owner[chat] in (None, agent)
            self.status[chat], self.owner[chat] = "open", agent

    # --- what a round finds -----------------------------------------------------------------

    @rule()
    def round(self) -> None:
        before = [self._load(agent) for agent in range(AGENTS)]
        given = hold_round(brand=self.cast.brand)
        new = [n for n in range(CHATS) if self.status[n] == "queued" and self._row(n).assignee_id]
        assert len(new) == given.assigned
        for chat in new:
            agent = [m.pk for m in self.people].index(self._row(chat).assignee_id or 0)
            assert self._online(agent)
            assert before[agent] < ROOM
            before[agent] += 1
            self.status[chat], self.owner[chat] = "open", agent

    def _online(self, agent: int) -> bool:
        return not self.away[agent] and self.now - self.heard[agent] <= GONE_AFTER

    def _load(self, agent: int) -> int:
        own = Conversation.objects.filter(assignee=self.people[agent], status="open")
        return own.filter(waiting_since__isnull=False).count()

    # --- what always holds ------------------------------------------------------------------

    def _row(self, chat: int) -> Conversation:
        return Conversation.objects.get(pk=self.customers[chat].conversation.pk)

    @invariant()
    def the_desk_is_as_the_model(self) -> None:
        keys = {member.pk: n for n, member in enumerate(self.people)}
        rows = {row.pk: row for row in Conversation.objects.filter(brand=self.cast.brand)}
        stands = [rows[customer.conversation.pk] for customer in self.customers]
        assert [row.status for row in stands] == self.status
        assert [keys.get(row.assignee_id or 0) for row in stands] == self.owner
        assert all((row.status == "queued") == (row.queued_at is not None) for row in stands)

    @invariant()
    def what_is_offered_waits_and_once(self) -> None:
        offers = Offer.objects.filter(state=OfferState.PENDING, expires_at__gt=clock.now())
        rows = list(offers.values_list("conversation_id", "membership_id"))
        assert len({pk for pk, _ in rows}) == len(rows)
        assert len({member for _, member in rows}) == len(rows)

    @invariant()
    def every_owner_stands_in_the_timeline(self) -> None:
        for chat, owner in enumerate(self.owner):
            if self.status[chat] == "open" and owner is not None:
                events = Event.objects.filter(conversation=self.customers[chat].conversation)
                assert events.filter(kind__in=OWNERS | {Kind.REOPENED}).exists()


def plays(cast: Cast, mode: Mode, games: int, steps: int) -> None:
    RoutingRules.objects.create(brand=cast.brand, mode=mode, capacity={"chat": ROOM})
    machine = type("Machine", (Desk,), {"cast": cast, "mode": mode})
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # of hypothesis
        machine,
        settings=settings(
            max_examples=games,
            stateful_step_count=steps,
            deadline=None,
            # A step is statements, so a failure is told as it was found: shrinking takes minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("mode", [Mode.ASSIGN, Mode.OFFER])
def test_any_order_leaves_one_owner_and_what_the_model_says(cast: Cast, mode: Mode) -> None:
    plays(cast, mode, 5, 20)


@pytest.mark.long
@pytest.mark.parametrize("mode", [Mode.ASSIGN, Mode.OFFER])
def test_any_order_for_long(cast: Cast, mode: Mode) -> None:
    plays(cast, mode, 200, 50)
