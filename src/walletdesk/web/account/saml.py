"""Addresses of SAML 2.0, there only when it is configured: its library is an extra.

Single log-out is not offered: it would let a provider's answer end sessions by itself.
"""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.providers.saml import views
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from walletdesk.web.account.outside import outside
from walletdesk.web.errors import page_not_found


@login_not_required  # type: ignore[untyped-decorator]  # allauth ships no types
def no_log_out(request: HttpRequest, organization_slug: str) -> HttpResponse:  # noqa: ARG001 - allauth's
    """Answer the address that allauth's metadata names."""
    return page_not_found(request, Exception())


# The provider's form comes from elsewhere: its answer is believed for its signature alone.
acs = csrf_exempt(require_POST(outside(views.acs)))

urlpatterns = [
    path(
        "saml/<slug:organization_slug>/login/",
        require_safe(outside(views.login)),
        name="saml_login",
    ),
    path("saml/<slug:organization_slug>/acs/", acs, name="saml_acs"),
    path(
        "saml/<slug:organization_slug>/acs/finish/",
        require_safe(outside(views.finish_acs)),
        name="saml_finish_acs",
    ),
    path("saml/<slug:organization_slug>/sls/", no_log_out, name="saml_sls"),
    path(
        "saml/<slug:organization_slug>/metadata/",
        require_safe(outside(views.metadata)),
        name="saml_metadata",
    ),
]
