"""Addresses below /desk/settings/. Each section: /desk/settings/<section>/."""

from django.urls import path

from walletdesk.web.desk.settings import home, identity

app_name = "settings"

urlpatterns = [
    path("", home.home, name="home"),
    path("identity/", identity.page, name="identity"),
    path("identity/keys/", identity.create, name="identity_create"),
    path("identity/keys/<slug:kid>/revoke/", identity.revoke, name="identity_revoke"),
]
