"""The steps of a flow's draft: adding, editing with a live preview, moving and removing."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.bot.flows import telling
from walletdesk.bot.flows.actions import editing as actions
from walletdesk.bot.flows.documents import FlowError, read_flow
from walletdesk.bot.flows.models import BotFlow
from walletdesk.bot.flows.queries import draft_of, flow_problems, get_flow_for, voice_for
from walletdesk.bot.flows.telling import Spoken
from walletdesk.bot.flows.types import Flow, State, Step, StepKind, Then, Turn
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings import flow_words as words
from walletdesk.web.desk.settings.flow_forms import StepForm, hints
from walletdesk.web.desk.settings.flows import spoken_here, took_back, version_of
from walletdesk.web.desk.settings.frame import (
    done,
    save,
    section_call,
    section_page,
    show,
    status_of,
    tell,
)


def _found(request: StaffRequest, flow_id: int, step: str) -> tuple[BotFlow, Flow, Step]:
    row = get_flow_for(request.membership, flow_id)
    flow = read_flow(draft_of(row).body)
    found = flow.step(step)
    if found is None:
        raise NotFound
    return row, flow, found


@require_POST
@section_page("flows")
def add(request: StaffRequest, flow_id: int) -> HttpResponse:
    """Add an empty step of a kind at the end, or behind another one."""
    row = get_flow_for(request.membership, flow_id)
    kind = request.POST.get("kind", "")
    if kind not in set(StepKind):
        raise BadInput(kind="unknown")
    step = actions.add_step(
        actor=request.membership,
        flow=row,
        version=version_of(request),
        kind=StepKind(kind),
        after=request.POST.get("after", ""),
    )
    return done("flow_step", row.pk, step)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("flows")
def edit(request: StaffRequest, flow_id: int, step: str) -> HttpResponse:
    """Change a step."""
    row, flow, found = _found(request, flow_id, step)
    form = StepForm(
        found, flow, row.brand, spoken_here(), request.POST or None,
        initial={"version": row.version},
    )  # fmt: skip

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        actions.save_step(actor=request.membership, flow=row, version=version, step=form.document())

    if request.method == "POST" and save(request, form, change, undo=took_back(row, row.version)):
        return done("flow", row.pk)
    problems = [p for p in flow_problems(row.brand, flow) if p.step == step]
    context = {
        "form": form,
        "flow": row,
        "step": found,
        "number": flow.steps.index(found) + 1,
        "kind": words.kinds()[found.kind],
        "hints": hints(flow).items(),
        "problems": [words.sentence(problem) for problem in problems],
        "looks": _looks(row, found),
    }
    return show(request, "flows", "flow_step", context, status=status_of(form))


@require_POST
@section_call("flows")
def preview(request: StaffRequest, flow_id: int, step: str) -> HttpResponse:
    """Return how a step looks to customers, in each language, with what is being typed."""
    row, flow, found = _found(request, flow_id, step)
    form = StepForm(found, flow, row.brand, spoken_here(), request.POST)
    form.is_valid()  # what is not valid yet is left out
    document = form.document()
    try:
        (fresh,) = read_flow({"steps": [document]}).steps
    except FlowError:
        fresh = found
    return render(request, "desk/settings/_flow_looks.html", {"looks": _looks(row, fresh)})


def _looks(row: BotFlow, step: Step) -> list[dict[str, object]]:
    """Return what a customer reads of a step in each language of the brand."""
    found = []
    for code in row.brand.languages:
        voice = voice_for(row.brand, code, [step.article] if step.article else [])
        own = replace(voice, fallback=code)
        with override(code):
            spoken = _spoken(step, own)
        name = settings.LANGUAGE_NAMES.get(code, code)
        found.append({"language": code, "name": name, "spoken": telling.joined(spoken)})
    return found


def _spoken(step: Step, voice: telling.Voice) -> list[Spoken]:
    then = {
        StepKind.ASK: Then.ASKED,
        StepKind.HAND_OVER: Then.HANDED_OVER,
        StepKind.END: Then.DONE,
    }.get(step.kind)
    if then is None:
        return telling.told([step], voice)
    return telling.closing(Turn(State(), then, step), voice)


@require_POST
@section_page("flows")
def move(request: StaffRequest, flow_id: int, step: str) -> HttpResponse:
    """Have a step change places with the one above (`to` is up) or below."""
    row = get_flow_for(request.membership, flow_id)
    up = request.POST.get("to") == "up"
    version = version_of(request)
    actions.move_step(actor=request.membership, flow=row, version=version, step=step, up=up)
    tell(request, _("Moved"), undo=took_back(row, version))
    return done("flow", row.pk)


@require_POST
@section_page("flows")
def remove(request: StaffRequest, flow_id: int, step: str) -> HttpResponse:
    """Remove a step."""
    row = get_flow_for(request.membership, flow_id)
    version = version_of(request)
    actions.remove_step(actor=request.membership, flow=row, version=version, step=step)
    tell(request, _("Step removed"), undo=took_back(row, version))
    return done("flow", row.pk)
