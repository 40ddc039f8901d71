"""How well and how fast mails are read: corpora of five parsers, and the project's own replies.

Usage: python bench/mailparse.py [--json] [--differences]. The corpora lie in `mail-corpus` below
$WALLETDESK_DATASETS (default ../shared/data); what is missing is said and left out. Compared are:
what mail-parser of Stalwart expects of its 105 mails (each with LF and with CRLF), and replies of
four projects (exact, but for white space). Prints a table, and a JSON object as its last line.
"""

import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from walletdesk.integrations.email.parsing.charsets import decode  # noqa: E402 -- the path above
from walletdesk.integrations.email.parsing.confined import parse_confined  # noqa: E402
from walletdesk.integrations.email.parsing.html import clean_html  # noqa: E402
from walletdesk.integrations.email.parsing.message import parse_mail  # noqa: E402
from walletdesk.integrations.email.parsing.quotes import (  # noqa: E402
    reply_of,
    reply_of_lines,
)
from walletdesk.integrations.email.parsing.types import ParsedMail  # noqa: E402
from walletdesk.integrations.email.parsing.visible import text_of, visible_lines  # noqa: E402

CORPUS = Path(os.environ.get("WALLETDESK_DATASETS", ROOT.parent / "shared/data")) / "mail-corpus"
REPLIES = ROOT / "tests/captured/mail/replies"
Figures = dict[str, float]
differences: list[str] = []


def words(text: str) -> str:
    return " ".join(text.split())


def files(folder: str) -> list[Path]:
    found = sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file())
    if not found:
        print(f"No {folder} in {CORPUS} (WALLETDESK_DATASETS); going on without")
    return found


def mails() -> list[bytes]:
    """Return every raw mail of the corpora."""
    paths = [path for folder in ("mikel+mail", "mailgun+flanker") for path in files(folder)]
    paths += [
        path for folder in ("stalwartlabs+mail-parser", "mailgun+talon") for path in files(folder)
    ]
    return [
        path.read_bytes()
        for path in paths
        if path.suffix == ".eml" or "maildir" in path.parts or path.name.startswith("email.")
    ]


def compare(name: str, pairs: Iterable[tuple[str, str, str]]) -> Figures:
    """Return the share of (title, expected, found) that are equal but for white space."""
    count = equal = 0
    for title, expected, found in pairs:
        count += 1
        if words(expected) == words(found):
            equal += 1
        else:
            differences.append(f"{name}, {title}:\n  - {expected!r:.300}\n  + {found!r:.300}")
    return {f"{name}, of {count}": equal} if count else {}


def replies() -> Figures:
    figures = compare("replies, own 36 shapes", own_replies())
    figures |= compare("replies, Discourse", discourse())
    figures |= compare("replies, talon plain and mixed", talon_mails())
    figures |= compare("replies, talon HTML", talon_html())
    folder = "alfonsrv+mail-parser-reply"
    texts = [path.read_text("utf-8") for path in files(folder) if path.suffix == ".txt"]
    shorter = sum(len(words(reply_of(text))) < len(words(text)) for text in texts)
    return figures | {f"replies, alfonsrv (no expectations), shortened of {len(texts)}": shorter}


def own_replies() -> Iterator[tuple[str, str, str]]:
    for path in sorted(REPLIES.glob("*.eml")):
        expected = path.with_name(f"{path.stem}.reply.txt").read_text("utf-8")
        yield path.stem, expected, parse_mail(path.read_bytes()).reply


def discourse() -> Iterator[tuple[str, str, str]]:
    for path in files("discourse+email_reply_trimmer/test/emails"):
        trimmed = path.parent.parent / "trimmed" / path.name
        yield path.name, trimmed.read_text("utf-8"), reply_of(path.read_text("utf-8"))


def talon_mails() -> Iterator[tuple[str, str, str]]:
    # Its own tests expect "Hello"; it keeps `Sent from my iPhone`, which is a signature to us.
    for path in files("mailgun+talon/tests/fixtures/standard_replies"):
        if path.suffix == ".eml":
            expected = "Allo! Follow up MIME!" if path.stem == "outlook" else "Hello"
            yield path.name, expected, parse_mail(path.read_bytes()).reply


def talon_html() -> Iterator[tuple[str, str, str]]:
    for path in files("mailgun+talon/tests/fixtures/html_replies"):
        cleaned, _ = clean_html(path.read_text("utf-8", "replace"))
        yield path.name, "Hi. I am fine. Thanks, Alex", reply_of_lines(visible_lines(cleaned))


def stalwart() -> Figures:
    """Compare with the expectations of mail-parser; what it could not decode itself is skipped."""
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for path in files("stalwartlabs+mail-parser/resources/eml"):
        if path.suffix != ".json":
            continue
        crlf = path.name.endswith(".crlf.json")
        raw = path.with_name(path.name.split(".")[0] + ".eml").read_bytes().replace(b"\r\n", b"\n")
        mail = parse_mail(raw.replace(b"\n", b"\r\n") if crlf else raw)
        for field, expected, found in facts(json.loads(path.read_text("utf-8")), mail):
            if "\ufffd" in str(expected):
                continue
            count[field] += 1
            right[field] += expected == found
            if expected != found:
                name = f"{path.parent.name}/{path.name}, {field}"
                differences.append(f"{name}:\n  - {expected!r:.300}\n  + {found!r:.300}")
    return {f"Stalwart, {field}, of {count[field]}": right[field] for field in sorted(count)}


def facts(expected: dict[str, Any], mail: ParsedMail) -> Iterator[tuple[str, object, object]]:
    header = {str(field["name"]): field["value"] for field in expected["parts"][0]["headers"]}
    sender = [mail.sender] if mail.sender else []
    for field, boxes in (("from", sender), ("to", mail.to), ("cc", mail.cc)):
        if "Address" in (header.get(field) or ()):
            given = mailboxes(header[field]["Address"])
            found = [(box.name, box.address) for box in boxes]
            yield field, given[:1] if field == "from" else given, found
    for field, text in (("subject", mail.subject), ("message_id", mail.message_id)):
        if "Text" in (header.get(field) or ()):
            yield field, words(header[field]["Text"]), words(text)
    yield "text", words(" ".join(bodies(expected))), words(mail.text)
    wanted = attachments(expected)
    yield (
        "attachments",
        wanted,
        [fingerprint(wanted, at, mail) for at in range(len(mail.attachments))],
    )


def mailboxes(field: dict[str, Any]) -> list[tuple[str, str]]:
    boxes = field.get("List") or [box for group in field["Group"] for box in group["addresses"]]
    return [(box["name"] or "", lower_domain(box["address"] or "")) for box in boxes]


def lower_domain(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return local + at + domain.lower() if at else ""


def bodies(expected: dict[str, Any]) -> Iterator[str]:
    for number in expected["html_body"]:
        body = expected["parts"][number]["body"]
        if "Html" in body:
            yield text_of(visible_lines(clean_html(body["Html"])[0]))
        else:
            yield body.get("Text", "").replace("\0", "")


def attachments(expected: dict[str, Any]) -> list[str]:
    """Return what identifies each attachment: a digest, the text, or that it is a mail."""
    parts = expected["parts"]
    shown = {at for at in expected["html_body"] if "InlineBinary" in parts[at]["body"]}
    found = []
    for number in sorted({*expected["attachments"], *shown}):
        ((kind, value),) = parts[number]["body"].items()
        match kind:
            case "Binary" | "InlineBinary":
                found.append(digest(bytes(value)))
            case "Message":
                found.append("message")
            case _:
                found.append(words(value))
    return found


def digest(data: bytes) -> str:
    return "md5 " + hashlib.md5(data, usedforsecurity=False).hexdigest()


def fingerprint(wanted: list[str], at: int, mail: ParsedMail) -> str:
    file = mail.attachments[at]
    if file.type == "message/rfc822":
        return "message"
    if at < len(wanted) and not wanted[at].startswith("md5 "):
        return words(decode(file.data)[0])
    return f"md5 {file.md5}"


def speed(raws: list[bytes]) -> Figures:
    """Time the parser alone, and with the way into the child and back."""
    figures: Figures = {"mails": len(raws), "exceptions": 0}
    parse_confined(b"")  # starts the child
    ways = (
        ("parser alone, of CPU", parse_mail, time.process_time),
        ("in the child, by the clock", parse_confined, time.perf_counter),
    )
    for name, parse, clock in ways:
        taken = []
        for raw in raws:
            began = clock()
            try:
                parse(raw)
            except Exception as error:  # noqa: BLE001 - the figure
                figures["exceptions"] += 1
                print(f"{type(error).__name__}: {raw[:80]!r}")
            taken.append((clock() - began) * 1e3)
        taken.sort()
        if taken:
            figures[f"{name}, ms a mail, p50"] = taken[len(taken) // 2]
            figures[f"{name}, ms a mail, p95"] = taken[int(len(taken) * 0.95)]
            figures[f"{name}, mails/s"] = len(taken) / sum(taken) * 1e3
    return figures


def main() -> None:
    figures = speed(mails()) | stalwart() | replies()
    if "--differences" in sys.argv:
        print("\n".join(differences))
    if "--json" not in sys.argv:
        for name, value in figures.items():
            print(f"{name:<62}{value:>10.2f}".removesuffix(".00"))
    print(json.dumps({"benchmark": "mailparse", "figures": figures}))


if __name__ == "__main__":
    main()
