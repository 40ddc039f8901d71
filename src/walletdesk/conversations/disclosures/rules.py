"""Pure rules of exports: files that a spreadsheet opens without running anything."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

# OWASP ASVS 5.0 1.2.10: what a spreadsheet takes for the beginning of a formula, wide forms too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def neutral(cell: str) -> str:
    """Return a cell that is text in every spreadsheet: an apostrophe stands before a formula.

    `plain` takes it away again; cells that begin with an apostrophe get one more.
    """
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """Return what `neutral` was given."""
    return cell.removeprefix("'")


def write_csv(fields: Sequence[str], records: Iterable[dict[str, str]]) -> bytes:
    """Return records as CSV (RFC 4180) in UTF-8, with the mark by which Excel knows it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(fields)
    for record in records:
        writer.writerow([neutral(record.get(field, "")) for field in fields])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def write_jsonl(records: Iterable[dict[str, str]]) -> bytes:
    """Return records as JSON, one object a line."""
    return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records)
