"""Files go out with messages: once, by their owner, and the screens tell the same as the rows."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from tests.cast import Cast
from tests.files import material
from tests.files.material import picture, staff_upload, upload, uploaded
from walletdesk.conversations.actions.attachments import begin_upload, move_files
from walletdesk.conversations.actions.intake import record_messages
from walletdesk.conversations.models import Attachment
from walletdesk.conversations.queries import events_after, thread
from walletdesk.conversations.types import Audience, FileState, Refused
from walletdesk.kit import clock, ids
from walletdesk.kit.blobs.types import BlobStore
from walletdesk.safety import guard
from walletdesk.web.desk.present import plain_preview
from walletdesk.web.files.sweep import sweep_files


def write(cast: Cast, kind: str, text: str, *files: str) -> Any:
    path = f"/desk/c/{cast.customer.conversation.ref}/{kind}"
    body = {"id": str(uuid4()), "text": text, "files": files}
    headers = {"Accept": "application/json"}
    return cast.client(cast.agent).post(
        path, json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_message_may_be_a_picture_only(cast: Cast) -> None:
    file = uploaded(cast.customer, picture("JPEG", (320, 200)), "截图.jpg")
    [sent] = cast.customer.send_files("", file["id"])
    assert not isinstance(sent, Refused)
    event = thread(cast.customer.now(), Audience.CUSTOMER)[0]
    assert (event["text"], event["data"]) == ("", {"files": [file]})
    assert (file["width"], file["height"]) == (320, 200)
    here = cast.customer.now()
    assert plain_preview(here.preview) == "Picture"
    assert here.status == "queued", "the bot cannot look at it"
    row = Attachment.objects.get(ref=file["id"])
    assert (row.conversation, row.seq, row.internal) == (here, sent.seq, False)


def test_page_and_stream_tell_the_same(cast: Cast) -> None:
    files = [uploaded(cast.customer, data)["id"] for data in (picture(), b"a log", material.PDF)]
    cast.customer.send_files("three files", *files)
    here = cast.customer.now()
    for audience in (Audience.CUSTOMER, Audience.STAFF):
        [streamed] = events_after([(here.ref, 0, audience)], limit=9)
        assert [json.loads(data) for _, data in streamed] == thread(here, audience)
    assert [f["id"] for f in thread(here, Audience.STAFF)[0]["data"]["files"]] == files


def test_staff_answer_with_files(cast: Cast) -> None:
    cast.customer.write("hello")
    pdf = staff_upload(cast, cast.agent, material.PDF, "guide.pdf").json()["file"]
    told = write(cast, "reply", "", pdf["id"]).json()["event"]
    assert told["data"] == {"files": [pdf]}
    assert plain_preview(cast.customer.now().preview) == "File: guide.pdf"
    assert thread(cast.customer.now(), Audience.CUSTOMER)[-1] == {
        k: v for k, v in told.items() if k not in {"author_id", "staff_data"}
    }
    shot = staff_upload(cast, cast.agent, picture()).json()["file"]
    assert write(cast, "note", "look", shot["id"]).status_code == 200
    assert "files" not in str(thread(cast.customer.now(), Audience.CUSTOMER)[-1]["data"]) or (
        thread(cast.customer.now(), Audience.CUSTOMER)[-1]["seq"] == told["seq"]
    )


def test_what_may_not_be_sent(cast: Cast) -> None:
    """Somebody else's, another device's, a sent one, one twice, unknown ones, too many."""
    cast.customer.write("hello")
    foreign = uploaded(cast.other_customer, picture())["id"]
    used, fresh = (uploaded(cast.customer, picture())["id"] for _ in range(2))
    cast.customer.send_files("once", used)
    of_staff = staff_upload(cast, cast.agent, picture()).json()["file"]["id"]
    before = cast.customer.now().last_seq
    many = [uploaded(cast.customer, b"x")["id"] for _ in range(11)]
    wrong = (
        [foreign],
        [used],
        [fresh, fresh],
        ["2" * 16],
        ["\0"],
        [of_staff],
        [fresh, foreign],
        many,
    )
    for files in wrong:
        assert cast.customer.send_files("x", *files) == [Refused("bad_files")], files
    assert cast.customer.now().last_seq == before
    for files in ([foreign], [used], [fresh], [of_staff, of_staff], ["x"]):
        got = write(cast, "reply", "x", *files)
        assert (got.status_code, got.json()["code"]) == (400, "bad_files"), files
    assert write(cast, "reply", "x", *["x"] * 11).status_code == 400
    assert cast.customer.now().last_seq == before, "nothing of a refused reply is kept"
    assert not isinstance(cast.customer.send_files("", *many[:10])[0], Refused)


def test_a_refused_message_can_be_sent_again(cast: Cast) -> None:
    """Its receipt is taken back; a recorded one answers its repetition, files or not."""
    file = uploaded(cast.customer, picture())["id"]
    key = uuid4()

    def send(*files: str) -> Any:
        message = cast.customer.inbound("see", key)
        return record_messages([type(message)(message.token_hash, message.ref, key, "see", files)])

    assert send("2" * 16) == [Refused("bad_files")]
    [first], [again] = send(file), send(file)
    assert (first.seq, first.repeated, again.repeated) == (1, False, True)


def test_two_messages_of_a_batch_want_one_file(cast: Cast) -> None:
    file = uploaded(cast.customer, picture())["id"]
    batch = [cast.customer.inbound("one"), cast.customer.inbound("two")]
    made = [type(m)(m.token_hash, m.ref, m.client_id, m.text, (file,)) for m in batch]
    first, second = record_messages(made)
    assert not isinstance(first, Refused)
    assert second == Refused("bad_files")


def test_files_move_with_their_events(cast: Cast) -> None:
    file = uploaded(cast.customer, picture())["id"]
    cast.customer.send_files("", file)
    move_files(refs=[file], to=cast.other_customer.conversation)
    assert material.addresses(cast.customer, file) == {}
    assert material.addresses(cast.other_customer, file) != {}


# --- time and kills -------------------------------------------------------------------------


def test_what_is_not_sent_is_forgotten_after_a_day(cast: Cast, store: BlobStore) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        kept, unsent = (uploaded(cast.customer, picture())["id"] for _ in range(2))
        cast.customer.send_files("", kept)
        store.put("0" * 32, iter([b"an orphan"]))
        assert sweep_files(store) == 0, "too young"
        now.shift(timedelta(hours=25))
        assert sweep_files(store) == 3
        assert sweep_files(store) == 0
        assert [row.ref for row in Attachment.objects.all()] == [kept]
        assert len(list(store.names())) == 2
        assert cast.customer.send_files("", unsent) == [Refused("bad_files")]


def test_an_upload_that_was_cut_off_is_taken_up_again(cast: Cast, store: BlobStore) -> None:
    """A kill between the phases leaves a pending row: nothing was promised, nothing stays."""
    session = cast.customer.contact.sessions.get()
    key = uuid4()
    cut_off = begin_upload(
        contact=cast.customer.contact,
        by=session,
        client_id=key,
        name=guard.check("a.png"),
        size=9,
    )
    store.put(cut_off.blob, iter([b"half"]))
    assert cast.customer.send_files("", cut_off.ref) == [Refused("bad_files")]
    told = upload(cast.customer, picture(), key=key).json()["file"]
    assert told["id"] == cut_off.ref
    row = Attachment.objects.get()
    assert (row.state, row.blob != cut_off.blob) == (FileState.READY, True)
    assert cast.customer.send_files("", told["id"]) != [Refused("bad_files")]
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert sweep_files(store) == 1, "the half of the first attempt"
    assert material.shown(cast.customer, told["id"], "thumb")


def test_a_file_outlives_the_device_that_sent_it(cast: Cast) -> None:
    file = uploaded(cast.customer, picture())["id"]
    cast.customer.send_files("", file)
    cast.customer.contact.sessions.all().delete()
    assert material.read(f"/files/{file}/thumb", cast.client(cast.agent)).status_code == 200


@pytest.mark.parametrize("what", ["a bad address", "a file in the way"])
def test_a_store_that_fails_keeps_nothing(cast: Cast, data_folder: Path, what: str) -> None:
    (data_folder / "files").write_text(what)
    got = upload(cast.customer, picture())
    assert (got.status_code, got.json()["code"]) == (503, "store_unavailable")
    assert not Attachment.objects.exists()
    (data_folder / "files").unlink()
    assert upload(cast.customer, picture()).status_code == 201


def test_previews_in_words() -> None:
    assert plain_preview("⟦picture⟧") == "Picture"
    assert plain_preview("⟦file:转账.pdf⟧") == "File: 转账.pdf"
    assert plain_preview(f"⟦file:{'x' * 130}") == f"File: {'x' * 130}"
    assert plain_preview("my ⟦secret:wif⟧") == "my [secret removed]"
    assert ids.may_name("x")
