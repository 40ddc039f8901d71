"""A mail that its server cannot give: its neighbours come in, and it is passed over in the open."""

import pytest
from django.urls import reverse
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from tests.cast import Cast
from tests.mail_in.test_first_fetch import written
from walletdesk.integrations.email.fetching import TRIES_OF_ONE, Refusals, fetch_new
from walletdesk.integrations.email.imap import NOT_GIVEN, Fetched, ImapTrouble, Mailbox
from walletdesk.integrations.email.models import FolderBookmark, MailAccount, RawMail
from walletdesk.integrations.email.queries import quarantine_of
from walletdesk.integrations.email.types import MailState
from walletdesk.kit import clock

BAD = 3


class Shelf:
    """Mails 1 to `count`, all unread. One of them it refuses, or ends the connection at it."""

    folder = "INBOX"
    uidvalidity = 7

    def __init__(self, why: str, *, count: int = 6) -> None:
        self.why = why
        self.bad = {BAD}
        self.count = count
        self.unread = set(range(1, count + 1))
        self.dead = False

    @property
    def uidnext(self) -> int:
        return self.count + 1

    def unseen(self) -> list[int]:
        self.dead = False
        return sorted(self.unread)

    def uids_after(self, last: int) -> list[int]:
        self.dead = False
        return list(range(last + 1, self.count + 1))

    def fetch(self, uid: int) -> Fetched:
        if uid in self.bad:
            self.dead = self.why != NOT_GIVEN
            raise ImapTrouble(why=self.why)
        return Fetched(uid, written(uid), clock.now())

    def done_with(self, uid: int, _move_to: str) -> None:
        if self.dead:
            raise ImapTrouble(why="cut_off")
        self.unread.discard(uid)


def taken() -> int:
    return RawMail.objects.exclude(state=MailState.QUARANTINED).count()


def again_and_again(account: MailAccount, shelf: Shelf, refusals: Refusals) -> int:
    """Fetch until a connection brings all without trouble; return how many did not."""
    for troubles in range(20):
        try:
            fetch_new(account, shelf, None, refusals)  # type: ignore[arg-type] # stands in for it
        except ImapTrouble:
            continue
        return troubles
    pytest.fail("nothing comes in any more")


@pytest.mark.parametrize("why", [NOT_GIVEN, "cut_off"])
@pytest.mark.parametrize("first", [True, False])
def test_a_broken_mail_keeps_no_other_one_out(
    account: MailAccount, cast: Cast, why: str, *, first: bool
) -> None:
    if not first:
        FolderBookmark.objects.create(account=account, folder="INBOX", uidvalidity=7)
    shelf, refusals = Shelf(why), Refusals()
    with pytest.raises(ImapTrouble):
        fetch_new(account, shelf, None, refusals)  # type: ignore[arg-type] # as above
    assert taken() >= BAD - 1  # what came before it is here at once
    assert again_and_again(account, shelf, refusals) >= TRIES_OF_ONE - 1
    assert taken() == shelf.count - 1
    assert shelf.unread == {BAD}
    [told] = quarantine_of(cast.owner)
    assert (told.account, told.reason, told.blob) == (account, NOT_GIVEN, "")
    page = cast.client(cast.owner).get("/desk/settings/email/quarantine/").content.decode()
    assert "look for it in the mailbox itself" in page
    assert reverse("desk:settings:email_discard", args=[told.ref]) in page
    assert reverse("desk:settings:email_again", args=[told.ref]) not in page  # what with?
    shelf.count += 1
    shelf.unread.add(shelf.count)
    assert fetch_new(account, shelf, None, refusals) == 1  # type: ignore[arg-type] # as above
    assert taken() == shelf.count - 1


def test_one_that_is_given_later_is_taken_in(account: MailAccount, cast: Cast) -> None:
    shelf, refusals = Shelf(NOT_GIVEN), Refusals()
    for _ in range(TRIES_OF_ONE):
        with pytest.raises(ImapTrouble):
            fetch_new(account, shelf, None, refusals)  # type: ignore[arg-type] # as above
    shelf.bad.clear()
    assert again_and_again(account, shelf, refusals) == 0
    assert (taken(), shelf.unread, quarantine_of(cast.owner)) == (shelf.count, set(), [])


def test_a_server_that_gives_nothing_has_no_mail_passed_over(
    account: MailAccount, cast: Cast
) -> None:
    shelf, refusals = Shelf(NOT_GIVEN), Refusals()
    shelf.bad = set(range(1, shelf.count + 1))
    for _ in range(TRIES_OF_ONE + 3):
        with pytest.raises(ImapTrouble):
            fetch_new(account, shelf, None, refusals)  # type: ignore[arg-type] # as above
    assert quarantine_of(cast.owner) == []
    shelf.bad.clear()
    assert again_and_again(account, shelf, refusals) == 0
    assert taken() == shelf.count


class Client:
    """A connection whose every FETCH fails in one way."""

    def __init__(self, raised: Exception) -> None:
        self.raised = raised

    def has_capability(self, _name: str) -> bool:
        return False

    def fetch(self, *_asked: object) -> None:
        raise self.raised


@pytest.mark.parametrize(
    ("raised", "why"),
    [
        (IMAPClientError("fetch failed: [SERVERBUG]"), NOT_GIVEN),
        (IMAPClientAbortError("socket error: EOF"), "cut_off"),
    ],
)
def test_a_refusal_of_one_mail_is_no_end_of_the_connection(raised: Exception, why: str) -> None:
    mailbox = Mailbox(Client(raised), "INBOX", 7, 9)  # type: ignore[arg-type] # in its place
    with pytest.raises(ImapTrouble) as trouble:
        mailbox.fetch(1)
    assert trouble.value.why == why
