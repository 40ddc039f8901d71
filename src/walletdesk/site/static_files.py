"""The files that browsers load: published below the data folder, small, compressed copies too."""

import shutil
import tempfile
from pathlib import Path

from servestatic.compress import Compressor

from walletdesk.site.minify import minify

KEPT = 3  # pages that were open before an update may still ask for the files of the version before


def published(source: Path, folder: Path, digest: str) -> Path:
    """Return where the files of this version lie: published, or the package's own before that."""
    place = folder / digest
    return place if place.is_dir() else source


def publish(source: Path, folder: Path, digest: str) -> Path:
    """Copy the files to `folder/digest`, small and compressed; nothing to do when they are there.

    The folder appears under its name at once and whole, so that two starts at a time do no harm.
    """
    place = folder / digest
    if place.is_dir():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
    shutil.copytree(source, draft, dirs_exist_ok=True)
    minify(draft)
    compressor = Compressor(quiet=True)
    for path in sorted(draft.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(path)
    draft.chmod(0o755)
    try:
        draft.rename(place)
    except OSError:  # another start was faster
        shutil.rmtree(draft)
    _forget_old(folder)
    return place


def _forget_old(folder: Path) -> None:
    versions = sorted(
        (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for old in versions[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
