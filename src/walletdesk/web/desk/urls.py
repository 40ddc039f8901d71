"""Addresses of the desk."""

from django.urls import include, path, register_converter

from walletdesk.conversations.types import View
from walletdesk.web.desk import calls, macros, marks, panel, views, writing


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
    path("people", writing.people, name="people"),
    path("c/<slug:ref>/draft", writing.draft, name="draft"),
    path("c/<slug:ref>/scheduled", writing.later, name="scheduled"),
    path("c/<slug:ref>/scheduled/<slug:item>/change", writing.change, name="scheduled_change"),
    path("c/<slug:ref>/scheduled/<slug:item>/cancel", writing.cancel, name="scheduled_cancel"),
    path("c/<slug:ref>/scheduled/<slug:item>/send", writing.send_now, name="scheduled_send"),
    path("c/<slug:ref>/panel", panel.panel, name="panel"),
    path("c/<slug:ref>/describe", panel.describe, name="describe"),
    path("c/<slug:ref>/about", panel.note, name="about"),
    path("c/<slug:ref>/about/<int:note_id>/remove", panel.remove_note, name="about_remove"),
    path("c/<slug:ref>/macros", macros.macros, name="macros"),
    path("c/<slug:ref>/macros/<int:macro_id>", macros.macro, name="macro"),
    path("c/<slug:ref>/tag", macros.tag, name="tag"),
    path("c/<slug:ref>/untag", macros.untag, name="untag"),
    path("c/<slug:ref>/claim", calls.claim, name="claim"),
    path("c/<slug:ref>/hand-over", calls.hand_over, name="hand_over"),
    path("c/<slug:ref>/release", calls.release, name="release"),
    path("c/<slug:ref>/resolve", calls.resolve, name="resolve"),
    path("c/<slug:ref>/reopen", calls.reopen, name="reopen"),
]
