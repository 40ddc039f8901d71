"""Addresses of the desk."""

from django.urls import include, path, register_converter

from walletdesk.conversations.types import View
from walletdesk.web.desk import calls, marks, views


class ViewConverter:
    """A queue view in an address."""

    regex = "|".join(View)

    def to_python(self, value: str) -> View:
        return View(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(ViewConverter, "view")

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("settings/", include("walletdesk.web.desk.settings.urls")),
    path("rows", views.rows, name="rows"),
    path("changed", views.changed, name="changed"),
    path("<view:view>/", views.list_page, name="list"),
    path("<view:view>/list", views.list_fragment, name="list_fragment"),
    path("<view:view>/<slug:ref>/", views.conversation_page, name="open"),
    path("c/<slug:ref>/", views.conversation_fragment, name="conversation"),
    path("c/<slug:ref>/events", calls.events, name="events"),
    path("c/<slug:ref>/colleagues", views.colleagues, name="colleagues"),
    path("c/<slug:ref>/reply", calls.reply, name="reply"),
    path("c/<slug:ref>/note", calls.note, name="note"),
    path("c/<slug:ref>/read", marks.read, name="read"),
    path("c/<slug:ref>/typing", marks.typing, name="typing"),
    path("c/<slug:ref>/viewing", marks.viewing, name="viewing"),
    path("c/<slug:ref>/claim", calls.claim, name="claim"),
    path("c/<slug:ref>/hand-over", calls.hand_over, name="hand_over"),
    path("c/<slug:ref>/release", calls.release, name="release"),
    path("c/<slug:ref>/resolve", calls.resolve, name="resolve"),
    path("c/<slug:ref>/reopen", calls.reopen, name="reopen"),
]
