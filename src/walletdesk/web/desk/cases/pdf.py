"""The evidence pack as PDF."""

from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from walletdesk.web.common.diagnosis import figures
from walletdesk.web.common.pdf import Text, document, section, table
from walletdesk.web.common.personal import kind_name


def render(pack: dict[str, Any]) -> bytes:
    """Return the PDF of a pack, in the pack's language."""
    text = Text(pack["language"])
    return document(
        _story(pack, text),
        title=f"{pack['wallet']} {pack['case']}",
        author=pack["wallet"],
        language=pack["language"],
        foot=pack["case"],
    )


def _story(pack: dict[str, Any], text: Text) -> list[Flowable]:
    story = [
        text.paragraph(_("Evidence of a theft of crypto-assets"), 17, bold=True),
        Spacer(1, 2 * mm),
        text.paragraph(pack["kind_text"], 11, quiet=True),
        Spacer(1, 4 * mm),
        _facts(pack, text),
    ]
    story += section(text, _("How it happened"), [
        text.paragraph(pack["cause"]["text"], 10, bold=True),
        text.paragraph(pack["cause"]["about"], 9),
        *_because(pack["cause"], text),
    ])  # fmt: skip
    if pack["customer"]:
        rows = [
            [text.paragraph(kind_name(one["kind"]), 9, quiet=True), text.paragraph(one["value"])]
            for one in pack["customer"]
        ]
        story += section(text, _("The customer"), [table(rows, (0.25, 0.75))])
    story += section(text, _("Addresses"), _addresses(pack, text))
    story += section(text, _("Transactions"), _transactions(pack, text))
    story += section(text, _("Time line (UTC)"), _time_line(pack, text))
    if pack["at_risk"]:
        rows = [
            [text.paragraph(one["what"]), text.paragraph(one["network"]),
             text.paragraph(one["state"])]
            for one in pack["at_risk"]
        ]  # fmt: skip
        story += section(text, _("What is or was at risk"), [table(rows, (0.6, 0.2, 0.2))])
    return story + _notes(pack, text)


def _because(cause: dict[str, Any], text: Text) -> list[Flowable]:
    """Return how sure the cause is and from what; nothing where no fact was read."""
    if not cause["because"]:
        return []
    sure = _("How sure: %(sure)s. Read from:") % {"sure": cause["confidence_text"]}
    return [text.paragraph(sure, 8.5, quiet=True), *_sources(cause["because"], text)]


def _facts(pack: dict[str, Any], text: Text) -> Table:
    rows = (
        (_("Case"), pack["case"]),
        (_("Wallet"), pack["wallet"]),
        (_("Reported"), figures.moment(pack["opened_at"])),
        (_("Made"), figures.moment(pack["made_at"])),
    )
    cells = [[text.paragraph(name, 9, quiet=True), text.paragraph(value)] for name, value in rows]
    return table(cells, (0.25, 0.75))


def _addresses(pack: dict[str, Any], text: Text) -> list[Flowable]:
    if not pack["addresses"]:
        return [text.paragraph(_("None is known."), quiet=True)]
    rows = [
        [text.code(one["address"]), text.paragraph(one["role_text"]),
         text.paragraph(", ".join(one["networks"]) or "–")]
        for one in pack["addresses"]
    ]  # fmt: skip
    return [table(rows, (0.56, 0.2, 0.24))]


def _transactions(pack: dict[str, Any], text: Text) -> list[Flowable]:
    if not pack["transactions"]:
        return [text.paragraph(_("None is known."), quiet=True)]
    blocks: list[Flowable] = []
    for one in pack["transactions"]:
        rows = (
            (_("Hash"), text.code(one["hash"])),
            (_("Network"), text.paragraph(one["network"])),
            (_("Time"), text.paragraph(figures.moment(one["time"]) if one["time"] else "–")),
            (_("Block number"), text.paragraph(str(one["block"] or "–"))),
            (_("From address"), text.code(str(one["from"]))),
            (_("To address"), text.code(str(one["to"]))),
            (_("Amount"), text.paragraph(one["amount"] or "–")),
            (_("Token contract"), text.code(str(one["token"]))),
            (_("Explorer"), text.code(str(one["explorer"]))),
            (_("Read by"), text.code(_calls(one["sources"]))),
        )
        cells = [[text.paragraph(name, 8.5, quiet=True), value] for name, value in rows]
        blocks += [table(cells, (0.18, 0.82)), Spacer(1, 3 * mm)]
    return blocks


def _calls(sources: list[dict[str, Any]]) -> str:
    calls = {
        f"{one['call']} @ {one['block']}" if one["block"] else str(one["call"]) for one in sources
    }
    return ", ".join(sorted(filter(None, calls)))


def _sources(sources: list[dict[str, Any]], text: Text) -> list[Flowable]:
    return [
        text.code(f"{one['network']} {one['reference']} {one['fact']}: {_calls([one])}".strip(), 7)
        for one in sources[:12]
    ]


def _time_line(pack: dict[str, Any], text: Text) -> list[Flowable]:
    rows = [
        [text.paragraph(_clock(one["at"]), 8), text.paragraph(one["what"], 8.5),
         text.paragraph(one["source"], 8, quiet=True)]
        for one in pack["time_line"]
    ]  # fmt: skip
    return [table(rows, (0.2, 0.56, 0.24))]


def _clock(at: str) -> str:
    return at.replace("T", " ").partition("+")[0][:16]


def _notes(pack: dict[str, Any], text: Text) -> list[Flowable]:
    notes = [
        _("Facts from chains can be checked by anybody in the block that stands beside them."),
        _("A name of a token can be chosen by anybody; its contract address counts."),
    ]
    if not pack["customer"]:
        notes.append(_("This document holds no personal data."))
    if pack["not_read"]:
        silent = ", ".join(pack["not_read"])
        notes.append(_("These networks did not answer: %(networks)s.") % {"networks": silent})
    return [Spacer(1, 5 * mm), *(text.paragraph(note, 8, quiet=True) for note in notes)]
