"""The search: what one may read, newest first, the best of the newest thousand on top."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from math import log
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from walletdesk.accounts.models import Membership
from walletdesk.conversations.queries.lists import readable_conversations
from walletdesk.conversations.search import sql
from walletdesk.conversations.search.models import State
from walletdesk.conversations.search.resolve import Known, Resolved, as_ticket, expressions, resolve
from walletdesk.conversations.search.rules import distance, mistakes_allowed
from walletdesk.conversations.search.terms import (
    VOCABULARY,
    all_of,
    any_mark,
    expression,
    in_one_piece,
    read_terms,
)
from walletdesk.conversations.search.types import Asked, Found, Hit, Results, Term
from walletdesk.kit import clock

_T = TypeVar("_T")

RANKED = 1_000  # the newest permitted hits that are compared with each other
SHOWN = 20
FILES_SHOWN = 5
LOOKED_UP = 100  # conversations at once, until enough of them may be read
FEW = 5  # conversations: with fewer, those that hold some of the words are added
FIRST_PAGES, GROWTH = 2, 4
REST_AT_ONCE = 2  # times as many as are wanted, expected in all that is older; else step by step
ENOUGH = 200  # hits of a phrase, whose every candidate is read, or under a filter of conversations
MOST_READ = 20_000  # hits that one question reads when nearly all are of other conversations
NARROW = 2_000  # conversations; a filter that leaves fewer is looked at from their side
AT_ONCE = 250  # of these, the newest ones: they hold all that is shown of a common word
BEGINNINGS = 8
ALIKE = 24
CORRECTIONS = 4
RARE = 3  # messages; a word in fewer may be a typing mistake itself
PARTLY_TERMS = 6
PARTLY_HITS = 300
TOO_COMMON = 0.2  # share of messages: such a word says nothing
RAREST, UNKNOWN = 1e-5, 3.0  # share of the rarest words; weight of one that nobody wrote
FEW_MESSAGES = 500  # a desk with fewer knows too little of which words are common
STATEMENT_MS = 1_500  # of one statement: the answer then is what was found until there


@dataclass(slots=True)
class _Scope:
    """Where to look: which messages and whose, and what was learned of conversations so far."""

    membership: Membership
    resolved: Resolved
    pages: list[tuple[int, int, Any]]
    ids: list[int] | None = None  # when a filter leaves few conversations: the newest first
    older: datetime | None = None  # when anything was said last in those after the first AT_ONCE
    refs: dict[int, str | None] = field(default_factory=dict)  # None: not to be shown
    savepoint: str = ""  # to go back to when a statement takes too long
    many: bool = False
    hasty: bool = False

    def ask(self, statement: str, **given: Any) -> list[Hit]:
        """Run a question; none found when it takes too long."""
        values = {"after": self.resolved.after, "before": self.resolved.before, **given}
        if self.hasty:
            return []
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return [Hit(*row) for row in cursor.fetchall()]
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            transaction.savepoint_rollback(self.savepoint)
            self.hasty = True
            return []

    def look_up(self, conversations: Iterable[int]) -> None:
        """Learn which of these conversations may be read and stand in the filter."""
        unknown = set(conversations) - self.refs.keys()
        if unknown:
            rows = readable_conversations(self.membership, self.resolved.filter)
            known = dict(rows.filter(pk__in=unknown).values_list("pk", "ref"))
            self.refs |= {pk: known.get(pk) for pk in unknown}

    def wanted(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits that count. What the brand's mark does not tell is looked up later."""
        if not self.resolved.filter:
            return list(hits)
        self.look_up(hit.conversation_id for hit in hits)
        return [hit for hit in hits if self.refs[hit.conversation_id]]

    def readable(self, found: Sequence[tuple[int, _T]], most: int) -> list[tuple[str, _T]]:
        """Return the first of these that may be read, each with its conversation's reference."""
        taken: list[tuple[str, _T]] = []
        for start in range(0, len(found), LOOKED_UP):
            some = found[start : start + LOOKED_UP]
            self.look_up(pk for pk, _ in some)
            taken += [(ref, what) for pk, what in some if (ref := self.refs[pk])]
            if len(taken) >= most:
                break
        return taken[:most]


@dataclass(frozen=True, slots=True)
class _Question:
    """Expressions of the index: what must hold, what makes a hit exact, and close."""

    words: str
    exact: str
    close: str


@transaction.atomic
def search_conversations(
    membership: Membership, asked: Asked, known: Known, *, shown: int = SHOWN
) -> Results:
    """Return the conversations and files that fit best among the newest thousand permitted hits.

    With problems in the query nothing is looked for. Raises NotFound for one who may read nothing.
    """
    asked = as_ticket(asked, membership)
    resolved = resolve(asked, membership, known, clock.now().date())
    if resolved.problems or not asked.parts:
        return Results(problems=tuple(resolved.problems))
    terms = _with_variants(membership.brand_id, read_terms(asked.words))
    if asked.words and not terms:
        return Results()
    scope = _scope(membership, resolved)
    usable = [term for term in terms if not term.excluded]
    with _in_time(scope):
        dear = any(term.quoted for term in terms) or resolved.filter
        hits = _newest(scope, _question(scope, terms), ENOUGH if dear else RANKED)[0]
        found = _by_conversation(scope, hits, shown)
        if len(found) < FEW and len(_units(usable)) > 1:
            found += _partly(scope, usable, found)
        files = _files(scope, usable, hits)
    found, files = _with_texts(found), _with_texts(files)
    return Results(tuple(found), tuple(files), tuple(terms), (), scope.many, scope.hasty)


@contextmanager
def _in_time(scope: _Scope) -> Iterator[None]:
    """Bound each statement's time. Going back to the savepoint takes the bound away again."""
    scope.savepoint = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(STATEMENT_MS)])
    yield
    transaction.savepoint_rollback(scope.savepoint)


def filled() -> int | None:
    """Return how many percent of the older conversations are in the index; None when all are."""
    state = State.objects.filter(pk=1).first()
    if state is None:
        return 0
    if state.below is None or not state.highest:
        return None
    return 100 - 100 * state.below // (state.highest + 1)


# --- words --------------------------------------------------------------------------------


def _with_variants(brand: int, terms: Sequence[Term]) -> list[Term]:
    """Return the terms with words that begin so, and with likely words for typing mistakes."""
    words = [t.pieces[0] for t in terms if _may_vary(t, last=t is terms[-1])]
    if not words:
        return list(terms)
    longer = _words(sql.BEGINNINGS, brand, words, BEGINNINGS)
    doubtful = [
        word
        for word in words
        if mistakes_allowed(word) and sum(n for _, n in longer.get(word, [])) < RARE
    ]
    alike = _words(sql.ALIKE, brand, doubtful, ALIKE) if doubtful else {}
    return [
        replace(
            term,
            variants=tuple(w for w, _ in longer.get(term.pieces[0], []) if w != term.pieces[0]),
            corrected=_corrections(term.pieces[0], alike.get(term.pieces[0], [])),
        )
        if term.pieces[0] in words
        else term
        for term in terms
    ]


def _may_vary(term: Term, *, last: bool) -> bool:
    word = term.pieces[0]
    if term.cjk or term.quoted or term.excluded or not word.isalpha():
        return False
    return len(word) in VOCABULARY and (last or len(word) > 3)


def _words(
    statement: str, brand: int, words: Sequence[str], limit: int
) -> dict[str, list[tuple[str, int]]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"brand": brand, "words": list(words), "limit": limit})
        found: dict[str, list[tuple[str, int]]] = {}
        for typed, word, messages in cursor.fetchall():
            found.setdefault(typed, []).append((word, messages))
    return found


def _corrections(typed: str, alike: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    most = mistakes_allowed(typed)
    near = [
        (steps, -messages, word)
        for word, messages in alike
        if 0 < (steps := distance(typed, word, most)) <= most
    ]
    return tuple(word for _, _, word in sorted(near)[:CORRECTIONS])


def _question(scope: _Scope, terms: Sequence[Term]) -> _Question:
    brand = any_mark([f"b{scope.membership.brand_id}"])
    wanted = sorted(terms, key=lambda term: term.excluded)
    words = [expression(t) for t in wanted]
    exact = [expression(t, exact=True) for t in wanted]
    return _Question(
        all_of([*words, *expressions(scope.resolved), brand]),
        all_of(exact) or brand,
        in_one_piece(terms) or brand,
    )


# --- where to look ------------------------------------------------------------------------


def _scope(membership: Membership, resolved: Resolved) -> _Scope:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.NEWEST_PAGES,
            {"brand": membership.brand_id, "after": resolved.after, "before": resolved.before},
        )
        scope = _Scope(membership, resolved, cursor.fetchall())
    if resolved.filter:
        rows = readable_conversations(membership, resolved.filter).order_by("-last_event_at", "-pk")
        found = list(rows.values_list("pk", "ref", "last_event_at")[: NARROW + 1])
        if len(found) <= NARROW:
            scope.ids = [pk for pk, _, _ in found]
            scope.refs = {pk: ref for pk, ref, _ in found}
            scope.older = found[AT_ONCE][2] if len(found) > AT_ONCE else None
    return scope


def _newest(scope: _Scope, question: _Question, most: int) -> tuple[list[Hit], float]:
    """Return the newest permitted hits, and in what share of messages there is a hit.

    Page by page from the newest on, in growing steps; all the rest at once as soon as few hits
    are expected there. So a common word costs what its newest thousand costs, and a rare one what
    all of it costs.
    """
    asked = {"words": question.words, "exact": question.exact, "close": question.close}
    if scope.ids is not None:
        few = scope.ids[:AT_ONCE]
        hits = scope.ask(sql.IN_FEW_CONVERSATIONS, ids=few, limit=most, **asked)
        full = len(hits) == most
        if scope.older and not (full and hits[-1].created_at > scope.older):
            hits = scope.ask(sql.IN_CONVERSATIONS, ids=scope.ids, limit=most, **asked)
        scope.many |= len(hits) == most
        return scope.wanted(hits), 0.0
    limit = most if not scope.resolved.filter else 6 * most
    found: list[Hit] = []
    at = read = looked = 0
    width = FIRST_PAGES
    while at < len(scope.pages) and len(found) < most and read < MOST_READ and not scope.hasty:
        older = sum(messages for _, messages, _ in scope.pages[at:])
        rest = at > 0 and read / max(looked, 1) * older <= REST_AT_ONCE * most
        step = scope.pages[at:] if rest else scope.pages[at : at + width]
        pages = [f"b{scope.membership.brand_id}"] if rest else [f"p{page}" for page, _, _ in step]
        # The rest is all of it: a page's beginning does not promise that later messages are in it.
        again = {(hit.conversation_id, hit.seq) for hit in found} if rest else set()
        most_here = limit + len(again)
        hits = scope.ask(sql.IN_PAGES, pages=any_mark(pages), limit=most_here, **asked)
        fresh = [hit for hit in hits if (hit.conversation_id, hit.seq) not in again]
        found += scope.wanted(fresh)
        read += len(fresh)
        looked += sum(messages for _, messages, _ in step)
        at, width = at + len(step), width * GROWTH
    scope.many |= len(found) >= most or at < len(scope.pages)
    found.sort(key=lambda hit: hit.created_at, reverse=True)
    return found[:most], read / max(looked, FEW_MESSAGES)


# --- what fits ----------------------------------------------------------------------------


def _by_conversation(scope: _Scope, hits: Sequence[Hit], most: int) -> list[Found]:
    """Return one row for each conversation: the closest, then the exact, then the newest hits."""
    best: dict[int, Hit] = {}
    counts: Counter[int] = Counter()
    for hit in sorted(hits, key=lambda h: (not h.close, not h.exact)):  # stable: newest first
        best.setdefault(hit.conversation_id, hit)
        counts[hit.conversation_id] += 1
    rows = scope.readable(list(best.items()), most)
    return [Found(ref, hit, more=counts[hit.conversation_id] - 1) for ref, hit in rows]


def _units(terms: Sequence[Term]) -> list[Term]:
    """Return the pieces of which a conversation may hold some: words, pairs of characters."""
    units: dict[Term, None] = {}
    for term in terms:
        if term.cjk and len(term.pieces) > 2:
            pieces = term.pieces
            for pair in pairwise(pieces):
                units[Term(pair, cjk=True)] = None
        else:
            units[term] = None
    return list(units)


def _partly(scope: _Scope, terms: Sequence[Term], known: Sequence[Found]) -> list[Found]:
    """Return conversations that hold most of the words, if not all in one message.

    A word counts by its rarity (inverse document frequency), once for each conversation, and half
    again where it stands in the best message.
    """
    weights: dict[int, float] = {}
    by_message: dict[int, dict[tuple[int, int], float]] = {}
    messages: dict[tuple[int, int], Hit] = {}
    total = 0.0
    for unit in _units(terms)[:PARTLY_TERMS]:
        hits, share = _newest(scope, _question(scope, [unit]), PARTLY_HITS)
        if share > TOO_COMMON:
            continue
        weight = -log(max(share, RAREST)) if hits else UNKNOWN
        total += weight
        for pk in {hit.conversation_id for hit in hits}:
            weights[pk] = weights.get(pk, 0.0) + weight
        for hit in hits:
            place = (hit.conversation_id, hit.seq)
            messages[place] = hit
            of_message = by_message.setdefault(hit.conversation_id, {})
            of_message[place] = of_message.get(place, 0.0) + weight
    shown = {found.hit.conversation_id for found in known}
    rows = []
    for pk, weight in weights.items():
        place, together = max(by_message[pk].items(), key=lambda item: item[1])
        if weight >= total / 2 and pk not in shown:
            hit = replace(messages[place], exact=False, close=False)
            rows.append((weight + together / 2, hit))
    rows.sort(key=lambda row: (row[0], row[1].created_at), reverse=True)
    ranked = [(hit.conversation_id, hit) for _, hit in rows]
    taken = scope.readable(ranked, SHOWN - len(known))
    return [Found(ref, hit, partly=True) for ref, hit in taken]


def _files(scope: _Scope, terms: Sequence[Term], hits: Sequence[Hit]) -> list[Found]:
    """Return messages with a file whose name holds all the words.

    With fewer hits than are ranked they are among those; else they are looked for by themselves.
    """
    if not terms or not hits:
        return []
    brand = any_mark([f"b{scope.membership.brand_id}"])
    words = [expression(term, weight="A") for term in terms]
    parts = [*words, any_mark(["file"]), *expressions(scope.resolved), brand]
    question = _Question(all_of(parts), brand, brand)
    if not scope.many:
        ids = list({hit.conversation_id for hit in hits})
        asked = {"words": question.words, "exact": brand, "close": brand}
        named = scope.ask(sql.IN_CONVERSATIONS, ids=ids, limit=4 * FILES_SHOWN, **asked)
    else:
        named = _newest(scope, question, 4 * FILES_SHOWN)[0]
    rows = scope.readable([(hit.conversation_id, hit) for hit in named], FILES_SHOWN)
    return [Found(ref, hit) for ref, hit in rows]


def _with_texts(found: Sequence[Found]) -> list[Found]:
    """Return the rows with what their messages say."""
    wanted = [{"conversation_id": f.hit.conversation_id, "seq": f.hit.seq} for f in found]
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.TEXTS, [json.dumps(wanted)])
        texts: Mapping[tuple[int, int], Any] = {(r[0], r[1]): r[2:] for r in cursor.fetchall()}
    rows = []
    for each in found:
        place = (each.hit.conversation_id, each.hit.seq)
        if place in texts:
            text, author, kind, files, told = texts[place]
            names = tuple(str(file.get("name", "")) for file in json.loads(files))
            known = json.loads(told or "{}")
            row = replace(each, text=text, author=author, kind=kind, files=names, told=known)
            rows.append(row)
    return rows
