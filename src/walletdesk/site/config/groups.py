"""Settings that belong together: each function reads one group and checks it as a whole."""

from __future__ import annotations

from pathlib import Path

from walletdesk.integrations.asterisk.types import AsteriskConfig
from walletdesk.integrations.cpaas.config import CpaasConfig
from walletdesk.integrations.embedded_voice.config import MediaConfig, SipConfig
from walletdesk.integrations.sms.types import SmsConfig
from walletdesk.language.speech_config import SpeechConfig
from walletdesk.site.config import asterisk, cpaas, media, sign_in, sms
from walletdesk.site.config.model import ModelConfig, read_endpoint, read_generator
from walletdesk.site.config.reading import Problem, Reader, boolean, integer, known
from walletdesk.site.config.sign_in import OutsideConfig
from walletdesk.site.config.values import wallet_secret, wallet_url


def read_wallet(read: Reader) -> tuple[str, str]:
    """Read address and secret of the wallet's back end: both or neither."""
    url = read.take("WALLETDESK_WALLET_URL", wallet_url) or ""
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


def read_sms(read: Reader) -> SmsConfig | None:
    """Read who carries SMS; None when a problem was recorded."""
    before = len(read.problems)
    found = SmsConfig(
        carrier=read.take("WALLETDESK_SMS", sms.carrier) or "",
        account=read.take("WALLETDESK_SMS_ACCOUNT", sms.account) or "",
        secret=read.take("WALLETDESK_SMS_SECRET", sms.plain) or "",
        sender=read.take("WALLETDESK_SMS_SENDER", sms.plain) or "",
        template=read.take("WALLETDESK_SMS_TEMPLATE", sms.template) or "",
        url=read.take("WALLETDESK_SMS_URL", wallet_url) or "",
    )
    if len(read.problems) > before:
        return None
    for setting, message, way_out in sms.missing(found):
        read.problems.append(Problem(setting, message, way_out))
    return found


def read_cpaas(read: Reader, drivers: tuple[str, ...]) -> CpaasConfig:
    """Read who carries calls as a provider."""
    found = CpaasConfig(
        account=read.take("WALLETDESK_CPAAS_ACCOUNT", sms.account) or "",
        secret=read.take("WALLETDESK_CPAAS_SECRET", sms.plain) or "",
        number=read.take("WALLETDESK_CPAAS_NUMBER", sms.plain) or "",
        agents=read.take("WALLETDESK_CPAAS_AGENTS", cpaas.agents) or "",
        url=(read.take("WALLETDESK_CPAAS_URL", wallet_url) or "").rstrip("/"),
    )
    for setting, message, way_out in cpaas.missing(found, wanted="cpaas" in drivers):
        read.problems.append(Problem(setting, message, way_out))
    return found


def read_media(read: Reader, data: Path | None) -> MediaConfig | None:
    """Read what the media process may do; None when a problem was recorded."""
    before = len(read.problems)
    sip = _sip(read)
    legs = read.take("WALLETDESK_VOICE_LEGS", lambda text: integer(text, 2, 1_000))
    servers = read.take("WALLETDESK_VOICE_ICE", media.ice)
    loopback = read.take("WALLETDESK_VOICE_LOOPBACK", boolean)
    if len(read.problems) > before or data is None:
        return None
    mark = data / "voice-media.json"
    return MediaConfig(mark, known(legs), known(servers), loopback=known(loopback), sip=sip)


def _sip(read: Reader) -> SipConfig | None:
    """Read the SIP line; None when it is off or a problem was recorded."""
    before = len(read.problems)
    where = read.take("WALLETDESK_VOICE_SIP", media.listen)
    trunk = read.take("WALLETDESK_VOICE_SIP_TRUNK", media.trunk)
    found = {
        "allow": read.take("WALLETDESK_VOICE_SIP_ALLOW", media.allow),
        "advertise": read.take("WALLETDESK_VOICE_SIP_ADVERTISE", media.advertise),
        "ports": read.take("WALLETDESK_VOICE_SIP_PORTS", media.ports),
        "register": read.take("WALLETDESK_VOICE_SIP_REGISTER", boolean),
        "dial": read.take("WALLETDESK_VOICE_DIAL", media.dial),
    }
    if where is None or len(read.problems) > before:
        return None
    user, secret, carrier = trunk or ("", "", None)
    sip = SipConfig(*where, trunk=carrier, user=user, secret=secret, **found)  # type: ignore[arg-type] # each is checked
    for setting, message, way_out in media.missing(sip):
        read.problems.append(Problem(setting, message, way_out))
    return sip


def read_asterisk(read: Reader, data: Path | None, *, wanted: bool) -> AsteriskConfig | None:
    """Read where Asterisk is; None when a problem was recorded."""
    before = len(read.problems)
    url = read.take("WALLETDESK_ASTERISK_URL", asterisk.address)
    secret = read.take("WALLETDESK_ASTERISK_SECRET", asterisk.secret)
    place = data or Path()
    sounds = read.take("WALLETDESK_ASTERISK_SOUNDS", lambda text: asterisk.folder(text, place))
    wss = read.take("WALLETDESK_ASTERISK_WSS", asterisk.wss)
    trunk = read.take("WALLETDESK_ASTERISK_TRUNK", asterisk.trunk)
    if len(read.problems) > before:
        return None
    found = AsteriskConfig(url or "", secret or "", known(sounds), wss or "", trunk or "")
    for setting, message, way_out in asterisk.missing(found, wanted=wanted):
        read.problems.append(Problem(setting, message, way_out))
    return found


def read_speech(read: Reader) -> SpeechConfig | None:
    """Read who writes speech down; None when a problem was recorded."""
    before = len(read.problems)
    where = read.take("WALLETDESK_SPEECH", asterisk.speech)
    model = read.take("WALLETDESK_SPEECH_MODEL", sms.plain)
    key = read.take("WALLETDESK_SPEECH_KEY", sms.plain)
    if len(read.problems) > before:
        return None
    found = SpeechConfig(where or "", model or "", key or "")
    for setting, message, way_out in asterisk.missing_speech(found):
        read.problems.append(Problem(setting, message, way_out))
    return found


def read_generating(read: Reader) -> ModelConfig | None:
    """Read which model words answers; None when a problem was recorded."""
    before = len(read.problems)
    found = read_generator(read.take)
    if len(read.problems) > before:
        return None
    for setting, message, way_out in found.missing():
        read.problems.append(Problem(setting, message, way_out))
    return found


def read_replacing(read: Reader, prefix: str) -> ModelConfig | None:
    """Read which endpoint stands in for a packaged model; None when a problem was recorded."""
    before = len(read.problems)
    found = read_endpoint(read.take, prefix)
    if len(read.problems) > before:
        return None
    if bool(found.url) != bool(found.model):
        lacking = "MODEL" if found.url else "URL"
        message, way_out = "is missing: the two go together.", "Give both, or neither."
        read.problems.append(Problem(f"{prefix}_{lacking}", message, way_out))
        return None
    return found


def read_outside(read: Reader) -> OutsideConfig | None:
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
    texts = {name: known(value) for name, value in found.items()}
    outside = OutsideConfig(**texts, saml_metadata=saml)
    return read.guarded("WALLETDESK_OIDC_CLIENT_ID", lambda: sign_in.complete(outside))
