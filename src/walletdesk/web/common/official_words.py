"""The words of the check "is it official?": verdicts and reasons. Codes come from `official`."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.official.types import Answer, Kind, Reason, Thing, Verdict

VERDICTS = {
    Verdict.OFFICIAL: gettext_noop("Official"),
    Verdict.FAKE: gettext_noop("Known fake"),
    Verdict.LOOKALIKE: gettext_noop("Looks like ours, but is not"),
    Verdict.UNKNOWN: gettext_noop("Unknown: treat it as fake"),
}
REASONS = {
    Reason.REGISTERED: gettext_noop("It stands in our register."),
    Reason.SOCIAL_ON_PLATFORM: gettext_noop(
        "This name is ours only here: %(detail)s. Anywhere else it is not us."
    ),
    Reason.ALL_PARTS: gettext_noop(
        "Every address in it is ours. Still, never send anybody your recovery phrase."
    ),
    Reason.AGENT_CODE: gettext_noop(
        "It is the code of %(detail)s in one conversation with us. It proves something only inside"
        " that conversation: whoever showed it to you somewhere else is not us."
    ),
    Reason.LISTED: gettext_noop("It stands on a list of known fakes."),
    Reason.CONFIRMED: gettext_noop(
        "It was reported to us, and our people confirmed that it is fake."
    ),
    Reason.CODE_FORGED: gettext_noop("We never gave this code."),
    Reason.CODE_OVER: gettext_noop(
        "This code is over: that person does not have the conversation any more."
    ),
    Reason.CODE_OF_OTHER_CHAT: gettext_noop(
        "This code belongs to another conversation, not to yours."
    ),
    Reason.HOMOGLYPH: gettext_noop("Some letters only look like those of “%(detail)s”."),
    Reason.PUNYCODE: gettext_noop("It is written with foreign letters to look like “%(detail)s”."),
    Reason.NEAR_MISS: gettext_noop("It is nearly ours, with a letter or a number changed."),
    Reason.BRAND_INSIDE: gettext_noop("Our name stands in an address that is not ours."),
    Reason.OFFICIAL_INSIDE: gettext_noop(
        "It begins with our address %(detail)s, but belongs to somebody else."
    ),
    Reason.OTHER_ENDING: gettext_noop("It is our name with an ending that is not ours."),
    Reason.HOSTING: gettext_noop("It is a page that anybody can make, with our name in it."),
    Reason.USERINFO: gettext_noop("What stands before the @ is not where the link leads."),
    Reason.DISPLAY_NAME: gettext_noop("Our name stands in front of an address that is not ours."),
    Reason.REPLY_TO: gettext_noop("Your answer would go to an address that is not ours."),
    Reason.NOT_REGISTERED: gettext_noop("It does not stand in our register."),
    Reason.NO_HOST_NAME: gettext_noop(
        "It leads to a bare number instead of a name. We never do that."
    ),
    Reason.SHORT_LINK: gettext_noop("A shortened link hides where it leads. We never send them."),
    Reason.ATTACHMENT: gettext_noop(
        "It carries a file. We cannot say what is in it: do not open it."
    ),
    Reason.SIGNED: gettext_noop(
        "The signature of the sender's domain holds: it was really sent by it."
    ),
    Reason.SIGNATURE_BROKEN: gettext_noop(
        "It says that it comes from us, but its signature does not fit: it is forged, or its text"
        " was changed on the way here. Save the e-mail as a file and check that."
    ),
    Reason.SIGNATURE_UNCHECKED: gettext_noop(
        "Its signature was not checked, and a sender line can be forged."
    ),
    Reason.NO_COUNTRY: gettext_noop("Write the number with its country code, such as +1."),
    Reason.NEEDS_CODE: gettext_noop(
        "Anybody can give this name. Ask for the code, and check it inside your conversation."
    ),
    Reason.TOO_LONG: gettext_noop(
        "It is longer than what is looked at here: nothing is known of the rest."
    ),
    Reason.NOT_READABLE: gettext_noop("It cannot be read. Paste the whole address or message."),
}
KINDS = {
    Kind.NAME: gettext_noop("Our names"),
    Kind.DOMAIN: gettext_noop("Websites"),
    Kind.SENDER: gettext_noop("E-mail addresses"),
    Kind.PHONE: gettext_noop("Telephone numbers"),
    Kind.SOCIAL: gettext_noop("Social accounts"),
    Kind.APP: gettext_noop("Apps"),
    Kind.APP_VERSION: gettext_noop("App versions"),
    Kind.APP_CERT: gettext_noop("Signatures of apps (SHA-256)"),
    Kind.APP_HASH: gettext_noop("Files of apps (SHA-256)"),
    Kind.AGENT: gettext_noop("Badges of our agents"),
    Kind.CONTRACT: gettext_noop("Contracts"),
}
THINGS = {
    Thing.LINK: gettext_noop("Link"),
    Thing.EMAIL: gettext_noop("E-mail address"),
    Thing.MAIL: gettext_noop("E-mail"),
    Thing.PHONE: gettext_noop("Telephone number"),
    Thing.SOCIAL: gettext_noop("Social account"),
    Thing.APP: gettext_noop("App"),
    Thing.CONTRACT: gettext_noop("Contract"),
    Thing.AGENT: gettext_noop("Agent"),
    Thing.TEXT: gettext_noop("Text"),
}
TONES = {Verdict.OFFICIAL: "good", Verdict.UNKNOWN: "careful"}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer in the active language."""

    verdict: str
    reason: str
    thing: str
    shown: str
    alternative: str
    tone: str


def tell(answer: Answer) -> Told:
    """Return an answer in words."""
    return Told(
        verdict=_(VERDICTS[answer.verdict]),
        reason=_(REASONS[answer.reason]) % {"detail": answer.detail},
        thing=_(THINGS[answer.thing]),
        shown=answer.shown,
        alternative=answer.alternative,
        tone=TONES.get(answer.verdict, "bad"),
    )


def in_chat(answer: Answer) -> str:
    """Return an answer as one line of a message: no program makes a link of what is not ours."""
    told = tell(answer)
    fine = answer.verdict == Verdict.OFFICIAL
    shown = told.shown if fine else told.shown.replace(".", "[.]").replace("://", "[:]//")
    line = f"{shown}: {told.verdict}. {told.reason}"
    return f"{line} ({_('Official')}: {told.alternative})" if told.alternative else line


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as programs get it: stable codes, and the words of the active language."""
    told = tell(answer)
    return {
        "verdict": answer.verdict.value,
        "reason": answer.reason.value,
        "official_alternative": answer.alternative or None,
        "kind": answer.thing.value,
        "checked": answer.shown,
        "summary": f"{told.verdict}. {told.reason}",
    }


def kind_name(kind: str) -> str:
    """Return the heading of a kind of entries."""
    return _(KINDS[Kind(kind)])


def for_browser(answer: Answer) -> dict[str, str]:
    """Return an answer as our scripts show it."""
    told = tell(answer)
    return {
        "code": answer.verdict.value,
        "tone": told.tone,
        "verdict": told.verdict,
        "reason": told.reason,
        "host": told.shown,
        "instead": told.alternative,
    }


def script_strings() -> dict[str, str]:
    """Return the texts of common/verdicts.js."""
    return {
        "report": _("Report this link as phishing"),
        "reported": _("Reported. Thank you: our people look at it."),
        "not_reported": _("That did not work. Try again."),
        "instead": _("Official:"),
    }
