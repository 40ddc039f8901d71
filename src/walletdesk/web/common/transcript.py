"""A conversation as a text file in its customer's language: to keep, to print, to show somebody."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from walletdesk.conversations.models import Conversation
from walletdesk.web.common.strings import thread_strings

BYTE_ORDER_MARK = "\ufeff"  # some viewers on phones take UTF-8 for something else without it
RULE = "-" * 40


def transcript(conversation: Conversation, events: Iterable[dict[str, Any]]) -> str:
    """Return the whole file, in the active language. Times are UTC, and say so."""
    return BYTE_ORDER_MARK + "\r\n".join(_lines(conversation, events)) + "\r\n"


def _lines(conversation: Conversation, events: Iterable[dict[str, Any]]) -> Iterator[str]:
    strings = thread_strings()
    yield _("Conversation with %(brand)s") % {"brand": conversation.brand.name}
    yield _("Reference: %(ref)s") % {"ref": conversation.ref}
    yield _("Times are in UTC.")
    for event in events:
        said = told(event, strings)
        if said:
            yield ""
            yield f"{RULE}\r\n{_time(event['at'])}  {author_name(event, strings)}"
            yield said


def _time(at: str) -> str:
    return date_format(datetime.fromisoformat(at), "Y-m-d H:i")


def author_name(event: dict[str, Any], strings: dict[str, str]) -> str:
    """Return who caused an event, as its customer reads it."""
    names = {"customer": strings["you"], "bot": strings["bot_name"], "system": ""}
    return names.get(event["author"]) or (event["name"] if event["author"] == "agent" else "")


def told(event: dict[str, Any], strings: dict[str, str]) -> str:
    """Return what an event says to its customer, "" for one that says nothing."""
    if event["kind"] == "message":
        sources = [f"[{source['title']}]" for source in event["data"].get("sources", [])]
        files = [f"[{file['name']}]" for file in event["data"].get("files", [])]
        return "\r\n".join(filter(None, [readable(event["text"], strings), *files, *sources]))
    if event["kind"] == "notice":
        return f"{strings['secret_removed_title']}\r\n{strings['secret_removed_advice']}"
    return _line(event, strings)


def _line(event: dict[str, Any], strings: dict[str, str]) -> str:
    key = f"line_{event['kind']}"
    detail = event["data"].get("reason") or f"by_{event['author']}"
    keys = (f"{key}_{detail}_to_customer", f"{key}_{detail}", f"{key}_to_customer", key)
    found = next((strings[each] for each in keys if each in strings), "")
    fields = {
        "name": event["name"] or strings["agent"],
        "to": event["data"].get("to", ""),
        "score": event["data"].get("score", ""),
    }
    return re.sub(r"\{(name|to|score)\}", lambda match: str(fields[match[1]]), found)


def readable(text: str, strings: dict[str, str]) -> str:
    """Return a message with words in place of the marks of what was cut out."""
    for key, words in strings.items():
        if key.startswith("secret_"):
            text = text.replace(f"⟦{key.replace('secret_', 'secret:', 1)}⟧", f"[{words}]")
    other = strings.get("secret_other", "")  # kinds that have no words of their own
    return re.sub("⟦secret:[a-z_]{1,32}⟧", lambda _match: f"[{other}]", text)
