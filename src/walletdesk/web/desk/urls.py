"""Addresses of the desk."""

from django.urls import include, path, register_converter

from walletdesk.conversations.types import View
from walletdesk.web.desk import (
    acts,
    audit,
    availability,
    call_log,
    calls,
    chain,
    contacts,
    deliveries,
    escalation,
    exports,
    files,
    filtering,
    link_reports,
    lists,
    macros,
    mail,
    marks,
    official,
    panel,
    promises,
    reader,
    reveal,
    search,
    selection,
    telephone,
    views,
    wall,
    writing,
)
from walletdesk.web.desk.assist import views as assist
from walletdesk.web.desk.cases import acts as case_acts
from walletdesk.web.desk.cases import evidence as case_evidence
from walletdesk.web.desk.cases import views as case_views
from walletdesk.web.desk.complaints import acts as complaint_acts
from walletdesk.web.desk.complaints import report as complaint_report
from walletdesk.web.desk.complaints import views as complaint_views
from walletdesk.web.desk.surveys import views as survey_views


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
    path("", lists.home, name="home"),
    path("settings/", include("walletdesk.web.desk.settings.urls")),
    path("articles/", reader.articles, name="articles"),
    path("articles/<slug:slug>/", reader.article, name="article"),
    path("calls/", call_log.calls, name="calls"),
    path("recordings/<int:recording_id>", call_log.recording, name="recording"),
    path("surveys/", survey_views.page, name="surveys"),
    path("surveys/table.csv", survey_views.table, name="survey_table"),
    path("surveys/follow-ups/", survey_views.follow_ups, name="survey_follow_ups"),
    path("surveys/follow-ups/<slug:ref>/take", survey_views.take, name="survey_take"),
    path("surveys/follow-ups/<slug:ref>/settle", survey_views.settle, name="survey_settle"),
    path("cases/", case_views.cases, name="cases"),
    path("cases/team", case_acts.choose_team, name="cases_team"),
    path("cases/<slug:ref>/", case_views.case, name="case"),
    path("cases/<slug:ref>/busy", case_views.case_busy, name="case_busy"),
    path("cases/<slug:ref>/evidence", case_evidence.evidence, name="case_evidence"),
    path("cases/<slug:ref>/do/<slug:what>", case_acts.act, name="case_act"),
    path("c/<slug:ref>/assist", assist.show, name="assist"),
    path("c/<slug:ref>/assist/write", assist.write, name="assist_write"),
    path("c/<slug:ref>/assist/written/<int:writing_id>", assist.written, name="assist_written"),
    path(
        "c/<slug:ref>/assist/written/<int:writing_id>/cancel", assist.cancel, name="assist_cancel"
    ),
    path("c/<slug:ref>/case", case_acts.open_here, name="case_open"),
    path("complaints/", complaint_views.complaints, name="complaints"),
    path("complaints/rules", complaint_acts.choose_rules, name="complaints_rules"),
    path("complaints/report", complaint_report.report, name="complaints_report"),
    path("complaints/<slug:ref>/", complaint_views.complaint, name="complaint"),
    path("complaints/<slug:ref>/do/<slug:what>", complaint_acts.act, name="complaint_act"),
    path(
        "complaints/<slug:ref>/letters/<slug:letter_ref>",
        complaint_views.letter,
        name="complaint_letter",
    ),
    path("c/<slug:ref>/complaint", complaint_acts.open_here, name="complaint_open"),
    path("wall/", wall.wall, name="wall"),
    path("wall/list", wall.now, name="wall_now"),
    path("escalated/", escalation.escalated, name="escalated"),
    path("c/<slug:ref>/escalate", escalation.escalate, name="escalate"),
    path("c/<slug:ref>/de-escalate", escalation.de_escalate, name="de_escalate"),
    path("c/<slug:ref>/whisper", escalation.whisper, name="whisper"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<slug:ref>/decide", exports.decide, name="export_decide"),
    path("exports/<slug:ref>/download", exports.download, name="export_download"),
    path("official/", official.registry, name="official"),
    path("official/<slug:ref>/decide", official.decide, name="official_decide"),
    path("links/", link_reports.listing, name="links"),
    path("links/<slug:ref>/decide", link_reports.decide, name="link_decide"),
    path("audit/", audit.audit, name="audit"),
    path("audit/rows", audit.audit_rows, name="audit_rows"),
    path("alarms/", audit.alarms, name="alarms"),
    path("alarms/waiting", audit.alarms_waiting, name="alarms_waiting"),
    path("alarms/<int:alarm_id>/settle", audit.settle, name="alarm_settle"),
    path("locks/<int:lock_id>/lift", audit.lift, name="lock_lift"),
    path("files", files.upload, name="files"),
    path("rows", lists.rows, name="rows"),
    path("changed", lists.changed, name="changed"),
    path("many", selection.many, name="many"),
    path("choices", selection.choices, name="choices"),
    path("undo", selection.undo, name="undo"),
    path("preferences", selection.preferences, name="preferences"),
    path("find", selection.find, name="find"),
    path("search/", search.search, name="search"),
    path("saved", filtering.save, name="saved"),
    path("saved/<int:view_id>/remove", filtering.remove, name="saved_remove"),
    path("<view:view>/filter", filtering.choose, name="filter"),
    path("<view:view>/", lists.list_page, name="list"),
    path("<view:view>/list", lists.list_fragment, name="list_fragment"),
    path("<view:view>/<slug:ref>/", views.conversation_page, name="open"),
    path("c/<slug:ref>/", views.conversation_fragment, name="conversation"),
    path("c/<slug:ref>/events", calls.events, name="events"),
    path("c/<slug:ref>/promises", promises.explain, name="promises"),
    path("c/<slug:ref>/colleagues", views.colleagues, name="colleagues"),
    path("c/<slug:ref>/mail/<int:seq>/html", mail.mail_html, name="mail_html"),
    path("c/<slug:ref>/mail/<int:seq>/original", mail.mail_original, name="mail_original"),
    path("c/<slug:ref>/reply", calls.reply, name="reply"),
    path("c/<slug:ref>/reveal", reveal.reveal, name="reveal"),
    path("c/<slug:ref>/note", calls.note, name="note"),
    path("c/<slug:ref>/links", link_reports.verdicts, name="link_verdicts"),
    path("c/<slug:ref>/links/report", link_reports.report, name="link_report"),
    path("c/<slug:ref>/read", marks.read, name="read"),
    path("c/<slug:ref>/typing", marks.typing, name="typing"),
    path("c/<slug:ref>/viewing", marks.viewing, name="viewing"),
    path("people", writing.people, name="people"),
    path("presence", availability.beat, name="presence"),
    path("presence/now", availability.availability, name="presence_now"),
    path("telephone", telephone.telephone, name="telephone"),
    path("telephone/<slug:ref>/<slug:what>", telephone.press, name="telephone_press"),
    path("offers/<int:offer_id>/accept", availability.accept, name="offer_accept"),
    path("offers/<int:offer_id>/decline", availability.decline, name="offer_decline"),
    path("c/<slug:ref>/draft", writing.draft, name="draft"),
    path("c/<slug:ref>/scheduled", writing.later, name="scheduled"),
    path("c/<slug:ref>/scheduled/<slug:item>/change", writing.change, name="scheduled_change"),
    path("c/<slug:ref>/scheduled/<slug:item>/cancel", writing.cancel, name="scheduled_cancel"),
    path("c/<slug:ref>/scheduled/<slug:item>/send", writing.send_now, name="scheduled_send"),
    path("c/<slug:ref>/chain", chain.chips, name="chain"),
    path("c/<slug:ref>/chain/look", chain.look, name="chain_look"),
    path("c/<slug:ref>/chain/<int:seq>", chain.facts, name="chain_facts"),
    path("c/<slug:ref>/chain/<int:seq>/watch", chain.watch, name="chain_watch"),
    path("c/<slug:ref>/panel", panel.panel, name="panel"),
    path("c/<slug:ref>/describe", panel.describe, name="describe"),
    path("c/<slug:ref>/about", panel.note, name="about"),
    path("c/<slug:ref>/about/<int:note_id>/remove", panel.remove_note, name="about_remove"),
    path("c/<slug:ref>/macros", macros.macros, name="macros"),
    path("c/<slug:ref>/macros/<int:macro_id>", macros.macro, name="macro"),
    path("c/<slug:ref>/tag", macros.tag, name="tag"),
    path("c/<slug:ref>/tags", macros.tag_choices, name="tag_choices"),
    path("c/<slug:ref>/untag", macros.untag, name="untag"),
    path(
        "c/<slug:ref>/deliveries/<int:delivery_id>/again", deliveries.again, name="delivery_again"
    ),
    path("c/<slug:ref>/claim", calls.claim, name="claim"),
    path("c/<slug:ref>/hand-over", acts.hand_over, name="hand_over"),
    path("c/<slug:ref>/release", acts.release, name="release"),
    path("c/<slug:ref>/resolve", acts.resolve, name="resolve"),
    path("c/<slug:ref>/do/<slug:what>", acts.form, name="act_form"),
    path("c/<slug:ref>/snooze", acts.snooze, name="snooze"),
    path("c/<slug:ref>/wake", acts.wake, name="wake"),
    path("c/<slug:ref>/team", acts.team, name="team"),
    path("c/<slug:ref>/merge", acts.merge, name="merge"),
    path("c/<slug:ref>/split", acts.split, name="split"),
    path("c/<slug:ref>/link", acts.link, name="link"),
    path("c/<slug:ref>/block", acts.block, name="block"),
    path("c/<slug:ref>/call", acts.call, name="call"),
    path("c/<slug:ref>/unblock", acts.unblock, name="unblock"),
    path("c/<slug:ref>/reopen", calls.reopen, name="reopen"),
]
