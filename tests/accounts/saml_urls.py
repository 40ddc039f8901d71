"""The site's addresses with those of SAML, which are there only when it is configured."""

from django.urls import include, path

from walletdesk.site import urls
from walletdesk.web.account import saml

handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("accounts/", include(saml.urlpatterns)), *urls.urlpatterns]
