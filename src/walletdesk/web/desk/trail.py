"""Words for the audit trail: what was done, to whom, and what was odd."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from walletdesk.accounts.watch import rules
from walletdesk.accounts.watch.types import AlarmKind

WALLET_ORDERS = tuple(
    (kind, what, name)
    for what, name in (
        ("requested", gettext_noop("Asked the wallet for something")),
        ("approved", gettext_noop("Approved an order to the wallet")),
        ("refused", gettext_noop("Refused an order to the wallet")),
        ("sent", gettext_noop("An order was sent to the wallet")),
        ("done", gettext_noop("The wallet carried an order out")),
        ("failed", gettext_noop("The wallet did not carry an order out")),
    )
    for kind in ("look_up", "transactions", "freeze", "unfreeze", "reset")
)
FILTERS = ("person", "action", "subject", "day")
ACTIONS = {
    "conversation.escalated": gettext_noop("Escalated a conversation"),
    "replay.asked": gettext_noop("Asked what the bot would say to past conversations"),
    "member.skills_changed": gettext_noop("Changed what somebody has learnt"),
    "contact.revealed": gettext_noop("Saw personal data in clear"),
    "conversation.opened": gettext_noop("Opened a conversation"),
    "contact.searched": gettext_noop("Searched for a contact"),
    "identity.set": gettext_noop("Entered personal data"),
    "identity.removed": gettext_noop("Removed personal data"),
    "contact.erased": gettext_noop("Erased a customer"),
    "official.requested": gettext_noop("Asked for a change of what is official"),
    "official.approved": gettext_noop("Agreed to a change of what is official"),
    "official.refused": gettext_noop("Refused a change of what is official"),
    "official.loaded": gettext_noop("Loaded what is official"),
    "link.sent": gettext_noop("Sent a link that is not official"),
    "link.confirmed": gettext_noop("Confirmed a phishing link"),
    "link.rejected": gettext_noop("Rejected the report of a link"),
    "export.requested": gettext_noop("Asked for an export"),
    "export.approved": gettext_noop("Approved an export"),
    "export.refused": gettext_noop("Refused an export"),
    "export.downloaded": gettext_noop("Downloaded an export"),
    "contacts.exported": gettext_noop("Took personal data out in clear"),
    "alarm.raised": gettext_noop("Alarm"),
    "alarm.settled": gettext_noop("Settled an alarm"),
    "member.locked": gettext_noop("Locked out"),
    "member.unlocked": gettext_noop("Let in again"),
    "brand.changed": gettext_noop("Changed the brand"),
    "brand.languages_changed": gettext_noop("Changed the languages"),
    "brand.logo_changed": gettext_noop("Changed the logo"),
    "inbox.created": gettext_noop("Added an inbox"),
    "inbox.changed": gettext_noop("Changed an inbox"),
    "inbox.hours_changed": gettext_noop("Changed an inbox's hours"),
    "inbox.moved": gettext_noop("Moved an inbox"),
    "inbox.removed": gettext_noop("Removed an inbox"),
    "calendar.created": gettext_noop("Added business hours"),
    "calendar.changed": gettext_noop("Changed business hours"),
    "calendar.removed": gettext_noop("Removed business hours"),
    "network.changed": gettext_noop("Changed the nodes of a network"),
    "article.created": gettext_noop("Began an article"),
    "article.changed": gettext_noop("Changed an article's settings"),
    "article.saved": gettext_noop("Wrote an article"),
    "article.published": gettext_noop("Published an article"),
    "article.review_asked": gettext_noop("Asked for a review of an article"),
    "article.approved": gettext_noop("Approved and published an article"),
    "article.returned": gettext_noop("Returned an article to its author"),
    "article.rules": gettext_noop("Changed how articles are published"),
    "article.up_to_date": gettext_noop("Marked a translation as up to date"),
    "article.picture": gettext_noop("Added a picture for articles"),
    "article.exported": gettext_noop("Downloaded all articles"),
    "article.imported": gettext_noop("Took articles in from an archive"),
    "notice.created": gettext_noop("Published a status notice"),
    "notice.changed": gettext_noop("Changed a status notice"),
    "notice.ended": gettext_noop("Ended a status notice"),
    "article.hidden": gettext_noop("Took an article back"),
    "article.shown": gettext_noop("Showed an article again"),
    "macro.created": gettext_noop("Added a macro"),
    "macro.changed": gettext_noop("Changed a macro"),
    "macro.archived": gettext_noop("Archived a macro"),
    "macro.restored": gettext_noop("Restored a macro"),
    "tag.created": gettext_noop("Added a tag"),
    "tag.changed": gettext_noop("Changed a tag"),
    "tag.archived": gettext_noop("Archived a tag"),
    "tag.restored": gettext_noop("Restored a tag"),
    "tag.merged": gettext_noop("Merged two tags"),
    "privacy.changed": gettext_noop("Changed the privacy rules"),
    "retention.removed": gettext_noop("Old conversations were removed"),
    "identity_key.created": gettext_noop("Added a signing key"),
    "identity_key.revoked": gettext_noop("Revoked a signing key"),
    "identity_policy.changed": gettext_noop("Changed how customers are known"),
    "member.invited": gettext_noop("Invited a person"),
    "member.invited_again": gettext_noop("Invited a person again"),
    "member.joined": gettext_noop("Joined"),
    "member.changed": gettext_noop("Changed a person's place"),
    "member.role_changed": gettext_noop("Changed a person's role"),
    "member.renamed": gettext_noop("Changed their name"),
    "member.deactivated": gettext_noop("Shut a person out"),
    "member.reactivated": gettext_noop("Let a person back in"),
    "team.created": gettext_noop("Added a team"),
    "team.renamed": gettext_noop("Renamed a team"),
    "team.removed": gettext_noop("Removed a team"),
    "password.changed": gettext_noop("Changed their password"),
    "second_factor.app_added": gettext_noop("Set up an authenticator app"),
    "second_factor.app_removed": gettext_noop("Removed an authenticator app"),
    "second_factor.passkey_added": gettext_noop("Added a passkey"),
    "second_factor.passkey_removed": gettext_noop("Removed a passkey"),
    "second_factor.passkey_renamed": gettext_noop("Renamed a passkey"),
    "second_factor.recovery_codes_made": gettext_noop("Made new recovery codes"),
    "second_factor.reset": gettext_noop("Reset a person's second factor"),
    "second_factor.roles_changed": gettext_noop("Changed which roles need a second factor"),
    "contact.joined": gettext_noop("Joined two customers' conversations"),
    "contact.blocked": gettext_noop("Blocked a customer"),
    "contact.unblocked": gettext_noop("Unblocked a customer"),
    "case.opened": gettext_noop("Opened a security case"),
    "case.closed": gettext_noop("Closed a security case"),
    "case.team_chosen": gettext_noop("Chose the team for security cases"),
    "case.evidence_taken": gettext_noop("Took an evidence pack out"),
    "case.identity_checked": gettext_noop("Checked who a customer is"),
    "complaint.opened": gettext_noop("Opened a complaint"),
    "complaint.closed": gettext_noop("Closed a complaint"),
    "complaint.assigned": gettext_noop("Chose who investigates a complaint"),
    "complaint.letter_sent": gettext_noop("Sent a letter about a complaint"),
    "complaint.subject_removed": gettext_noop("Took a conversation out of a complaint"),
    "complaint.rules_changed": gettext_noop("Changed the rules of complaints"),
    "wallet.account_used": gettext_noop("Used an account's number for the wallet"),
    **{f"wallet.{kind}_{what}": name for kind, what, name in WALLET_ORDERS},
    "secret.asked": gettext_noop("Tried to ask a customer for a secret"),
    "file.opened": gettext_noop("Opened a file"),
}
GRAVE = {
    "contact.revealed",
    "contacts.exported",
    "alarm.raised",
    "member.locked",
    "contact.erased",
    "secret.asked",
}
SUBJECTS = ("conversation", "contact", "member", "export", "case", "complaint")
ALARMS = {
    AlarmKind.REVEALS: gettext_noop("Many reveals in an hour"),
    AlarmKind.HABIT: gettext_noop("More reveals than usual"),
    AlarmKind.OFF_SHIFT: gettext_noop("Reveals outside of working hours"),
    AlarmKind.OPENINGS: gettext_noop("Many conversations of others opened"),
    AlarmKind.SEARCHES: gettext_noop("Many searches"),
    AlarmKind.ASKING: gettext_noop("Asked a customer for a phrase, key, password or code"),
}


def action_name(code: str) -> str:
    """Return what was done in words; an unknown code stands for itself."""
    return _(ACTIONS[code]) if code in ACTIONS else code


def alarm_name(kind: str) -> str:
    """Return what was odd in words."""
    return _(ALARMS[AlarmKind(kind)]) if kind in set(AlarmKind) else kind


def alarm_about(count: int, bar: int) -> str:
    """Return how much of it there was and from which number on it counts."""
    return _("%(count)s times; an alarm from %(bar)s on") % {"count": count, "bar": bar}


def alarm_rules() -> list[str]:
    """Return the rules, so that everybody knows what is watched."""
    minutes = int(rules.WINDOW.total_seconds() // 60)
    counted = (
        (_("Reveals"), 60, rules.REVEALS_PER_HOUR),
        (_("Opening conversations of others"), minutes, rules.OPENINGS),
        (_("Searches"), minutes, rules.SEARCHES),
    )
    several = _(
        "%(what)s: alarm from %(first)s in %(minutes)s minutes, locked out from %(second)s."
    )
    return [
        *(
            several % {"what": what, "first": first, "minutes": window, "second": second}
            for what, window, (first, second) in counted
        ),
        _(
            "Reveals outside of %(start)s:00 to %(end)s:00 and of the person's usual hours: "
            "alarm at once, locked out from %(second)s."
        )
        % {"start": rules.SHIFT_FROM, "end": rules.SHIFT_TO, "second": rules.OFF_SHIFT[1]},
        _("More than three times the person's usual reveals of a day: alarm."),
        _("Asking a customer for a phrase, key, password or code: not sent, alarm at once."),
        _("Supervisors may open and search three times as much before it counts."),
    ]


def subject_asked(text: str) -> str:
    """Return a subject as rows hold it; a bare name is that of a conversation."""
    if not text:
        return ""
    kind, colon, _name = text.partition(":")
    return text if colon and kind in SUBJECTS else f"conversation:{text.lower()}"


def subject_name(subject: str, name: str) -> str:
    """Return to whom or what it was done, in words."""
    kind, _colon, which = subject.partition(":")
    names = {
        "conversation": _("Conversation %(name)s"),
        "contact": _("Contact %(name)s"),
        "export": _("Export %(name)s"),
        "case": _("Security case %(name)s"),
        "complaint": _("Complaint %(name)s"),
        "brand": _("Brand"),
        "inbox": _("Inbox %(name)s"),
        "calendar": _("Hours %(name)s"),
        "article": _("Article %(name)s"),
        "macro": _("Macro %(name)s"),
        "tag": _("Tag %(name)s"),
        "team": _("Team %(name)s"),
        "file": _("File %(name)s"),
        "network": _("Network %(name)s"),
    }
    if kind == "member" and name:
        return name
    return names[kind] % {"name": which} if kind in names else subject


def facts(action: str, detail: Mapping[str, Any]) -> list[str]:
    """Return further facts of an entry, in words."""
    told = []
    if action == "conversation.opened" and detail.get("mine") is False:
        told.append(_("not theirs"))
    if action == "contact.searched" and isinstance(found := detail.get("found"), int):
        told.append(ngettext("%(n)s found", "%(n)s found", found) % {"n": found})
    if detail.get("clear") is True:
        told.append(_("in clear"))
    if "days" in detail:
        told.append(str(detail["days"]))
    if "rows" in detail:
        told.append(_("%(n)s rows") % {"n": detail["rows"]})
    return told
