"""Addresses below /help/."""

from django.urls import path

from walletdesk.web.helpcentre import views

app_name = "help"

urlpatterns = [
    path("<slug:brand>/", views.start, name="start"),
    path("<slug:brand>/<slug:language>/", views.index, name="index"),
    path("<slug:brand>/<slug:language>/<slug:slug>", views.article, name="article"),
]
