"""`walletdesk up`: the whole desk as one supervised group."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from walletdesk.kit.interrupts import STOPS, hold_back, let_through
from walletdesk.kit.supervisor import Child, Supervisor, bound_logs, open_log
from walletdesk.site.commands.processes import (
    Commands,
    FirstAnswer,
    last_line,
    open_listener,
    run_prepare,
    spawn_logged,
    spawn_prepare,
    start_database,
    tell,
)
from walletdesk.site.commands.summary import summary
from walletdesk.site.config import ensure_secret_key, load_config
from walletdesk.site.data_folder import claimed_folder, require_idle
from walletdesk.site.refusal import RefusalError

if TYPE_CHECKING:
    import socket
    import subprocess
    from collections.abc import Iterator, Mapping

    from walletdesk.kit.postgres import EmbeddedPostgres
    from walletdesk.site.commands.processes import Prepared
    from walletdesk.site.config import Config

# A server that ends this often before its first answer will not start by waiting.
ENDS_BEFORE_FIRST_ANSWER = 3
SLOW_START_SECONDS = 30.0


def run(environ: Mapping[str, str], commands: Commands | None = None) -> int:
    """Start everything, print where it is, and keep it running until Ctrl-C or SIGTERM.

    The order matters: whatever can refuse cheaply (a running desk, a taken port, the folder)
    comes before anything is written or started.

    Raises:
        RefusalError: nothing was left running.
        ConfigError: a setting is wrong.

    """
    commands = commands or Commands()
    environ = dict(environ)
    config = load_config(environ)
    environ["WALLETDESK_DATA"] = str(config.data)
    require_idle(config.data)
    with open_listener(config.host, config.port) as listener:
        environ["WALLETDESK_PORT"] = str(listener.getsockname()[1])
        config = load_config(environ)
        with claimed_folder(config.data, config.base_url), _interruptible() as interrupted:
            _run_claimed(config, environ, commands, listener)
        if interrupted:
            _report("Stopped before it was ready.")
    return 0


def _run_claimed(
    config: Config, environ: Mapping[str, str], commands: Commands, listener: socket.socket
) -> None:
    try:
        ensure_secret_key(config)
        logs = config.data / "log"
        bound_logs(logs)
        log = open_log(logs / "supervisor.log")
    except OSError as error:
        raise RefusalError.from_os_error(error, config.data) from error
    database: EmbeddedPostgres | None = None
    supervisor: Supervisor | None = None
    server = (*commands.server, "--fd", str(listener.fileno()))
    launch_server = partial(
        spawn_logged,
        environ=environ,
        log_path=logs / "server.log",
        descriptors=(listener.fileno(),),
    )
    # Both load their libraries, which takes more than a second, beside the work before theirs.
    early = [spawn_prepare(commands.prepare, environ, logs / "prepare.log")]
    try:
        database = start_database(config, _report)
        early.append(launch_server((*server, "--when-told"), waits=True))
        prepared = run_prepare(early[0], logs / "prepare.log", _report)
        launch_worker = partial(spawn_logged, commands.worker, environ, logs / "worker.log")
        children = [Child(name="server", launch=partial(launch_server, server), process=early[1])]
        children += [Child(name="worker", launch=launch_worker)]
        launch_mail = partial(spawn_logged, commands.mail, environ, logs / "mail.log")
        children += [Child(name="mail", launch=launch_mail, wanted=partial(_has_mail, config))]
        children += _voice_child(config, commands, environ) + _database_child(database)
        supervisor = Supervisor(children, log, each_minute=partial(bound_logs, logs))
        supervisor.install_signals()
        _report("Starting the server and the worker")
        tell(early[1])
        supervisor.launch_all()
        _await_first_answer(supervisor, config, listener, prepared)
        log.info("the desk runs at %s", config.base_url)
        supervisor.run()
        log.info("the desk has stopped")
    finally:
        if supervisor is not None:
            supervisor.stop()
        for process in early:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if database is not None:
            database.stop()


def _has_mail(config: Config) -> bool:
    """Tell whether mails are to be fetched or listened for: the worker leaves a mark of it."""
    return bool(config.mail_listen) or (config.data / "mail.wanted").exists()


def _voice_child(config: Config, commands: Commands, environ: Mapping[str, str]) -> list[Child]:
    if not set(config.voice) - {"cpaas"}:  # a provider asks the server
        return []
    log = config.data / "log" / "voice.log"
    launch = partial(spawn_logged, commands.voice, environ, log)
    return [Child(name="voice", launch=launch, wanted=partial(_carries_calls, config))]


def _carries_calls(config: Config) -> bool:
    """Tell whether calls are carried: a page that wants to call leaves a mark, and none is idle."""
    return not config.voice_on_call or (config.data / "voice.wanted").exists()


def _database_child(database: EmbeddedPostgres | None) -> list[Child]:
    if database is None:
        return []

    def relaunch() -> subprocess.Popen[bytes]:
        database.recover()
        return database.start()

    return [
        Child(
            name="database",
            launch=relaunch,
            stage=0,  # after server and worker, which still write while they stop
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
            urgent_signal=signal.SIGQUIT,  # its immediate one
            grace=20.0,
            process=database.process,
        )
    ]


def _await_first_answer(
    supervisor: Supervisor, config: Config, listener: socket.socket, prepared: Prepared
) -> None:
    answer = FirstAnswer(listener, config.base_url)
    server = supervisor.children[0]
    log_path = config.data / "log" / "server.log"
    told = False
    try:
        while not supervisor.stopping:
            if answer.arrived():
                sys.stdout.write(summary(config, prepared))
                sys.stdout.flush()
                return
            if server.ends >= ENDS_BEFORE_FIRST_ANSWER:
                raise RefusalError(
                    f"The server does not start: {last_line(log_path)}",
                    f"More is written in {log_path}.",
                )
            if not told and answer.seconds > SLOW_START_SECONDS:
                _report(f"The server has not answered yet; see {log_path}")
                told = True
            supervisor.step(0.05)
    finally:
        answer.close()


@contextmanager
def _interruptible() -> Iterator[list[bool]]:
    """Turn SIGTERM and SIGHUP into KeyboardInterrupt until the supervisor takes the signals over.

    Yields a list that is not empty after an early interrupt.
    """
    hold_back()  # they come while we wait: see kit.interrupts
    for sign in STOPS:
        signal.signal(sign, signal.default_int_handler)
    interrupted: list[bool] = []
    try:
        yield interrupted
    except KeyboardInterrupt:
        interrupted.append(True)
        for sign in STOPS:  # it is ending: pressed again, they have nothing more to say
            signal.signal(sign, signal.SIG_IGN)
    finally:
        let_through()


def _report(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()
