"""Addresses of signing in. Names without a prefix are those by which allauth knows its pages."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import deactivate_totp
from allauth.mfa.webauthn.views import login_webauthn, reauthenticate_webauthn
from django.conf import settings
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.web.account import outside, views

form = require_http_methods(["GET", "HEAD", "POST"])
again = "again/"
factor = "second-factor/"

urlpatterns = [
    path("login/", form(views.SignIn.as_view()), name="account_login"),
    path("logout/", form(account.logout), name="account_logout"),
    path("login/code/", form(mfa.authenticate), name="mfa_authenticate"),
    path("login/passkey/", require_POST(login_webauthn), name="mfa_login_webauthn"),
    path("login/passkey/options", views.passkey_options, name="account_passkey_options"),
    path(again, form(account.reauthenticate), name="account_reauthenticate"),
    path(f"{again}code/", form(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(f"{again}passkey/", form(reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path(factor, views.second_factor, name="account_second_factor"),
    path(f"{factor}done/", views.done, name="mfa_index"),
    path(f"{factor}passkeys/", views.done, name="mfa_list_webauthn"),
    path(f"{factor}app/", form(views.ActivateApp.as_view()), name="mfa_activate_totp"),
    path(f"{factor}app/remove/", form(deactivate_totp), name="mfa_deactivate_totp"),
    path(
        f"{factor}codes/",
        require_safe(views.RecoveryCodes.as_view()),
        name="mfa_view_recovery_codes",
    ),
    path(f"{factor}codes/new/", form(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(f"{factor}passkeys/add/", form(views.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path(
        f"{factor}passkeys/<int:pk>/name/",
        form(views.RenamePasskey.as_view()),
        name="mfa_edit_webauthn",
    ),
    path(
        f"{factor}passkeys/<int:pk>/remove/",
        form(views.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path("invitation/<slug:token>/", form(views.invitation), name="account_invitation"),
    path(
        "oidc/<slug:provider_id>/login/",
        require_safe(outside.oidc_login),
        name="openid_connect_login",
    ),
    path(
        "oidc/<slug:provider_id>/callback/",
        require_safe(outside.oidc_callback),
        name="openid_connect_callback",
    ),
]

if settings.WALLETDESK.outside.saml_metadata:
    from walletdesk.web.account import saml

    urlpatterns += saml.urlpatterns
