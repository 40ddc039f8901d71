"""All addresses."""

from django.urls import include, path
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import RedirectView
from django.views.i18n import set_language

from walletdesk.web import health
from walletdesk.web.files.serve import serve as serve_file
from walletdesk.web.helpcentre.machine import robots
from walletdesk.web.hooks.mail_in import mail_in
from walletdesk.web.hooks.mail_tracking import mail_tracking
from walletdesk.web.hooks.sms_report import sms_report
from walletdesk.web.hooks.voice import voice_hook, voice_sound
from walletdesk.web.mail.confirm import confirm
from walletdesk.web.portal import api as portal_api
from walletdesk.web.portal import official as official_pages
from walletdesk.web.portal import survey as survey_pages
from walletdesk.web.widget.demo import demo, demo_token

urlpatterns = [
    path("", require_safe(RedirectView.as_view(url="/desk/")), name="home"),
    path("healthz", require_safe(health.healthz), name="healthz"),
    path("readyz", require_safe(health.readyz), name="readyz"),
    path("accounts/", include("walletdesk.web.account.urls")),
    path("i18n/setlang/", require_POST(set_language), name="set_language"),
    path("desk/", include("walletdesk.web.desk.urls")),
    path("chat/v1/tickets", portal_api.create, name="ticket-create"),
    path("chat/v1/deflected", portal_api.deflected, name="ticket-deflected"),
    path("chat/v1/", include("walletdesk.web.widget.api_urls")),
    path("widget/", include("walletdesk.web.widget.urls")),
    path("files/<slug:ref>/<slug:variant>", serve_file, name="file"),
    path("hooks/mail/<slug:token>/in", mail_in, name="mail_in"),
    path("mail/confirm/<slug:token>", confirm, name="mail_confirm"),
    path("hooks/mail/<slug:token>/tracking", mail_tracking, name="mail_tracking"),
    path("s/stop/<slug:brand>/<slug:token>/", survey_pages.stop, name="survey-stop"),
    path("s/thanks/<slug:brand>/", survey_pages.thanks, name="survey-thanks"),
    path("s/<slug:token>/", survey_pages.page, name="survey"),
    path("hooks/voice/<slug:what>", voice_hook, name="voice_hook"),
    path("hooks/voice/sound/<str:name>/<slug:mark>.wav", voice_sound, name="voice_sound"),
    path("hooks/sms/<slug:token>", sms_report, name="sms_report"),
    path("robots.txt", robots, name="robots"),
    path("help/", include("walletdesk.web.helpcentre.urls")),
    path("ticket/", include("walletdesk.web.portal.urls")),
    path("official/<slug:brand>/", official_pages.page, name="official"),
    path("official/<slug:brand>.json", official_pages.document, name="official-document"),
    path("demo/", demo, name="demo"),
    path("demo/token/", demo_token, name="demo-token"),
]

handler404 = "walletdesk.web.errors.page_not_found"
handler500 = "walletdesk.web.errors.server_error"
