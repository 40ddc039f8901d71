"""What people are told about refusals: code → English, which is translated where it is shown."""

from django.utils.translation import gettext_noop as _

_EVERYWHERE = {
    "not_found": _("There is nothing here, or it is not for you."),
    "not_allowed": _("Your role does not allow this."),
    "bad_input": _("Something in this request is not right."),
    "csrf": _("This page was open for too long. Load it again and repeat."),
    "failed": _("Something went wrong on our side. It has been noted. Try again."),
    "busy": _("We are very busy just now. Try again in a moment."),
    "too_many": _("That was too much at once. Wait a moment and try again."),
    "changed_meanwhile": _("A colleague changed this meanwhile. Look again before you save."),
    "unauthorized": _("This device is no longer signed in to the chat."),
    "blocked": _("You cannot write here for now."),
    "bad_text": _("Write something, at most 4,000 characters."),
    "work_needed": _("Many people write at this moment. Your browser has to compute first."),
    "too_large": _("This is more than can be taken at once."),
}
_CONVERSATIONS = {
    "already_taken": _("A colleague was faster."),
    "answered_meanwhile": _("A colleague has just answered. Look before you send yours."),
    "may_not_dial": _(
        "This number is not called from here: its country is not allowed, or no line can call."
    ),
    "not_by_this_line": _(
        "This line cannot do that in the middle of a talk. Do it on your own telephone."
    ),
    "not_pending": _("This reply has been sent or cancelled meanwhile."),
    "not_yours": _("Only the person who has this conversation can do that."),
    "wrong_state": _("The conversation has moved on. Look again."),
    "changed_since": _("Something happened since, so it stays as it is. Look again."),
    "nothing_to_undo": _("It is too late to take this back."),
    "cannot_merge": _("These two conversations cannot be merged."),
    "asks_for_secret": _(
        "This was not sent: it asks the customer for a seed phrase, key, password or code. "
        "Nobody here ever may, whatever the reason. Your supervisors have been told. "
        "Ask for a transaction hash or an address instead."
    ),
    "unknown_tag": _("No tag has this name. Choose one of the list."),
    "offer_over": _("This offer is over. The next one comes by itself."),
    "no_higher_level": _("The conversation stands at this level already, or is over."),
    "not_again": _("Only what failed or came back can be sent once more."),
    "call_moved_on": _("The call has moved on. Look again."),
    "no_line": _("Calls are not taken at the moment. Write to us instead."),
    "generator_off": _("No language model is set up here."),
    "too_many_writings": _("Several texts of yours are being written. Wait for one of them."),
}
_STAFF = {
    "second_factor_missing": _("Your role needs a second factor. Load the page to set one up."),
    "second_factor_unreadable": _(
        "This second factor was made with another key of this desk. Ask an owner to reset it."
    ),
    "invitation_over": _(
        "This invitation was used already, was replaced, or is older than 72 hours."
        " Ask for a new link."
    ),
    "four_eyes": _("Here a colleague approves each text. Save it and ask for a review."),
    "own_text": _("Somebody else has to approve what you wrote."),
    "own_alarm": _("Somebody else has to look at this: it is about you."),
}
_PERSONAL = {
    "reveal_needs_case": _(
        "Only the person who has this conversation, while it is open, may see this. "
        "Take the conversation first."
    ),
    "reveal_budget": _(
        "Your reveals of today are used up. Ask a supervisor to take the conversation."
    ),
    "bad_reason": _("Say why in 10 to 500 characters."),
    "unreadable": _("This was erased. Nobody can read it any more."),
    "own_export": _("Somebody else has to decide about your own request."),
    "export_over": _("This export is decided, downloaded or expired. Ask for a new one."),
}
_CASES = {
    "case_closed": _("This case is closed. Take it up again first."),
    "case_taken": _("A colleague has this case."),
    "steps_open": _("The steps that cannot wait are not settled yet."),
    "risks_open": _("Something is still at risk. Save it or give it up first."),
    "own_order": _("Somebody else has to decide about what you asked for."),
    "order_over": _("This was decided already."),
    "order_waits": _("The same was asked for already and is not settled."),
    "identity_unchecked": _("First record how you made sure that this is the owner."),
}
_COMPLAINTS = {
    "complaint_not_now": _("The complaint stands elsewhere by now. Look again."),
    "complaint_involved": _("Who had to do with the matter may not investigate it."),
    "complaint_not_investigator": _("Only the person who investigates may do that."),
    "complaint_points_open": _("Every point needs an answer first, and there must be one."),
    "complaint_no_handler": _(
        "First an owner has to say who handles complaints, with e-mail and phone: under the"
        " list of complaints."
    ),
    "complaint_language": _("This is not in the complainant's language."),
    "complaint_too_late": _("The rules allow no date as late as this."),
    "survey_over": _("This link was used already or is too old. Thank you all the same."),
    "follow_up_over": _("A colleague was faster."),
}
_IDENTITY = {
    "bad_token": _("The wallet could not confirm who you are. Sign in there again."),
    "wrong_signature": _("The signature does not belong to this address. Try again."),
    "contract_wallet": _("Signing in with a smart-contract wallet is not possible yet."),
    "wallet_sign_in_off": _("Signing in with a wallet is not offered here."),
    "link_gone": _("This link was used already or is too old. Make a new one."),
    "already_here": _("This conversation is already open on this device."),
    "too_many_devices": _("This is open on too many devices. Sign one of them out first."),
    "too_many_keys": _("There are too many active keys. Revoke one first."),
    "bad_public_key": _("This is not an Ed25519 public key in PEM or base64."),
    "bad_address": _("This is no address of an Ethereum account."),
}
_CHAIN = {
    "nothing_named": _("This message names no transaction and no address."),
    "nothing_to_watch": _("Nothing can change any more, so there is nothing to watch."),
    "too_many_watches": _("So many transactions are watched already. Stop one first."),
}
_OFFICIAL = {
    "unofficial_link": _("This holds a link that is not official. Look at it before you send it."),
    "fake_link": _("This holds a link that is known as fake. It is not sent."),
    "link_is_official": _("This stands in your register of what is official."),
    "report_over": _("This report has been decided already."),
    "own_change": _("Somebody else has to decide about your own change."),
    "official_key_unreadable": _(
        "The key that signs the register was made with another key of this desk."
    ),
    "change_over": _("This change has been decided already, or the same one waits."),
}
SENTENCES = {
    **_EVERYWHERE,
    **_CONVERSATIONS,
    **_STAFF,
    **_PERSONAL,
    **_CASES,
    **_COMPLAINTS,
    **_IDENTITY,
    **_CHAIN,
    **_OFFICIAL,
}
