"""The customer's panel: what can be set, noted and tagged, and by whom."""

from typing import Any

import msgspec
import pytest

from tests.cast import Cast, make_customer
from tests.desk.calls import PHRASE, form, get, opened
from walletdesk.contacts.models import ContactNote
from walletdesk.conversations import queries
from walletdesk.conversations.actions.tags import create_tag
from walletdesk.conversations.types import Audience


def test_topic_urgency_and_language_are_set_with_an_event_each(cast: Cast) -> None:
    opened(cast)
    before = cast.customer.now()
    for field, value in (("topic", "fees"), ("urgency", "3"), ("language", "es"), ("urgency", "3")):
        answer = form(cast, cast.colleague, "describe", field=field, value=value)
        assert answer.status_code == 200
    here = cast.customer.now()
    assert (here.topic, here.urgency, here.language) == ("fees", 3, "es")
    since = queries.events_after([(here.ref, before.last_seq, Audience.STAFF)], limit=9)[0]
    news = [msgspec.json.decode(data) for _, data in since]
    assert [(e["kind"], e["staff_data"]) for e in news] == [
        ("changed", {"field": "topic", "from": "", "to": "fees"}),
        ("changed", {"field": "urgency", "from": str(before.urgency), "to": "3"}),
        ("changed", {"field": "language", "from": "en", "to": "es"}),
    ]
    assert queries.thread(before, Audience.STAFF)[-3:] == news
    assert len(queries.thread(here, Audience.CUSTOMER)) == before.last_seq
    assert here.last_event_at == before.last_event_at


@pytest.mark.parametrize(
    ("field", "value"),
    [("topic", "x"), ("topic", ""), ("urgency", "4"), ("urgency", "-1"), ("urgency", "٣"),
     ("language", "fr"), ("status", "open"), ("", ""), ("topic", "\0")],
)  # fmt: skip
def test_what_does_not_exist_cannot_be_set(cast: Cast, field: str, value: str) -> None:
    opened(cast)
    before = cast.customer.now()
    assert form(cast, cast.agent, "describe", field=field, value=value).status_code == 400
    assert form(cast, cast.viewer, "describe", field="topic", value="fees").status_code == 403
    assert cast.customer.now().last_seq == before.last_seq


def test_notes_about_a_customer_go_with_the_customer(cast: Cast) -> None:
    opened(cast)
    form(cast, cast.agent, "about", text=f"Careful <i>with</i> {PHRASE}")
    page = get(cast, cast.viewer, "panel").content.decode()
    assert "Careful &lt;i&gt;with&lt;/i&gt;" in page
    assert "sausage" not in page
    assert "secret:seed" not in page
    assert "Careful" not in get(cast, cast.agent, "events").content.decode()
    other = make_customer(cast.brand)
    other.write("hi")
    answer = cast.client(cast.agent).get(f"/desk/c/{other.conversation.ref}/panel")
    assert "Careful" not in answer.content.decode()


def test_a_note_is_removed_by_its_author_or_a_supervisor(cast: Cast) -> None:
    opened(cast)
    notes = []
    for text in ("one", "two"):
        form(cast, cast.agent, "about", text=text)
        notes.append(ContactNote.objects.latest("pk").pk)
    assert form(cast, cast.colleague, f"about/{notes[0]}/remove").status_code == 403
    assert form(cast, cast.viewer, f"about/{notes[0]}/remove").status_code == 403
    assert form(cast, cast.stranger, f"about/{notes[0]}/remove").status_code == 404
    cast.other_customer.write("hi")
    elsewhere = f"/desk/c/{cast.other_customer.conversation.ref}/about/{notes[0]}/remove"
    assert cast.client(cast.supervisor).post(elsewhere).status_code == 200
    assert ContactNote.objects.count() == 2
    assert form(cast, cast.agent, f"about/{notes[0]}/remove").status_code == 200
    assert form(cast, cast.supervisor, f"about/{notes[1]}/remove").status_code == 200
    assert form(cast, cast.agent, f"about/{10**20}/remove").status_code == 200
    assert not ContactNote.objects.exists()


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * 1_001])
def test_what_is_no_note_is_refused(cast: Cast, text: str) -> None:
    opened(cast)
    assert form(cast, cast.agent, "about", text=text).status_code == 400
    assert form(cast, cast.agent, "about", text="x" * 1_000).status_code == 200


def test_tags_are_put_on_and_taken_off(cast: Cast) -> None:
    opened(cast)
    tag = create_tag(actor=cast.owner, name="whale", colour="blue")
    create_tag(actor=cast.owner, name="whales", colour="grey")
    foreign = create_tag(actor=cast.stranger, name="theirs", colour="red")
    page = form(cast, cast.agent, "tag", name=" Whale ").content.decode()
    assert "tag-blue" in page
    page = form(cast, cast.agent, "untag", tag=tag.pk).content.decode()
    assert "tag-blue" not in page
    page = form(cast, cast.agent, "tag", name="whales").content.decode()
    assert "tag-grey" in page
    for bad in ("", "x", "whal", "theirs", "a\x00", "x" * 5000):
        assert form(cast, cast.agent, "tag", name=bad).status_code == 400
    for wrong, status in (("", 400), ("x", 400), (foreign.pk, 404), (10**17, 404)):
        assert form(cast, cast.agent, "untag", tag=wrong).status_code == status


def test_the_panel_tells_what_it_knows(cast: Cast) -> None:
    opened(cast)

    def told(who: Any) -> str:
        return str(get(cast, who).content.decode())

    assert "Not verified" in told(cast.agent)
    assert "None. This is the first one." in told(cast.agent)
    assert "<select" in told(cast.agent)
    assert "<select" not in told(cast.viewer)
