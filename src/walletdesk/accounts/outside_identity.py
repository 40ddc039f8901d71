"""Sign-in through an identity provider: its word on an e-mail address is taken, nothing else.

An outside identity signs in an existing, active person whose e-mail address the provider has
verified. It makes nobody, changes no name and grants no role; nothing of it is stored.
"""

from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from walletdesk.accounts.actions.invitations import accept_by_identity
from walletdesk.accounts.queries import get_user_by_email
from walletdesk.accounts.sign_in import no_entry

SIGNING = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"}


class OutsideIdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Decides whom an identity provider's answer signs in."""

    def list_apps(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - allauth's
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[Any]:
        """Return the providers of the settings; rows of allauth's table count for nothing."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth's
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Match the verified e-mail address with a person, or turn the visitor away."""
        person = None
        if not sociallogin.is_existing and len(sociallogin.email_addresses) == 1:
            address = sociallogin.email_addresses[0]
            by_saml = sociallogin.account.provider == "saml"  # the assertion itself is signed
            if address.verified is True or by_saml:
                person = get_user_by_email(address.email)
        if person is None:
            messages.error(request, no_entry())
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.user = person
        accept_by_identity(user=person)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,  # noqa: ARG002 - allauth's
        **about: Any,  # noqa: ARG002 - allauth's
    ) -> None:
        """Say in one sentence that it did not work; why stands in the log, never in the page."""
        messages.error(
            request,
            _("Signing in through your identity provider did not work. Start again."),
        )
        raise ImmediateHttpResponse(redirect("account_login"))


class VerifiedOpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # as above
    """OpenID Connect with every check: the issuer's name, and the signature even over TLS."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return the provider's description. Raises OAuth2Error when it is not the configured one.

        OpenID Connect Discovery 1.0, section 4.3.
        """
        try:
            config: Any = super().openid_config
        except (requests.RequestException, ValueError) as error:
            raise OAuth2Error("the provider does not describe itself") from error
        expected = self.get_provider().app.settings["server_url"]
        if not isinstance(config, dict) or config.get("issuer") != expected:
            raise OAuth2Error("another issuer")
        return dict(config)

    def require_issuer(self) -> None:
        """Raise OAuth2Error unless the configured provider answers under its own name."""
        if not self.openid_config:
            raise OAuth2Error("no description")

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=_key_of,
            )
        except (KeyError, TypeError, ValueError, requests.RequestException) as error:
            raise OAuth2Error("no usable id_token") from error
        return found


def _key_of(keys: dict[str, Any], kid: str) -> Any:
    """Return the published key of a name; only asymmetric ones, so that none can be forged."""
    wanted = [key for key in keys["keys"] if key.get("alg", "RS256") in SIGNING and "kid" in key]
    return jwtkit.lookup_kid_jwk({"keys": wanted}, kid)
