"""How long a mailbox is listened to before it is looked at again, should news get lost."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from walletdesk.integrations.email import fetching
from walletdesk.integrations.email.models import MailAccount


class SilentBox:
    """A mailbox whose server tells of nothing: it notes how long each listening lasted."""

    can_idle = True

    def __init__(self) -> None:
        self.now = 0.0
        self.lasted: list[float] = []

    def begin_idle(self) -> None:
        self.lasted.append(0.0)

    def news(self, seconds: float) -> bool:
        self.now += seconds
        self.lasted[-1] += seconds
        return False

    def end_idle(self) -> None:
        pass


def test_after_a_mail_it_is_soon_looked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    box, found = SilentBox(), iter([0] * 8 + [1] + [0] * 3)
    fetcher = fetching.Fetcher(MailAccount(pk=1))

    @contextmanager
    def opened(*_given: object) -> Iterator[SilentBox]:
        yield box

    def fetched(*_given: object) -> int:
        number = next(found, None)
        if number is None:
            fetcher.stop()
        return number or 0

    monkeypatch.setattr(fetching, "open_mailbox", opened)
    monkeypatch.setattr(fetching, "fetch_new", fetched)
    monkeypatch.setattr(fetching.time, "monotonic", lambda: box.now)
    fetcher.run()
    assert box.lasted[:-1] == [2, 4, 8, 16, 32, 60, 60, 60, 1, 2, 4, 8]
