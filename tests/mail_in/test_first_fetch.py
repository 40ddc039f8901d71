"""The first reading of a mailbox, cut in the middle: a mailbox of ours stands in for a server."""

from functools import cache

import pytest

from tests.mail_in.letters import letter
from walletdesk.integrations.email.fetching import fetch_new
from walletdesk.integrations.email.imap import Fetched, ImapTrouble
from walletdesk.integrations.email.models import FolderBookmark, MailAccount, RawMail
from walletdesk.kit import clock

COUNT = 60  # more unread ones among them than fit into one batch


@cache
def written(uid: int) -> bytes:
    return letter(f"Mail {uid}.", sender=f"u{uid}@mail.example", Message_ID=f"<{uid}@m.example>")


class Shelf:
    """Mails 1 to COUNT; every other one was read long ago. It breaks at one of them, once."""

    folder = "INBOX"
    uidvalidity = 7
    uidnext = COUNT + 1

    def __init__(self, *, breaks_at: int = 0, marks: bool = True) -> None:
        self.unread = set(range(1, COUNT + 1, 2))
        self.breaks_at = breaks_at
        self.marks = marks

    def unseen(self) -> list[int]:
        return sorted(self.unread)

    def uids_after(self, last: int) -> list[int]:
        return list(range(last + 1, COUNT + 1))

    def fetch(self, uid: int) -> Fetched:
        if uid == self.breaks_at:
            self.breaks_at = 0
            raise ImapTrouble(why="cut_off")
        return Fetched(uid, written(uid), clock.now())

    def done_with(self, uid: int, _move_to: str) -> None:
        if not self.marks:
            raise ImapTrouble(why="cut_off")
        self.unread.discard(uid)


def test_what_somebody_has_read_stays_out_though_the_first_time_was_cut(
    account: MailAccount,
) -> None:
    shelf = Shelf(breaks_at=COUNT - 5)
    with pytest.raises(ImapTrouble):
        fetch_new(account, shelf)  # type: ignore[arg-type] # in the place of a server's mailbox
    fetch_new(account, shelf)  # type: ignore[arg-type] # as above
    assert shelf.unread == set()
    assert RawMail.objects.count() == COUNT // 2
    assert FolderBookmark.objects.get().last_uid == COUNT
    assert fetch_new(account, shelf) == 0  # type: ignore[arg-type] # as above


def test_where_nothing_can_be_marked_the_bookmark_leads_on(account: MailAccount) -> None:
    shelf = Shelf(marks=False)
    with pytest.raises(ImapTrouble):
        fetch_new(account, shelf)  # type: ignore[arg-type] # as above
    first = FolderBookmark.objects.get().last_uid
    with pytest.raises(ImapTrouble):
        fetch_new(account, shelf)  # type: ignore[arg-type] # as above
    assert FolderBookmark.objects.get().last_uid > first > 0
