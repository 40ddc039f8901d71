"""What the bot told staff at a hand-over, in the reader's language: its text is in the brand's."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from walletdesk.bot.summary import NOTHING
from walletdesk.web.common.strings import reason_badge
from walletdesk.web.desk.present import plain_preview

OF_THE_PANEL = "head"  # the topic, the urgency and the language, which stand there as fields
IN_ONE_LANGUAGE = "chain"  # the diagnosis itself is shown in the reader's


def part_names() -> dict[str, str]:
    """Return what each part of a summary is called; the others need no name."""
    return {
        "summary_wrote": _("The customer wrote"),
        "summary_showed": _("The bot showed"),
        "summary_flow": _("Flow"),
        "summary_chain": _("The chain says"),
    }


def told_parts(text: str, known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (name or "", text) of each part of a summary, as static/desk/rows.js does.

    `known` is the event's `staff_data`. A text whose parts are not known, or that was changed
    since (a secret was cut out), is one part.
    """
    reason = reason_badge(str(known.get("reason", "")))
    shown = [("", reason)] if reason else []
    lines, parts, names = text.split("\n"), known.get("parts") or [], part_names()
    if sum(count for _code, count, _label in parts) != len(lines):
        return [*shown, ("", plain_preview(text))]
    for code, count, label in parts:
        said = "\n".join(lines[:count])[label:]
        del lines[:count]
        foreign = code == IN_ONE_LANGUAGE and known.get("in") != get_language()
        if code != OF_THE_PANEL and said != NOTHING and not foreign:
            shown.append((names.get(f"summary_{code}", ""), plain_preview(said)))
    return shown
