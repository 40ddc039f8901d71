"""Small programs in the place of the desk's own, so that supervision is tested by itself."""

import json
import os
import signal
import socket
import sys
from pathlib import Path
from threading import Event

from walletdesk.site import cli
from walletdesk.site.commands import up
from walletdesk.site.commands.processes import Commands


def _note_pid(name: str) -> None:
    draft = Path(os.environ["WALLETDESK_DATA"], f"{name}.{os.getpid()}")
    draft.write_text(str(os.getpid()))
    draft.replace(draft.with_name(f"{name}.pid"))


def _prepare() -> int:
    if os.environ.get("STAND_IN_PREPARE_FAILS"):
        sys.stderr.write("the migration did not like it\n")
        return 1
    sys.stdout.write("a stray line\n" + json.dumps({"progress": "Migrating"}) + "\n")
    people = [["Olga", "olga@aurora.example", "owner"]]
    prepared = {"sign_ins": people, "password": "four-plain-words", "has_staff": True}
    sys.stdout.write(json.dumps({"prepared": prepared}) + "\n")
    return 0


def _server(descriptor: int) -> int:
    if "--when-told" in sys.argv and not sys.stdin.readline():
        return 0
    if os.environ.get("STAND_IN_SERVER_FAILS"):
        sys.stderr.write("no such module: aurora\n")
        return 3
    _note_pid("server")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listener = socket.socket(fileno=descriptor)
    while True:
        client, _ = listener.accept()
        with client:
            client.recv(65536)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n%d" % os.getpid())


def _worker() -> int:
    _note_pid("worker")
    if os.environ.get("STAND_IN_WORKER_STUBBORN"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Event().wait()
    return 0


def main(arguments: list[str]) -> int:
    if arguments[0] == "up":
        if os.environ.get("STAND_IN_INTERRUPTS_FORKS"):  # what is raised there is only printed
            os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGINT))
        own = (sys.executable, __file__)
        commands = Commands((*own, "prepare"), (*own, "server"), (*own, "worker"))
        return cli.guarded(lambda: up.run(os.environ, commands))
    if arguments[0] == "server":
        return _server(int(arguments[2]))
    return {"prepare": _prepare, "worker": _worker}[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
