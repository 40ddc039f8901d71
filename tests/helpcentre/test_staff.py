"""Writing together: review, stale translations, pictures, reports, and what only staff may read."""

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.cast import Cast, make_customer
from walletdesk.accounts.models import AuditEntry
from walletdesk.bot.outcomes import Outcomes, outcomes_of
from walletdesk.conversations.actions.bot import hand_over_to_people, post_bot_message
from walletdesk.conversations.actions.customer import give_feedback
from walletdesk.conversations.queries import lock_conversation
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge.actions import pictures
from walletdesk.knowledge.actions.reading import remember_missed_search
from walletdesk.knowledge.models import Article, Revision, Translation
from walletdesk.knowledge.reader_models import ArticlePicture, StatusNotice
from walletdesk.knowledge.types import CleanPicture, ReviewState
from walletdesk.safety import guard

LIST = "/desk/settings/articles/"
HELP = "/desk/settings/help/"
ABOUT = {
    "slug": "nonce",
    "topic": "fees",
    "category": "fees",
    "audience": "customers",
    "version": 0,
}
TEXT = {
    "title": "What is a nonce?",
    "summary": "The number of a transaction. Never send your 助记词 to anybody who asks for it.",
    "body": "## Why\n\nSo that each is sent once.\n",
    "version": 0,
}


@pytest.fixture
def author(cast: Cast) -> Client:
    client = cast.client(cast.supervisor)
    assert client.post(f"{LIST}new/", ABOUT).status_code == 302
    return client


def save(client: Client, language: str = "en", **fields: Any) -> Any:
    return client.post(f"{LIST}nonce/{language}/", TEXT | fields)


def review(client: Client, do: str, language: str = "en", **fields: Any) -> int:
    return client.post(f"{LIST}nonce/{language}/review", {"do": do, **fields}).status_code


def page(client: Client, path: str) -> str:
    return str(client.get(path).content.decode())


def read(language: str = "en") -> int:
    return Client().get(f"/help/borealis/{language}/nonce").status_code


def test_an_article_that_speaks_of_seed_phrases_is_no_alarm(author: Client) -> None:
    assert save(author, publish="1").status_code == 302
    assert read() == 200


def test_four_eyes_publish(cast: Cast, author: Client) -> None:
    owner = cast.client(cast.owner)
    assert owner.post(f"{HELP}rules/", {"four_eyes": "on", "version": 0}).status_code == 302
    assert save(author, publish="1").status_code == 403
    assert not Revision.objects.exists()
    assert save(author, review="1").status_code == 302
    assert "nonce" in page(owner, f"{LIST}?show=review")
    assert review(author, "approve", number=1) == 403  # one's own
    assert read() == 404
    assert review(owner, "return", number=1, note="Say what it is for") == 302
    assert "Say what it is for" in page(author, f"{LIST}nonce/en/")
    assert save(author, version=1, title="What a nonce is for", review="1").status_code == 302
    assert review(owner, "approve", number=1) == 409  # not the one that was looked at
    assert review(owner, "approve", number=2) == 302
    assert "What a nonce is for" in page(Client(), "/help/borealis/en/nonce")
    assert review(owner, "approve", number=2) == 404
    # a second reviewer was slower: readers have it, there is nothing to give back
    assert review(owner, "return", number=2, note="Not so") == 404
    assert Revision.objects.get(number=2).review == ReviewState.APPROVED
    told = AuditEntry.objects.filter(brand=cast.brand).values_list("action", flat=True)
    for action in ("article.rules", "article.review_asked", "article.returned", "article.approved"):
        assert action in told


def test_a_translation_is_stale_until_somebody_looks(cast: Cast, author: Client) -> None:
    save(author, publish="1")
    save(author, "es", title="¿Qué es un nonce?", publish="1")
    listing = f"{LIST}nonce/"
    assert "Older than the original" not in page(author, listing)
    save(author, version=1, body="## Why\n\nSo that each is sent exactly once.", publish="1")
    assert page(author, listing).count("Older than the original") == 1
    editor = page(author, f"{LIST}nonce/es/")
    assert "<ins>exactly </ins>" in editor
    assert review(author, "current", "es") == 302
    assert "Older than the original" not in page(author, listing)
    assert Translation.objects.get(language="es").title == "¿Qué es un nonce?"
    save(author, version=2, title="Nonces", publish="1")
    save(author, "es", version=1, title="Los nonces", publish="1")
    assert "Older than the original" not in page(author, listing)


def test_any_two_versions_can_be_compared_and_restored(author: Client) -> None:
    for version, title in enumerate(("One two three", "One 2 three", "One 2 3")):
        save(author, version=version, title=title)
    history = page(author, f"{LIST}nonce/en/history/?number=3&with=1")
    assert "<del>two</del>" in history
    assert "<del>three</del>" in history
    assert "<del>two</del>" not in page(author, f"{LIST}nonce/en/history/?number=3")
    assert 'value="One two three"' in page(author, f"{LIST}nonce/en/?from=1")
    for strange in ("x", "9" * 30, "-1", "²"):
        assert author.get(f"{LIST}nonce/en/history/?number={strange}").status_code == 200


def test_what_is_for_staff_is_read_by_staff(cast: Cast, author: Client) -> None:
    save(author, publish="1", title="Refunds <b>we</b> may give")
    author.post(f"{LIST}nonce/", ABOUT | {"audience": "staff"})
    for member, status in ((cast.agent, 200), (cast.viewer, 200), (cast.stranger, 404)):
        assert cast.client(member).get("/desk/articles/nonce/").status_code == status
    assert read() == 404
    agent = cast.client(cast.agent)
    shown = page(agent, "/desk/articles/nonce/")
    assert "Staff only" in shown
    assert "<b>we</b>" not in shown
    assert "nonce" in page(agent, "/desk/articles/?q=REFUNDS&show=staff")
    assert "nonce" not in page(agent, "/desk/articles/?q=elephants")
    author.post(f"{LIST}nonce/shown", {"released": 0})
    assert agent.get("/desk/articles/nonce/").status_code == 404


def picture(size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return SimpleUploadedFile("../../x.png", out.getvalue() + b"trailing", "text/html")


def test_a_picture_that_is_there_is_there_when_no_more_fit(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_PICTURES", 1)
    one = CleanPicture("image/webp", 1, 1, b"one")
    kept, _fresh = pictures.keep_picture(brand=cast.brand, picture=one)
    assert pictures.keep_picture(brand=cast.brand, picture=one) == (kept, False)
    with pytest.raises(BadInput):
        pictures.keep_picture(brand=cast.brand, picture=CleanPicture("image/webp", 1, 1, b"two"))


def test_pictures_are_made_anew_and_need_words(author: Client) -> None:
    add = f"{LIST}pictures"
    assert (
        "not everybody sees it"
        in author.post(add, {"picture": picture(), "alt": " "}).content.decode()
    )
    bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    assert 'class="error"' in author.post(add, {"picture": bad, "alt": "x"}).content.decode()
    assert not ArticlePicture.objects.exists()
    shown = author.post(add, {"picture": picture(), "alt": "A [red] square"}).content.decode()
    kept = ArticlePicture.objects.get()
    assert f"![A red square](../pictures/{kept.name})" in shown
    assert kept.name.endswith("-40x30.webp")
    assert b"trailing" not in bytes(kept.body)
    body = f"Look:\n\n![A red square](../pictures/{kept.name})"
    assert save(author, body=body, publish="1").status_code == 302
    assert f'src="/help/borealis/pictures/{kept.name}"' in page(Client(), "/help/borealis/en/nonce")
    got = Client().get(f"/help/borealis/pictures/{kept.name}")
    assert (got["Content-Type"], "immutable" in got["Cache-Control"]) == ("image/webp", True)
    assert Client().get(f"/help/rival/pictures/{kept.name}").status_code == 404
    for wrong in (f"![](../pictures/{kept.name})", f"![x](../pictures/{'0' * 32}-1x1.webp)"):
        assert save(author, version=1, body=wrong).status_code == 422


def test_numbers_say_what_an_article_achieved(
    cast: Cast, author: Client, django_assert_max_num_queries: Any
) -> None:
    save(author, publish="1")
    link = {"sources": [{"title": "x", "url": "/help/borealis/en/nonce"}], "feedback": True}
    for fate in ("helped", "not", "handed", "open"):
        customer = make_customer(cast.brand)
        customer.write("What is a nonce?")
        locked = lock_conversation(customer.conversation.pk)
        seq = post_bot_message(conversation=locked, text=guard.check("A number").safe, data=link)
        if fate in {"helped", "not"}:
            give_feedback(conversation=customer.now(), seq=seq, helped=fate == "helped")
        if fate == "handed":
            hand_over_to_people(
                conversation=lock_conversation(customer.conversation.pk),
                reason="asked",
                summary=guard.check("x").safe,
                urgency=1,
                topic="fees",
            )
    assert outcomes_of(cast.brand, 30) == {"nonce": Outcomes(shown=4, ended=1, handed_over=1)}
    assert outcomes_of(cast.other_brand, 30) == {}
    author.get(HELP)
    with django_assert_max_num_queries(14):
        shown = page(author, f"{HELP}?days=7&order=ended")
    assert "What is a nonce?" in shown


def test_missed_searches_lead_to_an_article(cast: Cast, author: Client) -> None:
    for _ in range(3):
        remember_missed_search(brand=cast.brand, language="zh-hans", text="硬件钱包")
    remember_missed_search(brand=cast.brand, language="en", text="ledger nano")
    shown = page(author, f"{HELP}searches/")
    assert shown.index("硬件钱包") < shown.index("ledger nano")
    assert "3 times" in shown
    assert "ledger" not in page(author, f"{HELP}searches/?language=zh-hans")
    assert 'value="ledger-nano"' in page(author, f"{LIST}new/?about=ledger%20nano")
    listed = cast.brand.pk
    assert page(cast.client(cast.stranger), f"{HELP}searches/").count("ledger") == 0
    assert listed


def test_notices_are_checked(cast: Cast, author: Client) -> None:
    new = f"{HELP}notices/new/"
    late = {"starts_at": "2026-11-23T10:00", "ends_at": "2026-11-23T09:00"}
    for wrong in (
        {"severity": "warning"},
        {"severity": "loud", "title_en": "x"},
        {"severity": "info", "title_en": "x", **late},
        {"severity": "info", "title_en": "x", "starts_at": "99999-01-01T00:00"},
        {"severity": "info", "title_en": "x" * 200},
        {"severity": "info", "title_en": "legal winner thank year wave sausage worth useful "
         "legal winner thank yellow"},
    ):  # fmt: skip
        assert author.post(new, wrong).status_code == 422, wrong
    assert not StatusNotice.objects.exists()
    assert author.post(new, {"severity": "info", "title_en": "Fees change"}).status_code == 302
    notice = StatusNotice.objects.get()
    other = cast.client(cast.stranger)
    assert other.post(f"{HELP}notices/{notice.pk}/end").status_code == 404
    edit = f"{HELP}notices/{notice.pk}/"
    assert author.post(edit, {"severity": "info", "title_en": "A", "version": 0}).status_code == 302
    assert author.post(edit, {"severity": "info", "title_en": "B", "version": 0}).status_code == 409
    assert author.post(f"{edit}end").status_code == 302
    assert "Over" in page(author, f"{HELP}notices/")


def test_the_folder_comes_as_a_zip(cast: Cast, author: Client) -> None:
    save(author, publish="1")
    got = author.post(f"{HELP}folder")
    assert got["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        assert archive.namelist() == ["nonce/en.md"]
    assert author.post(f"{HELP}folder").content == got.content
    assert AuditEntry.objects.filter(action="article.exported").count() == 2
    assert Article.objects.count() == 1


def test_strange_forms_are_refused(author: Client) -> None:
    save(author)
    for fields in ({}, {"do": "approve"}, {"do": "approve", "number": "9" * 40}, {"do": "x"}):
        answer = author.post(f"{LIST}nonce/en/review", fields)
        assert answer.status_code == 400, fields
    assert review(author, "return", number=1, note="a\x00b") == 400
    assert author.post(f"{HELP}searches/", {"id": str(uuid4())}).status_code == 302
