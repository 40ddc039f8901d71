"""The hotline: its numbers, what holds for all of them, and whether anything carries calls."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from walletdesk.channels.models import Inbox
from walletdesk.channels.queries import get_inbox_for, inboxes_of
from walletdesk.channels.types import InboxKind
from walletdesk.kit.errors import NotFound
from walletdesk.voice.actions.settings import (
    LIMITS,
    LINE_NUMBERS,
    SWITCHES,
    change_line,
    change_voice,
)
from walletdesk.voice.menu import walk
from walletdesk.voice.models import Line
from walletdesk.voice.numbers import rules_of
from walletdesk.voice.queries import lines_of, menu_of, newest_menu, prompt_states
from walletdesk.web.common.languages import names_of
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
)
from walletdesk.web.desk.settings.telephone_tree import drawing

FORMS = ["GET", "HEAD", "POST"]


def _number(name: str, label: Any, hint: Any = "") -> forms.IntegerField:
    low, high = LIMITS[name]
    return forms.IntegerField(label=label, min_value=low, max_value=high, help_text=hint)


class VoiceForm(SettingsForm):
    """What holds for all numbers."""

    countries = forms.CharField(
        label=gettext_lazy("Countries that may be called back"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Codes such as ES CN. Empty: nobody is called. Add no country that you do not serve: "
            "fraudsters have machines call expensive numbers."
        ),
    )
    calls_per_hour = _number("calls_per_hour", gettext_lazy("Calls out in an hour, at most"))
    keep_days = _number("keep_days", gettext_lazy("Days that recordings are kept"))
    fit = forms.MultipleChoiceField(
        label=gettext_lazy("Generated voices that are fit for use"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Listen to them first. Mandarin from a program is not understood: record it before "
            "going live; until then its menu is shown as text in the chat."
        ),
    )

    def __init__(self, *args: Any, languages: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fit"].choices = list(languages.items())  # type: ignore[attr-defined]


class LineForm(SettingsForm):
    """How one number is answered."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages, in which callers choose"),
        widget=forms.CheckboxSelectMultiple,
    )
    record = forms.ChoiceField(
        label=gettext_lazy("Recording"),
        choices=[
            ("off", gettext_lazy("Never")),
            ("ask", gettext_lazy("When the caller agrees by key")),
            ("announce", gettext_lazy("Announced, without asking: only where the law allows it")),
        ],
        widget=forms.RadioSelect,
    )
    announce_seconds = _number(
        "announce_seconds", gettext_lazy("Seconds between telling place and wait")
    )
    overflow_seconds = _number(
        "overflow_seconds",
        gettext_lazy("Seconds of waiting at most"),
        gettext_lazy("Then call-back or message instead of more waiting."),
    )
    most_calls = _number("most_calls", gettext_lazy("Calls at once, at most"))
    call_backs = forms.BooleanField(label=gettext_lazy("Offer a call-back"), required=False)
    messages = forms.BooleanField(label=gettext_lazy("Take voice messages"), required=False)
    links = forms.BooleanField(
        label=gettext_lazy("Offer a link to the chat by SMS"), required=False
    )
    survey = forms.BooleanField(
        label=gettext_lazy("Ask for speed, accuracy and manner after the talk"), required=False
    )

    def __init__(self, *args: Any, languages: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = list(languages.items())  # type: ignore[attr-defined]

    def numbers(self) -> list[Any]:
        """Return the bound fields of numbers."""
        return [self[name] for name in LINE_NUMBERS]

    def switches(self) -> list[Any]:
        """Return the bound fields of switches."""
        return [self[name] for name in SWITCHES]


@require_http_methods(FORMS)
@section_page("telephone")
def page(request: StaffRequest) -> HttpResponse:
    """Show the hotline as a whole, and save what holds for all numbers."""
    brand = request.membership.brand
    rules = rules_of(brand)
    initial = {
        "version": rules.version,
        "countries": " ".join(rules.countries),
        "calls_per_hour": rules.calls_per_hour,
        "keep_days": rules.keep_days,
        "fit": rules.fit,
    }
    names = names_of(brand.languages)
    form = VoiceForm(request.POST or None, languages=names, initial=initial)

    def change() -> None:
        data = form.cleaned_data
        change_voice(
            actor=request.membership,
            version=data["version"] or 0,
            countries=data["countries"].upper().replace(",", " ").split(),
            numbers={name: data[name] for name in ("calls_per_hour", "keep_days")},
            fit=data["fit"],
        )

    if request.method == "POST" and save(request, form, change):
        return done("telephone")
    version = newest_menu(brand)
    menu = menu_of(brand, version)
    context = {
        "form": form,
        "drivers": settings.WALLETDESK.voice,
        "off": settings.WALLETDESK.voice_installed,
        "numbers": _numbers(request),
        "prompts": _prompts(request),
        "entries": len(list(walk(menu))),
        "menu_version": version.number if version else 0,
        "tree": drawing(menu, get_language() or brand.default_language),
    }
    return show(request, "telephone", "telephone", context, status=status_of(form))


def _numbers(request: StaffRequest) -> list[dict[str, Any]]:
    lines = {line.pk: line for line in lines_of(request.membership.brand)}
    names = names_of(request.membership.brand.languages)
    return [
        {
            "inbox": inbox,
            "line": (line := lines.get(inbox.pk)),
            "languages": [names.get(code, code) for code in line.languages] if line else [],
        }
        for inbox in inboxes_of(request.membership)
        if inbox.kind == InboxKind.PHONE
    ]


def _prompts(request: StaffRequest) -> list[dict[str, Any]]:
    """Return for each language how many prompts are recorded, generated, or words only."""
    brand = request.membership.brand
    fit = rules_of(brand).fit
    found = []
    for code, name in names_of(brand.languages).items():
        rows = prompt_states(brand, code)
        recorded = sum(row.state == "recorded" for row in rows)
        made = sum(row.state == "generated" for row in rows)
        used = recorded + (made if code in fit else 0)
        found.append(
            {
                "code": code,
                "name": name,
                "recorded": recorded,
                "generated": made,
                "all": len(rows),
                "ready": used == len(rows),
            }
        )
    return found


@require_http_methods(FORMS)
@section_page("telephone")
def line(request: StaffRequest, inbox_id: int) -> HttpResponse:
    """Show how a number is answered, and save it."""
    if inbox_id >= 2**63:
        raise NotFound
    inbox = get_inbox_for(request.membership, inbox_id)
    if inbox.kind != InboxKind.PHONE:
        raise NotFound
    form = LineForm(
        request.POST or None,
        languages=names_of(request.membership.brand.languages),
        initial=_initial(request, inbox),
    )

    def change() -> None:
        data = form.cleaned_data
        change_line(
            actor=request.membership, inbox=inbox, version=data["version"] or 0, values=data
        )

    if request.method == "POST" and save(request, form, change):
        return done("telephone")
    context = {"form": form, "inbox": inbox, "title": inbox.name or _("Number")}
    return show(request, "telephone", "telephone_line", context, status=status_of(form))


def _initial(request: StaffRequest, inbox: Inbox) -> dict[str, Any]:
    row = Line(inbox=inbox, languages=request.membership.brand.languages)
    row = next((each for each in lines_of(inbox.brand) if each.pk == inbox.pk), row)
    names = ("version", "languages", "record", *LINE_NUMBERS, *SWITCHES)
    return {name: getattr(row, name) for name in names}
