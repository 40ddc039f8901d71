"""What allauth is told about the configured identity providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from walletdesk.site.config import Config

OIDC = "sso"  # stands in the address that is registered with the provider
SAML = "saml"


def outside_identities(config: Config) -> dict[str, Any]:
    """Return SOCIALACCOUNT_PROVIDERS: at most one provider of each kind."""
    found: dict[str, Any] = {}
    outside = config.outside
    if outside.oidc_issuer:
        found["openid_connect"] = {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": OIDC,
                    "name": outside.oidc_name,
                    "client_id": outside.oidc_client_id,
                    "secret": outside.oidc_client_secret,
                    "settings": {"server_url": outside.oidc_issuer, "fetch_userinfo": False},
                }
            ],
        }
    if outside.saml_metadata is not None:
        found["saml"] = {"APPS": [_saml_app(config)]}
    return found


def _saml_app(config: Config) -> dict[str, Any]:
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser  # noqa: PLC0415 - an extra

    path = config.outside.saml_metadata
    if path is None:
        raise AssertionError("asked for without metadata")
    described = OneLogin_Saml2_IdPMetadataParser.parse(path.read_text("utf-8"))["idp"]
    return {
        "provider_id": SAML,
        "name": config.outside.saml_name,
        "client_id": SAML,
        "settings": {
            "idp": {
                "entity_id": described["entityId"],
                "sso_url": described["singleSignOnService"]["url"],
                "x509cert": _certificate(described),
            },
            "advanced": {
                "want_assertion_signed": True,
                "reject_idp_initiated_sso": True,
                "allow_repeat_attribute_name": False,
            },
        },
    }


def _certificate(described: dict[str, Any]) -> str:
    """Return the certificate of signatures, whichever way the metadata gives it."""
    if "x509cert" in described:
        return str(described["x509cert"])
    return str(described["x509certMulti"]["signing"][0])
