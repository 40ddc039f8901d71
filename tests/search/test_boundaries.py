"""Who finds what (S02); what was overwritten is gone from the index in the same transaction."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from mnemonic import Mnemonic

from tests.cast import Cast, make_customer
from tests.search.conftest import Search
from walletdesk.conversations.actions import staff
from walletdesk.conversations.models import Conversation, Event
from walletdesk.conversations.search.actions.indexing import index_all, index_some, sort_in
from walletdesk.conversations.search.actions.refill import begin_refill
from walletdesk.conversations.search.models import Entry, Stale, Word
from walletdesk.conversations.search.queries import filled
from walletdesk.conversations.search.terms import vector
from walletdesk.safety import guard
from walletdesk.site.commands.search_index import _fill

CANARY = "zq7canary"


def in_index(word: str) -> int:
    """Return how many entries hold a word, asked without any of the search's own code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM conversation_search_entry WHERE tokens @@ %s::tsquery", [word]
        )
        return int(cursor.fetchone()[0])


def test_another_brand_finds_nothing_of_it(cast: Cast, search: Search) -> None:
    cast.customer.write(f"{CANARY} one", "另一个品牌")
    foreign = make_customer(cast.other_brand)
    foreign.write(f"{CANARY} two", "另一个品牌")
    for query in (CANARY, "zq7", "zq7canrya", "另一个品牌", "牌", "from:customer", "one two"):
        ours = {found.ref for found in search(query).found}
        theirs = {found.ref for found in search(query, by=cast.stranger).found}
        assert ours <= {cast.customer.conversation.ref}, query
        assert theirs <= {foreign.conversation.ref}, query
    assert search(CANARY).found
    assert search(CANARY, by=cast.stranger).found
    for word in ("zq7canrya", f"{CANARY}s"):
        terms = search(word, by=cast.stranger).terms
        assert "one" not in str(terms)


def test_typing_mistakes_are_corrected_by_words_of_the_own_brand_only(
    cast: Cast, search: Search
) -> None:
    cast.customer.write("the walrusmoon project")
    make_customer(cast.other_brand).write("hello")
    assert search("walrusmon").found
    assert search("walrusmon", by=cast.stranger).terms[0].corrected == ()


def test_operators_do_not_tell_of_another_brand(cast: Cast, search: Search) -> None:
    cast.stranger.user.name = CANARY
    cast.stranger.user.save()
    problems = search("from:zq7canary hello").problems
    assert [problem.code for problem in problems] == ["unknown_value"]
    assert CANARY not in str(problems[0].choices)


def test_the_page_shows_a_foreigner_no_byte(cast: Cast, search: Search) -> None:
    cast.customer.contact.label = f"{CANARY} label"
    cast.customer.contact.save()
    cast.customer.write(f"{CANARY} asks")
    search(CANARY)
    for query in ("asks", "from:customer", cast.customer.conversation.ref[:6], "label"):
        own = cast.client(cast.viewer).post("/desk/search/", {"q": query}, headers=HTMX).content
        foreign = cast.client(cast.stranger).post("/desk/search/", {"q": query}, headers=HTMX)
        assert CANARY.encode() not in foreign.content
        assert (CANARY.encode() in own) == (query != "label")


HTMX = {"HX-Request": "true"}


def test_a_secret_over_several_messages_leaves_the_index_with_its_transaction(cast: Cast) -> None:
    words = Mnemonic("english").to_mnemonic(bytes(range(16))).split()
    parts = [" ".join(words[n : n + 3]) for n in range(0, 12, 3)]
    for part in parts:
        cast.customer.write(part)
        # between the messages the index catches up, so there is something to lose
        if not Event.objects.filter(text__contains="⟦secret").exists():
            index_all()
    assert Event.objects.filter(text__contains="⟦secret").exists()
    left = " ".join(event.text for event in Event.objects.all()).split()
    for word in words:
        if word not in left:
            assert in_index(word) == 0, word  # before the index has looked again
            assert not Word.objects.filter(word=word).exists(), word
    assert Stale.objects.exists()
    index_all()
    assert not Stale.objects.exists()
    for word in words:
        if word not in left:
            assert in_index(word) == 0


def test_what_is_read_and_then_overwritten_is_not_written(cast: Cast) -> None:
    """The index reads a text, somebody overwrites it, and only then the index would write."""
    cast.customer.write("quillfish")
    event = Event.objects.get(text="quillfish")
    with transaction.atomic():
        Event.objects.filter(conversation_id=event.conversation_id, seq=event.seq).update(
            text="overwritten"
        )
    assert Stale.objects.count() == 1
    index_all()
    assert (in_index("quillfish"), in_index("overwritten")) == (0, 1)


def test_a_text_that_is_removed_is_found_no_more(cast: Cast, search: Search) -> None:
    cast.customer.write("quillfish")
    assert search("quillfish").found
    key = cast.customer.conversation.pk
    Event.objects.filter(conversation_id=key).delete()
    Conversation.objects.filter(pk=key).delete()
    assert in_index("quillfish") == 0
    assert not Entry.objects.filter(conversation_id=key).exists()
    assert not search("quillfish").found
    assert not Stale.objects.exists()


def test_personal_data_is_not_in_the_index(cast: Cast, search: Search) -> None:
    cast.customer.write("write to alex.miller@gmail.com or +34 612 345 678, passport E12345678 ok")
    assert search("passport").found
    for value in ("alex", "miller", "gmail", "612345678", "612", "e12345678", "email", "phone"):
        assert in_index(value) == 0, value


def test_notes_are_found_by_staff_and_marked(cast: Cast, search: Search) -> None:
    cast.customer.write("hello")
    cast.customer.ask_for_person()
    staff.add_note(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check("suspected quillfish").safe,
    )
    assert [f.kind for f in search("quillfish is:note").found] == ["note"]
    assert not search("hello is:note").found


def test_a_conversation_in_which_nobody_spoke_is_not_found(cast: Cast, search: Search) -> None:
    make_customer(cast.brand)
    assert not search("from:customer").found
    assert not search("from:agent").found


def test_filling_goes_on_where_it_was(cast: Cast) -> None:
    cast.customer.write("one", "two")
    cast.other_customer.write("three")
    assert index_some()  # begins
    index_all()
    before = Entry.objects.count()
    assert before == 3
    assert not index_some()
    cast.customer.write("four")
    index_all()
    sort_in()
    assert Entry.objects.count() == 4


@pytest.mark.django_db
def test_lexemes_are_written_so_that_nothing_is_syntax() -> None:
    text = "a'b \\ 'x' & | ! <-> :* @b1 ⟦email:AB12⟧ ¦"
    written = vector(text, ["it's.pdf"], ["b1"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(%s::tsvector)", [written])
        assert set(cursor.fetchone()[0]) == {"@b1", "a", "b", "x", "b1", "it", "s", "pdf"}


def test_the_command_makes_the_index_anew(
    cast: Cast, capsys: pytest.CaptureFixture[str], search: Search
) -> None:
    cast.customer.write("quillfish one", "two")
    assert search("quillfish").found
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conversation_search_entry SET tokens = ''")  # as if it were broken
    connection.check_constraints()  # in a test everything is one transaction
    assert not search("quillfish").found
    assert filled() is None
    begin_refill()
    assert filled() == 0
    assert _fill(refill=False) == 0
    assert capsys.readouterr().out == "The search index is complete.\n"
    assert search("quillfish").found
    assert Entry.objects.count() == 2
    assert Word.objects.get(word="quillfish").messages == 1
