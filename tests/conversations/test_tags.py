"""Tags: a brand's words, on conversations and in the timeline of staff."""

import pytest

from tests.cast import Cast
from walletdesk.accounts.models import AuditEntry
from walletdesk.conversations.actions import tags
from walletdesk.conversations.models import ConversationTag, Tag
from walletdesk.conversations.prepared import tags_of, tags_on
from walletdesk.conversations.queries import thread
from walletdesk.conversations.types import Audience, Kind
from walletdesk.kit.errors import BadInput, ChangedMeanwhile, NotAllowed, NotFound

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def make(cast: Cast, name: str = "Refund", colour: str = "red") -> Tag:
    return tags.create_tag(actor=cast.supervisor, name=name, colour=colour)


def names(cast: Cast) -> list[str]:
    here = cast.customer.now()
    return [tag.name for tag in tags_on(here)]


def test_a_tag_is_put_on_and_taken_off_and_staff_alone_are_told(cast: Cast) -> None:
    cast.customer.write("hello")
    tag = make(cast)
    fields = {"conversation": cast.customer.now(), "membership": cast.agent, "tag": tag}
    before = cast.customer.now()
    assert [tags.tag_conversation(**fields), tags.tag_conversation(**fields)] == [True, False]
    assert names(cast) == ["Refund"]
    told = thread(cast.customer.now(), Audience.STAFF)[-1]
    assert (told["kind"], told["staff_data"]["tag"]) == (Kind.TAGGED, "Refund")
    assert [tags.untag_conversation(**fields), tags.untag_conversation(**fields)] == [True, False]
    assert names(cast) == []
    after = cast.customer.now()
    assert after.last_seq == before.last_seq + 2
    assert after.last_event_at == before.last_event_at  # sorting moves nothing in a list
    assert {e["kind"] for e in thread(after, Audience.CUSTOMER)} == {Kind.MESSAGE}


def test_who_may_not(cast: Cast) -> None:
    cast.customer.write("hello")
    tag = make(cast)
    here = cast.customer.now()
    for who, error in ((cast.viewer, NotAllowed), (cast.stranger, NotFound)):
        with pytest.raises(error):
            tags.tag_conversation(conversation=here, membership=who, tag=tag)
    for who in (cast.agent, cast.viewer):
        with pytest.raises(NotAllowed):
            tags.create_tag(actor=who, name="x", colour="red")
    for call in (tags.change_tag, tags.archive_tag, tags.merge_tags):
        extra = {
            tags.change_tag: {"version": 0, "name": "x", "colour": "red"},
            tags.archive_tag: {"archived": True},
            tags.merge_tags: {"into": make(cast, f"Into {call.__name__}")},
        }[call]
        with pytest.raises(NotFound):
            call(actor=cast.stranger, tag=tag, **extra)
    foreign = tags.create_tag(actor=cast.stranger, name="Theirs", colour="red")
    with pytest.raises(NotFound):
        tags.tag_conversation(conversation=here, membership=cast.agent, tag=foreign)
    assert ConversationTag.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "colour", "wrong"),
    [
        (" \n", "red", {"name": "required"}),
        ("x" * 41, "red", {"name": "too_long"}),
        (PHRASE[:40], "mauve", {"colour": "unknown"}),
        ("rEFUND ", "red", {"name": "taken"}),
    ],
)
def test_what_cannot_be_a_tag(cast: Cast, name: str, colour: str, wrong: dict[str, str]) -> None:
    make(cast)
    with pytest.raises(BadInput) as refused:
        tags.create_tag(actor=cast.supervisor, name=name, colour=colour)
    assert refused.value.fields == wrong
    assert [tag.name for tag in tags_of(cast.brand)] == ["Refund"]


def test_two_who_change_one_tag_never_overwrite_each_other(cast: Cast) -> None:
    tag = make(cast)
    fields = {"tag": tag, "version": tag.version, "colour": "red"}
    tags.change_tag(actor=cast.supervisor, name="First", **fields)
    with pytest.raises(ChangedMeanwhile) as refused:
        tags.change_tag(actor=cast.owner, name="Second", **fields)
    assert refused.value.fields == {"version": 1}
    assert Tag.objects.get().name == "First"
    entry = AuditEntry.objects.get(action="tag.changed")
    assert (entry.actor, entry.subject) == (cast.supervisor, f"tag:{tag.pk}")
    assert entry.detail == {"changed": {"name": ["Refund", "First"]}}


def test_merging_leaves_one_tag_on_each_conversation(cast: Cast) -> None:
    for customer in (cast.customer, cast.other_customer):
        customer.write("hello")
    one, two = make(cast, "Refund"), make(cast, "Refunds")
    for customer, tag in ((cast.customer, one), (cast.customer, two), (cast.other_customer, one)):
        tags.tag_conversation(conversation=customer.now(), membership=cast.agent, tag=tag)
    tags.merge_tags(actor=cast.supervisor, tag=one, into=two)
    assert [tag.name for tag in tags_of(cast.brand)] == ["Refunds"]
    assert names(cast) == ["Refunds"]
    assert ConversationTag.objects.count() == 2
    with pytest.raises(NotFound):  # whoever still has it on a screen
        tags.tag_conversation(conversation=cast.customer.now(), membership=cast.agent, tag=one)


def test_an_archived_tag_stays_where_it_is_and_goes_nowhere_new(cast: Cast) -> None:
    for customer in (cast.customer, cast.other_customer):
        customer.write("hello")
    tag = make(cast)
    tags.tag_conversation(conversation=cast.customer.now(), membership=cast.agent, tag=tag)
    tags.archive_tag(actor=cast.supervisor, tag=tag, archived=True)
    tag.refresh_from_db()
    assert (names(cast), tags_of(cast.brand)) == (["Refund"], [])
    with pytest.raises(BadInput):
        tags.tag_conversation(
            conversation=cast.other_customer.now(), membership=cast.agent, tag=tag
        )
