"""Addresses below /widget/."""

from django.urls import path

from walletdesk.web.widget import continue_by_link, pictures, views

app_name = "widget"

urlpatterns = [
    path("<slug:brand>/", views.page, name="page"),
    path("<slug:brand>/continue/", continue_by_link.continue_page, name="continue"),
    path("<slug:brand>/brand.css", views.brand_css, name="brand-css"),
    path("<slug:brand>/logo/<slug:digest>", pictures.logo, name="logo"),
    path("<slug:brand>/loader.js", views.loader, name="loader"),
]
