"""Pictures of customers are read: a secret in one is caught, and an unread one is not shown."""

import io
import shutil
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.cast import Cast
from tests.files import material
from tests.files.material import upload
from tests.safety import disguises
from walletdesk.conversations import queries
from walletdesk.conversations.actions.pictures import settle_picture
from walletdesk.conversations.caught.models import CaughtSecret
from walletdesk.conversations.contents.read_picture import read_picture
from walletdesk.conversations.models import Attachment
from walletdesk.conversations.types import Audience, Kind, PictureCheck, Status, Urgency
from walletdesk.kit.blobs.types import BlobStore

WORDS = disguises.phrase(disguises.dice(21))
needs_ocr = pytest.mark.skipif(
    shutil.which("tesseract") is None,
    reason="tesseract is not there: apt-get install tesseract-ocr tesseract-ocr-chi-sim",
)


def screenshot(words: list[str], *, dark: bool = False) -> bytes:
    """Draw what a wallet shows: numbered words in boxes."""
    image = Image.new("RGB", (760, 420), "#15171c" if dark else "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(26)
    for number, word in enumerate(words):
        x, y = 30 + number % 3 * 240, 30 + number // 3 * 95
        draw.rounded_rectangle((x, y, x + 220, y + 70), 10, outline="#888888")
        draw.text(
            (x + 14, y + 18), f"{number + 1}. {word}", font=font, fill="white" if dark else "black"
        )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def sent(cast: Cast, data: bytes, text: str = "see here") -> Attachment:
    ref = upload(cast.customer, data).json()["file"]["id"]
    cast.customer.send_files(text, ref)
    return Attachment.objects.get(ref=ref)


def kinds(cast: Cast, audience: Audience) -> list[str]:
    return [event["kind"] for event in queries.thread(cast.customer.now(), audience)]


@needs_ocr
@pytest.mark.parametrize("dark", [False, True])
def test_a_phrase_in_a_screenshot_is_caught_and_deleted(
    cast: Cast, store: BlobStore, settings: Any, dark: bool
) -> None:
    settings.WALLETDESK = replace(settings.WALLETDESK, ocr="tesseract")
    row = sent(cast, screenshot(WORDS, dark=dark))
    assert row.check_state == PictureCheck.WAITING
    assert len(list(store.names())) == 2
    read_picture(attachment_id=row.pk)
    row.refresh_from_db()
    assert (row.check_state, row.blob, row.thumb_blob) == (PictureCheck.SECRET, "", "")
    assert row.secrets == ["seed_phrase"]
    assert list(store.names()) == [], "its bytes are gone"
    conversation = cast.customer.now()
    assert (conversation.urgency, conversation.status) == (Urgency.CRITICAL, Status.QUEUED)
    assert [
        kind for kind in kinds(cast, Audience.CUSTOMER) if kind in {Kind.REDACTED, Kind.NOTICE}
    ] == [Kind.REDACTED, Kind.NOTICE]
    agent = cast.client(cast.agent)
    assert material.read(f"/files/{row.ref}/thumb", agent).status_code == 404
    assert CaughtSecret.objects.count() == 1
    read_picture(attachment_id=row.pk)
    assert kinds(cast, Audience.CUSTOMER).count(Kind.NOTICE) == 1, "once is enough"


@needs_ocr
def test_an_ordinary_screenshot_is_clean(cast: Cast, settings: Any) -> None:
    settings.WALLETDESK = replace(settings.WALLETDESK, ocr="tesseract")
    row = sent(cast, screenshot(["Transfer", "failed", "out of gas", "20 USDT", "pending", "fee"]))
    read_picture(attachment_id=row.pk)
    row.refresh_from_db()
    assert row.check_state == PictureCheck.CLEAN
    assert kinds(cast, Audience.STAFF)[-1] == Kind.CHECKED
    assert Kind.CHECKED not in kinds(cast, Audience.CUSTOMER)


def test_without_the_program_a_picture_stays_behind_a_warning(cast: Cast, settings: Any) -> None:
    settings.WALLETDESK = replace(settings.WALLETDESK, ocr="")
    row = sent(cast, material.picture())
    told = queries.thread(cast.customer.now(), Audience.STAFF)[0]["data"]["files"][0]
    assert told["check"] == PictureCheck.WAITING
    read_picture(attachment_id=row.pk)
    row.refresh_from_db()
    assert row.check_state == PictureCheck.UNREAD
    last = queries.thread(cast.customer.now(), Audience.STAFF)[-1]
    assert last["staff_data"] == {"files": {row.ref: "unread"}}
    assert material.read(f"/files/{row.ref}/thumb", cast.client(cast.agent)).status_code == 200


def test_a_program_that_fails_makes_it_unread(cast: Cast, settings: Any) -> None:
    settings.WALLETDESK = replace(settings.WALLETDESK, ocr="/bin/false")
    row = sent(cast, material.picture())
    read_picture(attachment_id=row.pk)
    row.refresh_from_db()
    assert row.check_state == PictureCheck.UNREAD


def test_a_secret_found_before_it_is_sent_counts_with_its_message(
    cast: Cast, store: BlobStore
) -> None:
    """The customer still types while the picture is read."""
    ref = upload(cast.customer, material.picture()).json()["file"]["id"]
    row = Attachment.objects.get(ref=ref)
    gone = settle_picture(
        attachment_id=row.pk,
        outcome=PictureCheck.SECRET,
        kinds=("seed_phrase",),
        digests=(bytes(32),),
    )
    assert sorted(gone) == sorted([row.blob, row.thumb_blob])
    cast.customer.send_files("look", ref)
    assert Kind.NOTICE in kinds(cast, Audience.CUSTOMER)
    assert cast.customer.now().urgency == Urgency.CRITICAL
    told = queries.thread(cast.customer.now(), Audience.STAFF)[0]["data"]["files"][0]
    assert told["check"] == PictureCheck.SECRET
    assert CaughtSecret.objects.count() == 1


def test_pictures_of_staff_wait_for_nobody(cast: Cast) -> None:
    cast.customer.write("hello")
    material.staff_upload(cast, cast.agent, material.picture(), "a.png")
    assert Attachment.objects.get().check_state == PictureCheck.NONE


def test_a_secret_in_the_name_of_a_file_counts(cast: Cast) -> None:
    name = " ".join(WORDS) + ".png"
    told = upload(cast.customer, material.picture(), name=name, key=uuid4()).json()
    assert told["secret"] == ["seed_phrase"]
    cast.customer.send_files("", told["file"]["id"])
    assert cast.customer.now().urgency == Urgency.CRITICAL
    assert Kind.NOTICE in kinds(cast, Audience.CUSTOMER)


def test_what_nothing_here_reads_is_told_as_unread(cast: Cast, store: BlobStore) -> None:
    """A PDF waits behind a click with a warning; a text file was read by the guard."""
    for data, name, check in ((b"%PDF-1.4\n", "a.pdf", "unread"), (b"hello\n", "a.txt", "")):
        ref = upload(cast.customer, data, name).json()["file"]["id"]
        assert Attachment.objects.get(ref=ref).check_state == check
        cast.customer.send_files("see here", ref)
        [file] = queries.thread(cast.customer.now(), Audience.STAFF)[-1]["data"]["files"]
        assert file.get("check", "") == check
