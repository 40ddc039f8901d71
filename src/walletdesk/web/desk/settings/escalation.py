"""Escalation: the levels above the agent, what leads there, and what a message would lead to."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.queries import colleagues_who_answer, teams_of
from walletdesk.escalation import queries
from walletdesk.escalation.actions import levels as actions
from walletdesk.escalation.models import Level
from walletdesk.escalation.types import (
    CHOSEN,
    FEWEST_DAYS,
    FEWEST_TIMES,
    LONGEST_WAIT,
    MOST_DAYS,
    MOST_TIMES,
    NAME_LENGTH,
)
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.escalation_words import cause_name
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
    tell,
)
from walletdesk.web.desk.topic_names import topics_of

TRIED_LENGTH = 2_000


class LevelForm(SettingsForm):
    """A level: whom it calls and what leads there by itself."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    people = forms.MultipleChoiceField(
        label=gettext_lazy("People"), required=False, widget=forms.CheckboxSelectMultiple
    )
    address = forms.CharField(
        label=gettext_lazy("An address outside"),
        required=False,
        max_length=254,
        widget=forms.EmailInput,
        help_text=gettext_lazy(
            "Instead of a team and people. They get a mail with the number and the note, no names "
            "and no messages."
        ),
    )
    moves = forms.BooleanField(
        label=gettext_lazy("The conversation goes to the team's queue"),
        required=False,
        help_text=gettext_lazy("Otherwise whoever has it keeps it, and these are called to help."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes until the next level is called"),
        required=False,
        min_value=1,
        max_value=LONGEST_WAIT,
        help_text=gettext_lazy("When nobody has answered the customer by then. Empty: never."),
    )
    causes = forms.MultipleChoiceField(
        label=gettext_lazy("Comes here by itself"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(cause, cause_name(cause)) for cause in CHOSEN],
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics that come here"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        me = request.membership
        self.teams = {str(team.pk): team for team in teams_of(me)}
        self.colleagues = {str(one.pk): one for one in colleagues_who_answer(me)}
        for name, choices in (
            ("team", [("", "–"), *((pk, team.name) for pk, team in self.teams.items())]),
            ("people", [(pk, one.user.name) for pk, one in self.colleagues.items()]),
            ("topics", topics_of(me.brand)),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined] # choice fields all

    def keep(self, level: Level) -> None:
        """Have the form offer whom and what the level names, though they are away or gone."""
        named = {str(one.pk): one for one in level.people.select_related("user")}
        away = {pk: one for pk, one in named.items() if pk not in self.colleagues}
        self.colleagues |= away
        topics = [rule.topic for rule in level.rules.all() if rule.topic]
        for name, more in (
            ("people", [(pk, one.user.name) for pk, one in away.items()]),
            ("topics", [(topic, topic) for topic in topics]),
        ):
            choices = list(self.fields[name].choices)  # type: ignore[attr-defined]
            known = {code for code, _name in choices}
            choices += [one for one in more if one[0] not in known]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def draft(self) -> actions.LevelDraft:
        """Return what the form asks for."""
        data = self.cleaned_data
        return actions.LevelDraft(
            name=data["name"],
            team=self.teams.get(data["team"]),
            people=[self.colleagues[pk] for pk in data["people"]],
            address=data["address"].strip(),
            moves=data["moves"],
            minutes=data["minutes"],
            causes=data["causes"],
            topics=data["topics"],
        )


class RepeatForm(SettingsForm):
    """When a contact counts as repeated."""

    times = forms.IntegerField(
        label=gettext_lazy("How many times"), min_value=FEWEST_TIMES, max_value=MOST_TIMES
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days"), min_value=FEWEST_DAYS, max_value=MOST_DAYS
    )


def _initial(level: Level) -> dict[str, Any]:
    rules = [(rule.cause, rule.topic) for rule in level.rules.all()]
    return {
        "name": level.name,
        "team": str(level.team_id or ""),
        "people": [str(pk) for pk in level.people.values_list("pk", flat=True)],
        "address": level.address,
        "moves": level.moves,
        "minutes": level.minutes,
        "causes": [cause for cause, _topic in rules],
        "topics": [topic for _cause, topic in rules if topic],
        "version": level.version,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("escalation")
def page(request: StaffRequest) -> HttpResponse:
    """List the levels; set when a contact counts as repeated; try a message."""
    rules = actions.ensure_levels(request.membership.brand)
    initial = {"times": rules.times, "days": rules.days, "version": rules.version}
    form = RepeatForm(request.POST or None, initial=initial)

    def change() -> None:
        data = form.cleaned_data
        actions.set_repeats(
            actor=request.membership,
            version=data["version"] or 0,
            times=data["times"],
            days=data["days"],
        )

    if request.method == "POST" and save(request, form, change):
        return done("escalation")
    topics = dict(topics_of(request.membership.brand))
    rows = [_row(level, topics) for level in queries.levels_of(request.membership.brand)]
    context = {"form": form, "rows": rows, "last": len(rows)}
    return show(request, "escalation", "escalation", context, status=status_of(form))


def _row(level: Level, topics: dict[str, str]) -> dict[str, Any]:
    leads = [
        topics.get(rule.topic, rule.topic) if rule.topic else cause_name(rule.cause)
        for rule in level.rules.all()
    ]
    named = [one.user.name for one in level.people.all()]
    named += [level.team.name] if level.team else []
    named += [level.address] if level.address else []
    return {"level": level, "leads": leads, "named": named or [_("All supervisors")]}


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("escalation")
def new(request: StaffRequest) -> HttpResponse:
    """Add a level above the others."""
    form = LevelForm(request.POST or None, request=request)

    def create() -> None:
        actions.create_level(actor=request.membership, draft=form.draft())

    if request.method == "POST" and save(request, form, create, said=_("Level added")):
        return done("escalation")
    context = {"form": form, "level": None}
    return show(request, "escalation", "level", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("escalation")
def edit(request: StaffRequest, level_id: int) -> HttpResponse:
    """Change a level."""
    level = queries.get_level_for(request.membership, level_id)
    form = LevelForm(request.POST or None, request=request, initial=_initial(level))
    form.keep(level)

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        actions.change_level(
            actor=request.membership, level=level, version=version, draft=form.draft()
        )

    if request.method == "POST" and save(request, form, change):
        return done("escalation")
    context = {"form": form, "level": level}
    return show(request, "escalation", "level", context, status=status_of(form))


@require_POST
@section_page("escalation")
def move(request: StaffRequest, level_id: int) -> HttpResponse:
    """Have a level change places with the one above it (`up`) or below it."""
    level = queries.get_level_for(request.membership, level_id)
    actions.move_level(actor=request.membership, level=level, up=bool(request.POST.get("up")))
    return done("escalation")


@require_POST
@section_page("escalation")
def remove(request: StaffRequest, level_id: int) -> HttpResponse:
    """Remove a level."""
    level = queries.get_level_for(request.membership, level_id)
    actions.remove_level(actor=request.membership, level=level)
    tell(request, _("Level removed"))
    return done("escalation")


@require_POST
@section_call("escalation")
def preview(request: StaffRequest) -> HttpResponse:
    """Return what the message `text` would lead to now."""
    text = request.POST.get("text", "").replace("\x00", "").strip()[:TRIED_LENGTH]
    found = queries.outlook(request.membership.brand, text) if text else []
    seen = [{"cause": cause_name(one.cause), "look": one} for one in found]
    context = {"seen": seen, "tried": bool(text)}
    return render(request, "desk/settings/_outlook.html", context)
