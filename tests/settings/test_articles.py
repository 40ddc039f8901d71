"""Articles: written, published, answered from; kept apart while they are drafts or for staff."""

from typing import Any

import pytest
from django.test import Client

from tests.bot.test_answers import answer
from tests.cast import Cast
from tests.factories.articles import index, load
from walletdesk.knowledge.models import Revision, Translation
from walletdesk.knowledge.queries import search

ABOUT = {
    "slug": "hardware-wallets",
    "topic": "import_new_phone",
    "category": "account",
    "audience": "customers",
    "version": 0,
}
TEXT = {
    "title": "Can I connect a hardware wallet?",
    "summary": "Yes: open Settings, choose Hardware wallet, and follow the steps with the device.",
    "body": "## Steps\r\n\r\n1. Unlock the device.\r\n2. Hold it near the phone.\r\n",
    "asked": "connect a ledger device\nuse a hardware wallet with the app\n",
    "version": 0,
}
LIST = "/desk/settings/articles/"
EDIT = f"{LIST}hardware-wallets/en/"
READ = "/help/borealis/en/hardware-wallets"


@pytest.fixture
def author(cast: Cast) -> Client:
    """A supervisor's browser, with the article named and nothing written."""
    client = cast.client(cast.supervisor)
    made = client.post(f"{LIST}new/", ABOUT)
    assert (made.status_code, made["Location"]) == (302, EDIT)
    return client


def save(client: Client, **fields: Any) -> Any:
    return client.post(EDIT, TEXT | fields)


def test_a_published_article_answers_in_the_bot(cast: Cast, author: Client) -> None:
    load(cast.brand, ["transaction-pending", "forgot-password", "swap-failed"])
    assert save(author).status_code == 302
    assert Client().get(READ).status_code == 404  # a draft is nobody's to read
    index(cast.brand)
    found = search(brand=cast.brand, text="connect a ledger device", language="en")
    assert "hardware-wallets" not in [hit.article_slug for hit in found]
    assert save(author, version=1, publish="1").status_code == 302
    page = Client().get(READ).content.decode()
    assert TEXT["title"] in page
    assert "<h2>Steps</h2>" in page
    index(cast.brand)
    said = answer(cast.customer, "can I connect a ledger device to the app?")
    assert said[0]["text"] == TEXT["summary"]
    assert said[0]["data"]["sources"][0]["url"] == READ


def test_changes_wait_until_they_are_published(cast: Cast, author: Client) -> None:
    save(author, publish="1")
    save(author, version=1, title="Ledger and others")
    assert TEXT["title"] in Client().get(READ).content.decode()
    listing = author.get(f"{LIST}?show=drafts").content.decode()
    assert "Ledger and others" in listing
    assert "Changes not published" in listing
    save(author, version=2, title="Ledger and others", publish="1")
    assert "Ledger and others" in Client().get(READ).content.decode()
    assert "Ledger and others" not in author.get(f"{LIST}?show=drafts").content.decode()


def test_two_authors_keep_both_texts(cast: Cast, author: Client) -> None:
    save(author)
    assert save(cast.client(cast.owner), version=1, title="Theirs, quicker").status_code == 302
    refused = save(author, version=1, title="Mine, slower", body="My own words")
    page = refused.content.decode()
    assert refused.status_code == 409
    for kept in ("Theirs, quicker", "Mine, slower", "My own words", "Olivia saved version 2"):
        assert kept in page
    assert Revision.objects.order_by("-number")[0].title == "Theirs, quicker"
    assert save(author, version=2, title="Mine, slower").status_code == 302
    history = author.get(f"{EDIT}history/").content.decode()
    assert "<ins>Mine" in history
    assert "<del>Theirs" in history
    restored = author.get(f"{EDIT}?from=2").content.decode()
    assert 'value="Theirs, quicker"' in restored


def test_what_is_for_staff_stays_inside(cast: Cast, author: Client) -> None:
    save(author, publish="1")
    about = f"{LIST}hardware-wallets/"
    author.post(about, ABOUT | {"audience": "staff"})
    index(cast.brand)
    assert Client().get(READ).status_code == 404
    assert search(brand=cast.brand, text=TEXT["title"], language="en") == []
    assert "Staff only" in author.get(f"{LIST}?show=staff").content.decode()
    author.post(about, ABOUT | {"version": 1})
    assert Client().get(READ).status_code == 200


def test_an_article_is_taken_away_and_shown_again(cast: Cast, author: Client) -> None:
    shown = f"{LIST}hardware-wallets/shown"
    assert author.post(shown, {"released": 1}).status_code == 400  # nothing to show
    save(author, publish="1")
    for released, status in ((0, 404), (1, 200)):
        assert author.post(shown, {"released": released}).status_code == 302
        assert Client().get(READ).status_code == status


def test_an_article_from_files_keeps_its_first_text_in_the_history(cast: Cast) -> None:
    load(cast.brand, ["swap-failed"])
    before = Translation.objects.get(language="en")
    client = cast.client(cast.owner)
    answer_ = client.post(f"{LIST}swap-failed/en/", TEXT)
    assert answer_.status_code == 302
    assert [(r.number, r.title, r.published) for r in Revision.objects.order_by("number")] == [
        (1, before.title, True),
        (2, TEXT["title"], False),
    ]
    assert Translation.objects.get(language="en").title == before.title


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("title", " ", "required"),
        ("summary", "x" * 1_001, "characters"),
        ("body", "x" * 40_001, "too long"),
        ("asked", "\n".join(f"way {n}" for n in range(31)), "too many"),
        ("asked", "y" * 201, "too long"),
        ("body", "legal winner thank year wave sausage worth useful legal winner thank yellow",
         "secret of a wallet"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_article(author: Client, field: str, text: str, said: str) -> None:
    refused = save(author, **{field: text})
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert not Revision.objects.exists()


def test_the_preview_is_as_harmless_as_the_help_centre(author: Client) -> None:
    body = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) **bold**"
    shown = author.post(f"{LIST}preview", TEXT | {"body": body}).content.decode()
    assert "<strong>bold</strong>" in shown
    assert "<img" not in shown
    assert "<a " not in shown
