"""What the desk says about mails in a thread."""

from django.utils.translation import gettext as _


def mail_strings() -> dict[str, str]:
    """Return the texts of the mail part of a message."""
    return {
        "letter_unauthenticated": _("Sender not verified: anybody may have written this"),
        "letter_failed": _("Sender is probably forged"),
        "letter_authenticated": _("Sender verified for {domain}"),
        "letter_verification": _(
            "This mail hands out a code or link of a third party. Do not use it or pass it on."
        ),
        "letter_automatic": _("Automatic mail: not answered"),
        "letter_link_mismatch": _("A link in this mail leads elsewhere than its text says"),
        "letter_link_punycode": _("A link in this mail leads to a name with foreign letters"),
        "letter_encrypted": _("Encrypted mail: the original has it, nobody opened it"),
        "letter_signed": _("Signed by its sender's program; that was not checked"),
        "letter_remote_content": _("Pictures from elsewhere were left out"),
        "letter_links": _("Links lead to"),
        "letter_subject": _("Subject"),
        "letter_from": _("From"),
        "letter_to": _("To"),
        "letter_cc": _("Copy to (may not read this conversation)"),
        "letter_reply_to": _("Asks for answers to another address (ignored)"),
        "letter_quoted": _("Show quoted text"),
        "letter_html": _("Show formatted version"),
        "letter_html_title": _("Formatted version of the mail"),
        "letter_original": _("Download the original"),
        "letter_left_out": _("Not taken over"),
        "letter_cut": _("The text is longer; the original has all of it."),
        "letter_details": _("E-mail"),
    }
