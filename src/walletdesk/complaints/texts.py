"""What letters say, in the language that is active. Texts that people wrote come with tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from walletdesk.complaints.profiles import in_language
from walletdesk.complaints.types import Content, Finding, Outcome, Profile

FINDINGS = {
    Finding.UPHELD: gettext_noop("You are right in this point."),
    Finding.PARTLY: gettext_noop("You are right in a part of this point."),
    Finding.NOT_UPHELD: gettext_noop("We do not share your view in this point."),
}
OUTCOMES = {
    Outcome.UPHELD: gettext_noop("Your complaint is upheld."),
    Outcome.PARTLY: gettext_noop("Your complaint is upheld in part."),
    Outcome.NOT_UPHELD: gettext_noop("Your complaint is not upheld."),
}


@dataclass(frozen=True, slots=True)
class About:
    """What every letter says of its complaint and of who writes."""

    brand: str
    number: str
    received_at: datetime
    handler: str
    email: str
    phone: str
    language: str
    profile: Profile

    def day(self, moment: datetime) -> str:
        """Return a day as the place of the profile counts it."""
        return date_format(moment.astimezone(ZoneInfo(self.profile.zone)), "DATE_FORMAT")

    def last_day(self, due_at: datetime) -> str:
        """Return the day that ends with a deadline."""
        return self.day(due_at - timedelta(seconds=1))


def acknowledgement(
    about: About, *, answer_by: datetime, page: str, copy: Sequence[tuple[str, str]]
) -> Content:
    """Return the acknowledgement: all that `rules.ACKNOWLEDGED_WITH` names, and the copy."""
    facts = (
        *_facts(about),
        ("admissible", _("Admissible"), _("Yes: we examine it.")),
        *_handler(about),
        ("answer_by", _("We answer at the latest on"), about.last_day(answer_by)),
        ("free", _("Cost"), _("None: a complaint is free of charge.")),
        ("page", _("Page of your complaint"), page),
    )
    return Content(
        title=_("We have received your complaint"),
        opening=(
            _(
                "Thank you for telling us. We have received your complaint and examine it under"
                " %(law)s."
            )
            % {"law": in_language(about.profile.basis, about.language)},
        ),
        facts=facts,
        sections=(
            (
                _("What happens now"),
                _(
                    "A person who had nothing to do with the matter before looks at every point"
                    " and answers each. You can add documents and follow every step on your page."
                    " If it takes longer than the date above, we tell you why and until when."
                ),
            ),
        ),
        closing=_closing(about),
        appendix=tuple(copy),
    )


def refusal(about: About, *, reasons: str, copy: Sequence[tuple[str, str]]) -> Content:
    """Return the letter that a complaint is not admissible, and why."""
    return Content(
        title=_("We cannot take your complaint up"),
        opening=(
            _("We have received your complaint. It is not admissible under %(law)s.")
            % {"law": in_language(about.profile.basis, about.language)},
        ),
        facts=(*_facts(about), ("admissible", _("Admissible"), _("No.")), *_handler(about)),
        sections=((_("Our reasons"), reasons), *_bodies(about)),
        closing=_closing(about),
        appendix=tuple(copy),
    )


def question(about: About, *, text: str) -> Content:
    """Return the letter that asks for what is missing."""
    return Content(
        title=_("We need something more for your complaint"),
        opening=(_("To decide about your complaint we ask you for the following."),),
        facts=(*_facts(about), *_handler(about)),
        sections=((_("What we ask for"), text),),
        closing=_closing(about),
    )


def holding(about: About, *, reasons: str, answer_by: datetime) -> Content:
    """Return the letter that says why there is no answer yet, and when there will be one."""
    return Content(
        title=_("Our answer to your complaint takes longer"),
        opening=(_("We cannot answer your complaint in the time that we told you."),),
        facts=(
            *_facts(about),
            ("answer_by", _("We answer at the latest on"), about.last_day(answer_by)),
            *_handler(about),
        ),
        sections=((_("Our reasons"), reasons), *_bodies(about)),
        closing=_closing(about),
    )


def decision(
    about: About,
    *,
    outcome: Outcome,
    points: Iterable[tuple[str, str, str]],
    reasons: str,
    remedies: str,
    summary: bool,
) -> Content:
    """Return the answer: each point (text, finding, answer), reasons, remedies, who else helps.

    `summary`: it was decided within the profile's short period.
    """
    told = tuple(
        (
            _("Point %(number)s") % {"number": number},
            "\n\n".join((f"“{text}”", _(FINDINGS[Finding(finding)]), answer)),
        )
        for number, (text, finding, answer) in enumerate(points, 1)
    )
    offered = remedies or _("We see no ground for a remedy.")
    return Content(
        title=_("Summary resolution of your complaint") if summary else _("Our final answer"),
        opening=(_(OUTCOMES[outcome]),),
        facts=(*_facts(about), *_handler(about)),
        sections=(
            *told,
            (_("Our reasons"), reasons),
            (_("What we do for you"), offered),
            *_bodies(about),
        ),
        closing=_closing(about),
    )


def withdrawn(about: About) -> Content:
    """Return the letter that confirms that a complaint was withdrawn."""
    return Content(
        title=_("You have withdrawn your complaint"),
        opening=(_("We close it without a decision. You can complain again at any time."),),
        facts=_facts(about),
        closing=_closing(about),
    )


def _facts(about: About) -> tuple[tuple[str, str, str], ...]:
    return (
        ("number", _("Number of the complaint"), about.number),
        ("received", _("Received on"), about.day(about.received_at)),
    )


def _handler(about: About) -> tuple[tuple[str, str, str], ...]:
    return (
        ("handler", _("Handled by"), f"{about.handler}, {about.brand}"),
        ("handler_email", _("E-mail"), about.email),
        ("handler_phone", _("Phone"), about.phone),
    )


def _bodies(about: About) -> tuple[tuple[str, str], ...]:
    if not about.profile.bodies:
        return ()
    lines = [
        f"{body.name} ({body.address}): {in_language(body.within, about.language)}"
        for body in about.profile.bodies
    ]
    first = _("If you do not agree, you can turn to:")
    return ((_("Who else can help you"), "\n".join([first, *lines])),)


def _closing(about: About) -> tuple[str, ...]:
    return (_("Yours sincerely"), f"{about.handler}, {about.brand}")


def as_text(content: Content) -> str:
    """Return a letter as a plain message, without its appendix."""
    facts = [f"{label}: {value}" for _code, label, value in content.facts]
    parts = [content.title, *content.opening, "\n".join(facts)]
    parts += [f"{heading}\n{text}" for heading, text in content.sections]
    return "\n\n".join(part for part in (*parts, "\n".join(content.closing)) if part)
