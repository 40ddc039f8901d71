"""Who gets a file, for how long, and in what wrapping (S17, S20, S22, S29)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from tests.cast import Cast
from tests.files import material
from tests.files.material import addresses, content, picture, read, staff_upload, uploaded
from walletdesk.accounts.actions.people import deactivate_user
from walletdesk.accounts.models import AuditEntry
from walletdesk.contacts.actions import end_session
from walletdesk.contacts.personal.actions.erasure import erase_contact
from walletdesk.conversations.actions import staff
from walletdesk.conversations.models import Attachment
from walletdesk.kit import clock
from walletdesk.safety import guard

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@pytest.fixture
def sent(cast: Cast) -> str:
    """A PDF that the first customer has sent."""
    file = uploaded(cast.customer, material.PDF, "statement.pdf")
    cast.customer.send_files("see this", file["id"])
    return str(file["id"])


def test_who_gets_a_file(cast: Cast, sent: str) -> None:
    path = f"/files/{sent}/file"
    [mine] = addresses(cast.customer, sent).values()
    assert content(read(mine["file"])) == material.PDF
    assert addresses(cast.other_customer, sent) == {}
    for member in (cast.owner, cast.supervisor, cast.agent, cast.viewer):
        assert content(read(path, cast.client(member))) == material.PDF
    unknown = read("/files/2222222222222222/file").content
    for client in (Client(), cast.client(cast.stranger)):
        got = read(path, client)
        assert (got.status_code, got.content) == (404, unknown)
    got = read(path, Authorization=f"Bearer {cast.customer.token}")
    assert got.status_code == 404, "only a signed address says who a customer is"
    assert read(f"/files/{sent}/display", cast.client(cast.agent)).status_code == 404
    assert read(f"/files/{sent}/../file", cast.client(cast.agent)).status_code == 404
    assert Client().post(mine["file"]).status_code == 405


def test_an_unsent_file_is_its_senders_alone(cast: Cast) -> None:
    file = uploaded(cast.customer, picture())["id"]
    assert set(addresses(cast.customer, file)[file]) == {"display", "thumb"}
    assert addresses(cast.other_customer, file) == {}
    assert read(f"/files/{file}/thumb", cast.client(cast.agent)).status_code == 404
    cast.customer.write("hello")
    mine = staff_upload(cast, cast.agent, material.PDF).json()["file"]["id"]
    path = f"/files/{mine}/file"
    assert read(path, cast.client(cast.agent)).status_code == 200
    assert read(path, cast.client(cast.owner)).status_code == 404
    assert addresses(cast.customer, mine) == {}


def test_an_address_is_for_one_reader_one_file_and_five_minutes(cast: Cast, sent: str) -> None:
    other = uploaded(cast.customer, material.PDF)["id"]
    with time_machine.travel(clock.now(), tick=False) as now:
        address = addresses(cast.customer, sent)[sent]["file"]
        token = address.partition("?t=")[2]
        assert read(f"/files/{other}/file?t={token}").status_code == 404
        for wrong in ("", "x", token[:-1], token.swapcase(), "%00", token + "&t=x"):
            assert read(f"/files/{sent}/file?t={wrong}").status_code == 404, wrong
        now.shift(timedelta(seconds=299))
        assert read(address).status_code == 200
        now.shift(timedelta(seconds=2))
        assert read(address).status_code == 404


def test_rights_are_looked_up_each_time(cast: Cast, sent: str) -> None:
    address = addresses(cast.customer, sent)[sent]["file"]
    client = cast.client(cast.agent)
    assert read(address).status_code == 200
    assert read(f"/files/{sent}/file", client).status_code == 200
    end_session(token=cast.customer.token)
    deactivate_user(user=cast.agent.user)
    assert read(address).status_code == 404
    assert read(f"/files/{sent}/file", client).status_code == 404


def test_a_file_of_a_note_is_not_for_customers(cast: Cast) -> None:
    cast.customer.write("hello")
    file = staff_upload(cast, cast.agent, picture()).json()["file"]["id"]
    staff.add_note(
        conversation=cast.customer.now(),
        membership=cast.agent,
        client_id=uuid4(),
        text=guard.check("").safe,
        files=[file],
    )
    assert addresses(cast.customer, file) == {}
    assert read(f"/files/{file}/thumb", cast.client(cast.colleague)).status_code == 200


@pytest.mark.parametrize(
    ("data", "name", "variant", "kind", "disposition"),
    [
        (material.PDF, "a.pdf", "file", "application/pdf", "attachment"),
        (material.MP4, "a.mp4", "file", "video/mp4", "attachment"),
        (b"words", "a.html", "file", "text/plain; charset=utf-8", "attachment"),
        (picture("JPEG"), "a.jpg", "display", "image/jpeg", "inline"),
        (picture("PNG"), 'a";\r\nX: y.png', "thumb", "image/webp", "inline"),
        (picture("PNG"), "截图.png", "display", "image/webp", "inline"),
    ],
)
def test_nothing_in_a_file_can_act(
    cast: Cast, data: bytes, name: str, variant: str, kind: str, disposition: str
) -> None:
    file = uploaded(cast.customer, data, name)["id"]
    got = read(addresses(cast.customer, file)[file][variant], **{"Accept-Encoding": "gzip"})
    assert got.headers["Content-Type"] == kind
    assert got.headers["Content-Disposition"].startswith(disposition)
    assert got.headers["Content-Security-Policy"] == POLICY
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert got.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in got.headers
    assert int(got.headers["Content-Length"]) == len(content(got))


def test_parts_of_a_video(cast: Cast) -> None:
    file = uploaded(cast.customer, material.MP4, "a.mp4")["id"]
    address = addresses(cast.customer, file)[file]["file"]
    size = len(material.MP4)

    def part(asked: str) -> tuple[int, bytes, str]:
        got = read(address, Range=asked)
        return got.status_code, content(got), got.headers.get("Content-Range", "")

    end = material.MP4[100_000:]
    assert part("bytes=100000-") == (206, end, f"bytes 100000-{size - 1}/{size}")
    assert part("bytes=65535-65536") == (
        206,
        material.MP4[65535:65537],
        f"bytes 65535-65536/{size}",
    )
    assert part(f"bytes=5-{size * 2}")[1] == material.MP4[5:]
    for whole in ("bytes=9-5", "bytes=-5", "bytes=0-1,4-5", f"bytes={size}-", "x", "bytes=٣-"):
        assert part(whole)[:2] == (200, material.MP4), whole


def test_whoever_erases_the_customer_erases_the_file(cast: Cast, sent: str) -> None:
    """Its bytes may lie in a backup for years: without the key they are noise."""
    client = cast.client(cast.agent)
    assert read(f"/files/{sent}/file", client).status_code == 200
    erase_contact(contact=cast.customer.contact, actor=cast.owner, reason="asked")
    assert read(f"/files/{sent}/file", client).status_code == 404
    assert staff_upload(cast, cast.agent, material.PDF).status_code == 404


def test_what_staff_open_is_written_down_first(cast: Cast, sent: str) -> None:
    client = cast.client(cast.agent)
    read(f"/files/{sent}/file", client)
    [entry] = AuditEntry.objects.filter(action="file.opened")
    assert (entry.actor, entry.subject) == (cast.agent, f"file:{sent}")
    shot = uploaded(cast.customer, picture())["id"]
    cast.customer.send_files("", shot)
    read(f"/files/{shot}/thumb", client)
    read(addresses(cast.customer, sent)[sent]["file"])
    assert AuditEntry.objects.filter(action="file.opened").count() == 1


@pytest.fixture
def two_origins(settings: Any) -> str:
    settings.WALLETDESK = replace(settings.WALLETDESK, files_url="https://files.example")
    return "files.example"


def test_a_second_origin(cast: Cast, sent: str, two_origins: str) -> None:
    """Files come from there and from nowhere else; nothing else comes from there."""
    address = addresses(cast.customer, sent)[sent]["file"]
    assert address.startswith(f"https://{two_origins}/files/{sent}/file?t=")
    path = address.partition(two_origins)[2]
    assert read(path).status_code == 404, "the main origin refuses"
    got = read(path, Host=two_origins)
    assert content(got) == material.PDF
    assert got.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    client = cast.client(cast.agent)
    led = read(f"/files/{sent}/file", client)
    assert led.status_code == 302
    there = led.headers["Location"].partition(two_origins)[2]
    assert content(read(there, Host=two_origins)) == material.PDF
    assert read(f"/files/{sent}/file", cast.client(cast.stranger)).status_code == 404
    for page in ("/desk/queue/", "/widget/borealis/", "/accounts/login/", "/chat/v1/state"):
        assert read(page, client, Host=two_origins).status_code == 404
    policy = read("/widget/borealis/").headers["Content-Security-Policy"]
    assert "img-src 'self' https://files.example blob: data:;" in policy


def test_no_row_tells_more_than_it_should(cast: Cast, sent: str) -> None:
    row = Attachment.objects.get(ref=sent)
    assert row.blob not in str(addresses(cast.customer, sent))
    assert row.ref not in row.blob
