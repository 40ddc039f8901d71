"""The menu of a hotline as data: entries by key, of any depth. Pure."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec

KEYS: Final = "123456789"  # 0 asks for a person, * goes back, # repeats
DEEPEST: Final = 6
MOST: Final = 120  # entries of one menu in all
WORDS: Final = 200  # characters of one entry in one language


class Do(StrEnum):
    """What an entry leads to."""

    MENU = "menu"
    QUEUE = "queue"  # a person
    STATUS = "status"  # of the caller's request, after a one-time code
    CALL_BACK = "call_back"
    MESSAGE = "message"
    LINK = "link"  # by SMS, to go on in the chat
    SAY = "say"  # its answer is spoken, then the menu again


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry. `words` by language say what it is for, `answer` what `SAY` speaks.

    `always`: people are called at any hour (a stolen wallet does not wait for Monday).
    """

    key: str
    words: dict[str, str]
    do: Do = Do.QUEUE
    topic: str = ""
    urgency: int = 0
    team: int = 0
    always: bool = False
    answer: dict[str, str] = {}
    entries: tuple["Entry", ...] = ()


class Menu(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole menu: the entries of its first level."""

    entries: tuple[Entry, ...] = ()


def at(menu: Menu, path: str) -> tuple[Entry, ...]:
    """Return the entries that stand at a path of keys; those of the first level when it is gone."""
    entries = menu.entries
    for key in path:
        found = entry(entries, key)
        if found is None or found.do != Do.MENU:
            return menu.entries
        entries = found.entries
    return entries


def entry(entries: tuple[Entry, ...], key: str) -> Entry | None:
    """Return the entry of a key."""
    return next((each for each in entries if each.key == key), None)


def walk(menu: Menu) -> Iterator[tuple[str, Entry]]:
    """Yield each entry with its path, parents first."""

    def below(entries: tuple[Entry, ...], path: str) -> Iterator[tuple[str, Entry]]:
        for each in entries:
            yield path + each.key, each
            yield from below(each.entries, path + each.key)

    yield from below(menu.entries, "")


def wrong(menu: Menu, languages: list[str]) -> dict[str, str]:
    """Return what is wrong with a menu, path → code; nothing when it can be used."""
    found: dict[str, str] = {}
    entries = list(walk(menu))
    if not entries:
        found["menu"] = "empty"
    if len(entries) > MOST:
        found["menu"] = "too_many"
    for path, each in entries:
        if code := _wrong_entry(path, each, languages):
            found[path] = code
    paths = [path for path, _entry in entries]
    found |= {path: "key_twice" for path in paths if paths.count(path) > 1}
    return found


def _wrong_entry(path: str, each: Entry, languages: list[str]) -> str:
    texts = [*each.words.values(), *each.answer.values()]
    checks = {
        "key": len(each.key) != 1 or each.key not in KEYS,
        "deep": len(path) > DEEPEST,
        "words": any(not each.words.get(language, "").strip() for language in languages),
        "answer": each.do == Do.SAY
        and any(not each.answer.get(language, "").strip() for language in languages),
        "too_long": any(len(text) > WORDS for text in texts),
        "empty": (each.do == Do.MENU) != bool(each.entries),
        "urgency": not 0 <= each.urgency <= 3,
    }
    return next((code for code, is_wrong in checks.items() if is_wrong), "")
