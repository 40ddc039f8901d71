"""Pure rules of the desk's screens: where a row stands in its list, and what an avatar shows."""

import re
from datetime import UTC, datetime, timedelta

from walletdesk.conversations.types import PageCursor, View
from walletdesk.kit.errors import BadInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HIGHEST_URGENCY = 3
LAST_MOMENT = 10**17  # microseconds: year 5138; moments are subtracted from it to sort newest first
CURSOR = re.compile(r"([0-3])\.([0-9]{1,17})\.([0-9]{1,18})", re.ASCII)
TONES = 8
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


def micros(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def sort_key(view: View, urgency: int, at: datetime, row_id: int) -> str:
    """Return a string that sorts, ascending, like the list of a view does.

    `at` is the moment of queueing in the queue and of the last event elsewhere.
    """
    if view == View.QUEUE:
        return f"{HIGHEST_URGENCY - urgency}{micros(at):017d}{row_id:018d}"
    return f"{LAST_MOMENT - micros(at):017d}{10**18 - row_id:018d}"


def write_cursor(cursor: PageCursor | None) -> str:
    """Return a page cursor as it stands in an address; "" at the end of the list."""
    return f"{cursor.urgency}.{micros(cursor.at)}.{cursor.id}" if cursor else ""


def read_cursor(text: str) -> PageCursor | None:
    """Return the page cursor of an address, None for "". Raises BadInput."""
    if not text:
        return None
    found = CURSOR.fullmatch(text)
    if found is None:
        raise BadInput(after="cursor")
    urgency, at, row_id = (int(part) for part in found.groups())
    return PageCursor(urgency, EPOCH + at * MICROSECOND, row_id)


def initials(name: str) -> str:
    """Return what stands in an avatar: "MN" of María Núñez, "小明" of 王小明. As common/text.js."""
    words = name.split()
    if not words:
        return "?"
    if HAN.fullmatch(words[0]):
        return words[0][-2:]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


def tone(name: str) -> int:
    """Return the colour of an avatar, 0 to 7, which belongs to the name. As common/text.js."""
    number = 0
    for letter in name:
        number = (number * 31 + ord(letter)) % TONES
    return number
