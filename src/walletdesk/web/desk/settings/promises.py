"""Promises: the policies in their order, one of them, and what a user who writes now is told."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.models import Membership
from walletdesk.accounts.queries import list_teams
from walletdesk.kit import clock
from walletdesk.sla.actions import policies as actions
from walletdesk.sla.matching import Matter, day_length, differs, seconds_of
from walletdesk.sla.models import NAME_LENGTH, Policy
from walletdesk.sla.queries import calendars_of
from walletdesk.sla.queries.promises import get_policy_for, hours_for, policies_of, rule_of
from walletdesk.sla.types import Target, Wait
from walletdesk.sla.working_time import SECOND
from walletdesk.web.desk import wording
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.promises import TARGETS
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

ALWAYS, USUAL = "always", ""
UNITS = {
    "m": gettext_noop("minutes"),
    "h": gettext_noop("hours"),
    "d": gettext_noop("working days"),
    "s": gettext_noop("seconds"),
}
LENGTHS = {
    "m": gettext_noop("%(count)s m"),
    "h": gettext_noop("%(count)s h"),
    "d": gettext_noop("%(count)s working d"),
    "s": gettext_noop("%(count)s s"),
}
PAUSES = {
    Wait.CUSTOMER: gettext_noop("the customer was answered and has not written again"),
    Wait.WALLET: gettext_noop("the wallet carries out an order"),
    Wait.CHAIN: gettext_noop("a watched transaction waits for confirmation"),
}
DIFFERS = {
    "channel": gettext_noop("another channel"),
    "topic": gettext_noop("another topic"),
    "urgency": gettext_noop("another urgency"),
    "language": gettext_noop("another language"),
    "tier": gettext_noop("another tier"),
}


def _many(label: Any, **more: Any) -> forms.TypedMultipleChoiceField:
    widget = forms.CheckboxSelectMultiple
    return forms.TypedMultipleChoiceField(label=label, required=False, widget=widget, **more)


class PolicyForm(SettingsForm):
    """A policy: whom it is for, what is promised, and by which hours."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    channels = _many(gettext_lazy("Channels"))
    urgencies = _many(gettext_lazy("Urgency"), coerce=int)
    languages = _many(gettext_lazy("Languages"))
    topics = _many(gettext_lazy("Topics"))
    tiers = forms.CharField(
        label=gettext_lazy("Customer tiers"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("As your wallet names them in its token, separated by commas."),
    )
    hours = forms.ChoiceField(label=gettext_lazy("Business hours"), required=False)
    warn = forms.IntegerField(
        label=gettext_lazy("Warn when so many percent have run"), min_value=10, max_value=99
    )
    pauses = _many(
        gettext_lazy("The clock of the resolution stops while"),
        choices=lambda: [(wait, _(words)) for wait, words in PAUSES.items()],
    )

    def __init__(self, membership: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brand = membership.brand
        self._choose("channels", wording.channels())
        self._choose("urgencies", [(level, wording.urgency(level)) for level in range(4)])
        names = settings.LANGUAGE_NAMES
        self._choose("languages", [(code, names.get(code, code)) for code in brand.languages])
        self._choose("topics", topics_of(brand))
        calendars = [(str(row.pk), row.name) for row in calendars_of(membership)]
        usual = [(USUAL, _("Those of the team, else the main ones")), (ALWAYS, _("Day and night"))]
        self._choose("hours", usual + calendars)
        for kind in Target:
            self.fields[kind] = forms.IntegerField(
                label=_(TARGETS[kind]), required=False, min_value=1, max_value=99_999
            )
            self.fields[f"{kind}_unit"] = forms.ChoiceField(
                label=_("%(target)s: unit") % {"target": _(TARGETS[kind])},
                choices=[(unit, _(name)) for unit, name in UNITS.items()],
                initial="m",
            )
        self.dress()

    def keep(self, policy: Policy) -> None:
        """Have the form offer what the policy names and the brand has no more.

        A condition that were lost in saving would let the policy hold for everybody.
        """
        names = settings.LANGUAGE_NAMES
        for name in ("channels", "languages", "topics"):
            choices = list(self.fields[name].choices)  # type: ignore[attr-defined]
            known = {code for code, _name in choices}
            more = [code for code in getattr(policy, name) if code not in known]
            self._choose(name, [*choices, *((code, names.get(code, code)) for code in more)])

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def targets(self) -> list[tuple[Any, Any]]:
        """Return the bound fields of each target: number and unit."""
        return [(self[kind], self[f"{kind}_unit"]) for kind in Target]

    def draft(self) -> actions.PolicyDraft:
        """Return what the form asks for."""
        data = self.cleaned_data
        hours = data["hours"]
        return actions.PolicyDraft(
            name=data["name"],
            channels=data["channels"],
            topics=data["topics"],
            urgencies=data["urgencies"],
            languages=data["languages"],
            tiers=[part for part in data["tiers"].lower().replace(",", " ").split() if part],
            calendar=int(hours) if hours.isdecimal() else None,
            always=hours == ALWAYS,
            targets={kind: (data[kind], data[f"{kind}_unit"]) for kind in Target if data.get(kind)},
            warn=data["warn"],
            pauses=data["pauses"],
        )


def _initial(draft: actions.PolicyDraft | Policy) -> dict[str, Any]:
    plain = ("name", "channels", "topics", "urgencies", "languages", "warn", "pauses")
    found: dict[str, Any] = {name: getattr(draft, name) for name in plain}
    calendar = draft.calendar_id if isinstance(draft, Policy) else draft.calendar
    found["hours"] = ALWAYS if draft.always else str(calendar or USUAL)
    found["tiers"] = ", ".join(draft.tiers)
    found["version"] = getattr(draft, "version", 0)
    for kind, (count, unit) in draft.targets.items():
        found |= {str(kind): count, f"{kind}_unit": unit}
    return found


@require_safe
@section_page("promises")
def listing(request: StaffRequest) -> HttpResponse:
    """List the policies in the order in which they are asked, and try them."""
    membership = request.membership
    topics = topics_of(membership.brand)
    named = dict(topics)
    rows = [
        {
            "policy": policy,
            "conditions": list(_conditions(policy, named)),
            "said": _said(policy),
        }
        for policy in policies_of(membership.brand)
    ]
    names = settings.LANGUAGE_NAMES
    context = {
        "rows": rows,
        "last": len(rows),
        "channels": wording.channels(),
        "topics": topics,
        "urgencies": [(level, wording.urgency(level)) for level in range(4)],
        "languages": [(code, names.get(code, code)) for code in membership.brand.languages],
        "teams": list_teams(membership),
    } | _trial(request)
    return show(request, "promises", "promises", context)


@require_safe
@section_call("promises")
def preview(request: StaffRequest) -> HttpResponse:
    """Return what somebody who writes now is promised, and why."""
    return render(request, "desk/settings/_promise.html", _trial(request))


def _trial(request: StaffRequest) -> dict[str, Any]:
    asked = request.GET
    level = asked.get("urgency", "1")
    matter = Matter(
        channel=asked.get("channel", "chat"),
        topic=asked.get("topic", ""),
        urgency=int(level) if level in {"0", "1", "2", "3"} else 1,
        language=asked.get("language", request.membership.brand.default_language),
        tier=asked.get("tier", "").strip().lower(),
    )
    number = asked.get("team", "")
    teams = {str(team.pk): team.pk for team in list_teams(request.membership)}
    passed: list[tuple[str, str]] = []
    for policy in policies_of(request.membership.brand):
        other = differs(rule_of(policy), matter)
        if other is None:
            told = _told(request.membership, policy, teams.get(number))
            return {"passed": passed, "matter": asdict(matter), "found": policy} | told
        passed.append((policy.name, _(DIFFERS[other])))
    return {"passed": passed, "matter": asdict(matter), "found": None}


def _told(membership: Membership, policy: Policy, team: int | None) -> dict[str, Any]:
    name, hours = hours_for(membership.brand, policy, team)
    zone, now, day = ZoneInfo(hours.week.zone), clock.now(), day_length(hours.week)
    rows = []
    for kind in Target:
        if kind in policy.targets:
            count, unit = policy.targets[kind]
            due = hours.reach(now, seconds_of(count, unit, day) * SECOND)
            at = formats.date_format(due.astimezone(zone), "DATETIME_FORMAT") if due else ""
            rows.append((_(TARGETS[kind]), length(count, unit), at))
    return {"rows_told": rows, "calendar": name, "zone": hours.week.zone}


def length(count: int, unit: str) -> str:
    """Return a target in words."""
    return _(LENGTHS[unit]) % {"count": count}


def _said(policy: Policy) -> list[tuple[str, str]]:
    return [
        (_(TARGETS[kind]), length(*policy.targets[kind]))
        for kind in Target
        if kind in policy.targets
    ]


def _conditions(policy: Policy, topics: dict[str, str]) -> Iterator[str]:
    names = settings.LANGUAGE_NAMES
    for words in (
        [wording.channel(code) for code in policy.channels],
        [wording.urgency(level) for level in policy.urgencies],
        [topics.get(code, code) for code in policy.topics],
        [names.get(code, code) for code in policy.languages],
        policy.tiers,
    ):
        if words:
            yield ", ".join(words)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("promises")
def new(request: StaffRequest) -> HttpResponse:
    """Add a policy."""
    initial = _initial(actions.PolicyDraft(name=""))
    form = PolicyForm(request.membership, request.POST or None, initial=initial)

    def create() -> None:
        actions.create_policy(actor=request.membership, draft=form.draft())

    if request.method == "POST" and save(request, form, create, said=_("Policy added")):
        return done("promises")
    return show(request, "promises", "policy", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("promises")
def edit(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Change a policy."""
    policy = get_policy_for(request.membership, policy_id)
    form = PolicyForm(request.membership, request.POST or None, initial=_initial(policy))
    form.keep(policy)

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        actions.change_policy(
            actor=request.membership, policy=policy, version=version, draft=form.draft()
        )

    if request.method == "POST" and save(request, form, change):
        return done("promises")
    context = {"form": form, "policy": policy}
    return show(request, "promises", "policy", context, status=status_of(form))


@require_POST
@section_page("promises")
def move(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Have a policy asked one place earlier (`to` is up) or later."""
    policy = get_policy_for(request.membership, policy_id)
    actions.move_policy(actor=request.membership, policy=policy, up=request.POST.get("to") == "up")
    return done("promises")


@require_POST
@section_page("promises")
def remove(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Remove a policy."""
    policy = get_policy_for(request.membership, policy_id)
    actions.remove_policy(actor=request.membership, policy=policy)
    tell(request, _("Policy removed"))
    return done("promises")


@require_POST
@section_page("promises")
def usual(request: StaffRequest) -> HttpResponse:
    """Load the promises that most wallets can keep."""
    actions.load_usual_policies(actor=request.membership)
    tell(request, _("Loaded. Look whether you can keep them."))
    return done("promises")
