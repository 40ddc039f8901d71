"""Addresses below /help/."""

from django.urls import path

from walletdesk.web.helpcentre import feedback, machine, views

app_name = "help"

urlpatterns = [
    path("<slug:brand>/", views.start, name="start"),
    path("<slug:brand>/sitemap.xml", machine.sitemap, name="sitemap"),
    path("<slug:brand>/pictures/<str:name>", machine.picture, name="picture"),
    path("<slug:brand>/<slug:language>/", views.index, name="index"),
    path("<slug:brand>/<slug:language>/find/suggest", views.suggest, name="suggest"),
    path("<slug:brand>/<slug:language>/c/<str:category>/", views.category, name="category"),
    path("<slug:brand>/<slug:language>/<slug:slug>", views.article, name="article"),
    path("<slug:brand>/<slug:language>/<slug:slug>/vote", feedback.vote, name="vote"),
    path("<slug:brand>/<slug:language>/<slug:slug>/comment", feedback.comment, name="comment"),
    path("<slug:brand>/<path:rest>", views.elsewhere, name="elsewhere"),
]
