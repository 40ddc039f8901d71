"""Addresses below /desk/settings/. Each section: /desk/settings/<section>/."""

from django.urls import path

from walletdesk.web.desk.settings import (
    articles,
    brand,
    home,
    hours,
    inboxes,
    languages,
    macros,
    privacy,
    tags,
)

app_name = "settings"

urlpatterns = [
    path("", home.home, name="home"),
    path("brand/", brand.page, name="brand"),
    path("brand/preview", brand.preview, name="brand_preview"),
    path("brand/logo", brand.logo, name="brand_logo"),
    path("languages/", languages.page, name="languages"),
    path("inboxes/", inboxes.listing, name="inboxes"),
    path("inboxes/try/", inboxes.trial, name="inbox_trial"),
    path("inboxes/new/<slug:kind>/", inboxes.new, name="inbox_new"),
    path("inboxes/<int:inbox_id>/", inboxes.edit, name="inbox"),
    path("inboxes/<int:inbox_id>/move", inboxes.move, name="inbox_move"),
    path("inboxes/<int:inbox_id>/remove", inboxes.remove, name="inbox_remove"),
    path("hours/", hours.listing, name="hours"),
    path("hours/new/", hours.new, name="calendar_new"),
    path("hours/preview", hours.preview, name="hours_preview"),
    path("hours/<int:calendar_id>/", hours.edit, name="calendar"),
    path("hours/<int:calendar_id>/remove", hours.remove, name="calendar_remove"),
    path("articles/", articles.listing, name="articles"),
    path("articles/new/", articles.new, name="article_new"),
    path("articles/preview", articles.preview, name="article_preview"),
    path("articles/<slug:slug>/", articles.about, name="article_about"),
    path("articles/<slug:slug>/<slug:language>/", articles.edit, name="article"),
    path("articles/<slug:slug>/<slug:language>/history/", articles.history, name="article_history"),
    path("articles/<slug:slug>/shown", articles.shown, name="article_shown"),
    path("macros/", macros.listing, name="macros"),
    path("macros/new/", macros.new, name="macro_new"),
    path("macros/preview", macros.preview, name="macro_preview"),
    path("macros/<int:macro_id>/", macros.edit, name="macro"),
    path("macros/<int:macro_id>/archive", macros.put_away, {"away": True}, name="macro_archive"),
    path("macros/<int:macro_id>/restore", macros.put_away, {"away": False}, name="macro_restore"),
    path("tags/", tags.listing, name="tags"),
    path("tags/<int:tag_id>/", tags.edit, name="tag"),
    path("tags/<int:tag_id>/archive", tags.put_away, {"away": True}, name="tag_archive"),
    path("tags/<int:tag_id>/restore", tags.put_away, {"away": False}, name="tag_restore"),
    path("tags/<int:tag_id>/merge", tags.merge, name="tag_merge"),
    path("privacy/", privacy.page, name="privacy"),
    path("privacy/preview", privacy.preview, name="privacy_preview"),
]
