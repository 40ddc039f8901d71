"""Files for browsers: published once, whole, compressed; old versions stay for a while."""

import asyncio
import gzip
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.cast import Cast
from walletdesk.site.static_files import KEPT, publish, published

SOURCE = Path(django_settings.STATIC_FOLDER)
SMALL = b"let a=1;" * 100


def test_published_files_are_whole_and_compressed(tmp_path: Path) -> None:
    assert published(SOURCE, tmp_path / "static", "one") == SOURCE
    place = publish(SOURCE, tmp_path / "static", "one")
    assert published(SOURCE, tmp_path / "static", "one") == place
    plain = {path.relative_to(SOURCE) for path in SOURCE.rglob("*") if path.is_file()}
    copied = {path.relative_to(place) for path in place.rglob("*") if path.is_file()}
    assert plain <= copied
    script = place / "common" / "thread.js"
    packed = script.with_name("thread.js.gz")
    assert gzip.decompress(packed.read_bytes()) == script.read_bytes()
    before = packed.stat().st_mtime_ns
    assert publish(SOURCE, tmp_path / "static", "one") == place
    assert packed.stat().st_mtime_ns == before


def test_some_old_versions_are_kept(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a{}")
    for number in range(KEPT + 2):
        publish(source, tmp_path / "static", f"v{number}")
    assert len(list((tmp_path / "static").iterdir())) == KEPT
    assert (tmp_path / "static" / f"v{KEPT + 1}").is_dir()


def test_a_server_that_was_loaded_before_its_files_were_published_serves_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first start loads the server while the database is prepared and the files are made."""
    from walletdesk.site.asgi import Application  # noqa: PLC0415 - settings stand by now

    monkeypatch.setattr(django_settings, "STATIC_PUBLISHED", tmp_path / "static")
    application = Application()
    place = tmp_path / "static" / django_settings.STATIC_DIGEST / "widget"
    place.mkdir(parents=True)
    (place / "widget.js").write_bytes(SMALL)
    (place / "widget.js.gz").write_bytes(gzip.compress(SMALL))

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(application.pages)  # type: ignore[arg-type] # plain ASGI
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.get(f"{django_settings.STATIC_URL}widget/widget.js")

    answer = asyncio.run(asked())
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == SMALL


def test_only_named_sites_may_embed_the_chat(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/widget/{cast.brand.slug}/"
    assert "frame-ancestors 'self';" in client.get(address)["Content-Security-Policy"]
    config = replace(django_settings.WALLETDESK, embed_origins=("https://wallet.example",))
    monkeypatch.setattr(django_settings, "WALLETDESK", config)
    policy = client.get(address)["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://wallet.example;" in policy
    assert "frame-ancestors 'none';" in client.get("/accounts/login/")["Content-Security-Policy"]
