"""A letter of a complaint as it is shown and set: HTML by a template, PDF by this module."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils import translation
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from walletdesk.complaints.models import ComplaintLetter
from walletdesk.complaints.queries import letters_in, own_words
from walletdesk.complaints.types import Content, content_of
from walletdesk.conversations.models import Event
from walletdesk.conversations.tickets.rules import spoken
from walletdesk.web.common.complaint_words import LETTERS, field_name, said
from walletdesk.web.common.pdf import Text, document, section, table
from walletdesk.web.common.personal import words_for_tokens

MOST = 4_000  # characters of one paragraph


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter ready to be set: its words put back, its headings named."""

    content: Content
    language: str
    brand: str
    number: str

    @property
    def appendix(self) -> list[tuple[str, str]]:
        """Return the copy of the complaint, its fields by name."""
        return [(field_name(code), text) for code, text in self.content.appendix]


def for_complainant(letter: ComplaintLetter) -> Shown:
    """Return a letter in the complainant's own words, with the address of their page."""
    content = content_of(letter.content)
    flat = _texts(content)
    return _shown(letter, _with_texts(content, own_words(letter.complaint, flat)))


def for_staff(letter: ComplaintLetter) -> Shown:
    """Return a letter as staff see it: the kind of each personal datum in place of it."""
    return preview(letter.complaint, content_of(letter.content), letter.language)


def preview(complaint: Any, content: Content, language: str) -> Shown:
    """Return a letter that is not sent yet, as staff see it."""
    masked = _with_texts(content, [words_for_tokens(text) for text in _texts(content)])
    return Shown(masked, language, complaint.brand.name, spoken(complaint.number))


def _shown(letter: ComplaintLetter, content: Content) -> Shown:
    complaint = letter.complaint
    return Shown(content, letter.language, complaint.brand.name, spoken(complaint.number))


def _texts(content: Content) -> list[str]:
    facts = [value for _code, _label, value in content.facts]
    return facts + [text for _heading, text in (*content.sections, *content.appendix)]


def _with_texts(content: Content, texts: list[str]) -> Content:
    """Return a letter with other texts in its facts, its sections and its appendix."""
    told = iter(texts)
    return replace(
        content,
        facts=tuple((code, label, next(told)) for code, label, _value in content.facts),
        sections=tuple((heading, next(told)) for heading, _text in content.sections),
        appendix=tuple((code, next(told)) for code, _text in content.appendix),
    )


def pdf(shown: Shown) -> bytes:
    """Return a letter as PDF, in its own language."""
    with translation.override(shown.language):
        return document(
            _story(shown),
            title=shown.content.title,
            author=shown.brand,
            language=shown.language,
            foot=f"{shown.brand} {shown.number}",
        )


def _story(shown: Shown) -> list[Flowable]:
    text, content = Text(shown.language), shown.content
    story: list[Flowable] = [
        text.paragraph(shown.brand, 10, quiet=True),
        Spacer(1, 8 * mm),
        text.paragraph(content.title, 16, bold=True),
        Spacer(1, 5 * mm),
    ]
    for one in content.opening:
        story += _lines(text, one)
    rows = [
        [text.paragraph(label, 9, quiet=True), text.paragraph(value, 9)]
        for _code, label, value in content.facts
    ]
    story += [Spacer(1, 3 * mm), table(rows, (0.34, 0.66))]
    for heading, words in content.sections:
        story += section(text, heading, _lines(text, words))
    story.append(Spacer(1, 8 * mm))
    for one in content.closing:
        story += _lines(text, one)
    if shown.appendix:
        parts = [
            flowable
            for name, words in shown.appendix
            for flowable in (text.paragraph(name, 8.5, quiet=True), *_lines(text, words))
        ]
        story += section(text, copy_title(), parts)
    return story


def copy_title() -> str:
    """Return the heading of the copy of a complaint."""
    return translation.gettext("Copy of your complaint")


def _lines(text: Text, words: str) -> list[Flowable]:
    return [
        flowable
        for line in words.split("\n")
        if line.strip()
        for flowable in (text.paragraph(line, 10, MOST), Spacer(1, 1.5 * mm))
    ]


def enclosures(events: list[Event]) -> list[tuple[str, bytes]]:
    """Return (name, PDF) of the letters that events of one conversation bring: for its mail."""
    refs = [str(event.data["letter"]) for event in events if "letter" in event.data]
    if not refs:
        return []
    found = letters_in(events[0].conversation, refs)
    return [(file_name(letter), pdf(for_complainant(letter))) for letter in found]


def file_name(letter: ComplaintLetter) -> str:
    """Return under which name a letter is kept."""
    return f"{spoken(letter.complaint.number)}-{letter.kind}.pdf"


def title_of(letter: ComplaintLetter) -> str:
    """Return what a letter is called."""
    return said(LETTERS, letter.kind)
