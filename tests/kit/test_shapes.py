"""Shapes that many threads decode into for the first time, at once."""

import subprocess
import sys

# A process of its own: what this is about ends one.
FIRST_REQUESTS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Annotated

import msgspec
from walletdesk.kit.shapes import convert, decode

FIELDS = [f"field{number}" for number in range(12)]
BODY = msgspec.json.encode({name: ["ab"] for name in FIELDS})
THREADS = 8


def shape(number):
    text = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern="^a")]
    texts = Annotated[list[text], msgspec.Meta(max_length=number + 1)]
    return msgspec.defstruct(f"Shape{number}", [(name, texts | None, None) for name in FIELDS])


def read(way, shape, together):
    together.wait()
    return (decode(BODY, shape) if way else convert(msgspec.json.decode(BODY), shape)).field3


sys.setswitchinterval(1e-6)
with ThreadPoolExecutor(THREADS) as threads:
    for number in range(400):
        new, together = shape(number), Barrier(THREADS)
        tasks = [threads.submit(read, way % 2, new, together) for way in range(THREADS)]
        assert [task.result() for task in tasks] == [["ab"]] * THREADS
"""


def test_first_requests_at_once_do_not_end_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FIRST_REQUESTS], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
