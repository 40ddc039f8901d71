"""Surveys: how and when customers are asked, in which words, and what a low score does."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Brand
from walletdesk.integrations.sms.console import Console
from walletdesk.integrations.sms.sending import report_url
from walletdesk.integrations.sms.types import SURVEY, Sms
from walletdesk.integrations.sms.words import text_of
from walletdesk.surveys.actions.settings import change_surveys
from walletdesk.surveys.models import SurveySettings
from walletdesk.surveys.queries import settings_of
from walletdesk.surveys.rules import INTRO_LENGTH, LIMITS
from walletdesk.surveys.types import Told
from walletdesk.web.common.languages import names_of
from walletdesk.web.common.survey_words import intro, questions
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
    tell,
)

SWITCHES = ("in_chat", "by_email", "by_sms")


def _number(name: str, label: Any, hint: Any = "") -> forms.IntegerField:
    low, high = LIMITS[name]
    return forms.IntegerField(label=label, min_value=low, max_value=high, help_text=hint)


class SurveysForm(SettingsForm):
    """The ways, the times, the threshold, and a first sentence for each language."""

    in_chat = forms.BooleanField(label=gettext_lazy("In the chat, at once"), required=False)
    by_email = forms.BooleanField(
        label=gettext_lazy("By e-mail, later"),
        required=False,
        help_text=gettext_lazy("To confirmed addresses only, of those not asked in the chat."),
    )
    by_sms = forms.BooleanField(
        label=gettext_lazy("By SMS, later"),
        required=False,
        help_text=gettext_lazy("To numbers that the wallet vouches for, where no mail can go."),
    )
    delay_hours = _number("delay_hours", gettext_lazy("Hours after the end"))
    quiet_from = _number("quiet_from", gettext_lazy("Quiet from (hour of the day)"))
    quiet_until = _number(
        "quiet_until",
        gettext_lazy("Quiet until (hour of the day)"),
        gettext_lazy("In the customer's time zone, as far as it is known. Equal hours: never."),
    )
    every_days = _number(
        "every_days",
        gettext_lazy("At most once in so many days"),
        gettext_lazy("Each customer, over all ways together."),
    )
    threshold = _number(
        "threshold",
        gettext_lazy("A score as low as this is followed up"),
        gettext_lazy("Any of the three scores. 0: never."),
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = names_of(brand.languages)
        for code, name in self.languages.items():
            self.fields[f"intro_{code}"] = forms.CharField(
                label=name,
                required=False,
                max_length=INTRO_LENGTH,
                widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
            )
        self.dress()

    def intros(self) -> list[forms.BoundField]:
        """Return the fields of the first sentences."""
        return [self[f"intro_{code}"] for code in self.languages]

    def told(self) -> Told:
        """Return what was entered."""
        data = self.cleaned_data
        texts = {code: data[f"intro_{code}"].strip() for code in self.languages}
        return Told(
            **{name: data[name] for name in (*SWITCHES, *LIMITS)},
            intros={code: text for code, text in texts.items() if text},
        )


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("surveys")
def page(request: StaffRequest) -> HttpResponse:
    """Show the settings of surveys with what customers get, and save them."""
    brand = request.membership.brand
    row = settings_of(brand)
    form = SurveysForm(request.POST or None, initial=_fresh(row), brand=brand)

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        change_surveys(actor=request.membership, version=version, told=form.told())

    if request.method == "POST" and save(request, form, change):
        return done("surveys")
    config = settings.WALLETDESK.sms
    context = {
        "form": form,
        "previews": [_preview(brand, code, name) for code, name in form.languages.items()],
        "carrier": config.carrier,
        "sender": config.sender,
        "template": config.template,
        "report_url": report_url() if config.carrier != "console" else "",
    }
    return show(request, "surveys", "surveys", context, status=status_of(form))


def _fresh(row: SurveySettings) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in (*SWITCHES, *LIMITS, "version")}
    return values | {f"intro_{code}": text for code, text in row.intros.items()}


def _preview(brand: Brand, language: str, name: str) -> dict[str, Any]:
    """Return what customers of one language get: page, mail and SMS."""
    with translation.override(language):
        return {
            "language": language,
            "name": name,
            "intro": intro(brand, language),
            "questions": list(questions().values()),
            "subject": _("%(brand)s: how was it?") % {"brand": brand.name},
            "sms": text_of(_sample(brand, language)),
        }


def _sample(brand: Brand, language: str) -> Sms:
    link = f"{settings.WALLETDESK.base_url.rstrip('/')}/s/…/"
    return Sms(to="", template=SURVEY, language=language, brand=brand.name, link=link, ref="test")


@require_POST
@section_page("surveys")
def test(request: StaffRequest) -> HttpResponse:
    """Write a test SMS into the log: it costs nothing and reaches nobody."""
    brand = request.membership.brand
    Console().send(_sample(brand, brand.default_language))
    record_audit(brand=brand, actor=request.membership, action="surveys.sms_tested")
    tell(request, _("A test SMS is in the log."))
    return done("surveys")
