"""One contract for all stores, and the sealing on top of them."""

import errno
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from walletdesk.kit import clock
from walletdesk.kit.blobs import open_store
from walletdesk.kit.blobs.folder import FolderStore
from walletdesk.kit.blobs.sealed import SEGMENT, SealBroken, open_blob, put_blob
from walletdesk.kit.blobs.types import (
    BlobMissing,
    BlobStore,
    StoreFull,
    StoreUnavailable,
    new_blob_name,
)
from walletdesk.site.commands.check import findings

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
NAMES = ["", "x", "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n", "g" * 32]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A server that speaks S3, with one bucket, on this machine."""
    environ = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    before = {name: os.environ.get(name) for name in environ}
    os.environ.update(environ)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/desk", method="PUT")).close()  # noqa: S310 - our own
    yield url
    server.stop()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return open_store("", tmp_path / "files")
    url = request.getfixturevalue("s3")
    return open_store(f"s3://desk/{new_blob_name()}?endpoint={url}&region=us-east-1", tmp_path)


def pieces(count: int, length: int = 70_000) -> Iterator[bytes]:
    for number in range(count):
        yield bytes([number]) * length


def test_what_was_put_can_be_read(store: BlobStore) -> None:
    one, other = new_blob_name(), new_blob_name()
    assert store.put(one, pieces(3)) == 210_000
    assert store.put(other, iter([])) == 0
    assert b"".join(store.open(one)) == b"".join(pieces(3))
    assert b"".join(store.open(one, 139_999)) == bytes([1]) + bytes([2]) * 70_000
    assert b"".join(store.open(other)) == b""
    assert store.exists(one)
    named = dict(store.names())
    assert set(named) == {one, other}
    assert all(abs((clock.now() - at).total_seconds()) < 60 for at in named.values())


def test_what_is_not_there(store: BlobStore) -> None:
    name = new_blob_name()
    assert list(store.names()) == []
    assert not store.exists(name)
    store.delete(name)
    with pytest.raises(BlobMissing):
        store.open(name)
    store.put(name, pieces(1))
    store.delete(name)
    store.delete(name)
    assert not store.exists(name)
    assert list(store.names()) == []


@pytest.mark.parametrize("length", [1, 6_000_000])
def test_a_broken_stream_leaves_nothing(store: BlobStore, length: int) -> None:
    """Also when a part had been sent already."""
    name = new_blob_name()

    def broken() -> Iterator[bytes]:
        yield from pieces(2, length)
        raise KeyError("the sender left")

    with pytest.raises(KeyError):
        store.put(name, broken())
    assert not store.exists(name)
    assert list(store.names()) == []


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_none_of_ours(store: BlobStore, name: str) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: store.put(name, pieces(1)),
        lambda: store.open(name),
        lambda: store.delete(name),
        lambda: store.exists(name),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="name"):
            call()


def test_sealed_under_one_key(store: BlobStore) -> None:
    name = new_blob_name()
    plain = b"".join(pieces(5))
    assert put_blob(store, name, KEY, pieces(5)) == len(plain)
    assert b"".join(open_blob(store, name, KEY, size=len(plain))) == plain
    kept = b"".join(store.open(name))
    assert plain[:16] not in kept
    with pytest.raises(SealBroken):
        open_blob(store, name, OTHER_KEY, size=len(plain))
    with pytest.raises(BlobMissing):
        open_blob(store, new_blob_name(), KEY, size=1)


def test_a_store_that_does_not_answer(tmp_path: Path, s3: str) -> None:
    closed = open_store("s3://desk/x?endpoint=http://127.0.0.1:9&region=us-east-1", tmp_path)
    with pytest.raises(StoreUnavailable):
        closed.put(new_blob_name(), pieces(1))
    blocked = tmp_path / "a file"
    blocked.write_text("x")
    with pytest.raises(StoreUnavailable):
        FolderStore(blocked).put(new_blob_name(), pieces(1))
    assert blocked.read_text() == "x"


@given(
    size=st.integers(0, 3 * SEGMENT + 5),
    start=st.integers(0, 3 * SEGMENT + 5),
    piece=st.integers(1, 2 * SEGMENT),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_part_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, size: int, start: int, piece: int
) -> None:
    store = FolderStore(tmp_path_factory.mktemp("store"))
    plain = os.urandom(size)
    start = min(start, max(0, size - 1))
    name = new_blob_name()
    put_blob(store, name, KEY, (plain[at : at + piece] for at in range(0, size, piece)))
    assert b"".join(open_blob(store, name, KEY, size=size, start=start)) == plain[start:]


def opens(store: BlobStore, name: str, size: int) -> bool:
    try:
        b"".join(open_blob(store, name, KEY, size=size))
    except SealBroken:
        return False
    return True


def test_every_change_is_noticed(tmp_path: Path) -> None:
    store, name = FolderStore(tmp_path), new_blob_name()
    plain = os.urandom(SEGMENT * 2 + 10)
    put_blob(store, name, KEY, iter([plain]))
    sealed = b"".join(store.open(name))
    first, second = sealed[17 : 17 + SEGMENT + 16], sealed[17 + SEGMENT + 16 :][: SEGMENT + 16]
    forged = {
        "cut off": (sealed[: 17 + 2 * (SEGMENT + 16)], len(plain)),
        "shorter": (sealed[: 17 + 2 * (SEGMENT + 16)], SEGMENT * 2),
        "swapped": (sealed[:17] + second + first + sealed[17 + 2 * (SEGMENT + 16) :], len(plain)),
        "one bit": (sealed[:-1] + bytes([sealed[-1] ^ 1]), len(plain)),
        "another salt": (sealed[:1] + bytes(16) + sealed[17:], len(plain)),
        "another version": (b"\x02" + sealed[1:], len(plain)),
    }
    for what, (data, size) in forged.items():
        store.put(name, iter([data]))
        assert not opens(store, name, size), what
    moved = new_blob_name()
    store.put(moved, iter([sealed]))
    with pytest.raises(SealBroken):
        open_blob(store, moved, KEY, size=len(plain))


class FullDisk:
    """Pieces that meet a full disk: the operating system says so at the second."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"x" * 1000
        raise OSError(errno.ENOSPC, "no space")


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(StoreFull):
        store.put(new_blob_name(), FullDisk())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_killed_writer_leaves_no_blob(tmp_path: Path) -> None:
    """What it leaves is a draft, which the sweep sees and deletes."""
    name = new_blob_name()
    program = (
        "import os, sys, pathlib\n"
        "from walletdesk.kit.blobs.folder import FolderStore\n"
        "def pieces():\n yield b'x' * 100_000\n os.kill(os.getpid(), 9)\n"
        "FolderStore(pathlib.Path(sys.argv[1])).put(sys.argv[2], pieces())"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path, name], check=False)
    assert done.returncode == -9
    store = FolderStore(tmp_path)
    assert not store.exists(name)
    assert [found for found, _ in store.names()] == [name]
    store.delete(name)
    assert list(store.names()) == []


def test_only_this_user_may_look(tmp_path: Path) -> None:
    store, name = FolderStore(tmp_path / "files"), new_blob_name()
    store.put(name, pieces(1))
    for path in (tmp_path / "files").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


def test_check_tries_the_store(tmp_path: Path, s3: str) -> None:
    def found(blobs: str) -> Any:
        environ = {"WALLETDESK_DATA": str(tmp_path), "WALLETDESK_PORT": "0"}
        told = list(findings({**environ, "WALLETDESK_BLOBS": blobs}))
        return next((f for f in told if f.subject == "files"), None)

    good = f"s3://desk/pre?endpoint={s3}&region=us-east-1"
    assert found(good).level == "ok"
    assert list(open_store(good, tmp_path).names()) == []
    assert found(good.replace("desk", "nothing")).level == "error"
    assert found("").level == "ok"
    for wrong in ("ftp://x/y", "s3://", "s3://k:s@desk/x", "s3://desk?colour=red"):
        problems = [
            f for f in findings({"WALLETDESK_BLOBS": wrong}) if f.name == "WALLETDESK_BLOBS"
        ]
        assert [p.level for p in problems] == ["error"], wrong
    assert replace(found(good), value="").source == ""
