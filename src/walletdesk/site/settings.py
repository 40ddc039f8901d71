"""Django's settings, all of them derived from `site.config`."""

import os
import sys
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from walletdesk.kit.digest import folder_digest
from walletdesk.site.config import database_dsn, load_config
from walletdesk.site.outside_identity import outside_identities

WALLETDESK = load_config(os.environ)
PACKAGE = Path(__file__).resolve().parent.parent
SECURE = WALLETDESK.base_url.startswith("https://")

SECRET_KEY = WALLETDESK.secret_key
DEBUG = WALLETDESK.debug
ALLOWED_HOSTS = ["*"]  # addresses are built from WALLETDESK_URL only, never from the Host header
CSRF_TRUSTED_ORIGINS = [WALLETDESK.base_url]
ROOT_URLCONF = "walletdesk.site.urls"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *(["allauth.socialaccount.providers.saml"] if WALLETDESK.outside.saml_metadata else []),
    "procrastinate.contrib.django",
    "walletdesk.kit.outbox",
    "walletdesk.kit.limits",
    "walletdesk.accounts",
    "walletdesk.accounts.watch",
    "walletdesk.contacts",
    "walletdesk.contacts.personal",
    "walletdesk.knowledge",
    "walletdesk.official",
    "walletdesk.channels",
    "walletdesk.channels.delivery",
    "walletdesk.conversations",
    "walletdesk.conversations.caught",
    "walletdesk.conversations.disclosures",
    "walletdesk.conversations.tickets",
    "walletdesk.conversations.authenticity",
    "walletdesk.conversations.search",
    "walletdesk.conversations.diagnoses",
    "walletdesk.sla",
    "walletdesk.routing",
    "walletdesk.escalation",
    "walletdesk.bot",
    "walletdesk.bot.replays",
    "walletdesk.bot.assist",
    "walletdesk.bot.flows",
    "walletdesk.cases",
    "walletdesk.complaints",
    "walletdesk.surveys",
    "walletdesk.voice",
    "walletdesk.integrations.email",
    "walletdesk.integrations.email.outgoing",
    "walletdesk.integrations.cpaas",
    "walletdesk.integrations.sms",
    "walletdesk.web",
    "walletdesk.site",
]

MIDDLEWARE = [
    "walletdesk.web.files.origin.Compression",  # random length and masked tokens answer BREACH
    "walletdesk.web.security.SecurityHeaders",
    "walletdesk.web.files.origin.FilesOrigin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "walletdesk.web.activity.StaffActivity",
    "walletdesk.web.errors.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "walletdesk.web.templatetags.addresses",
                "walletdesk.web.templatetags.icons",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- database -----------------------------------------------------------------------------

STATEMENT_TIMEOUT_MS = 15_000
POOL_WAIT_SECONDS = 2  # then 503 with Retry-After: no request hangs on a busy database


def _database() -> dict[str, object]:
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - only here

    parts = {k: v for k, v in conninfo_to_dict(database_dsn(WALLETDESK)).items() if v is not None}
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,  # a pooled connection may be older than a database restart
        **{django: str(parts.pop(ours)) for ours, django in names.items() if ours in parts},
        "OPTIONS": {
            **parts,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=30000",
            "prepare_threshold": 5,  # of `kit.raw_sql`; Django's own cursors never prepare
            "pool": {
                "min_size": 2,
                "max_size": WALLETDESK.pool_size,
                "timeout": POOL_WAIT_SECONDS,
            },
        },
    }


DATABASES = {"default": _database()}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kit_cache",  # shared by all processes: sign-in limits count everywhere
    },
    # parts of pages that are the same for everybody who reads a language
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- sign-in ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["walletdesk.accounts.hashers.BoundedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "walletdesk.accounts.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # staff are made by an owner, nobody signs up
# Ours count in one statement, across processes: accounts/sign_in.py, accounts/sign_in_forms.py.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reauthenticate": None}
ACCOUNT_FORMS = {"reauthenticate": "walletdesk.accounts.sign_in_forms.PasswordAgainForm"}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds in which one change after the other needs no proof
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"

# Second factors and outside identities: ADR 0021.
MFA_ADAPTER = "walletdesk.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey alone signs in: the device asks who it is
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from an owner's invitation
MFA_TOTP_TOLERANCE = 1  # a step of 30 s either way; each code counts once all the same
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": None}  # ours: accounts/sign_in_forms.py
MFA_FORMS = {
    "authenticate": "walletdesk.accounts.sign_in_forms.CodeForm",
    "reauthenticate": "walletdesk.accounts.sign_in_forms.CodeAgainForm",
    "activate_totp": "walletdesk.accounts.sign_in_forms.ActivateForm",
    "deactivate_totp": "walletdesk.accounts.sign_in_forms.DeactivateForm",
    "authenticate_webauthn": "walletdesk.accounts.sign_in_forms.PasskeyForm",
    "login_webauthn": "walletdesk.accounts.sign_in_forms.PasskeySignInForm",
    "reauthenticate_webauthn": "walletdesk.accounts.sign_in_forms.PasskeyAgainForm",
    "add_webauthn": "walletdesk.accounts.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "walletdesk.accounts.sign_in_forms.RenamePasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "walletdesk.accounts.outside_identity.OutsideIdentityAdapter"
SOCIALACCOUNT_PROVIDERS = outside_identities(WALLETDESK)
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: `form-action 'self'` forbids forms that lead elsewhere

SESSION_ENGINE = "walletdesk.accounts.sessions"
SESSION_IDLE_SECONDS = WALLETDESK.session_idle_minutes * 60
SESSION_COOKIE_NAME = "__Host-walletdesk" if SECURE else "walletdesk"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # a shift; polling does not extend it
CSRF_COOKIE_NAME = "__Host-walletdesk-csrf" if SECURE else "walletdesk-csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "walletdesk.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True

# --- language -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English")), ("es", _("Spanish"))]
LANGUAGE_NAMES = {code: LANG_INFO[code]["name_local"] for code, _name in LANGUAGES}
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
LANGUAGE_COOKIE_NAME = "walletdesk-language"
LANGUAGE_COOKIE_SECURE = SECURE

# --- files --------------------------------------------------------------------------------

# The address holds a digest of all files, so that browsers may keep them for ever (ADR 0007).
STATIC_FOLDER = PACKAGE / "web" / "static"
STATIC_DIGEST = folder_digest(STATIC_FOLDER)
STATIC_URL = f"/static/{STATIC_DIGEST}/"
STATIC_PUBLISHED = WALLETDESK.data / "static"
STATICFILES_DIRS = [STATIC_FOLDER]

# --- logs: what people write never gets there ---------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "walletdesk.kit.logs.LineFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr},
    },
    "root": {"handlers": ["stderr"], "level": WALLETDESK.log_level.upper()},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "mail.log": {"level": "ERROR"},  # aiosmtpd names senders and recipients
        "imapclient": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},
    },
}
DEFAULT_EXCEPTION_REPORTER_FILTER = "walletdesk.kit.logs.NoBodies"
# Both are a little more than the widest of the following, which site/asgi.py refuses before: so
# Django keeps every body in memory and writes none to a temporary file.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 36 * 1024 * 1024
BODY_LIMIT = 64 * 1024
WIDER_BODIES = {  # by the beginning of the path: an article of 40,000 signs, a logo of 600 kB
    "/desk/settings/articles/pictures": 2_400 * 1024,  # below what Django would put into a file
    "/desk/settings/articles/import": 24 * 1024 * 1024,  # ARCHIVE_BYTES
    "/desk/settings/articles/": 700 * 1024,
    "/desk/settings/brand/logo": 700 * 1024,
    "/official/": 700 * 1024,  # 60,000 signs of any script
    "/hooks/mail/": 35 * 1024 * 1024,  # a mail of 25 MB in base64
}
PROCRASTINATE_ON_APP_READY = None
