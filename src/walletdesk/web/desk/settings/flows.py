"""Flows: the list, one flow with its picture and its test chat, publishing and taking back."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.bot.flows import trial
from walletdesk.bot.flows.actions import editing as actions
from walletdesk.bot.flows.documents import read_flow
from walletdesk.bot.flows.models import BotFlow
from walletdesk.bot.flows.queries import (
    draft_of,
    flow_problems,
    flows_of,
    get_flow_for,
    get_version_in,
    versions_of,
)
from walletdesk.bot.flows.types import Flow
from walletdesk.kit.errors import BadInput
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings import flow_words as words
from walletdesk.web.desk.settings.flow_forms import FlowForm
from walletdesk.web.desk.settings.flow_picture import picture_of
from walletdesk.web.desk.settings.frame import (
    HIGHEST_VERSION,
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
    tell,
)
from walletdesk.web.desk.topic_names import topics_of


def spoken_here() -> str:
    """Return the reader's language."""
    return get_language() or "en"


def version_of(request: StaffRequest) -> int:
    """Return the version that the person saw. Raises BadInput."""
    told = request.POST.get("version") or request.GET.get("version", "")
    if not told.isascii() or not told.isdecimal() or int(told[:12]) > HIGHEST_VERSION:
        raise BadInput(version="unknown")
    return int(told)


def took_back(flow: BotFlow, version: int) -> str:
    """Return the address that takes back the change that followed a version."""
    address = reverse("desk:settings:flow_restore", args=[flow.pk, version])
    return f"{address}?version={version + 1}"


@require_safe
@section_page("flows")
def listing(request: StaffRequest) -> HttpResponse:
    """List the flows, what begins them and how their runs ended."""
    named = dict(topics_of(request.membership.brand))
    rows = [
        {"flow": flow, "topics": [named.get(code, code) for code in _topics(flow)]}
        for flow in flows_of(request.membership.brand)
    ]
    return show(request, "flows", "flows", {"rows": rows})


def _topics(flow: BotFlow) -> list[str]:
    return list(flow.published.body["topics"]) if flow.published else []


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("flows")
def new(request: StaffRequest) -> HttpResponse:
    """Add a flow: its name and topics, the steps follow."""
    form = FlowForm(request.membership.brand, request.POST or None)
    made: list[BotFlow] = []

    def create() -> None:
        made.append(actions.create_flow(actor=request.membership, **_asked(form)))

    if request.method == "POST" and save(request, form, create, said=_("Flow added")):
        return done("flow", made[0].pk)
    return show(request, "flows", "flow_new", {"form": form}, status=status_of(form))


def _asked(form: FlowForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "topics")}


@require_POST
@section_page("flows")
def usual(request: StaffRequest) -> HttpResponse:
    """Load the flows that we ship and the brand does not have."""
    made = actions.load_shipped_flows(actor=request.membership)
    tell(request, _("Loaded: %(count)s") % {"count": len(made)})
    return done("flows")


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("flows")
def edit(request: StaffRequest, flow_id: int) -> HttpResponse:
    """Show a flow's draft: its steps, problems, picture, versions and test chat; set its topics."""
    row = get_flow_for(request.membership, flow_id)
    flow = read_flow(draft_of(row).body)
    initial = {"name": row.name, "topics": list(flow.topics), "version": row.version}
    form = FlowForm(row.brand, request.POST or None, initial=initial)

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        actions.change_flow(actor=request.membership, flow=row, version=version, **_asked(form))

    if request.method == "POST" and save(request, form, change, undo=took_back(row, row.version)):
        return done("flow", row.pk)
    return show(request, "flows", "flow", _shown(row, flow, form), status=status_of(form))


def _shown(row: BotFlow, flow: Flow, form: FlowForm) -> dict[str, Any]:
    language = spoken_here()
    problems: dict[str, list[str]] = {}
    for problem in flow_problems(row.brand, flow):
        problems.setdefault(problem.step, []).append(words.sentence(problem))
    names, ways = words.kinds(), words.numbered(flow, language)
    names_of = settings.LANGUAGE_NAMES
    steps = [
        {
            "step": step,
            "kind": names[step.kind],
            "text": words.text_of(step, language),
            "buttons": [o.label.get(language) or o.value for o in step.options],
            "ways": [ways.get(way, "?") for way in _jumps(flow, at)],
            "problems": problems.get(step.id, []),
        }
        for at, step in enumerate(flow.steps)
    ]
    texts = {step.id: words.text_of(step, language) for step in flow.steps}
    return {
        "flow": row,
        "form": form,
        "steps": steps,
        "problems": problems,
        "kinds": names.items(),
        "picture": picture_of(flow, texts) if flow.steps else None,
        "versions": versions_of(row),
        "changed": row.published is None or row.published.body != draft_of(row).body,
        "languages": [(code, names_of[code]) for code in row.brand.languages],
    }


def _jumps(flow: Flow, at: int) -> list[str]:
    """Return where a step leads other than to the one below."""
    below = flow.steps[at + 1].id if at + 1 < len(flow.steps) else ""
    return [way for way in flow.ways(flow.steps[at]) if way and way != below]


@require_POST
@section_page("flows")
def publish(request: StaffRequest, flow_id: int) -> HttpResponse:
    """Have customers meet the draft."""
    row = get_flow_for(request.membership, flow_id)
    try:
        actions.publish_flow(actor=request.membership, flow=row, version=version_of(request))
    except BadInput as error:
        if "flow" not in error.fields:
            raise
        tell(request, _("Not published: mend what is named at the steps first."))
        return done("flow", row.pk)
    if not row.on:
        actions.turn_flow(actor=request.membership, flow=row, on=True)
    tell(request, _("Published. Conversations that have begun go on with the version before."))
    return done("flow", row.pk)


@require_POST
@section_page("flows")
def turn(request: StaffRequest, flow_id: int) -> HttpResponse:
    """Switch a flow on (`on` is 1) or off."""
    row = get_flow_for(request.membership, flow_id)
    on = request.POST.get("on") == "1"
    actions.turn_flow(actor=request.membership, flow=row, on=on)
    tell(request, _("Switched on") if on else _("Switched off"))
    return done("flow", row.pk)


@require_POST
@section_page("flows")
def bring_back(request: StaffRequest, flow_id: int, number: int) -> HttpResponse:
    """Make an older version the draft again."""
    row = get_flow_for(request.membership, flow_id)
    version = version_of(request)
    actions.restore_version(actor=request.membership, flow=row, version=version, number=number)
    said = _("Version %(number)s is the draft again") % {"number": number}
    tell(request, said, undo=took_back(row, version))
    return done("flow", row.pk)


@require_POST
@section_call("flows")
def trial_chat(request: StaffRequest, flow_id: int) -> HttpResponse:
    """Play the draft with what was typed so far, and what is typed now; nothing is kept."""
    row = get_flow_for(request.membership, flow_id)
    number = request.POST.get("number", "")
    known = number.isascii() and number.isdecimal()
    draft = get_version_in(row, int(number[:9])) if known else draft_of(row)
    flow = read_flow(draft.body)
    said = [] if "anew" in request.POST else request.POST.getlist("said")[: trial.MESSAGES]
    typed = (text.replace("\x00", "").strip() for text in request.POST.getlist("text"))
    fresh = next((text[: trial.LENGTH] for text in typed if text), "")
    said += [fresh] if fresh and "anew" not in request.POST else []
    language = request.POST.get("language", "")
    if language not in row.brand.languages:
        language = row.brand.default_language
    with override(language):
        played = trial.play(flow, brand=row.brand, language=language, said=said)
    results = words.results()
    context = {
        "played": played,
        "lines": [(line, _note(line)) for line in played.lines],
        "said": said,
        "pretend": [(f"{trial.PRETEND}{one}", results[one]) for one in played.pretend],
        "ended": _ended(played.then),
    }
    return render(request, "desk/settings/_flow_trial.html", context)


def _note(line: trial.Line) -> str:
    if line.who != "note":
        return ""
    if line.text.startswith(trial.PRETEND):
        found = words.results()[line.text.removeprefix(trial.PRETEND)]
        return _("The chain says: %(what)s") % {"what": found}
    return _("The bot answers this from the articles, then comes back.")


def _ended(then: str) -> str:
    return {
        "done": _("The flow has ended."),
        "handed_over": _("A person takes over, with this summary:"),
        "cancelled": _("The customer stopped the flow."),
        "lapsed": _("The flow let go: too much else was asked."),
    }.get(then, "")
