"""Routing: who decides who gets what, how much fits on a desk, and what each person can do."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import get_person_for
from walletdesk.kit import clock
from walletdesk.routing.actions.settings import NUMBERS, change_ability, change_rules
from walletdesk.routing.models import RoutingRules, default_capacity
from walletdesk.routing.staffing import ability_of, rules_of, who_would_get
from walletdesk.routing.types import CHANNELS, HIGHEST_LEVEL, Limits, Mode, Skill, Waiting
from walletdesk.web.common.languages import names_of
from walletdesk.web.common.ticket_words import GROUPS, group_name
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.availability import presence_word
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
)
from walletdesk.web.desk.topic_names import topics_of

FORMS = ["GET", "HEAD", "POST"]
SPARE_ROWS = 3
SHOWN = 8
MODES = {
    Mode.PICK: gettext_lazy("Agents take from the queue themselves"),
    Mode.OFFER: gettext_lazy("The desk offers, the agent accepts"),
    Mode.ASSIGN: gettext_lazy("The desk assigns at once"),
}
CHANNEL_NAMES = {
    "chat": gettext_lazy("Chats"),
    "form": gettext_lazy("Tickets"),
    "email": gettext_lazy("E-mails"),
    "voice": gettext_lazy("Calls"),
}


def _number(limits: tuple[int, int], label: Any, hint: Any = "") -> forms.IntegerField:
    low, high = limits
    return forms.IntegerField(min_value=low, max_value=high, label=label, help_text=hint)


class CapacityForm(SettingsForm):
    """A form that asks how many conversations of each channel fill a person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        low, high = Limits.CAPACITY
        for name in CHANNELS:
            self.fields[f"capacity_{name}"] = forms.IntegerField(
                min_value=low, max_value=high, required=self.required, label=CHANNEL_NAMES[name]
            )
        self.dress()

    required = True

    def refuse(self, error: Any) -> None:
        """Show what is wrong with a channel at its field."""
        error.fields = {
            f"capacity_{name}" if name in CHANNELS else name: code
            for name, code in error.fields.items()
        }
        super().refuse(error)

    def capacities(self) -> list[Any]:
        """Return the bound fields of the channels."""
        return [self[f"capacity_{name}"] for name in CHANNELS]

    def capacity(self) -> dict[str, int]:
        """Return the numbers that were given."""
        given = {name: self.cleaned_data.get(f"capacity_{name}") for name in CHANNELS}
        return {name: number for name, number in given.items() if number is not None}


class RulesForm(CapacityForm):
    """How a brand shares its work."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Who decides who gets what"),
        choices=list(MODES.items()),
        widget=forms.RadioSelect,
    )
    office_hours = forms.BooleanField(
        label=gettext_lazy("Only in business hours"),
        required=False,
        help_text=gettext_lazy("At other times agents who are there can still take by hand."),
    )
    offer_seconds = _number(
        Limits.OFFER, gettext_lazy("Seconds to answer an offer"), gettext_lazy("Then the next one.")
    )
    overflow_seconds = _number(
        Limits.OVERFLOW,
        gettext_lazy("Seconds until the search widens"),
        gettext_lazy("To other teams and topics; after twice that to other languages, too."),
    )
    ageing_minutes = _number(
        Limits.AGEING,
        gettext_lazy("Minutes that a step of urgency is worth"),
        gettext_lazy("Nobody is overtaken by anybody who comes three times that later."),
    )
    wrap_up_seconds = _number(
        Limits.WRAP_UP, gettext_lazy("Seconds of rest after a chat"), gettext_lazy("0: none.")
    )


class AbilityForm(CapacityForm):
    """What a person can do: rows of topic, language and level; capacity where it differs."""

    required = False

    def __init__(self, *args: Any, person: Membership, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        topics = [
            ("", "—"),
            ("*", _("All topics")),
            *((group, group_name(group)) for group in GROUPS),
            *topics_of(person.brand),
        ]
        languages = [("", _("All languages")), *names_of(person.brand.languages).items()]
        levels = [(n, str(n)) for n in range(1, HIGHEST_LEVEL + 1)]
        for row in range(rows):
            for name, label, choices in (
                ("topic", _("Topic"), topics),
                ("language", _("Language"), languages),
                ("level", _("Level"), levels),
            ):
                self.fields[f"{name}_{row}"] = forms.ChoiceField(
                    label=label, choices=choices, required=False
                )
        self.dress()

    def keep(self, skills: Iterable[tuple[str, str, int]]) -> None:
        """Have rows show a topic or language that is gone: else they would turn into all of them.

        It cannot be saved again; who saves chooses another one.
        """
        for row, (topic, language, _level) in enumerate(skills):
            for name, value in (("topic", topic), ("language", language)):
                field: Any = self.fields[f"{name}_{row}"]
                if value not in dict(field.choices) and value:
                    field.choices = [*field.choices, (value, value)]

    def skill_rows(self) -> list[list[Any]]:
        """Return the bound fields of each skill."""
        parts = ("topic", "language", "level")
        return [[self[f"{part}_{row}"] for part in parts] for row in range(self.rows)]

    def skills(self) -> list[Skill]:
        """Return the skills that were given."""
        data = self.cleaned_data
        return [
            Skill(
                "" if data[f"topic_{row}"] == "*" else data[f"topic_{row}"],
                data[f"language_{row}"],
                int(data[f"level_{row}"] or 1),
            )
            for row in range(self.rows)
            if data[f"topic_{row}"]
        ]


class QuestionForm(SettingsForm):
    """A question of which one wants to know who would get it."""

    asked_topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    asked_language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    asked_channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), choices=list(CHANNEL_NAMES.items()), required=False
    )

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("asked_topic", [("", _("Not known yet")), *topics_of(actor.brand)]),
            ("asked_language", list(names_of(actor.brand.languages).items())),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


@require_http_methods(FORMS)
@section_page("routing")
def page(request: StaffRequest) -> HttpResponse:
    """Show how work is shared, and save it."""
    rules = rules_of(request.membership.brand)
    form = RulesForm(request.POST or None, initial=_initial(rules))

    def change() -> None:
        data = form.cleaned_data
        change_rules(
            actor=request.membership,
            version=data["version"] or 0,
            mode=data["mode"],
            office_hours=data["office_hours"],
            numbers={name: data[name] for name in NUMBERS},
            capacity=form.capacity(),
        )

    if request.method == "POST" and save(request, form, change):
        return done("routing")
    topics = [code for code, _name in topics_of(request.membership.brand)]
    asked = {
        "asked_topic": "deposit_missing" if "deposit_missing" in topics else "",
        "asked_language": request.membership.brand.languages[0],
    }
    question = QuestionForm(actor=request.membership, initial=asked)
    context = {"form": form, "question": question, **_answer(request, asked)}
    return show(request, "routing", "routing", context, status=status_of(form))


def _initial(rules: RoutingRules) -> dict[str, Any]:
    names = ("mode", "office_hours", "version", *NUMBERS)
    found = {name: getattr(rules, name) for name in names}
    capacity = default_capacity() | rules.capacity
    return found | {f"capacity_{name}": capacity[name] for name in CHANNELS}


@require_POST
@section_call("routing")
def preview(request: StaffRequest) -> HttpResponse:
    """Return who would get a question now."""
    form = QuestionForm(request.POST, actor=request.membership)
    form.is_valid()
    return render(request, "desk/settings/_who.html", _answer(request, form.cleaned_data))


def _answer(request: StaffRequest, asked: dict[str, Any]) -> dict[str, Any]:
    brand = request.membership.brand
    question = Waiting(
        id=0,
        urgency=1,
        queued_at=clock.now().timestamp(),
        channel=asked.get("asked_channel") or "chat",
        language=asked.get("asked_language") or "",
        topic=asked.get("asked_topic") or "",
    )
    found = who_would_get(brand, rules_of(brand), question)
    people = [(now, presence_word(now.presence), ready) for now, ready in found[:SHOWN]]
    return {"people": people}


@require_http_methods(FORMS)
@section_page("people")
def skills(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what a person can do, and save it."""
    person = get_person_for(request.membership, pk)
    ability = ability_of(person)
    initial: dict[str, Any] = {"version": ability.version}
    for row, (topic, language, level) in enumerate(ability.skills):
        initial |= {
            f"topic_{row}": topic or "*",
            f"language_{row}": language,
            f"level_{row}": level,
        }
    initial |= {f"capacity_{name}": number for name, number in ability.capacity.items()}
    rows = len(ability.skills) + SPARE_ROWS
    form = AbilityForm(request.POST or None, person=person, rows=rows, initial=initial)
    form.keep(ability.skills)

    def change() -> None:
        change_ability(
            actor=request.membership,
            membership=person,
            version=form.cleaned_data["version"] or 0,
            skills=form.skills(),
            capacity=form.capacity(),
        )

    if request.method == "POST" and save(request, form, change):
        return done("person_skills", pk)
    return show(
        request, "people", "skills", {"form": form, "person": person}, status=status_of(form)
    )
