"""The settings of sign-in through an identity provider, read with all others by `site.config`."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from walletdesk.site.config.addresses import is_private, on_the_web
from walletdesk.site.config.reading import WrongValueError

METADATA_BYTES = 1_000_000  # that of a whole federation is larger, and names more than one provider
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class OutsideConfig:
    """The identity providers whose word on an e-mail address is taken. Empty means none."""

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    saml_metadata: Path | None = None
    saml_name: str = ""


def issuer(text: str) -> str:
    """Read the address of an OpenID Connect provider: https, or http on this machine."""
    if not text:
        return ""
    example = "Write it as https://login.example.com/realms/staff."
    parts = on_the_web(text, example)
    if parts.query or parts.fragment:
        raise WrongValueError("must end after the path.", example)
    if not is_private(parts):
        raise WrongValueError(
            "is not encrypted: anybody on the way could sign in as anybody.",
            "Give an address that starts with https://.",
        )
    return text.removesuffix("/.well-known/openid-configuration")


def provider_name(text: str) -> str:
    """Read the name on the button."""
    if len(text) > NAME_LENGTH or not text.isprintable():
        raise WrongValueError(
            f"is longer than {NAME_LENGTH} characters or cannot be shown.", "Give a short name."
        )
    return text


def plain(text: str) -> str:
    """Read an identifier or a secret."""
    if not text.isprintable():
        raise WrongValueError("holds a character that cannot be typed.", "Copy it once more.")
    return text


def metadata(text: str) -> Path | None:
    """Read the file in which the SAML provider describes itself."""
    if not text:
        return None
    if find_spec("onelogin") is None:
        raise WrongValueError(
            "needs the extra `saml`, which is not installed.",
            "Install it: pip install 'walletdesk[saml]'.",
        )
    save = "Save the metadata of your identity provider as an XML file and give its path."
    if "\0" in text or text.startswith(("http://", "https://")):
        raise WrongValueError(f"{text!r} is no file.", save)
    path = Path(text).expanduser().absolute()
    try:
        with path.open("rb") as file:
            content = file.read(METADATA_BYTES + 1)
    except OSError as error:
        raise WrongValueError(f"{path} cannot be read.", save) from error
    if len(content) > METADATA_BYTES or b"IDPSSODescriptor" not in content:
        raise WrongValueError(f"{path} does not describe one identity provider.", save)
    return path


def complete(outside: OutsideConfig) -> OutsideConfig:
    """Return what belongs together. Raises WrongValueError when a part is missing."""
    if outside.oidc_issuer and not outside.oidc_client_id:
        raise WrongValueError(
            "is missing, and WALLETDESK_OIDC_ISSUER is set.",
            "Give the client id that your identity provider shows for this desk.",
        )
    if outside.oidc_client_id and not outside.oidc_issuer:
        raise WrongValueError(
            "is set without WALLETDESK_OIDC_ISSUER.", "Set that one too, or remove this one."
        )
    return outside
