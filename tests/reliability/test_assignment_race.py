"""Agents who fight over conversations: never two owners at any instant, no orphan (R17)."""

import asyncio
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest

from tests.installation import Installation, Staff
from tests.reliability.load import customers

CAST = ("owner", "supervisor", "mei", "alex", "sofia", "security")
SENIOR = ("owner", "supervisor")
AT_ONCE = 8  # two of the six work in two windows
AT_A_TIME = 6
SHORT = (40, 20)
LONG = (500, 600)
ACTIONS = ("claim", "claim", "reply", "reply", "hand-over", "release", "resolve", "reopen")


@dataclass
class Player:
    """One window of one member of staff."""

    staff: Staff
    member: int
    colleagues: list[int]
    refs: list[str]
    chance: random.Random
    replied: list[tuple[str, str]] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def play(self, rounds: int) -> None:
        for each in range(rounds):
            # Few conversations at a time, so that several hands reach for the same one.
            first = each * (len(self.refs) - AT_A_TIME) // rounds
            ref = self.chance.choice(self.refs[first : first + AT_A_TIME])
            action = self.chance.choice(ACTIONS)
            body: dict[str, object] = {}
            if action == "reply":
                body = {"id": str(uuid4()), "text": "I am looking into it."}
            elif action == "hand-over":
                body = {"to": self.chance.choice(self.colleagues)}
            answer = self._act(ref, action, body)
            self.answers[action, answer] += 1
            if action == "reply" and answer == 200:
                self.replied.append((ref, str(body["id"])))

    def _act(self, ref: str, action: str, body: dict[str, object]) -> int:
        while True:
            try:
                answer = self.staff.act(ref, action, **body)
            except httpx.TransportError:
                continue
            if answer.status_code != 503:
                assert answer.status_code in {200, 403, 409}, (action, answer.text)
                return answer.status_code


def _play(place: Installation, conversations: int, rounds: int) -> None:
    refs = asyncio.run(_queue(place, conversations))
    members = {
        email.partition("@")[0]: pk
        for email, pk in place.query(
            "SELECT u.email, m.id FROM accounts_membership m JOIN accounts_user u"
            " ON u.id = m.user_id WHERE u.email LIKE %s",
            "%@aurora.example",
        )
    }
    with ExitStack() as stack:
        windows = {
            name: stack.enter_context(place.signed_in(f"{name}@aurora.example")) for name in CAST
        }
        players = [
            Player(
                windows[name],
                members[name],
                list(members.values()),
                refs,
                random.Random(number),  # noqa: S311 - a seeded course
            )
            for number, name in enumerate((CAST * 2)[:AT_ONCE])
        ]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda player: player.play(rounds), players))
    done = sum((player.answers for player in players), Counter())
    assert done["claim", 200], "somebody got something"
    assert done["claim", 409], "and somebody else wanted it too"
    for ref in refs:
        _judge(place, ref, {members[name] for name in SENIOR})
    _every_reply_is_there(place, [each for player in players for each in player.replied])


async def _queue(place: Installation, count: int) -> list[str]:
    async with customers(place.url, count) as writers:
        for start in range(0, count, 20):
            some = writers[start : start + 20]
            await asyncio.gather(*(w.write("I want to talk to a person, please") for w in some))
        await asyncio.gather(*(w.post("person") for w in writers[: count // 2]))
        return [writer.ref for writer in writers]


def _judge(place: Installation, ref: str, seniors: set[int]) -> None:
    """Follow the ownership through the timeline: each step must be allowed by the one before."""
    [(status, assignee, queued_at)] = place.query(
        "SELECT status, assignee_id, queued_at FROM conversations_conversation WHERE ref = %s", ref
    )
    owner: int | None = None
    for seq, kind, author, actor, to in place.query(
        "SELECT e.seq, e.kind, e.author, e.author_id, (e.staff_data->>'to_id')::bigint"
        " FROM conversations_event e JOIN conversations_conversation c ON c.id = e.conversation_id"
        " WHERE c.ref = %s ORDER BY e.seq",
        ref,
    ):
        where = f"{ref} #{seq} {kind}"
        if author != "agent":
            continue
        if kind in {"claimed", "reopened"}:
            assert owner is None, where
        elif kind == "message":
            assert owner == actor, where
        elif kind in {"assigned", "released", "resolved"}:
            assert actor == owner or actor in seniors, where
        owner = {
            "claimed": actor, "reopened": actor, "message": owner, "assigned": to,
        }.get(kind)  # fmt: skip
    if status == "open":
        assert assignee == owner is not None, ref
    elif status == "queued":
        assert (assignee, owner) == (None, None), ref
        assert queued_at is not None, ref
    else:
        assert status in {"bot", "resolved"}, ref
        assert owner is None, ref


def _every_reply_is_there(place: Installation, replied: list[tuple[str, str]]) -> None:
    stored = place.query(
        "SELECT c.ref, e.client_id::text FROM conversations_event e"
        " JOIN conversations_conversation c ON c.id = e.conversation_id"
        " WHERE e.author = 'agent' AND e.kind = 'message' AND e.client_id::text = ANY(%s)",
        [client_id for _, client_id in replied],
    )
    assert sorted(stored) == sorted(replied)


@pytest.mark.parametrize(
    ("conversations", "rounds"), [SHORT, pytest.param(*LONG, marks=pytest.mark.long)]
)
def test_nobody_ever_shares_a_conversation(
    installation: Installation, conversations: int, rounds: int
) -> None:
    _play(installation, conversations, rounds)
