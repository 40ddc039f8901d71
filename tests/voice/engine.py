"""A real Asterisk for tests: Debian's packages of sid, unpacked without installing anything.

`python -m tests.voice.engine` unpacks them (about 15 s and 270 MB) into `.asterisk` beside the
source, or where WALLETDESK_TEST_ASTERISK says.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.ports import free_port
from walletdesk.integrations.asterisk.configuring import configuration, write
from walletdesk.integrations.asterisk.types import AsteriskConfig

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("WALLETDESK_TEST_ASTERISK", ROOT / ".asterisk"))
SUITE = "sid"  # the one of Debian's that has Asterisk 22; it moves, so the version is not named
PACKAGES = "asterisk asterisk-core-sounds-en-gsm asterisk-moh-opsound-gsm sip-tester"
UNPACK = r"""
set -eu; S=$1; D=$2; A=$D/apt
mkdir -p $A/lists/partial $A/cache/archives/partial $A/prefs $A/state
mkdir -p $D/root/usr/bin $D/root/usr/sbin $D/root/usr/lib $D/root/usr/lib64; : > $A/status
URI=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
K=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$K] $URI $S main" > $A/sources.list
cat > $A/apt.conf <<C
Dir::Etc::sourcelist "$A/sources.list"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "$A/prefs"; Dir::State "$A/state"; Dir::State::lists "$A/lists";
Dir::State::status "$A/status"; Dir::Cache "$A/cache"; Acquire::Languages "none";
APT::Install-Recommends "false"; APT::Sandbox::User "root";
C
export APT_CONFIG=$A/apt.conf; apt-get -qq update
apt-get -qq -y --download-only install $3 >/dev/null
for l in bin sbin lib lib64; do [ -e $D/root/$l ] || ln -s usr/$l $D/root/$l; done
for d in $A/cache/archives/*.deb
do dpkg-deb --fsys-tarfile "$d" | tar -x --keep-directory-symlink -C $D/root; done
rm -r $A
"""


def available() -> str:
    """Return why there is no Asterisk here, empty when there is one; unpacks it if it can."""
    if not (FOLDER / "ready").exists():
        if (
            not shutil.which("apt-get")
            or not Path("/etc/apt/sources.list.d/debian.sources").exists()
        ):
            return "a real Asterisk is unpacked from Debian's packages, and this is no Debian"
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        got = subprocess.run(
            ["sh", "-c", UNPACK, "unpack", SUITE, str(FOLDER), PACKAGES],
            capture_output=True,
            text=True,
            check=False,
        )
        if got.returncode:
            return f"Debian's packages of Asterisk could not be had: {got.stderr[-300:]}"
        (FOLDER / "ready").touch()
    return ""


def command(program: str) -> list[str]:
    """Return how a program of the unpacked packages is run, with its own libraries."""
    root = FOLDER / "root"
    loader = next(root.glob("usr/lib*/ld-linux-x86-64.so.2"), None) or next(
        root.glob("usr/lib/*/ld-linux-x86-64.so.2")
    )
    libraries = f"{root}/usr/lib/x86_64-linux-gnu:{root}/usr/lib"
    return [str(loader), "--library-path", libraries, str(root / "usr" / program)]


def pcap(key: str) -> Path:
    """Return the recorded RFC 4733 digit of sipp: 0 to 9, "star" or "pound"."""
    return FOLDER / f"root/usr/share/sip-tester/dtmf_2833_{key}.pcap"


@dataclass
class Engine:
    """An Asterisk that runs in a folder of its own."""

    folder: Path
    config: AsteriskConfig
    sip_port: int
    process: "subprocess.Popen[bytes]"

    def cli(self, line: str) -> str:
        """Ask Asterisk's console."""
        asked = [
            *command("sbin/asterisk"),
            "-C",
            str(self.folder / "etc/asterisk.conf"),
            "-rx",
            line,
        ]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout

    def recordings(self) -> list[Path]:
        """Return what lies in plain where Asterisk records."""
        return sorted((self.folder / "spool/recording").iterdir())


@contextlib.contextmanager
def engine(folder: Path, agents: Sequence[int] = (), trunk_port: int = 5099) -> Iterator[Engine]:
    """Run Asterisk with the configuration that we ship; only its folders are the test's."""
    sip_port, http_port = free_port(), free_port()
    (folder / "sounds").mkdir(exist_ok=True)
    config = AsteriskConfig(
        url=f"http://127.0.0.1:{http_port}",
        secret="an-ari-secret-of-a-test",
        sounds=folder / "sounds",
        wss=f"ws://127.0.0.1:{http_port}/ws",
        trunk=f"127.0.0.1:{trunk_port}",
    )
    values = {
        "sip_bind": f"127.0.0.1:{sip_port}",
        "rtp_start": "30000",
        "rtp_end": "32000",
        "moh": str(FOLDER / "root/usr/share/asterisk/moh"),
    }
    write(folder / "etc", configuration(config, agents, values))
    with started(folder, config, sip_port) as running:
        yield running


@contextlib.contextmanager
def started(folder: Path, config: AsteriskConfig, sip_port: int = 0) -> Iterator[Engine]:
    """Run Asterisk with the configuration in `folder`/etc, and all else of its own beside it."""
    root = FOLDER / "root"
    for name in ("etc", "lib", "db", "run", "log", *(f"spool/{s}" for s in ("recording", "tmp"))):
        (folder / name).mkdir(parents=True, exist_ok=True)
    modules = next(root.glob("usr/lib/*/asterisk/modules"))
    (folder / "etc/asterisk.conf").write_text(
        "[directories]\n"
        f"astetcdir={folder}/etc\nastmoddir={modules}\nastvarlibdir={folder}/lib\n"
        f"astdbdir={folder}/db\nastkeydir={folder}/lib\nastdatadir={root}/usr/share/asterisk\n"
        f"astspooldir={folder}/spool\nastrundir={folder}/run\nastlogdir={folder}/log\n"
        "[options]\nnocolor=yes\n"
    )
    log = (folder / "log/console").open("wb")
    process = subprocess.Popen(
        [*command("sbin/asterisk"), "-C", str(folder / "etc/asterisk.conf"), "-f"],
        stdout=log,
        stderr=log,
    )
    try:
        _await(config, process, folder)
        yield Engine(folder, config, sip_port, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _await(config: AsteriskConfig, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(httpx.HTTPError):
            asked = httpx.get(f"{config.url}/ari/asterisk/info", auth=("walletdesk", config.secret))
            if asked.status_code == 200:
                return
    raise AssertionError((folder / "log/console").read_text()[-2000:])


if __name__ == "__main__":
    reason = available()
    raise SystemExit(reason or 0)
