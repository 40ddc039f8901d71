"""Addresses below /ticket/."""

from django.urls import path

from walletdesk.web.portal import complaint, status, views

app_name = "portal"

urlpatterns = [
    path("<slug:brand>/", views.form_page, name="form"),
    path("s/<slug:token>/", status.page, name="status"),
    path("s/<slug:token>/add", status.add, name="add"),
    path("s/<slug:token>/files", status.upload, name="files"),
    path("s/<slug:token>/solved", status.solved, name="solved"),
    path("s/<slug:token>/rate", status.rate, name="rate"),
    path("s/<slug:token>/link", status.new_link, name="link"),
    path("s/<slug:token>/shut", status.shut, name="shut"),
    path("s/<slug:token>/state", status.state, name="state"),
    path("s/<slug:token>/withdraw", complaint.withdraw, name="withdraw"),
    path("s/<slug:token>/letters/<slug:ref>", complaint.letter, name="letter"),
    path("complaint/<slug:brand>/", complaint.form_page, name="complaint"),
    path("confirm/<slug:token>/", status.confirm, name="confirm"),
]
