"""The words for mail accounts: their ways, and what is wrong with them."""

from django.utils.translation import gettext as _

from walletdesk.integrations.email.types import WayIn, WayOut


def way_in(code: str) -> str:
    """Return the name of a way in."""
    return {
        WayIn.NONE: _("Not received"),
        WayIn.IMAP: _("Mailbox (IMAP)"),
        WayIn.LISTENER: _("Handed over by your mail server"),
        WayIn.WEBHOOK: _("Posted by a provider"),
    }.get(WayIn(code), code)


def way_out(code: str) -> str:
    """Return the name of a way out."""
    return {
        WayOut.CONSOLE: _("Kept in the outbox, not sent"),
        WayOut.SMTP: _("Mail server (SMTP)"),
        WayOut.ANYMAIL: _("Provider"),
    }.get(WayOut(code), code)


def trouble(code: str) -> str:
    """Return the sentence for what is wrong with a mailbox, "" for nothing."""
    if not code:
        return ""
    sentences = _sign_in() | _network()
    return sentences.get(code, _("The mailbox cannot be read just now. It is tried again."))


def _sign_in() -> dict[str, str]:
    return {
        "login_refused": _("The server refused the user name or the password."),
        "oauth_refused": _("The provider refused the refresh token. Allow access again."),
        "oauth_down": _("The provider that gives access does not answer. It is tried again."),
        "no_folder": _("There is no such folder in the mailbox."),
        "no_mailbox": _("This account has no mailbox to try."),
        "plain": _("Without encryption only a server on this machine may be used."),
    }


def _network() -> dict[str, str]:
    return {
        "certificate": _("The server’s certificate is not valid for this name."),
        "tls": _("The server does not speak TLS on this port. Try STARTTLS or another port."),
        "no_such_host": _("There is no server of this name."),
        "unreachable": _("The server cannot be reached. Check name and port."),
        "too_slow": _("The server does not answer in time."),
        "cut_off": _("The server ended the connection. It is tried again."),
        "store_full": _("There is no room for mails on this desk’s disk."),
        "store_unavailable": _("The store of mails does not answer. It is tried again."),
    }


def quarantine_reason(code: str) -> str:
    """Return why a mail could not be worked on."""
    return {
        "timeout": _("Reading it took too long"),
        "memory": _("Reading it took too much memory"),
        "crashed": _("Reading it failed"),
        "not_found": _("Its original is gone"),
        "not_given": _("Its server could not give it; look for it in the mailbox itself"),
    }.get(code, _("It could not be recorded"))
