"""Networks: which chains are asked, at which nodes first, how long; a try of each; an undo."""

from datetime import timedelta
from functools import cache
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.chain.choices import (
    MOST_NODES,
    NODE_LENGTH,
    PER_SECOND,
    SECONDS,
    Choice,
    applied,
)
from walletdesk.chain.networks import Network, NetworksError, load_book
from walletdesk.chain.probing import Probe, probe_now
from walletdesk.conversations.diagnoses.actions import networks as actions
from walletdesk.conversations.diagnoses.books import (
    choice_before,
    choices_of,
    open_choice,
    operators_network,
    operators_networks,
)
from walletdesk.kit.limits.actions import hit
from walletdesk.web.desk.access import StaffRequest
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
from walletdesk.web.desk.settings.problems import problem

TRIES, WINDOW = 20, timedelta(minutes=1)


class NetworkForm(SettingsForm):
    """What an owner chooses for one network."""

    enabled = forms.BooleanField(label=gettext_lazy("Ask this network"), required=False)
    nodes = forms.CharField(
        label=gettext_lazy("Your nodes"),
        required=False,
        max_length=MOST_NODES * (NODE_LENGTH + 2),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "dir": "ltr"}),
        help_text=gettext_lazy(
            "One address a line, beginning with https://; asked in this order. A node inside of "
            "your own network is named in the operator's file."
        ),
    )
    only = forms.BooleanField(
        label=gettext_lazy("Ask these alone, never the addresses below"), required=False
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("Seconds until the next address is asked"),
        required=False,
        min_value=SECONDS[0],
        max_value=SECONDS[-1],
    )
    per_second = forms.IntegerField(
        label=gettext_lazy("Calls a second to each address"),
        required=False,
        min_value=PER_SECOND[0],
        max_value=PER_SECOND[-1],
    )

    def choice(self) -> Choice:
        """Return what the form asks for."""
        data = self.cleaned_data
        nodes = tuple(line for text in data["nodes"].splitlines() if (line := text.strip()))
        return Choice(data["enabled"], nodes, data["only"], data["seconds"], data["per_second"])


def _initial(choice: Choice, version: int) -> dict[str, Any]:
    return {
        "enabled": choice.enabled,
        "nodes": "\n".join(choice.nodes),
        "only": choice.only,
        "seconds": choice.seconds,
        "per_second": choice.per_second,
        "version": version,
    }


@require_safe
@section_page("networks")
def listing(request: StaffRequest) -> HttpResponse:
    """List the networks: on or off, and who is asked in which order."""
    rows = choices_of(request.membership.brand_id)
    told = []
    for network in operators_networks():
        choice = open_choice(rows.get(network.id))
        told.append({"network": network, "choice": choice, "nodes": _nodes(network, choice)})
    return show(request, "networks", "networks", {"rows": told})


def _nodes(network: Network, choice: Choice) -> list[tuple[str, str]]:
    """Return (host, where it comes from) in the order in which they are asked."""
    own = len(choice.nodes)
    specs = applied(network, choice).endpoints
    return [
        (spec.host, _("from this page") if place < own else _origin(network, spec.url))
        for place, spec in enumerate(specs)
    ]


def _origin(network: Network, url: str) -> str:
    shipped = _packaged().get(network.id, frozenset())
    return _("comes with the desk") if url in shipped else _("from the operator's file")


@cache
def _packaged() -> dict[str, frozenset[str]]:
    networks = load_book(environ={}).networks
    return {name: frozenset(e.url for e in net.endpoints) for name, net in networks.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("networks")
def edit(request: StaffRequest, name: str) -> HttpResponse:
    """Choose how one network is asked."""
    network = operators_network(name)
    row = choices_of(request.membership.brand_id).get(network.id)
    version = row.version if row else 0
    form = NetworkForm(request.POST or None, initial=_initial(open_choice(row), version))

    def change() -> None:
        actions.choose_network(
            actor=request.membership,
            network=network,
            version=form.cleaned_data["version"] or 0,
            choice=form.choice(),
        )

    back = reverse("desk:settings:network_undo", args=[network.id, version + 1])
    if request.method == "POST" and save(request, form, change, undo=back):
        return done("network", network.id)
    before = choice_before(row) if row else None
    context = {
        "form": form,
        "network": network,
        "usual": _nodes(network, Choice()),
        "version": version,
        "before": before,
        "before_nodes": _nodes(network, before) if before else [],
    }
    return show(request, "networks", "network", context, status=status_of(form))


@require_POST
@section_page("networks")
def undo(request: StaffRequest, name: str, version: int) -> HttpResponse:
    """Put back what stood there before the change that led to `version`."""
    network = operators_network(name)
    actions.undo_network(actor=request.membership, network=network, version=version)
    tell(request, _("As it was before"))
    return done("network", network.id)


@require_POST
@section_call("networks")
def trial(request: StaffRequest, name: str) -> HttpResponse:
    """Ask each node of the form as it stands, saved or not, who it is and how high."""
    network = operators_network(name)
    hit(what="node trial", who=str(request.membership.pk), limit=TRIES, window=WINDOW)
    form = NetworkForm(request.POST)
    wrong = _("Some of this cannot be used. Save to see what.")
    context: dict[str, Any] = {"wrong": wrong}
    if form.is_valid():
        try:
            context = {
                "rows": [_said(probe) for probe in probe_now(applied(network, form.choice()))]
            }
        except NetworksError as error:
            context = {"wrong": problem(str(error))}
    return render(request, "desk/settings/_probes.html", context)


def _said(probe: Probe) -> dict[str, Any]:
    words = {
        "wrong_chain": _("This node serves another chain: %(chain)s"),
        "status": _("Refused with status %(status)s: look at the key in the address"),
        "inside": _("Leads into a private network: the operator's file must name it"),
        "refused": _("Answered that it does not do this"),
        "timeout": _("No answer in time"),
        "malformed": _("Answered with something that is no node's"),
        "unreachable": _("Cannot be reached"),
    }
    said = words.get(probe.trouble, "") % {"chain": probe.chain or "?", "status": probe.status}
    return {"probe": probe, "trouble": said}
