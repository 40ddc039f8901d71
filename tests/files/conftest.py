"""Each test of files has an empty store of its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from walletdesk.conversations.contents.store import blob_store
from walletdesk.kit.blobs.types import BlobStore


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    config = settings.WALLETDESK
    settings.WALLETDESK = replace(config, data=tmp_path, key_path=config.key_file)
    return tmp_path


@pytest.fixture
def store(data_folder: Path) -> BlobStore:
    return blob_store()
