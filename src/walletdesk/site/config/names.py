"""Every setting: its name, its default, what it decides."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its default as text, and what it decides.

    `secret`: it holds what nobody may read in a report or in a log.
    """

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS = (
    Setting("WALLETDESK_DATA", "./var", "folder for the database, keys and logs"),
    Setting("DATABASE_URL", "", "outside PostgreSQL; empty means the embedded one"),
    Setting("WALLETDESK_HOST", "127.0.0.1", "address to listen on"),
    Setting("WALLETDESK_PORT", "8000", "port to listen on; 0 takes any free one"),
    Setting("WALLETDESK_URL", "", "public address; default http://host:port"),
    Setting("WALLETDESK_SECRET_KEY", "", "signing key; default the file secret.key", secret=True),
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
    Setting(
        "WALLETDESK_WALLET_SECRET", "", "secret shared with it, at least 32 characters", secret=True
    ),
    Setting("WALLETDESK_OCR", "tesseract", "program that reads pictures; off for none"),
    Setting("WALLETDESK_VOICE", "auto", "embedded, asterisk, cpaas or none; auto: embedded"),
    Setting("WALLETDESK_SMS", "console", "who carries SMS: console, twilio or aliyun; see sms.md"),
    Setting("WALLETDESK_SMS_ACCOUNT", "", "Twilio's account SID or Aliyun's AccessKey ID"),
    Setting(
        "WALLETDESK_SMS_SECRET", "", "Twilio's auth token or Aliyun's AccessKey secret", secret=True
    ),
    Setting("WALLETDESK_SMS_SENDER", "", "Twilio's number or MG…; Aliyun's approved sign name"),
    Setting("WALLETDESK_SMS_TEMPLATE", "", "Aliyun's templates, such as zh-hans=SMS_1 en=SMS_2"),
    Setting("WALLETDESK_SMS_URL", "", "the carrier's interface, when it is not the usual one"),
    Setting("WALLETDESK_CPAAS_ACCOUNT", "", "the provider's account SID; see voice.md"),
    Setting(
        "WALLETDESK_CPAAS_SECRET",
        "",
        "the provider's auth token, which signs its requests",
        secret=True,
    ),
    Setting("WALLETDESK_CPAAS_NUMBER", "", "the number that we call from"),
    Setting("WALLETDESK_CPAAS_AGENTS", "", "agents' telephones, as sip:agent{membership}@host"),
    Setting("WALLETDESK_CPAAS_URL", "https://api.twilio.com", "the provider's interface"),
    Setting("WALLETDESK_VOICE_LEGS", "16", "browsers with sound at a time; a core holds 16"),
    Setting(
        "WALLETDESK_VOICE_ICE", "", "your STUN and TURN servers; see voice-embedded.md", secret=True
    ),
    Setting("WALLETDESK_VOICE_LOOPBACK", "false", "sound also to browsers on this machine"),
    Setting("WALLETDESK_VOICE_SIP", "", "address:port for telephones; empty means none"),
    Setting("WALLETDESK_VOICE_SIP_ALLOW", "", "addresses or networks that may call by SIP"),
    Setting("WALLETDESK_VOICE_SIP_ADVERTISE", "", "our address as the trunk sees it"),
    Setting("WALLETDESK_VOICE_SIP_PORTS", "20000-20399", "UDP ports for sound of telephones"),
    Setting(
        "WALLETDESK_VOICE_SIP_TRUNK",
        "",
        "user:secret@host:port that carries calls out",
        secret=True,
    ),
    Setting("WALLETDESK_VOICE_SIP_REGISTER", "false", "register at the trunk"),
    Setting("WALLETDESK_VOICE_DIAL", "", "beginnings of numbers that may be called, as +49"),
    Setting("WALLETDESK_ASTERISK_URL", "", "Asterisk's HTTP server, http://127.0.0.1:8088"),
    Setting(
        "WALLETDESK_ASTERISK_SECRET", "", "ARI's password; agents' are made from it", secret=True
    ),
    Setting("WALLETDESK_ASTERISK_SOUNDS", "", "folder that Asterisk reads; default data/sounds"),
    Setting("WALLETDESK_ASTERISK_WSS", "", "where agents' browsers reach Asterisk, wss://…/ws"),
    Setting("WALLETDESK_ASTERISK_TRUNK", "", "host:port of Asterisk's trunk; empty: no calls out"),
    Setting("WALLETDESK_SPEECH", "", "who writes calls down: whisper or https://…/v1; asterisk.md"),
    Setting("WALLETDESK_SPEECH_MODEL", "", "the endpoint's model, or whisper's model folder"),
    Setting("WALLETDESK_SPEECH_KEY", "", "the endpoint's key", secret=True),
    Setting("WALLETDESK_GENERATOR", "none", "model that words answers: none, openai or local"),
    Setting("WALLETDESK_GENERATOR_URL", "", "its address, ending before /chat/completions"),
    Setting("WALLETDESK_GENERATOR_MODEL", "", "the model's name there, or its GGUF file here"),
    Setting("WALLETDESK_GENERATOR_KEY", "", "the key of that address", secret=True),
    Setting("WALLETDESK_LANGUAGE_ID_URL", "", "endpoint that names languages; empty: packaged"),
    Setting("WALLETDESK_LANGUAGE_ID_MODEL", "", "the model's name there"),
    Setting("WALLETDESK_LANGUAGE_ID_KEY", "", "the key of that address", secret=True),
    Setting("WALLETDESK_EMBEDDER_URL", "", "endpoint that makes vectors; empty: packaged"),
    Setting("WALLETDESK_EMBEDDER_MODEL", "", "the model's name there; it gives 512 numbers"),
    Setting("WALLETDESK_EMBEDDER_KEY", "", "the key of that address", secret=True),
    Setting("WALLETDESK_OIDC_ISSUER", "", "OpenID Connect provider through which staff sign in"),
    Setting("WALLETDESK_OIDC_CLIENT_ID", "", "this desk's id at that provider"),
    Setting(
        "WALLETDESK_OIDC_CLIENT_SECRET", "", "this desk's secret at that provider", secret=True
    ),
    Setting("WALLETDESK_OIDC_NAME", "OpenID Connect", "that provider's name on the button"),
    Setting("WALLETDESK_SAML_METADATA", "", "file in which the SAML provider describes itself"),
    Setting("WALLETDESK_SAML_NAME", "SAML", "that provider's name on the button"),
)


DEFAULTS = {setting.name: setting.default for setting in SETTINGS}
