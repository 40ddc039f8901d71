"""`walletdesk diagnose`: what happened on the chain, for people or as JSON. Needs no desk."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from walletdesk.chain.memory import FileMemory
from walletdesk.chain.networks import Book, NetworksError, UnknownNetwork, load_book
from walletdesk.chain.refs import BadRef
from walletdesk.chain.running import Diagnoser
from walletdesk.site.chain_guard import WordGuard
from walletdesk.site.config import load_config
from walletdesk.site.refusal import RefusalError
from walletdesk.web.common.diagnosis.refusals import REFUSALS
from walletdesk.web.common.diagnosis.told import tell

if TYPE_CHECKING:
    import argparse

    from walletdesk.chain.types import Diagnosis

MOST_INPUT = 200_000
LANGUAGES = ("en", "zh-hans", "es")


def run(arguments: argparse.Namespace) -> int:
    """Diagnose, print, and return 0, also when no node could be asked.

    Raises:
        RefusalError: the reference, a network or a language cannot be understood.

    """
    load_words()
    with translation.override(language_of(arguments.lang)):
        text = _input(arguments.ref)
        found = _diagnosed(text, arguments)
        told = [as_json(diagnosis) for diagnosis in found]
        first = {**told[0], "others": told[1:]}
        shown = json.dumps(first, ensure_ascii=True) if arguments.json else _for_people(told)
        sys.stdout.write(shown + "\n")
    return 0


def load_words() -> None:
    """Make translations work without the desk's settings, when nothing else has set Django up."""
    if settings.configured:
        return
    settings.configure(
        INSTALLED_APPS=[],
        USE_I18N=True,
        USE_TZ=True,
        TIME_ZONE="UTC",
        LANGUAGES=[(code, code) for code in LANGUAGES],
        LOCALE_PATHS=[Path(__file__).resolve().parent.parent / "locale"],
    )
    django.setup()


def language_of(asked: str | None) -> str:
    """Return the language of `--lang`. Raises RefusalError when there are no words in it."""
    if asked is None:
        return "en"
    try:
        return translation.get_supported_language_variant(asked.lower().replace("_", "-")[:35])
    except LookupError:
        raise RefusalError(
            f"There are no words in the language {asked[:20]!r}.", "Use zh-hans, en or es."
        ) from None


def _input(ref: str) -> str:
    if ref != "-":
        return ref
    return sys.stdin.buffer.read(MOST_INPUT).decode("utf-8", errors="replace")


def _diagnosed(text: str, arguments: argparse.Namespace) -> list[Diagnosis]:
    config = load_config(os.environ)
    try:
        book = load_book(config.networks)
        if arguments.rpc:
            book = _limited(book, arguments.rpc)
        memory = FileMemory(config.data / "chain" / "first-sight.jsonl")
        diagnoser = Diagnoser(book, WordGuard(), memory)
        return diagnoser.diagnose_now(text, network=arguments.network)
    except UnknownNetwork as error:
        shown = {"shown": error.shown}
        raise RefusalError(str(REFUSALS["unknown_network"]) % shown) from error
    except NetworksError as error:
        raise RefusalError(_("The networks cannot be used: %(why)s") % {"why": error}) from error
    except BadRef as error:
        shown = {"shown": error.shown}
        raise RefusalError(str(REFUSALS[error.code]) % shown) from error


def _limited(book: Book, given: list[str]) -> Book:
    """Return the book with the networks of `--rpc` alone."""
    parts = [text.partition("=") for text in given]
    try:
        return book.limited([(name, url) for name, _equals, url in parts])
    except UnknownNetwork:
        raise
    except NetworksError as error:
        raise RefusalError(str(REFUSALS["bad_rpc"])) from error


def as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return a diagnosis as the object that `--json` prints, in the active language."""
    told = tell(diagnosis)
    facts = [*diagnosis.facts, *(fact for facts in diagnosis.elsewhere for fact in facts)]
    return {
        "reference": diagnosis.ref.text,
        "network": diagnosis.network or None,
        "kind": diagnosis.ref.kind.value,
        "verdict": diagnosis.verdict.value,
        "confidence": diagnosis.finding.confidence.value,
        "because": list(diagnosis.finding.because),
        "recoverable": diagnosis.plan.recoverable.value,
        "recoverable_by": diagnosis.plan.by or None,
        "summary": told.summary,
        "explained": [said for said in (told.recoverable, told.confidence) if said],
        "steps": list(told.steps),
        "step_codes": list(diagnosis.steps),
        "never": list(told.never),
        "never_codes": list(diagnosis.plan.never),
        "ending": diagnosis.plan.ending.value,
        "watch": diagnosis.plan.watch,
        "facts": [fact.as_json() for fact in facts],
        "fields": dict(diagnosis.finding.fields),
        "evidence": dict(diagnosis.evidence),
        "also": [finding.verdict.value for finding in diagnosis.also],
        "asked": list(diagnosis.asked),
        "silent": list(diagnosis.silent),
    }


def _for_people(told: list[dict[str, Any]]) -> str:
    blocks = []
    for one in told:
        lines = [one["summary"], " ".join(one["explained"])]
        lines += [f"  - {step}" for step in one["steps"]]
        lines += [f"  ! {never}" for never in one["never"]]
        lines.append(f"  ({one['verdict']}, {one['confidence']}, {one['network'] or '-'})")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
