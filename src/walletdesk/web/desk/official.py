"""The registry of what is official: ask for a change, decide about a colleague's."""

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.kit.errors import BadInput
from walletdesk.official.actions.registry import ChangeOver, decide_change, request_change
from walletdesk.official.queries import changes_of, count_fakes, entries_of, get_change_for
from walletdesk.official.types import Change, ChangeState, Kind
from walletdesk.safety import guard
from walletdesk.web.common.official_words import KINDS, kind_name
from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import SettingsForm, save, section_page, show, status_of


class ChangeForm(SettingsForm):
    """What should be official, or no more, and why."""

    change = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (Change.ADD.value, gettext_lazy("Is official")),
            (Change.REMOVE.value, gettext_lazy("Is not official any more")),
        ],
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(k.value, k.value) for k in Kind])
    value = forms.CharField(
        label=gettext_lazy("Value"),
        max_length=300,
        help_text=gettext_lazy("Numbers with country code, accounts as platform:name."),
    )
    label = forms.CharField(label=gettext_lazy("What it is for"), max_length=80, required=False)
    ordinary = forms.BooleanField(
        label=gettext_lazy("This name is also an ordinary word (names only)"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def dress(self) -> None:
        """Name the kinds in the reader's language."""
        super().dress()
        kinds = [(kind.value, kind_name(kind)) for kind in KINDS]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined] # a ChoiceField


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("official")
def registry(request: StaffRequest) -> HttpResponse:
    """Show what is official and what waits; a POST asks for a change."""
    form = ChangeForm(request.POST) if request.method == "POST" else ChangeForm()
    if form.is_bound and save(request, form, lambda: _ask(request, form), said=_("Asked for")):
        return redirect("desk:official")
    me = request.membership
    entries = entries_of(me.brand)
    kinds = [(kind_name(kind), list(rows)) for kind, rows in groupby(entries, lambda row: row.kind)]
    context = {
        "form": form,
        "kinds": kinds,
        "changes": [_shown(request, row) for row in changes_of(me)],
        "fakes": count_fakes(me.brand),
    }
    return show(request, "official", "official", context, status=status_of(form))


def _ask(request: StaffRequest, form: ChangeForm) -> None:
    given = form.cleaned_data
    try:
        request_change(
            membership=request.membership,
            change=Change(given["change"]),
            kind=Kind(given["kind"]),
            value=given["value"],
            label=guard.check(given["label"].strip()).safe,
            ordinary=given["ordinary"],
            reason=guard.check(given["reason"].strip()).safe,
        )
    except ChangeOver:
        raise BadInput(value=_("The same change waits already.")) from None
    except BadInput as error:
        raise _explained(error) from None


def _explained(error: BadInput) -> BadInput:
    """Return a refusal with sentences at the fields of the form."""
    if "value" in error.fields:
        known = {
            "there": _("This is official already."),
            "not_there": _("This is not in the register."),
        }
        text = known.get(error.fields["value"], _("This is no value of this kind."))
        return BadInput(value=text)
    return BadInput(reason=_("Write 10 to 500 characters."))


def _shown(request: StaffRequest, row: Any) -> dict[str, Any]:
    states = {
        ChangeState.REQUESTED: _("Waits for a second person"),
        ChangeState.APPROVED: _("Agreed"),
        ChangeState.REFUSED: _("Refused"),
    }
    me = request.membership
    waits = row.state == ChangeState.REQUESTED
    own = row.requester_id == me.user_id
    return {
        "row": row,
        "kind": kind_name(row.kind),
        "adds": row.change == Change.ADD,
        "reason": words_for_tokens(row.reason),
        "state": states[ChangeState(row.state)],
        "waits": waits,
        "own": own,
        "may_decide": waits and not own and may(me.role, Permission.OFFICIAL_APPROVE),
    }


@require_POST
@section_page("official")
def decide(request: StaffRequest, ref: str) -> HttpResponse:
    """Agree (`approve=yes`) to a colleague's change, or refuse it."""
    change = get_change_for(request.membership, ref)
    answer = request.POST.get("approve")
    if answer not in {"yes", "no"}:
        raise BadInput(approve="yes or no")
    decide_change(change=change, membership=request.membership, approve=answer == "yes")
    return redirect("desk:official")
