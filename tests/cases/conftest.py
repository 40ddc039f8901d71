"""A case, a chain that shows what a test says, and a sandbox wallet on loopback."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from walletdesk.accounts.models import Membership
from walletdesk.cases.actions.opening import open_case
from walletdesk.cases.models import SecurityCase
from walletdesk.cases.ports import ChainReport, use_chain, use_wallet
from walletdesk.cases.types import CaseKind, Seen
from walletdesk.integrations.wallet_backend.http import HttpWallet
from walletdesk.integrations.wallet_backend.sandbox import Sandbox, make_server
from walletdesk.site.case_chain import CaseChain

SECRET = "a-secret-for-tests-of-forty-characters!!"
ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"


class Shown(CaseChain):
    """Finds references as the desk does, and reads from a list instead of a network."""

    def __init__(self) -> None:
        super().__init__(Path("unused"))
        self.seen: list[Seen] = []
        self.asked: list[list[str]] = []

    def read(self, references: Sequence[str], known: Sequence[str], brand_id: int) -> ChainReport:
        del known, brand_id
        asked = list(references)
        self.asked.append(asked)
        low = {one.lower() for one in asked}
        return ChainReport(tuple(s for s in self.seen if s.reference.lower() in low), ("tron",))


@pytest.fixture
def shown() -> Iterator[Shown]:
    chain = Shown()
    before = use_chain(chain)
    yield chain
    use_chain(before)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A wallet's back end that the desk reaches."""
    box = Sandbox(SECRET.encode())
    server = make_server(box, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    before = use_wallet(HttpWallet(f"http://127.0.0.1:{server.server_address[1]}", SECRET))
    yield box
    use_wallet(before)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def case(cast: Cast, shown: Shown) -> SecurityCase:
    cast.customer.write(f"My wallet {ADDRESS} was emptied this morning!")
    return open_case(
        conversation=cast.customer.now(), membership=cast.agent, kind=CaseKind.WALLET_STOLEN
    )


@pytest.fixture
def act(cast: Cast, case: SecurityCase) -> Callable[..., Any]:
    """Do something with the case as its page does."""

    def perform(who: Membership, what: str, **fields: object) -> Any:
        return cast.client(who).post(f"/desk/cases/{case.ref}/do/{what}", fields)

    return perform
