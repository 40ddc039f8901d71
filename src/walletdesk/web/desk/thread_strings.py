"""The texts of the open conversation: composer, replies for later, presence."""

from django.conf import settings
from django.utils.translation import gettext as _

from walletdesk.web.common.personal import kind_name
from walletdesk.web.desk import wording
from walletdesk.web.desk.bot_summary import part_names


def conversation_strings() -> dict[str, str]:
    """Return what the open conversation's script shows, in the active language."""
    return _lines() | _tools() | _later() | _people() | _names() | part_names()


def _lines() -> dict[str, str]:
    return {
        "line_changed_topic": _("{name} set the topic to “{to}”"),
        "line_changed_urgency": _("{name} set the urgency to “{to}”"),
        "line_changed_language": _("{name} set the language to “{to}”"),
        "line_changed_sender": _("The sender confirmed the address"),
        "line_scheduled_waiting": _("{name} wrote a reply for {due}"),
        "line_scheduled_cancelled": _("{name} cancelled a reply for later"),
        "line_scheduled_customer_wrote": _("A reply for later was held: the customer wrote"),
        "line_scheduled_held": _("A reply for later was held"),
        "line_case_opened": _("{name} opened a security case"),
        "line_case_opened_by_itself": _("A security case was opened automatically"),
        "line_case_taken": _("{name} took the security case"),
        "line_case_closed": _("{name} closed the security case"),
        "line_case_reopened": _("{name} took the security case up again"),
        "line_case_follow_up": _("The security case comes up again"),
        "line_case_wallet_asked": _("Approved, the wallet was asked to do it"),
        "line_case_wallet_done": _("The wallet carried out what was approved"),
        "line_case_wallet_failed": _("The wallet did not carry out what was approved"),
        "personal_link": kind_name("link"),
        "line_complaint_opened": _("{name} opened a complaint"),
        "line_complaint_lodged": _("The customer lodged a complaint"),
        "line_complaint_assigned": _("{name} chose who investigates the complaint"),
        "line_complaint_added": _("The complainant added something"),
        "line_complaint_deadline_near": _("A deadline of the complaint is near"),
        "line_complaint_deadline_missed": _("A deadline of the complaint was missed"),
        "line_complaint_withdrawn": _("The customer withdrew the complaint"),
        "line_complaint_closed": _("The complaint was closed"),
        "line_follow_up_opened": _("A low score is followed up"),
        "line_follow_up_taken": _("{name} looks into the low score"),
        "line_follow_up_done": _("{name} settled the low score"),
        "line_escalated": _("Escalated to {level}"),
        "line_escalated_by_hand": _("{name} escalated it to {level}"),
        "line_escalated_asked": _("Escalated to {level}: the customer asks for somebody above"),
        "line_escalated_angry": _("Escalated to {level}: the customer is angry"),
        "line_escalated_repeated": _("Escalated to {level}: the same matter again"),
        "line_escalated_warned": _("Escalated to {level}: a promise is at risk"),
        "line_escalated_breached": _("Escalated to {level}: a promise was broken"),
        "line_escalated_unanswered": _("Escalated to {level}: nobody answered in time"),
        "line_escalated_topic": _("Escalated to {level}: the topic"),
        "line_escalated_ended": _("{name} ended the escalation"),
        "line_call_came": _("Telephone call"),
        "line_call_connected": _("The call was taken up"),
        "line_call_ended": _("The call ended"),
        "line_call_cut": _("The call was cut off"),
        "line_call_missed": _("Missed call: the caller hung up while waiting"),
        "line_call_lost": _("The call was lost by a fault: the caller is called back"),
        "line_call_left": _("The caller hung up in the menu"),
        "line_call_overflow": _("The caller waited too long and was offered something else"),
        "line_call_call_back": _("The caller wants to be called back"),
        "line_call_link": _("The caller goes on in the chat, by a link"),
        "line_call_not_taken_up": _("The telephone was not taken up: the caller waits again"),
        "line_call_not_reached": _("The call-back did not reach anybody"),
        "line_call_message": _("Voice message"),
        "line_call_recording": _("Recording of the call"),
        "line_call_sound_missing": _("A recording was announced but never arrived"),
        "line_call_transcript": _("Transcript of the call"),
        "call_secret": _(
            "A secret was spoken in this call. It is masked here and silenced in the recording. "
            "Warn the caller: whoever heard it can take the funds, so they must move them to a "
            "new wallet now. Never repeat it."
        ),
        "line_linked_topic": _("The same customer came with this topic before"),
        "line_linked_named": _("The same customer named this transaction or address before"),
        "line_linked_subject": _("The same customer wrote a mail with this subject before"),
        "line_linked_transaction": _("Another customer names the same transaction"),
        "line_recognised": _("This secret was sent before, in {refs}"),
        "line_checked": _("A picture was checked for secrets"),
        "picture_waiting": _("This picture is still being checked for secrets."),
        "picture_unread": _("Nobody has checked this picture: it may show a seed phrase or a key."),
        "file_unread": _("Nobody has checked this file: it may hold a seed phrase or a key."),
        "picture_show": _("Show it"),
        "picture_secret": _("This picture held a secret. It was deleted."),
        "message_tools": _("This message"),
        "quote": _("Quote"),
        "copy_link": _("Copy link"),
    }


def _tools() -> dict[str, str]:
    return {
        "macros": _("Macros"),
        "macro_find": _("Find a macro…"),
        "macro_none": _("There are no macros yet. They are made in the settings."),
        "macro_missing": _("Fill in by hand:"),
        "emoji": _("Emoji"),
        "emoji_find": _("Find an emoji…"),
        "people": _("Colleagues"),
        "nothing_found": _("Nothing found."),
        "edit": _("Edit"),
        "cancel": _("Cancel"),
        "look": _("Look"),
    }


def _later() -> dict[str, str]:
    return {
        "later": _("Send later"),
        "later_hour": _("In an hour"),
        "later_evening": _("This evening"),
        "later_tomorrow": _("Tomorrow morning"),
        "later_monday": _("Monday morning"),
        "later_own": _("At another time"),
        "later_set": _("Set"),
        "later_at": _("{name}: will be sent {time}"),
        "later_held": _("{name}: was due {time} and is held."),
        "later_now": _("Send now"),
        "later_occupied": _("Send or empty what you are writing first."),
        "later_overtaken": _("The customer has written since: it will be held."),
        "later_reason_customer_wrote": _("The customer wrote before it was sent. Send it anyway?"),
        "later_reason_resolved": _("The conversation was resolved meanwhile."),
        "later_reason_not_yours": _("The conversation is no longer yours."),
        "later_reason_no_right": _("Its author may not answer any more."),
        "later_reason_other": _("It could not be sent."),
        "later_held_toast": _("A reply for later was held."),
    }


def _people() -> dict[str, str]:
    return {
        "viewing": _("{name} is looking at this conversation"),
        "is_writing": _("{name} is writing here just now"),
        "mentioned": _("{name} mentioned you in a note."),
        "answered_meanwhile": _("{name} answered {seconds} s ago. Send yours too?"),
        "unofficial_link": _("Not official: {hosts}. Look again. Send it all the same?"),
        "unofficial_link_later": _(
            "Not official: {hosts}. Look again, and press once more to keep it."
        ),
        "line_reported": _("{name} reported a link as phishing: {host}"),
        "line_reported_by_customer": _("The customer reported a link as phishing: {host}"),
        "send_anyway": _("Send anyway"),
    }


def _names() -> dict[str, str]:
    """Return the names of values by `field_value`, as event lines look them up."""
    languages = {f"language_{code}": name for code, name in settings.LANGUAGE_NAMES.items()}
    return {f"urgency_{level}": wording.urgency(level) for level in range(4)} | languages
