"""A merged conversation is read in the thread where it goes on, in order, by whom it may."""

from uuid import uuid4

import pytest

from tests.cast import Cast, reply
from tests.desk.test_list_actions import held, safe, two_of_one
from walletdesk.accounts.models import AuditEntry
from walletdesk.conversations import queries
from walletdesk.conversations.actions import merge, staff
from walletdesk.conversations.actions.undo import undo, undoable_merge
from walletdesk.conversations.overview import whole_thread
from walletdesk.conversations.queries import joined as rows
from walletdesk.conversations.types import Audience

HERE, THERE = "kept", "joined"


def page(cast: Cast, ref: str, **query: int) -> list[dict[str, object]]:
    answer = cast.client(cast.agent).get(f"/desk/c/{ref}/events", query)
    assert answer.status_code == 200
    events: list[dict[str, object]] = answer.json()["events"]
    return events


def said(events: list[dict[str, object]]) -> list[tuple[str, object]]:
    return [(THERE if "from" in e else HERE, e["text"]) for e in events if e["text"]]


def test_what_was_said_elsewhere_stands_in_its_time_and_goes_when_the_merge_is_undone(
    cast: Cast,
) -> None:
    old, kept = two_of_one(cast)
    old.write("older question, second part")
    kept.write("and this, too")
    staff.add_note(
        conversation=old.now(), membership=cast.agent, client_id=uuid4(), text=safe("only for us")
    )
    before, token = page(cast, kept.conversation.ref), uuid4()
    undoable_merge(token=token, membership=cast.agent, conversation=old.now(), into=kept.now())
    AuditEntry.objects.filter(action="conversation.opened").delete()
    shown = page(cast, kept.conversation.ref)
    assert said(shown) == [
        (THERE, "my transfer is stuck"),
        (THERE, "I look into it"),
        (HERE, "my transfer is stuck"),
        (HERE, "I look into it"),
        (THERE, "older question, second part"),
        (HERE, "and this, too"),
        (THERE, "only for us"),
    ]
    numbers = [float(str(event["seq"])) for event in shown]
    assert numbers == sorted(set(numbers))
    assert shown[-1]["kind"] == "absorbed"  # a whole number: the cursor
    assert shown[0]["from"] == {"ref": old.conversation.ref, "seq": 1}
    customers = rows.joined_thread(
        kept.now(), Audience.CUSTOMER, rows.joined_to(kept.now(), kept.contact.pk)
    )
    assert ("only for us" in str(customers), "second part" in str(customers)) == (False, True)
    assert "second part" in str(list(whole_thread(kept.now(), rows.joined_to(kept.now()))))
    undo(membership=cast.agent, token=token)
    after = page(cast, kept.conversation.ref)
    assert [e for e in after if e["kind"] not in {"absorbed", "undone"}] == before


def test_each_page_has_what_belongs_to_its_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, kept = two_of_one(cast)
    for number in range(6):
        (old if number % 2 else kept).write(f"message {number}")
    merge.merge_conversations(conversation=old.now(), into=kept.now(), membership=cast.agent)
    ref = kept.conversation.ref
    whole = page(cast, ref)
    monkeypatch.setattr(queries, "THREAD_PAGE", 3)
    pages, before = [page(cast, ref)], 0
    while float(str(pages[0][0]["seq"])) > 1:
        before = int(str(pages[0][0]["seq"]))
        pages.insert(0, page(cast, ref, before=before))
    assert said([event for each in pages for event in each]) == said(whole)
    assert len(pages) > 1


def test_whoever_was_joined_reads_their_own_words_and_no_others(cast: Cast) -> None:
    here, there = held(cast, cast.customer), held(cast, cast.other_customer)
    cast.customer.write("words of the first")
    cast.other_customer.write("words of the second")
    merge.merge_conversations(
        conversation=here,
        into=there,
        membership=cast.supervisor,
        reason=safe("same person, called us"),
    )
    reply(cast.agent, cast.other_customer, "welcome back")
    texts = {}
    for customer in (cast.customer, cast.other_customer):
        now = customer.now()
        joined = rows.joined_to(now, customer.contact.pk)
        events = rows.joined_thread(now, Audience.CUSTOMER, joined)
        texts[customer.token] = str(events)
        assert events[-1]["text"] == "welcome back"
        assert rows.joined_thread(now, Audience.CUSTOMER, joined, before=1) == []
    assert "words of the first" in texts[cast.customer.token]
    assert "words of the second" not in texts[cast.customer.token]
    assert "words of the first" not in texts[cast.other_customer.token]
    assert "words of the first" in str(page(cast, there.ref))  # staff read both
    opened = AuditEntry.objects.filter(action="conversation.opened").values_list("subject")
    assert {(f"conversation:{one.ref}",) for one in (here, there)} <= set(opened)
