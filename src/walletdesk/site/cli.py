"""The command line. Each command's modules are imported only when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from walletdesk import __version__
from walletdesk.site import running
from walletdesk.site.refusal import EXIT_CODE, FULL, RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parsed = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = parsed.command
    return guarded(lambda: command(parsed))


def guarded(command: Callable[[], int]) -> int:
    """Run a command and turn its refusals into one sentence each and exit code 2."""
    try:
        return command()
    except RefusalError as refusal:
        return _refuse(str(refusal))
    except BrokenPipeError:
        # The reader (such as `head`) has left; nothing more to say, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        return _refuse("The disk is full. Free some space and start again.")
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from walletdesk.site.config.reading import ConfigError  # noqa: PLC0415 - slow, seldom needed

        if not isinstance(error, ConfigError):
            raise
        return _refuse(*(problem.sentence() for problem in error.problems))


def _refuse(*sentences: str) -> int:
    sys.stdout.flush()
    for sentence in sentences:
        sys.stderr.write(f"walletdesk: {sentence}\n")
    return EXIT_CODE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="walletdesk", description="The support desk for digital wallets.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"walletdesk {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    up = _command(commands, "up", running.up, "start the desk: database, server and worker")
    up.add_argument("--port", type=_whole, help="port to listen on (0: any free one)")
    check = _command(commands, "check", running.check, "explain every setting and what is wrong")
    check.add_argument("--json", action="store_true", help="one JSON object per finding")
    owner = _command(commands, "create-owner", running.owner, "make a person who may do everything")
    owner.add_argument("--email")
    owner.add_argument("--name")
    owner.add_argument("--password-stdin", action="store_true", help="read one line from stdin")
    owner.add_argument("--brand", help="the brand's name in addresses (default: the first)")
    keys = _command(
        commands, "rotate-keys", running.rotate, "change the master key of personal data"
    )
    keys.add_argument("--forget-old", action="store_true", help="remove keys that seal nothing")
    index = _command(commands, "search-index", running.search_index, "fill the search index")
    index.add_argument("--refill", action="store_true", help="empty it first and make it anew")
    ask = _command(commands, "ask", running.ask, "ask a running desk as a customer would")
    ask.add_argument("text", metavar="TEXT")
    ask.add_argument("--url", help="address of the desk (default: this configuration's)")
    ask.add_argument("--lang", help="language of the answer (default: that of TEXT)")
    ask.add_argument("--wait", type=_seconds, default=20.0, help="seconds to wait (20)")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    _text_commands(commands)
    _mail_commands(commands)
    _voice_commands(commands)
    demo = _command(commands, "demo", running.demo, "replay a busy hour against a running desk")
    demo.add_argument("--url", help="address of the desk (default: this configuration's)")
    demo.add_argument("--password", help="of the demo's people (default: this data folder's)")
    demo.add_argument("--minutes", type=_minutes, default=5.0, help="how long it takes (5)")
    _articles_commands(commands)
    _official_commands(commands)
    _bot_commands(commands)
    prepare = _command(commands, "_prepare", running.prepare)
    prepare.add_argument("--when-told", action="store_true")
    server = _command(commands, "_server", running.server)
    server.add_argument("--fd", type=int, required=True)
    server.add_argument("--when-told", action="store_true")
    _command(commands, "_worker", running.worker)
    _command(commands, "_mail", running.mail)
    _command(commands, "_voice", running.voice_process)
    return parser


def _text_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands that need neither a desk nor a database."""
    guard = _command(commands, "guard", running.guard, "look for secrets in the lines of stdin")
    guard.add_argument("--json", action="store_true", required=True, help="one object per line")
    chain = _command(commands, "diagnose", running.diagnose, "say what happened to a transaction")
    chain.add_argument("ref", metavar="REF", help="hash, address, link or text; - reads stdin")
    chain.add_argument("--network", help="network it is about (default: found by asking)")
    chain.add_argument(
        "--rpc", action="append", default=[], metavar="N=URL", help="ask this node only; repeatable"
    )
    chain.add_argument("--lang", help="language of the answer (en)")
    chain.add_argument("--json", action="store_true", help="print one JSON object")
    official = _command(commands, "verify", running.verify, "say whether something is official")
    official.add_argument(
        "what", metavar="X", help="link, address, number, account, app, code; - or a file: a mail"
    )
    official.add_argument("--brand", help="the brand's name in addresses (default: the first)")
    official.add_argument("--lang", help="language of the answer (en)")
    official.add_argument("--json", action="store_true", help="print one JSON object")
    sandbox = _command(
        commands,
        "sandbox-wallet",
        running.sandbox_wallet,
        "start a wallet's back end to try things with",
    )
    sandbox.add_argument("--port", type=_whole, default=8700, help="port to listen on (8700)")
    triage = _command(commands, "triage", running.triage, "tell what the lines of stdin are about")
    triage.add_argument("--json", action="store_true", required=True, help="one object per line")
    triage.add_argument("--languages", help="codes, separated by commas (default: 13 languages)")


def _mail_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    mail = commands.add_parser("mail", help="read mails", description="Read mails.")
    mail_commands = mail.add_subparsers(metavar="COMMAND", required=True)
    mail_parse = _command(mail_commands, "parse", running.mail_parse, "say what a mail says")
    mail_parse.add_argument("file", metavar="FILE", help="one raw mail (-: standard input)")
    mail_parse.add_argument("--json", action="store_true", required=True, help="one JSON object")
    mail_in = _command(mail_commands, "import", running.mail_import, "take in mails out of files")
    mail_in.add_argument("path", metavar="PATH", help=".eml file, folder, maildir or mbox")
    mail_in.add_argument("--account", default="", help="address of the account (the first)")
    mail_in.add_argument("--brand", default="", help="the brand's name in addresses")
    mail_in.add_argument("--json", action="store_true", help="print one JSON object")


def _voice_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "the hotline: call it from the terminal, check it"
    voice = commands.add_parser("voice", help=about, description=about, allow_abbrev=False)
    ways = voice.add_subparsers(metavar="COMMAND", required=True)
    call = _command(ways, "call", running.voice_call, "call the hotline of a running desk by text")
    call.add_argument("--console", action="store_true", required=True, help="in this terminal")
    call.add_argument("--number", default="", help="which number (default: the first)")
    call.add_argument("--from", dest="caller", default="", help="number that the caller claims")
    check = _command(ways, "check", running.voice_check, "say what is missing, and call it once")
    check.add_argument("--json", action="store_true", help="one JSON object per finding")
    asterisk = _command(ways, "asterisk", running.voice_asterisk, "write Asterisk's configuration")
    asterisk.add_argument("--write", metavar="DIR", required=True, help="the folder to write to")


def _official_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "known fakes out of public lists"
    parser = commands.add_parser("official", description=about, help=about, allow_abbrev=False)
    ways = parser.add_subparsers(metavar="COMMAND", required=True)
    into = _command(ways, "import", running.official, "take in a public list of fakes")
    into.add_argument("file", metavar="FILE", help="JSON, hosts file or CSV")
    into.add_argument("--source", help="its name (default: that of the file)")
    into.add_argument("--json", action="store_true", help="print one JSON object")


def _bot_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "proof of what the bot does"
    parser = commands.add_parser("bot", description=about, help=about, allow_abbrev=False)
    ways = parser.add_subparsers(metavar="COMMAND", required=True)
    replay = _command(
        ways, "replay", running.bot_replay, "run the bot over past conversations, or a file"
    )
    replay.add_argument("--csv", metavar="FILE", help="questions instead of past conversations")
    replay.add_argument("--days", type=_count, default=30, help="how far back (30)")
    replay.add_argument("--language", default="", help="conversations in this language only")
    replay.add_argument("--limit", type=_count, default=500, help="at most so many (500)")
    replay.add_argument("--brand", help="the brand's name in addresses (default: the first)")
    replay.add_argument("--json", action="store_true", help="print one JSON object")


def _articles_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "articles as a folder of Markdown files"
    parser = commands.add_parser("articles", description=about, help=about, allow_abbrev=False)
    ways = parser.add_subparsers(metavar="WAY", required=True)
    out = _command(ways, "export", running.articles, "write all articles of a brand into a folder")
    into = _command(ways, "import", running.articles, "take a folder of articles in")
    for way in (out, into):
        way.add_argument("folder", metavar="DIR")
        way.add_argument("--brand", help="the brand's name in addresses (default: the first)")
    out.set_defaults(way="export")
    into.set_defaults(way="import")
    into.add_argument("--dry-run", action="store_true", help="only say what would be done")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    help_text: str | None = None,
) -> argparse.ArgumentParser:
    # Without a help text a command is left out of the list: internal ones are.
    described: dict[str, Any] = {} if help_text is None else {"help": help_text}
    parser = commands.add_parser(name, description=help_text, allow_abbrev=False, **described)
    parser.set_defaults(command=run)
    return parser


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= 100_000):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no number from 1 to 100000")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
    return seconds


def _minutes(text: str) -> float:
    minutes = _seconds(text)
    if minutes == 0:
        raise argparse.ArgumentTypeError("it takes more than 0 minutes")
    return minutes


if __name__ == "__main__":
    sys.exit(main())
