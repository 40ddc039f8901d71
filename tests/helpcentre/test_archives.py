"""Articles out of a ZIP: what would change is shown first, drafts come in, hostile ones do not."""

import io
import stat
import zipfile
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.factories.articles import load
from walletdesk.accounts.models import AuditEntry, Membership
from walletdesk.kit.errors import BadInput
from walletdesk.knowledge import archives
from walletdesk.knowledge.actions.exchange import import_files
from walletdesk.knowledge.archives import read_archive
from walletdesk.knowledge.exports import as_zip, exported
from walletdesk.knowledge.models import Article, Revision, Translation

NAME = "swap-failed/en.md"
ADDRESS = "/desk/settings/articles/import"


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
        archive.comment = comment
    return out.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def why(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> list[str]:
    return [reason for _, reason in read_archive(zipped(*entries)).refused]


def send(cast: Cast, member: Membership, data: bytes, take: str = "") -> HttpResponse:
    form = {"archive": SimpleUploadedFile("a.zip", data, "application/zip"), "take": take}
    answer: HttpResponse = cast.client(member).post(ADDRESS, form, headers={"HX-Request": "true"})  # type: ignore[assignment]
    return answer


def fingerprint(answer: HttpResponse) -> str:
    return answer.content.decode().partition('name="take" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/x/en.md", "path"), ("/x/en.md", "path"), ("a\\b/en.md", "path"),
        ("c:/x/en.md", "path"), ("x//en.md", "path"), ("x/en.txt", "unknown"), ("en.md", "unknown"),
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name: str, reason: str) -> None:
    entry = zipfile.ZipInfo("x")
    entry.filename = entry.orig_filename = name
    assert why((entry, b"---")) == [reason]


def test_links_doubles_and_large_files_are_refused_and_others_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert why((link("x/en.md"), b"/etc/passwd")) == ["link"]
    assert why(("x/en.md", b"-" * (archives.TEXT_BYTES + 1))) == ["too_large"]
    with pytest.warns(UserWarning, match="Duplicate"):
        found = read_archive(zipped(("top/x/en.md", b"a"), ("top/x/en.md", b"b")))
    assert (found.texts, found.refused) == ({"x/en.md": b"a"}, [("top/x/en.md", "twice")])
    with_rest = zipped(
        ("__MACOSX/x/en.md", b""), (".git/x.md", b""), ("x/en.md", b"a"), comment=b"c"
    )
    assert read_archive(with_rest).texts == {"x/en.md": b"a"}
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    monkeypatch.setattr(archives, "WHOLE_BYTES", 100_000)
    for problem, entries in (
        ("too_many", [(f"x{n}/en.md", b"") for n in range(3)]),
        ("too_large", [("x/en.md", b"-" * 100_001)]),
    ):
        with pytest.raises(BadInput) as refused:
            read_archive(zipped(*entries))
        assert refused.value.fields == {"archive": problem}
    monkeypatch.setattr(archives, "DIRECTORY_BYTES", 50)
    with pytest.raises(BadInput):
        read_archive(zipped(("x/en.md", b"")))


def test_a_bomb_that_lies_about_its_size_unpacks_to_what_it_said() -> None:
    data = bytearray(zipped(("x/en.md", b"\0" * 50_000_000)))
    for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = (10).to_bytes(4, "little")
    assert read_archive(bytes(data)).refused == [("x/en.md", "broken")]


@given(cut=st.integers(0, 400), flip=st.integers(0, 400), value=st.integers(0, 255))
def test_no_bytes_make_it_fail(cut: int, flip: int, value: int) -> None:
    data = bytearray(zipped(("x/en.md", b"---" * 30), ("pictures/a.webp", b"RIFF")))
    data[flip % len(data)] = value
    for hostile in (bytes(data), bytes(data[: -cut or None]), bytes(data[cut:])):
        with suppress(BadInput):
            read_archive(hostile)


def test_it_shows_first_then_takes_in_drafts_and_is_audited(cast: Cast) -> None:
    load(cast.brand, ["swap-failed", "forgot-password"])
    files = exported(cast.brand)
    edited = files | {
        NAME: files[NAME].replace(b"\n## ", b"\n## Edited: "),
        "fresh-one/en.md": files[NAME].replace(b"swap-failed", b"fresh-one"),
        "bad/en.md": b"no front matter",
    }
    live = list(Translation.objects.order_by("pk").values_list("content_hash"))
    first = send(cast, cast.owner, as_zip(edited))
    shown = first.content.decode()
    for part in (NAME, "fresh-one/en.md", "bad/en.md", "Refused: 1", "New: 1", "Changed: 1"):
        assert part in shown, part
    assert not Article.objects.filter(slug="fresh-one").exists()
    assert not AuditEntry.objects.filter(action="article.imported").exists()
    take = fingerprint(first)
    other = send(cast, cast.owner, as_zip(edited | {"bad/en.md": b"other"}), take)
    assert "Something has changed" in other.content.decode()
    done = send(cast, cast.owner, as_zip(edited), take)
    assert "Taken in, as drafts" in done.content.decode()
    fresh = Article.objects.defer("direction").get(slug="fresh-one")
    assert (fresh.released, fresh.published) == (False, False)
    revision = Revision.objects.filter(article__slug="swap-failed", language="en").latest("number")
    assert (revision.author, revision.published) == (cast.owner, False)
    assert list(Translation.objects.order_by("pk").values_list("content_hash")) == live
    entry = AuditEntry.objects.get(action="article.imported")
    assert (entry.actor, entry.detail["new"], entry.detail["changed"]) == (cast.owner, 1, 1)
    again = send(cast, cast.owner, as_zip(edited))
    assert "nothing to take in" in again.content.decode()


def test_what_cannot_be_taken_is_told_and_who_may_not_is_refused(cast: Cast) -> None:
    def page(data: bytes) -> str:
        return send(cast, cast.owner, data).content.decode()

    assert "no ZIP archive" in page(b"PK not really")
    assert "neither an article" in page(zipped(("notes.txt", b"x")))
    assert "no picture" in page(zipped(("pictures/x.webp", b"<svg onload=alert(1)>")))
    assert "&lt;b&gt;" in page(zipped(("<b>/en.md", b"x")))
    assert cast.client(cast.owner).post(ADDRESS).status_code == 200
    assert send(cast, cast.agent, zipped(("x/en.md", b""))).status_code == 403
    assert import_files(brand=cast.brand, articles={}) == []
