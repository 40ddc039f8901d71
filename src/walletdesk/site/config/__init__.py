"""Every setting of an installation, read once from the environment into one frozen object.

`load_config` writes nothing and opens no connection, so it is safe to call from type checkers,
tests and `walletdesk check`. All wrong settings are reported together, each with a way out.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from walletdesk.integrations.asterisk.types import AsteriskConfig
from walletdesk.integrations.cpaas.config import CpaasConfig
from walletdesk.integrations.embedded_voice.config import MediaConfig
from walletdesk.integrations.sms.types import SmsConfig
from walletdesk.kit.postgres import embedded_dsn
from walletdesk.language.speech_config import SpeechConfig
from walletdesk.site.config import groups, values
from walletdesk.site.config.model import ModelConfig
from walletdesk.site.config.reading import ConfigError, Reader, boolean, known
from walletdesk.site.config.sign_in import OutsideConfig

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECRET_KEY_BITS = 256


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of this process. Absolute addresses come from `base_url` and nowhere else."""

    data: Path
    database_url: str | None = field(repr=False)
    host: str
    port: int
    base_url: str
    secret_key: str = field(repr=False)
    key_path: Path | None
    key_source: Literal["environment", "file", "process"]
    demo: bool
    debug: bool
    log_level: str
    pool_size: int
    messages_per_minute: int
    streams_per_address: int
    embed_origins: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    blobs: str = field(default="", repr=False)
    files_url: str = ""
    session_idle_minutes: int = 120
    mail_listen: str = ""
    networks: Path | None = None
    complaint_profiles: Path | None = None
    wallet_url: str = ""
    wallet_secret: str = field(default="", repr=False)
    ocr: str = ""
    voice: tuple[str, ...] = ()
    sms: SmsConfig = field(default_factory=SmsConfig)
    generator: ModelConfig = field(default_factory=ModelConfig)
    language_id: ModelConfig = field(default_factory=ModelConfig)
    embedder: ModelConfig = field(default_factory=ModelConfig)
    outside: OutsideConfig = field(default_factory=OutsideConfig)
    cpaas: CpaasConfig = field(default_factory=CpaasConfig)
    media: MediaConfig = field(default_factory=MediaConfig)
    asterisk: AsteriskConfig = field(default_factory=AsteriskConfig)
    speech: SpeechConfig = field(default_factory=SpeechConfig)

    @property
    def embedded(self) -> bool:
        """True when walletdesk runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def voice_installed(self) -> bool:
        """True when calls could be carried in a process of ours."""
        return values.has_voice_extra()

    @property
    def voice_on_call(self) -> bool:
        """True when the process of calls may wait for the first one: all come out of the chat."""
        return "asterisk" not in self.voice and self.media.sip is None

    @property
    def key_file(self) -> Path:
        """The file of master keys, under which the keys of contacts are sealed."""
        return self.key_path or self.data / "keys" / "master.keys"


def load_config(environ: Mapping[str, str]) -> Config:
    """Read every setting; empty variables count as not set. Writes nothing.

    Without WALLETDESK_SECRET_KEY and without the key file the key is random and lives only in
    this process; commands that serve people call `ensure_secret_key` first.

    Raises:
        ConfigError: with all problems at once.

    """
    read = Reader(environ)
    data = read.take("WALLETDESK_DATA", values.folder)
    host = read.take("WALLETDESK_HOST", values.host)
    port = read.take("WALLETDESK_PORT", values.port)
    database_url = read.take("DATABASE_URL", values.database_url)
    base_url = read.take("WALLETDESK_URL", values.base_url)
    secret_key = read.take("WALLETDESK_SECRET_KEY", values.secret_key)
    key_path = read.take("WALLETDESK_KEY_FILE", values.key_file)
    demo = read.take("WALLETDESK_DEMO", boolean)
    debug = read.take("WALLETDESK_DEBUG", boolean)
    log_level = read.take("WALLETDESK_LOG_LEVEL", values.log_level)
    pool_size = read.take("WALLETDESK_POOL", values.pool)
    messages_per_minute = read.take("WALLETDESK_MESSAGES_PER_MINUTE", values.messages)
    streams_per_address = read.take("WALLETDESK_STREAMS_PER_ADDRESS", values.streams)
    embed_origins = read.take("WALLETDESK_EMBED_ORIGINS", values.origins)
    trusted_proxies = read.take("WALLETDESK_TRUSTED_PROXIES", values.networks)
    blobs = read.take("WALLETDESK_BLOBS", values.blobs)
    files_url = read.take("WALLETDESK_FILES_URL", values.base_url)
    session_idle = read.take("WALLETDESK_SESSION_IDLE_MINUTES", values.idle_minutes)
    mail_listen = read.take("WALLETDESK_MAIL_LISTEN", values.mail_listen)
    networks = read.take("WALLETDESK_NETWORKS", values.chain_networks)
    complaint_profiles = read.take("WALLETDESK_COMPLAINT_PROFILES", values.complaint_profiles)
    wallet_url, wallet_key = groups.read_wallet(read)
    ocr = read.take("WALLETDESK_OCR", values.ocr)
    voice = read.take("WALLETDESK_VOICE", values.voice)
    sms = groups.read_sms(read)
    generator = groups.read_generating(read)
    language_id = groups.read_replacing(read, "WALLETDESK_LANGUAGE_ID")
    embedder = groups.read_replacing(read, "WALLETDESK_EMBEDDER")
    outside = groups.read_outside(read)
    carried = groups.read_media(read, data)
    engine = groups.read_asterisk(read, data, wanted="asterisk" in (voice or ()))
    speech = groups.read_speech(read)
    provider = groups.read_cpaas(read, voice or ())
    stored_key = None
    if secret_key == "" and data is not None:
        stored_key = read.guarded("WALLETDESK_SECRET_KEY", lambda: values.stored_secret_key(data))
    if read.problems:
        raise ConfigError(read.problems)
    return Config(
        data=known(data),
        database_url=database_url or None,
        host=known(host),
        port=known(port),
        base_url=base_url or values.default_base_url(known(host), known(port)),
        secret_key=secret_key or stored_key or secrets.token_urlsafe(SECRET_KEY_BITS // 8),
        key_path=key_path or None,
        key_source="environment" if secret_key else "file" if stored_key else "process",
        demo=known(demo),
        debug=known(debug),
        log_level=known(log_level),
        pool_size=known(pool_size),
        messages_per_minute=known(messages_per_minute),
        streams_per_address=known(streams_per_address),
        embed_origins=known(embed_origins),
        trusted_proxies=known(trusted_proxies),
        blobs=blobs or "",
        files_url=files_url or "",
        session_idle_minutes=known(session_idle),
        mail_listen=mail_listen or "",
        networks=networks or None,
        complaint_profiles=complaint_profiles or None,
        wallet_url=wallet_url,
        wallet_secret=wallet_key,
        ocr=ocr or "",
        voice=known(voice),
        sms=known(sms),
        generator=known(generator),
        language_id=known(language_id),
        embedder=known(embedder),
        outside=known(outside),
        cpaas=provider,
        media=known(carried),
        asterisk=known(engine),
        speech=known(speech),
    )


def database_dsn(config: Config) -> str:
    """Return DATABASE_URL, or the address of the embedded server's socket for this data folder."""
    if config.database_url is not None:
        return config.database_url
    return embedded_dsn(postgres_folder(config))


def postgres_folder(config: Config) -> Path:
    """Return where the embedded PostgreSQL of this installation lives."""
    return config.data / "postgres"


def ensure_secret_key(config: Config) -> None:
    """Write this process's key to `secret.key` (mode 0600) unless a key is already set or stored.

    Two processes may race: the first file wins, because a link never replaces a file. Read the
    configuration again afterwards.

    Raises:
        OSError: the folder cannot be written.

    """
    if config.key_source != "process":
        return
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = config.data / f".secret.key.{os.getpid()}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(config.secret_key + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, config.data / "secret.key")
    finally:
        draft.unlink(missing_ok=True)
