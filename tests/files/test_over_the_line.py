"""Files through the real server: streamed, cut off, killed, and searched for in every byte kept."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Cast, Customer, make_customer
from tests.conftest import CLUSTER
from tests.files import material
from tests.files.material import headers, picture
from tests.safety import disguises
from tests.security.test_nothing_is_kept import checkpoint, files_with, windows
from tests.server import Server, serve
from walletdesk.conversations.models import Attachment
from walletdesk.kit import clock

pytestmark = pytest.mark.django_db(transaction=True)
OCTETS = {"Content-Type": "application/octet-stream"}


def post(server: Server, who: Customer, data: Any, name: str = "a.mp4", **more: str) -> Any:
    browser = server.browser(token=who.token)
    sent = OCTETS | headers(name) | more
    return browser.post("/chat/v1/files", content=data, headers=sent)


def fetch(server: Server, who: Customer, ref: str, variant: str) -> bytes:
    browser = server.browser(token=who.token)
    told = browser.post("/chat/v1/files/addresses", json={"files": [ref]}).json()
    return browser.get(told["files"][ref][variant]).content


def say(server: Server, who: Customer, text: str, *files: str) -> Any:
    body = {"conversation": who.conversation.ref, "id": str(uuid4()), "text": text}
    return server.browser(token=who.token).post("/live/messages", json={**body, "files": files})


def test_a_large_file_goes_in_and_comes_out(server: Server, cast: Cast) -> None:
    """Larger than what the pages take, and than the pieces on the way."""
    data = material.MP4 + hashlib.sha256(b"x").digest() * 100_000
    got = post(server, cast.customer, data)
    assert got.status_code == 201, got.text
    file = got.json()["file"]
    assert say(server, cast.customer, "", file["id"]).status_code == 200
    assert fetch(server, cast.customer, file["id"], "file") == data
    again = say(server, cast.customer, "", file["id"])
    assert (again.status_code, again.json()["code"]) == (400, "bad_files")
    assert say(server, cast.customer, "x", *["2"] * 11).json()["code"] == "bad_json"


def test_what_the_line_refuses(server: Server, cast: Cast) -> None:
    def chunked() -> Iterator[bytes]:
        yield material.PDF

    assert post(server, cast.customer, chunked()).status_code == 411
    assert post(server, cast.customer, b"%PDF-" + b"x" * 20_000_000).status_code == 413
    shown = post(server, cast.customer, picture() + b"x" * 11_000_000, "a.png")
    assert (shown.status_code, shown.json()["code"]) == (413, "file_too_large")
    page = server.browser(token=cast.customer.token)
    large = page.post("/chat/v1/rating", content=b"x" * 70_000, headers=OCTETS)
    assert large.status_code == 413, "other addresses take no more than before"


def test_a_sender_who_leaves_leaves_nothing(server: Server, cast: Cast) -> None:
    """Half a picture, then the line is cut; the same upload then comes through whole."""
    key, data = uuid4(), picture("PNG", (400, 300))
    sent = OCTETS | headers("a.png", key) | {"Authorization": f"Bearer {cast.customer.token}"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    head = f"POST /chat/v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\n{lines}\r\n"
    line = socket.create_connection(("127.0.0.1", server.port))
    line.sendall(head.encode() + data[: len(data) // 2])
    line.close()
    got = None
    for _ in range(200):
        got = post(server, cast.customer, data, "a.png", **{"X-File-Id": str(key)})
        if got.status_code == 201:
            break
        threading.Event().wait(0.05)
    assert got is not None
    assert got.status_code == 201, got.text
    assert Attachment.objects.count() == 1


def test_bombs_do_not_hold_up_the_neighbours(server: Server, cast: Cast) -> None:
    """Six hostile pictures at once, and in the midst of them an honest one and a message."""
    neighbours = [make_customer(cast.brand) for _ in range(6)]
    hostile = (material.bomb(), picture("JPEG", (6300, 6300), quality=20), b"\x89PNG\r\n\x1a\n")
    codes: list[int] = []

    def attack(who: Customer, data: bytes) -> None:
        codes.append(post(server, who, data, "a.png").status_code)

    threads = [
        threading.Thread(target=attack, args=(who, hostile[place % 3]))
        for place, who in enumerate(neighbours)
    ]
    for thread in threads:
        thread.start()
    honest = post(server, cast.customer, picture(), "a.png")
    assert say(server, cast.customer, "hello").status_code == 200
    for thread in threads:
        thread.join()
    assert honest.status_code == 201
    assert set(codes) <= {201, 422, 413, 503}


def test_a_secret_in_a_file_reaches_no_disk(
    server: Server, cast: Cast, request: pytest.FixtureRequest
) -> None:
    """Not in the store, the database, its log, nor the server's temporary files or log."""
    since = clock.now().timestamp() - 2
    words = disguises.phrase(disguises.dice(77), count=24)
    text = ("an ordinary line of a log\n" * 30_000 + " ".join(words) + "\n").encode()
    assert len(text) > 700_000
    got = post(server, cast.customer, text, f"{' '.join(words)}.txt")
    assert got.json()["secret"] == ["seed_phrase"]
    assert say(server, cast.customer, "my log", got.json()["file"]["id"]).status_code == 200
    canary = material.photo_with_a_past()
    shot = post(server, cast.customer, canary, "kq9name.jpg").json()["file"]
    assert say(server, cast.customer, "", shot["id"]).status_code == 200
    cluster = request.config.stash[CLUSTER]
    checkpoint(cluster)
    pieces = [*windows(words, " "), "canary-camera", "canary-comment", "canary-trailing"]
    for folder in (cluster.root, server.data, server.output.parent):
        assert files_with(folder, pieces, since if folder == cluster.root else 0) == []
    assert files_with(server.output.parent, ["kq9name"], 0) == []
    assert files_with(server.data / "files", ["ordinary line"], 0) == [], "contents are sealed"


def test_a_killed_server_loses_no_file_that_it_promised(
    cast: Cast, database_url: str, tmp_path: Any
) -> None:
    """Uploads on and on, kill -9 in their midst: what was told to be there is there."""
    promised: dict[str, bytes] = {}
    with serve(database_url, tmp_path / "first") as doomed:
        stop = threading.Event()

        def keep_on() -> None:
            number = 0
            while not stop.is_set():
                data = material.PDF + str(number).encode()
                try:
                    got = post(doomed, cast.customer, data, "a.pdf")
                except Exception:  # noqa: BLE001 - the line is cut, that is the test
                    return
                if got.status_code == 201:
                    promised[got.json()["file"]["id"]] = data
                number += 1

        thread = threading.Thread(target=keep_on)
        thread.start()
        while len(promised) < 5:
            stop.wait(0.02)
        doomed.process.kill()
        doomed.process.wait()
        stop.set()
        thread.join()
        folder = doomed.data
    with serve(database_url, tmp_path / "second") as server:
        (server.data / "files").symlink_to(folder / "files")
        for ref, data in promised.items():
            assert fetch(server, cast.customer, ref, "file") == data
