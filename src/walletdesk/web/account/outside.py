"""Sign-in through an identity provider: the way there and the way back."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from walletdesk.accounts.outside_identity import VerifiedOpenIDConnect
from walletdesk.kit.limits.actions import hit
from walletdesk.kit.live.wire import address_group

log = logging.getLogger("walletdesk.accounts")
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
TRIES_PER_ADDRESS = 60
WINDOW = timedelta(minutes=5)
# What a provider that is down, mistaken or malicious makes of its answers.
BROKEN = (
    requests.RequestException,
    OAuth2Error,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    SyntaxError,  # of XML
    PermissionDenied,  # an answer that nobody here asked for
)


def outside(view: View[P]) -> View[P]:
    """Guard a step of an outside sign-in.

    Addresses in what is sent to the provider come from WALLETDESK_URL, never from the Host
    header; tries are limited, because each may ask the provider; what fails there is one sentence.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _at_public_address(request)
        address = address_group(request.META.get("REMOTE_ADDR", ""))
        hit(what="outside-sign-in", who=address, limit=TRIES_PER_ADDRESS, window=WINDOW)
        try:
            return view(request, *args, **kwargs)
        except ImmediateHttpResponse as answer:
            return answer.response  # type: ignore[no-any-return]  # allauth ships no types
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        except BROKEN as error:
            log.warning("an identity provider failed: %s", type(error).__name__)
            messages.error(
                request,
                _("Signing in through your identity provider did not work. Start again."),
            )
            return redirect("account_login")

    return guarded


def _at_public_address(request: Any) -> None:
    public = urlsplit(settings.WALLETDESK.base_url)
    request.META["HTTP_HOST"] = public.netloc
    request._get_scheme = lambda: public.scheme  # noqa: SLF001 - Django's own hook


@outside
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the OpenID Connect provider."""
    adapter = VerifiedOpenIDConnect(request, provider_id)
    if adapter.get_provider().app.provider != "openid_connect":
        raise Http404
    adapter.require_issuer()
    answer: HttpResponse = OAuth2LoginView.adapter_view(adapter)(request)
    return answer


@outside
def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the OpenID Connect provider."""
    adapter = VerifiedOpenIDConnect(request, provider_id)
    if adapter.get_provider().app.provider != "openid_connect":
        raise Http404
    answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return answer
