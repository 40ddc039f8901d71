"""Addresses below /desk/settings/. Each section: /desk/settings/<section>/."""

from django.urls import path

from walletdesk.web.desk.settings import home

app_name = "settings"

urlpatterns = [
    path("", home.home, name="home"),
]
