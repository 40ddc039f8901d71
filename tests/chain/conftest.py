"""Chains that several tests share, and a diagnoser pointed at them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chain.nodes import Evm, Litecoin, anvil, litecoind
from walletdesk.chain.memory import ProcessMemory
from walletdesk.chain.networks import Book, load_book
from walletdesk.chain.running import Diagnoser
from walletdesk.site.chain_guard import WordGuard


@pytest.fixture(scope="session")
def chain() -> Iterator[Evm]:
    with anvil() as node:
        yield node


@pytest.fixture(scope="session")
def litecoin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Litecoin]:
    with litecoind(Path(tmp_path_factory.mktemp("litecoin"))) as node:
        yield node


@pytest.fixture
def book() -> Book:
    return load_book(environ={})


@pytest.fixture
def diagnoser_for(book: Book) -> Callable[..., Diagnoser]:
    def make(*endpoints: tuple[str, str], book: Book = book) -> Diagnoser:
        limited = book.limited(endpoints) if endpoints else book
        return Diagnoser(limited, WordGuard(), ProcessMemory())

    return make
