"""All addresses."""

from allauth.account import views as account
from django.urls import include, path
from django.views.generic import RedirectView

from walletdesk.web import health
from walletdesk.web.widget.views import demo

urlpatterns = [
    path("", RedirectView.as_view(url="/desk/"), name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", include("walletdesk.web.desk.urls")),
    path("chat/v1/", include("walletdesk.web.widget.api_urls")),
    path("widget/", include("walletdesk.web.widget.urls")),
    path("help/", include("walletdesk.web.helpcentre.urls")),
    path("demo/", demo, name="demo"),
]

handler404 = "walletdesk.web.errors.page_not_found"
handler500 = "walletdesk.web.errors.server_error"
