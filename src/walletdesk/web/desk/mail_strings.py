"""What the desk says about mails in a thread."""

from django.utils.translation import gettext as _


def mail_strings() -> dict[str, str]:
    """Return the texts of the mail part of a message."""
    return {
        "mail_unauthenticated": _("Sender not verified: anybody may have written this"),
        "mail_failed": _("Sender is probably forged"),
        "mail_authenticated": _("Sender verified for {domain}"),
        "mail_verification": _(
            "This mail hands out a code or link of a third party. Do not use it or pass it on."
        ),
        "mail_automatic": _("Automatic mail: not answered"),
        "mail_subject": _("Subject"),
        "mail_from": _("From"),
        "mail_to": _("To"),
        "mail_cc": _("Copy to (may not read this conversation)"),
        "mail_reply_to": _("Asks for answers to another address (ignored)"),
        "mail_quoted": _("Show quoted text"),
        "mail_html": _("Show formatted version"),
        "mail_html_title": _("Formatted version of the mail"),
        "mail_original": _("Download the original"),
        "mail_left_out": _("Not taken over"),
        "mail_cut": _("The text is longer; the original has all of it."),
        "mail_details": _("E-mail"),
    }
