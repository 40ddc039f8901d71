"""How often the search finds what an agent means: labelled queries over a small corpus.

Both are files beside this one. A conversation counts as found when it is among the first three.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

HERE = Path(__file__).resolve().parent
FIRST = 3


@dataclass
class Talk:
    """A conversation of the corpus: (author, text, names of files)."""

    name: str
    messages: list[tuple[str, str, list[str]]] = field(default_factory=list)


def read_corpus() -> list[Talk]:
    talks: list[Talk] = []
    for line in (HERE / "search_corpus.txt").read_text("utf-8").splitlines()[2:]:
        mark, _, text = line.partition(" ")
        if mark == "#":
            talks.append(Talk(text))
        elif mark == "f":
            talks[-1].messages[-1][2].append(text)
        else:
            talks[-1].messages.append((mark, text, []))
    return talks


def read_queries() -> list[tuple[str, set[str]]]:
    lines = (HERE / "search_queries.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(query, set(wanted.split())) for query, wanted in pairs]


def load(brand: Any) -> dict[str, str]:
    """Write the corpus into a brand; return the references' names."""
    from walletdesk.contacts.actions import open_anonymous_session  # noqa: PLC0415 - Django is late
    from walletdesk.conversations.actions.customer import start_conversation  # noqa: PLC0415
    from walletdesk.conversations.actions.timeline import append_one  # noqa: PLC0415
    from walletdesk.conversations.types import Author, Kind, NewEvent, Status  # noqa: PLC0415
    from walletdesk.safety import guard  # noqa: PLC0415

    authors = {"c": Author.CUSTOMER, "a": Author.AGENT, "b": Author.BOT, "n": Author.AGENT}
    names: dict[str, str] = {}
    for talk in read_corpus():
        contact, _token = open_anonymous_session(brand=brand, language="en")
        conversation = start_conversation(contact=contact, language="en")
        names[conversation.ref] = talk.name
        for author, text, files in talk.messages:
            told = [{"id": uuid4().hex[:16], "name": name, "type": ""} for name in files]
            event = NewEvent(
                kind=Kind.NOTE if author == "n" else Kind.MESSAGE,
                author=authors[author],
                text=guard.check(text).safe,
                data={"files": told} if told else {},
            )
            append_one(conversation, event, status=Status.BOT)
    return names


def ask(member: Any, names: dict[str, str]) -> list[tuple[str, set[str], list[str]]]:
    """Return for each query what was wanted and what came first; the index is up to date."""
    from walletdesk.conversations.search.queries import search_conversations  # noqa: PLC0415
    from walletdesk.conversations.search.rules import parse  # noqa: PLC0415
    from walletdesk.web.desk.search_words import known_values  # noqa: PLC0415

    known = known_values(member)
    found = []
    for query, wanted in read_queries():
        results = search_conversations(member, parse(query), known)
        found.append((query, wanted, [names[f.ref] for f in results.found[:FIRST]]))
    return found


def recall(answers: list[tuple[str, set[str], list[str]]]) -> float:
    return sum(bool(wanted & set(first)) for _, wanted, first in answers) / len(answers)


def measure_quality() -> dict[str, object]:
    """Load the corpus as a brand of its own and return the figures. Django is set up."""
    from walletdesk.accounts.actions.brands import create_brand  # noqa: PLC0415
    from walletdesk.accounts.actions.people import create_member  # noqa: PLC0415
    from walletdesk.accounts.types import Role  # noqa: PLC0415
    from walletdesk.conversations.search.actions.indexing import index_all  # noqa: PLC0415

    brand = create_brand(
        slug=f"quality-{uuid4().hex[:6]}",
        name="Quality",
        languages=["zh-hans", "en", "es"],
        default_language="en",
        accent="#5b5bd6",
        second_factor_roles=(),
    )
    member = create_member(
        brand=brand,
        email=f"{uuid4().hex[:8]}@quality.example",
        name="Quality",
        password=uuid4().hex,
        role=Role.AGENT,
        languages=["en"],
        team="One",
    )
    names = load(brand)
    index_all()
    answers = ask(member, names)
    for query, wanted, first in answers:
        if not wanted & set(first):
            print(f"  not found: {query!r} wanted {sorted(wanted)}, got {first}")
    return {"queries": len(answers), "recall_at_3": round(recall(answers), 3)}
