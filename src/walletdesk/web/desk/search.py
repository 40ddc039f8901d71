"""The search page: one field for conversations, articles, files and customers.

What is typed travels in the body, so that an e-mail address in it stands in no log and no history.
Only a query without personal data gets an address of its own, to come back to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.contacts.personal.types import IdentityKind
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.queries.lists import conversations_named, get_conversations_for
from walletdesk.conversations.search.queries import SHOWN, filled, search_conversations
from walletdesk.conversations.search.rules import LENGTH, parse, without
from walletdesk.conversations.search.snippets import Piece, snippet
from walletdesk.conversations.search.terms import plain
from walletdesk.conversations.search.types import Asked, Found, Results, Term
from walletdesk.conversations.types import Author, Kind, View
from walletdesk.kit.limits.actions import hit
from walletdesk.knowledge.queries import search as search_articles
from walletdesk.knowledge.types import Hit
from walletdesk.language.tokens import well_formed
from walletdesk.safety import guard, personal
from walletdesk.web.common.personal import kind_name
from walletdesk.web.desk import present, search_words
from walletdesk.web.desk.access import StaffRequest, staff_page
from walletdesk.web.desk.bot_summary import told_parts
from walletdesk.web.desk.settings.frame import frame_context

ALL_SHOWN = 100
PER_MINUTE, MINUTE = 120, timedelta(minutes=1)  # one for each pause in typing
ARTICLES = 3
LIKELY = 0.05  # chance of the best article; below it none is about this
BESIDE = 0.001  # chance of one beside it: a single word fits several, and one of them best


@dataclass(frozen=True, slots=True)
class _Line:
    """A conversation among the results, as the template shows it."""

    row: present.Row
    href: str
    by: str
    at: Any
    pieces: list[Piece]
    files: list[list[Piece]]
    more: int
    partly: bool


@dataclass(frozen=True, slots=True)
class _Chip:
    text: str
    without: str


@dataclass(slots=True)
class _Query:
    """What was asked: guarded, and taken apart."""

    text: str = ""
    words: str = ""  # without personal data
    secret: bool = False
    asked: Asked = field(default_factory=lambda: Asked(()))
    data: list[tuple[str, str]] = field(default_factory=list)  # kind and value of personal data


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def search(request: StaffRequest) -> HttpResponse:
    """Show the field and what was found; for htmx the results alone."""
    hit(what="desk-search", who=str(request.membership.pk), limit=PER_MINUTE, window=MINUTE)
    given = request.POST if request.method == "POST" else request.GET
    query = _read(given.get("q", ""))
    fragment = request.headers.get("HX-Request") == "true"
    everything = given.get("all") == "1"
    address = _address(query, everything=everything)
    if request.method == "POST" and not fragment and address:
        return redirect(address)
    context = _results(request, query, everything=everything) | {"address": address}
    if fragment:
        return render(request, "desk/_found.html", context)
    context |= frame_context(request, None)
    context |= {"completion": search_words.completion(request.membership), "length": LENGTH}
    return render(request, "desk/search.html", context, status=400 if context["problems"] else 200)


def _read(typed: str) -> _Query:
    text = " ".join(well_formed(typed[: 2 * LENGTH]).split())
    checked = guard.check(text)
    safe = checked.safe.text
    found = [(datum.kind.value, safe[datum.start : datum.end]) for datum in personal.find(safe)]
    words = guard.impersonal(checked.safe).text  # values stand in no message
    return _Query(safe, words, bool(checked.kinds), parse(words), found)


def _address(query: _Query, *, everything: bool) -> str:
    """Return the address of these results, "" for one that must not stand in a history."""
    if query.data or query.secret or "@" in query.text or len(query.text) > LENGTH:
        return ""
    fields = {"q": query.text} | ({"all": "1"} if everything else {})
    return reverse("desk:search") + (f"?{urlencode(fields)}" if query.text else "")


def _results(request: StaffRequest, query: _Query, *, everything: bool) -> dict[str, Any]:
    me = request.membership
    results = search_conversations(
        me,
        query.asked,
        search_words.known_values(me),
        shown=ALL_SHOWN if everything else SHOWN,
    )
    rows = _rows(me, [*results.found, *results.files])
    lines, files = _lines(rows, results), _files(rows, results)
    articles = _articles(request, query) if not results.problems else []
    named = _named(me, query)
    customers = _customers(me, query)
    return {
        "q": query.text,
        "secret": query.secret,
        "problems": [search_words.complaint(problem) for problem in results.problems],
        "chips": _chips(query),
        "corrected": _corrected(results.terms),
        "named": named,
        "lines": lines,
        "partly": [line for line in lines if line.partly],
        "wholly": [line for line in lines if not line.partly],
        "files": files,
        "articles": articles,
        "customers": customers,
        "operators": [] if query.text else search_words.operators(),
        "nothing": not (lines or files or articles or named or customers),
        "may_show_all": not everything and len(results.found) >= SHOWN,
        "many": results.many,
        "hasty": results.hasty,
        "filled": filled(),
    }


def _chips(query: _Query) -> list[_Chip]:
    return [
        _Chip(query.words[part.start : part.end], without(query.words, part))
        for part in query.asked.parts
        if part.name is not None
    ]


def _corrected(terms: tuple[Term, ...]) -> str:
    """Return the words that were looked for in place of mistyped ones."""
    return ", ".join(word for term in terms for word in term.corrected)


def _rows(me: Membership, found: Sequence[Found]) -> dict[str, present.Row]:
    """Return the lines of those conversations that may be read, by reference."""
    conversations = get_conversations_for(me, {each.ref for each in found}) if found else []
    return {row["ref"]: row for row in present.rows_of(conversations, me, View.ALL)}


def _lines(rows: Mapping[str, present.Row], results: Results) -> list[_Line]:
    lines = []
    for each in results.found:
        if each.ref not in rows:
            continue
        names = [snippet(name, results.terms, whole=True) for name in each.files]
        lines.append(
            _Line(
                row=rows[each.ref],
                href=f"{reverse('desk:open', args=['all', each.ref])}#{each.hit.seq}",
                by=_by(each),
                at=each.hit.created_at,
                pieces=snippet(_said(each), results.terms),
                files=[pieces for pieces in names if any(piece.marked for piece in pieces)],
                more=each.more,
                partly=each.partly,
            )
        )
    return lines


def _said(found: Found) -> str:
    """Return what a message says; a summary in the reader's language."""
    if found.kind != Kind.SUMMARY:
        return present.plain_preview(found.text)
    return " ".join(f"{name} {said}".strip() for name, said in told_parts(found.text, found.told))


def _by(found: Found) -> str:
    """Return who wrote a message, "" for the customer."""
    if found.kind == Kind.NOTE:
        return _("Note")
    if found.kind == Kind.SUMMARY:
        return _("Summary")
    return {Author.BOT: _("Bot"), Author.AGENT: _("Agent")}.get(Author(found.author), "")


def _files(rows: Mapping[str, present.Row], results: Results) -> list[dict[str, Any]]:
    return [
        {
            "pieces": snippet(name, results.terms, whole=True),
            "href": f"{reverse('desk:open', args=['all', each.ref])}#{each.hit.seq}",
            "row": rows[each.ref],
            "at": each.hit.created_at,
        }
        for each in results.files
        if each.ref in rows
        for name in each.files
        if any(piece.marked for piece in snippet(name, results.terms, whole=True))
    ]


def _articles(request: StaffRequest, query: _Query) -> list[Hit]:
    words = plain(" ".join(part.text for part in query.asked.words if not part.excluded))
    if not words.strip(" ¦") or any(part.name for part in query.asked.parts):
        return []  # operators ask for conversations
    brand = request.membership.brand
    hits = search_articles(brand=brand, text=words, language=request.LANGUAGE_CODE, limit=ARTICLES)
    if not hits or hits[0].score < LIKELY:
        return []
    return [hit for hit in hits if hit.score >= BESIDE]


def _named(me: Membership, query: _Query) -> list[Conversation]:
    """Return conversations whose reference begins as was typed."""
    return conversations_named(me, query.text)


def _customers(me: Membership, query: _Query) -> list[dict[str, str]]:
    """Return by which exact values a customer can be looked for; nothing is looked up yet."""
    if not may(me.role, Permission.CONTACT_SEARCH):
        return []
    kinds = {IdentityKind.EMAIL.value, IdentityKind.PHONE.value}
    found = [(kind, value) for kind, value in query.data if kind in kinds]
    words = query.asked.words
    alone = len(query.asked.parts) == len(words) == 1 and len(words[0].text) >= 3
    if not found and alone and any(letter.isdigit() for letter in query.text):
        found = [(IdentityKind.EXTERNAL_ID.value, words[0].text)]
    return [{"kind": kind, "kind_name": kind_name(kind), "value": value} for kind, value in found]
