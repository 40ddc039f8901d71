"""Every setting of an installation, read once from the environment into one frozen object.

`load_config` writes nothing and opens no connection, so it is safe to call from type checkers,
tests and `walletdesk check`. All wrong settings are reported together, each with a way out.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

from walletdesk.integrations.cpaas.config import CpaasConfig
from walletdesk.integrations.embedded_voice.config import MediaConfig, SipConfig
from walletdesk.integrations.sms.types import SmsConfig
from walletdesk.kit.postgres import embedded_dsn
from walletdesk.site import cpaas_config as cpaas
from walletdesk.site import media_config as media
from walletdesk.site import sign_in_config as sign_in
from walletdesk.site import sms_config as sms
from walletdesk.site.sign_in_config import OutsideConfig
from walletdesk.site.sign_in_config import WrongValueError as _WrongValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

SECRET_KEY_BITS = 256
# An outside secret shorter than this can be guessed; Django warns below 50 characters, and 32
# random URL-safe characters already carry 192 bits.
SECRET_KEY_MIN_LENGTH = 32
# The embedded server allows 60 connections; server and worker each hold one pool beside a few
# connections for LISTEN and for maintenance.
POOL_MAX = 25
LOG_LEVELS = ("debug", "info", "warning", "error")
VOICE_DRIVERS = ("embedded", "asterisk", "cpaas")
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: which setting, what about it, and how to mend it."""

    setting: str
    message: str
    way_out: str

    def sentence(self) -> str:
        """Return the problem and its way out on one line."""
        return f"{self.setting}: {self.message} {self.way_out}"


class ConfigError(Exception):
    """The settings are wrong; `problems` holds every one of them, never only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.sentence() for problem in problems))
        self.problems = problems


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
    outside: OutsideConfig = field(default_factory=OutsideConfig)
    cpaas: CpaasConfig = field(default_factory=CpaasConfig)
    media: MediaConfig = field(default_factory=MediaConfig)

    @property
    def embedded(self) -> bool:
        """True when walletdesk runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def key_file(self) -> Path:
        """The file of master keys, under which the keys of contacts are sealed."""
        return self.key_path or self.data / "keys" / "master.keys"


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its default as text, and what it decides."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("WALLETDESK_DATA", "./var", "folder for the database, keys and logs"),
    Setting("DATABASE_URL", "", "outside PostgreSQL; empty means the embedded one"),
    Setting("WALLETDESK_HOST", "127.0.0.1", "address to listen on"),
    Setting("WALLETDESK_PORT", "8000", "port to listen on; 0 takes any free one"),
    Setting("WALLETDESK_URL", "", "public address; default http://host:port"),
    Setting("WALLETDESK_SECRET_KEY", "", "signing key; default the file secret.key"),
    Setting("WALLETDESK_KEY_FILE", "", "master keys; default keys/master.keys in the data folder"),
    Setting("WALLETDESK_DEMO", "true", "load the demo brand on first start"),
    Setting("WALLETDESK_DEBUG", "false", "show details of errors in the browser"),
    Setting("WALLETDESK_LOG_LEVEL", "info", "debug, info, warning or error"),
    Setting("WALLETDESK_POOL", "12", "database connections per process"),
    Setting("WALLETDESK_MESSAGES_PER_MINUTE", "30", "messages a customer may send in a minute"),
    Setting("WALLETDESK_STREAMS_PER_ADDRESS", "300", "live streams from one address"),
    Setting("WALLETDESK_EMBED_ORIGINS", "", "sites that may embed the chat, separated by commas"),
    Setting("WALLETDESK_TRUSTED_PROXIES", "", "addresses or networks, separated by commas"),
    Setting("WALLETDESK_BLOBS", "", "s3://bucket/prefix for files; default the data folder"),
    Setting("WALLETDESK_FILES_URL", "", "second address that serves files; default the first"),
    Setting("WALLETDESK_SESSION_IDLE_MINUTES", "120", "staff are signed out when idle this long"),
    Setting("WALLETDESK_MAIL_LISTEN", "", "lmtp://host:port or smtp://host:port to take mail in"),
    Setting("WALLETDESK_NETWORKS", "", "your file or folder of chain networks; see networks.md"),
    Setting("WALLETDESK_COMPLAINT_PROFILES", "", "your folder of complaint rules; complaints.md"),
    Setting("WALLETDESK_WALLET_URL", "", "the wallet's own back end; see wallet-connector.md"),
    Setting("WALLETDESK_WALLET_SECRET", "", "secret shared with it, at least 32 characters"),
    Setting("WALLETDESK_OCR", "tesseract", "program that reads pictures; off for none"),
    Setting("WALLETDESK_VOICE", "", "what carries calls: embedded, asterisk, cpaas; see voice.md"),
    Setting("WALLETDESK_SMS", "console", "who carries SMS: console, twilio or aliyun; see sms.md"),
    Setting("WALLETDESK_SMS_ACCOUNT", "", "Twilio's account SID or Aliyun's AccessKey ID"),
    Setting("WALLETDESK_SMS_SECRET", "", "Twilio's auth token or Aliyun's AccessKey secret"),
    Setting("WALLETDESK_SMS_SENDER", "", "Twilio's number or MG…; Aliyun's approved sign name"),
    Setting("WALLETDESK_SMS_TEMPLATE", "", "Aliyun's templates, such as zh-hans=SMS_1 en=SMS_2"),
    Setting("WALLETDESK_SMS_URL", "", "the carrier's interface, when it is not the usual one"),
    Setting("WALLETDESK_CPAAS_ACCOUNT", "", "the provider's account SID; see voice.md"),
    Setting("WALLETDESK_CPAAS_SECRET", "", "the provider's auth token, which signs its requests"),
    Setting("WALLETDESK_CPAAS_NUMBER", "", "the number that we call from"),
    Setting("WALLETDESK_CPAAS_AGENTS", "", "agents' telephones, as sip:agent{membership}@host"),
    Setting("WALLETDESK_CPAAS_URL", "https://api.twilio.com", "the provider's interface"),
    Setting("WALLETDESK_VOICE_LEGS", "16", "browsers with sound at a time; a core holds 16"),
    Setting("WALLETDESK_VOICE_ICE", "", "your STUN and TURN servers; see voice-embedded.md"),
    Setting("WALLETDESK_VOICE_LOOPBACK", "false", "sound also to browsers on this machine"),
    Setting("WALLETDESK_VOICE_SIP", "", "address:port for telephones; empty means none"),
    Setting("WALLETDESK_VOICE_SIP_ALLOW", "", "addresses or networks that may call by SIP"),
    Setting("WALLETDESK_VOICE_SIP_ADVERTISE", "", "our address as the trunk sees it"),
    Setting("WALLETDESK_VOICE_SIP_PORTS", "20000-20399", "UDP ports for sound of telephones"),
    Setting("WALLETDESK_VOICE_SIP_TRUNK", "", "user:secret@host:port that carries calls out"),
    Setting("WALLETDESK_VOICE_SIP_REGISTER", "false", "register at the trunk"),
    Setting("WALLETDESK_VOICE_DIAL", "", "beginnings of numbers that may be called, as +49"),
    Setting("WALLETDESK_OIDC_ISSUER", "", "OpenID Connect provider through which staff sign in"),
    Setting("WALLETDESK_OIDC_CLIENT_ID", "", "this desk's id at that provider"),
    Setting("WALLETDESK_OIDC_CLIENT_SECRET", "", "this desk's secret at that provider"),
    Setting("WALLETDESK_OIDC_NAME", "OpenID Connect", "that provider's name on the button"),
    Setting("WALLETDESK_SAML_METADATA", "", "file in which the SAML provider describes itself"),
    Setting("WALLETDESK_SAML_NAME", "SAML", "that provider's name on the button"),
)
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def load_config(environ: Mapping[str, str]) -> Config:
    """Read every setting; empty variables count as not set. Writes nothing.

    Without WALLETDESK_SECRET_KEY and without the key file the key is random and lives only in
    this process; commands that serve people call `ensure_secret_key` first.

    Raises:
        ConfigError: with all problems at once.

    """
    read = _Reader(environ)
    data = read.take("WALLETDESK_DATA", _folder)
    host = read.take("WALLETDESK_HOST", _host)
    port = read.take("WALLETDESK_PORT", _port)
    database_url = read.take("DATABASE_URL", _database_url)
    base_url = read.take("WALLETDESK_URL", _base_url)
    secret_key = read.take("WALLETDESK_SECRET_KEY", _secret_key)
    key_path = read.take("WALLETDESK_KEY_FILE", _key_file)
    demo = read.take("WALLETDESK_DEMO", _boolean)
    debug = read.take("WALLETDESK_DEBUG", _boolean)
    log_level = read.take("WALLETDESK_LOG_LEVEL", _log_level)
    pool_size = read.take("WALLETDESK_POOL", _pool)
    messages_per_minute = read.take("WALLETDESK_MESSAGES_PER_MINUTE", _messages)
    streams_per_address = read.take("WALLETDESK_STREAMS_PER_ADDRESS", _streams)
    embed_origins = read.take("WALLETDESK_EMBED_ORIGINS", _origins)
    trusted_proxies = read.take("WALLETDESK_TRUSTED_PROXIES", _networks)
    blobs = read.take("WALLETDESK_BLOBS", _blobs)
    files_url = read.take("WALLETDESK_FILES_URL", _base_url)
    session_idle = read.take("WALLETDESK_SESSION_IDLE_MINUTES", _idle_minutes)
    mail_listen = read.take("WALLETDESK_MAIL_LISTEN", _mail_listen)
    networks = read.take("WALLETDESK_NETWORKS", _chain_networks)
    complaint_profiles = read.take("WALLETDESK_COMPLAINT_PROFILES", _complaint_profiles)
    wallet_url, wallet_key = _wallet(read)
    ocr = read.take("WALLETDESK_OCR", _ocr)
    voice = read.take("WALLETDESK_VOICE", _voice)
    sms = _sms(read)
    outside = _outside(read)
    carried = _media(read, data)
    provider = _cpaas(read, voice or ())
    stored_key = None
    if secret_key == "" and data is not None:
        stored_key = read.guarded("WALLETDESK_SECRET_KEY", lambda: _stored_secret_key(data))
    if read.problems:
        raise ConfigError(read.problems)
    return Config(
        data=_known(data),
        database_url=database_url or None,
        host=_known(host),
        port=_known(port),
        base_url=base_url or _default_base_url(_known(host), _known(port)),
        secret_key=secret_key or stored_key or secrets.token_urlsafe(SECRET_KEY_BITS // 8),
        key_path=key_path or None,
        key_source="environment" if secret_key else "file" if stored_key else "process",
        demo=_known(demo),
        debug=_known(debug),
        log_level=_known(log_level),
        pool_size=_known(pool_size),
        messages_per_minute=_known(messages_per_minute),
        streams_per_address=_known(streams_per_address),
        embed_origins=_known(embed_origins),
        trusted_proxies=_known(trusted_proxies),
        blobs=blobs or "",
        files_url=files_url or "",
        session_idle_minutes=_known(session_idle),
        mail_listen=mail_listen or "",
        networks=networks or None,
        complaint_profiles=complaint_profiles or None,
        wallet_url=wallet_url,
        wallet_secret=wallet_key,
        ocr=ocr or "",
        voice=_known(voice),
        sms=_known(sms),
        outside=_known(outside),
        cpaas=provider,
        media=_known(carried),
    )


def _voice(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in names if name not in VOICE_DRIVERS]
    if unknown:
        raise _WrongValueError(
            f"there is no driver {unknown[0]!r}.", f"Use {', '.join(VOICE_DRIVERS)}, with commas."
        )
    return names


def _wallet(read: _Reader) -> tuple[str, str]:
    """Read address and secret of the wallet's back end: both or neither."""
    url = read.take("WALLETDESK_WALLET_URL", _wallet_url) or ""
    secret = read.take("WALLETDESK_WALLET_SECRET", wallet_secret) or ""
    known = read.environ.get("WALLETDESK_WALLET_URL", "").strip()
    if known and not read.environ.get("WALLETDESK_WALLET_SECRET", "").strip():
        read.problems.append(
            Problem(
                "WALLETDESK_WALLET_SECRET",
                "is missing: requests to the wallet are signed.",
                "Give the secret that the wallet's back end knows, or leave both out.",
            )
        )
    return url, secret


def _sms(read: _Reader) -> SmsConfig | None:
    """Read who carries SMS; None when a problem was recorded."""
    before = len(read.problems)
    found = SmsConfig(
        carrier=read.take("WALLETDESK_SMS", sms.carrier) or "",
        account=read.take("WALLETDESK_SMS_ACCOUNT", sms.account) or "",
        secret=read.take("WALLETDESK_SMS_SECRET", sms.plain) or "",
        sender=read.take("WALLETDESK_SMS_SENDER", sms.plain) or "",
        template=read.take("WALLETDESK_SMS_TEMPLATE", sms.template) or "",
        url=read.take("WALLETDESK_SMS_URL", _wallet_url) or "",
    )
    if len(read.problems) > before:
        return None
    for setting, message, way_out in sms.missing(found):
        read.problems.append(Problem(setting, message, way_out))
    return found


def _cpaas(read: _Reader, drivers: tuple[str, ...]) -> CpaasConfig:
    """Read who carries calls as a provider."""
    found = CpaasConfig(
        account=read.take("WALLETDESK_CPAAS_ACCOUNT", sms.account) or "",
        secret=read.take("WALLETDESK_CPAAS_SECRET", sms.plain) or "",
        number=read.take("WALLETDESK_CPAAS_NUMBER", sms.plain) or "",
        agents=read.take("WALLETDESK_CPAAS_AGENTS", cpaas.agents) or "",
        url=(read.take("WALLETDESK_CPAAS_URL", _wallet_url) or "").rstrip("/"),
    )
    for setting, message, way_out in cpaas.missing(found, wanted="cpaas" in drivers):
        read.problems.append(Problem(setting, message, way_out))
    return found


def _media(read: _Reader, data: Path | None) -> MediaConfig | None:
    """Read what the media process may do; None when a problem was recorded."""
    before = len(read.problems)
    sip = _sip(read)
    legs = read.take("WALLETDESK_VOICE_LEGS", lambda text: _integer(text, 2, 1_000))
    servers = read.take("WALLETDESK_VOICE_ICE", media.ice)
    loopback = read.take("WALLETDESK_VOICE_LOOPBACK", _boolean)
    if len(read.problems) > before or data is None:
        return None
    mark = data / "voice-media.json"
    return MediaConfig(mark, _known(legs), _known(servers), loopback=_known(loopback), sip=sip)


def _sip(read: _Reader) -> SipConfig | None:
    """Read the SIP line; None when it is off or a problem was recorded."""
    before = len(read.problems)
    where = read.take("WALLETDESK_VOICE_SIP", media.listen)
    trunk = read.take("WALLETDESK_VOICE_SIP_TRUNK", media.trunk)
    found = {
        "allow": read.take("WALLETDESK_VOICE_SIP_ALLOW", media.allow),
        "advertise": read.take("WALLETDESK_VOICE_SIP_ADVERTISE", media.advertise),
        "ports": read.take("WALLETDESK_VOICE_SIP_PORTS", media.ports),
        "register": read.take("WALLETDESK_VOICE_SIP_REGISTER", _boolean),
        "dial": read.take("WALLETDESK_VOICE_DIAL", media.dial),
    }
    if where is None or len(read.problems) > before:
        return None
    user, secret, carrier = trunk or ("", "", None)
    sip = SipConfig(*where, trunk=carrier, user=user, secret=secret, **found)  # type: ignore[arg-type] # each is checked
    for setting, message, way_out in media.missing(sip):
        read.problems.append(Problem(setting, message, way_out))
    return sip


def _outside(read: _Reader) -> OutsideConfig | None:
    """Read the identity providers; None when a problem was recorded."""
    before = len(read.problems)
    found = {
        "oidc_issuer": read.take("WALLETDESK_OIDC_ISSUER", sign_in.issuer),
        "oidc_client_id": read.take("WALLETDESK_OIDC_CLIENT_ID", sign_in.plain),
        "oidc_client_secret": read.take("WALLETDESK_OIDC_CLIENT_SECRET", sign_in.plain),
        "oidc_name": read.take("WALLETDESK_OIDC_NAME", sign_in.provider_name),
        "saml_name": read.take("WALLETDESK_SAML_NAME", sign_in.provider_name),
    }
    saml = read.take("WALLETDESK_SAML_METADATA", sign_in.metadata)
    if len(read.problems) > before:
        return None
    texts = {name: _known(value) for name, value in found.items()}
    outside = OutsideConfig(**texts, saml_metadata=saml)
    return read.guarded("WALLETDESK_OIDC_CLIENT_ID", lambda: sign_in.complete(outside))


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


class _Reader:
    """Collects problems while settings are read, so that one run reports all of them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[Problem] = []

    def take(self, name: str, parse: Callable[[str], T]) -> T | None:
        text = self.environ.get(name, "").strip() or DEFAULTS[name]
        return self.guarded(name, lambda: parse(text))

    def guarded(self, name: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except _WrongValueError as error:
            self.problems.append(Problem(name, error.message, error.way_out))
            return None


def _known(value: T | None) -> T:
    """Narrow a value that is None only when a problem was recorded, and then never used."""
    if value is None:
        raise AssertionError("a setting without value and without problem")
    return value


def _folder(text: str) -> Path:
    if "\0" in text:
        raise _WrongValueError("holds a NUL byte.", "Give a plain folder name.")
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise _WrongValueError(f"{path} is a file, not a folder.", "Name another folder.")
    return Path(os.path.normpath(path))


def _key_file(text: str) -> Path | Literal[""]:
    if not text:
        return ""
    path = Path(text).expanduser()
    if "\0" in text or not path.is_absolute() or path.is_dir():
        raise _WrongValueError(
            f"{text!r} is no full path of a file.", "Write it as /run/secrets/walletdesk.keys."
        )
    return path


def _chain_networks(text: str) -> Path | Literal[""]:
    if not text:
        return ""
    from walletdesk.chain.networks import NetworksError, load_book  # noqa: PLC0415 - most have none

    if "\0" in text:
        raise _WrongValueError("holds a NUL byte.", "Give a plain file name.")
    path = Path(text).expanduser().absolute()
    try:
        load_book(path)
    except NetworksError as error:
        raise _WrongValueError(str(error), "docs/operate/networks.md shows how.") from error
    return path


def _complaint_profiles(text: str) -> Path | Literal[""]:
    if not text:
        return ""
    from walletdesk.complaints.law_files import ProfileError, load_profiles  # noqa: PLC0415 - few

    path = Path(text).expanduser().absolute()
    try:
        load_profiles(path)
    except (ProfileError, OSError, ValueError) as error:
        raise _WrongValueError(str(error), "docs/use/complaints.md shows how.") from error
    return path


def _wallet_url(text: str) -> str:
    if not text:
        return ""
    example = "Write it as https://wallet.example.com/desk."
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _WrongValueError("cannot be read as an address.", example) from error
    host = parts.hostname or ""
    local = host in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise _WrongValueError("is no https:// address, and not on this machine.", example)
    if not host or parts.username or parts.query or parts.fragment:
        raise _WrongValueError("is no plain web address.", example)
    return text.rstrip("/")


def wallet_secret(text: str) -> str:
    """Return the secret shared with the wallet. Raises a problem when it can be guessed."""
    if text and len(text) < SECRET_KEY_MIN_LENGTH:
        raise _WrongValueError(
            f"is shorter than {SECRET_KEY_MIN_LENGTH} characters.",
            "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return text


def _ocr(text: str) -> str:
    """Return the program's name or full path, "" for none; whether it is there is looked up later.

    Pictures of customers wait behind a warning where it is not.
    """
    if text.lower() in FALSE_WORDS:
        return ""
    if "\0" in text or ("/" in text and not Path(text).is_absolute()):
        raise _WrongValueError(
            f"{text!r} is no program.", "Write tesseract, its full path, or off."
        )
    return text


def _host(text: str) -> str:
    if text == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(text.strip("[]")))
    except ValueError as error:
        raise _WrongValueError(
            f"{text!r} is no IP address.", "Use 127.0.0.1 for this machine, 0.0.0.0 for all."
        ) from error


def _port(text: str) -> int:
    return _integer(text, 0, 65535)


def _pool(text: str) -> int:
    return _integer(text, 2, POOL_MAX)


def _idle_minutes(text: str) -> int:
    return _integer(text, 5, 12 * 60)


def _streams(text: str) -> int:
    return _integer(text, 1, 100_000)


def _messages(text: str) -> int:
    return _integer(text, 1, 1_000_000)


def _integer(text: str, low: int, high: int) -> int:
    # isdecimal alone accepts digits of other scripts, which int() would silently convert.
    if not (text.isascii() and text.isdecimal()) or not low <= int(text[:9]) <= high:
        raise _WrongValueError(
            f"{text!r} is no whole number from {low} to {high}.", f"Give one from {low} to {high}."
        )
    return int(text)


def _boolean(text: str) -> bool:
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise _WrongValueError(f"{text!r} is neither yes nor no.", "Use true or false.")


def _log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise _WrongValueError(f"{text!r} is no log level.", f"Use one of {', '.join(LOG_LEVELS)}.")
    return text.lower()


def _database_url(text: str) -> str:
    if not text:
        return ""
    example = "Write it as postgresql://user:password@host:5432/database."
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _WrongValueError("cannot be read as an address.", example) from error
    if parts.scheme not in {"postgres", "postgresql"}:
        raise _WrongValueError("must start with postgresql://.", example)
    if not parts.path.strip("/"):
        raise _WrongValueError("names no database.", example)
    return text


def _base_url(text: str) -> str:
    if not text:
        return ""
    example = "Write it as https://help.example.com."
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _WrongValueError(f"{text!r} cannot be read as an address.", example) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise _WrongValueError(f"{text!r} is no web address.", example)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _WrongValueError(
            f"{text!r} must end after the host name; a path is not supported.", example
        )
    return f"{parts.scheme}://{parts.netloc}"


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_base_url(word.strip()) for word in text.split(",") if word.strip())


def _blobs(text: str) -> str:
    if not text:
        return ""
    example = "Write it as s3://bucket/prefix, with ?endpoint=https://… for stores other than AWS."
    try:
        parts = urlsplit(text)
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError as error:
        raise _WrongValueError("cannot be read as an address.", example) from error
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or parts.fragment:
        raise _WrongValueError("is no address of a bucket.", example)
    if unknown := sorted(options.keys() - {"endpoint", "region"}):
        raise _WrongValueError(f"has options that are not known: {', '.join(unknown)}.", example)
    for endpoint in options.get("endpoint", []):
        _base_url(endpoint)
    return text


def _default_base_url(host: str, port: int) -> str:
    # An "all interfaces" address cannot be opened in a browser; this machine's own can.
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared with, not bound
    return f"http://{shown}:{port}"


def _mail_listen(text: str) -> str:
    if not text:
        return ""
    example = "Write it as lmtp://127.0.0.1:8024."
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _WrongValueError(f"{text!r} cannot be read as an address.", example) from error
    if parts.scheme not in {"lmtp", "smtp"} or not port or parts.path.strip("/"):
        raise _WrongValueError(f"{text!r} is no lmtp:// or smtp:// address with a port.", example)
    return f"{parts.scheme}://{_host(parts.hostname or '')}:{port}"


def _networks(text: str) -> tuple[str, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        return tuple(str(ipaddress.ip_network(word)).removesuffix("/32") for word in words)
    except ValueError as error:
        raise _WrongValueError(
            f"{text!r} is no list of addresses.", "Write it as 10.0.0.1, 10.1.0.0/16."
        ) from error


def _secret_key(text: str) -> str:
    if text and len(text) < SECRET_KEY_MIN_LENGTH:
        raise _WrongValueError(
            f"is shorter than {SECRET_KEY_MIN_LENGTH} characters.",
            "Leave it out and walletdesk makes one, or give a long random text.",
        )
    return text


def _stored_secret_key(data: Path) -> str:
    path = data / "secret.key"
    try:
        key = path.read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise _WrongValueError(
            f"{path} cannot be read.", "Give this user the right to read it, or restore it."
        ) from error
    if len(key) < SECRET_KEY_MIN_LENGTH:
        raise _WrongValueError(
            f"{path} is damaged: it holds {len(key)} characters.",
            "Restore it from a backup; deleting it signs everyone out.",
        )
    return key
