"""Debian's Dovecot as the site's mail server: unprivileged, on loopback, IMAP with LMTP."""

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.ports import free_port

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
USER, PASSWORD = "support@borealis.example", "swordfish"
HOW = "The mail tests need Dovecot. On Debian: apt-get install dovecot-imapd dovecot-lmtpd"


class Dovecot:
    """A running server. `deliver` hands a mail over by LMTP, as the site's MTA would."""

    def __init__(self) -> None:
        # Not below pytest's folder: Dovecot needs short names for its sockets.
        self.folder = Path(tempfile.mkdtemp(prefix="wd-dovecot-"))
        self.imap_port, self.lmtp_port = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Dovecot":
        self.folder.chmod(0o755)
        (self.folder / "dovecot.conf").write_text(self._config())
        self.launch()
        return self

    def launch(self) -> None:
        self.process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for port in (self.imap_port, self.lmtp_port):
            self._await(port)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(90)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def deliver(self, raw: bytes, to: str = USER) -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=90) as lmtp:
            lmtp.sendmail("ana@mail.example", [to], raw)

    def renumber(self) -> None:
        """Have the mailbox begin new numbers (UIDVALIDITY), as after a restore from a backup."""
        self.stop()
        for path in (self.folder / "mail").rglob("dovecot*"):
            if path.is_file():
                path.unlink()
        self.launch()

    def _await(self, port: int) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)  # noqa: TID251 - waits for a process of its own
        raise RuntimeError("dovecot does not start")

    def _config(self) -> str:
        user = "nobody" if os.getuid() == 0 else str(os.getuid())
        group = "nogroup" if os.getuid() == 0 else str(os.getgid())
        mail = self.folder / "mail"
        mail.mkdir()
        if os.getuid() == 0:
            shutil.chown(mail, "nobody", "nogroup")
            who = "default_internal_user = nobody\ndefault_login_user = nobody\n"
            who += "default_internal_group = nogroup\n"
        else:
            who = f"default_internal_user = {os.getlogin()}\ndefault_login_user = {os.getlogin()}\n"
        return f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols = imap lmtp
listen = 127.0.0.1
{who}
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{mail}/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={mail}/%u allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp_port}
  }}
}}
service stats {{
  chroot =
}}
"""
