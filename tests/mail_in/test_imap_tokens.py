"""A mailbox that is opened with an access token (XOAUTH2), as Google's and Microsoft's are."""

import base64
import socketserver
import threading
from collections.abc import Iterator

import pytest

from tests.cast import Cast
from tests.mail_in.test_ways_in import set_in
from walletdesk.integrations.email.imap import ImapTrouble, open_mailbox
from walletdesk.integrations.email.models import MailAccount

GIVEN: list[bytes] = []
ANSWERS = {
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 IDLE\r\n",
    b"SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\n",
    b"UID": b"* SEARCH 1 2\r\n",
}


class _Imap(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] here\r\n")
        for line in self.rfile:
            tag, command, *_rest = line.split()
            done = b"OK done"
            if command == b"AUTHENTICATE":
                self.wfile.write(b"+ \r\n")
                GIVEN.append(base64.b64decode(self.rfile.readline()))
                if b"auth=Bearer access for old\x01" not in GIVEN[-1]:
                    done = b"NO [AUTHENTICATIONFAILED] no"
            self.wfile.write(ANSWERS.get(command, b"") + tag + b" " + done + b"\r\n")


@pytest.fixture
def imap_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Imap) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_token_opens_the_mailbox_and_a_worthless_one_is_said(
    cast: Cast, account: MailAccount, token_server: str, imap_port: int
) -> None:
    told = {
        "host": "127.0.0.1", "port": imap_port, "security": "none", "username": "desk@b.example",
        "auth": "google", "client_id": "id", "token_url": token_server,
    }  # fmt: skip
    set_in(cast, account, "imap", {"refresh_token": "old"}, **told)
    with open_mailbox(account) as mailbox:
        assert mailbox.uidvalidity == 7
        assert mailbox.unseen() == [1, 2]
    assert GIVEN[-1] == b"user=desk@b.example\x01auth=Bearer access for old\x01\x01"
    account.refresh_from_db()  # the provider gave another refresh token, and it was kept
    with pytest.raises(ImapTrouble) as refused, open_mailbox(account):
        pass
    assert (refused.value.why, refused.value.lasting) == ("login_refused", True)
