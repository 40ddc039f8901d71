"""The frame of all sections: who may come in, what stands around a section, what saving answers.

A section's page is a view behind `section_page("name")`, a form made from `SettingsForm` and a
template that extends `desk/settings/frame.html`. Saving calls `save`, which runs one action.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from walletdesk.accounts.rules import require_right
from walletdesk.conversations.queries import desk_state
from walletdesk.kit.errors import BadInput, ChangedMeanwhile
from walletdesk.web.desk import present, rules, wording
from walletdesk.web.desk.access import StaffRequest, staff_call, staff_page
from walletdesk.web.desk.settings.problems import problem
from walletdesk.web.desk.settings.sections import GROUPS, Section, section_named, sections_for

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]
SAID = "settings"  # marks messages that the settings show; others, such as sign-in's, they do not
UNDO = " undo:"  # in a message's tags: the address that takes the step back
HIGHEST_VERSION = 2**31 - 1


def section_page(name: str) -> Callable[[View[P]], Guarded[P]]:
    """Guard a page of a section: as `staff_page`, and 403 without the section's permission."""
    return _door(name, staff_page)


def section_call(name: str) -> Callable[[View[P]], Guarded[P]]:
    """Guard a preview or call of a section: as `staff_call`, and 403 without the permission."""
    return _door(name, staff_call)


def _door(name: str, outer: Callable[[View[P]], Guarded[P]]) -> Callable[[View[P]], Guarded[P]]:
    def decorate(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def admitted(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            permission = section_named(name).permission
            require_right(request.membership.role, permission)
            return view(request, *args, **kwargs)

        return outer(admitted)

    return decorate


def show(
    request: StaffRequest,
    section: str,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a section's template in the frame."""
    framed = frame_context(request, section_named(section)) | dict(context or {})
    return render(request, f"desk/settings/{template}.html", framed, status=status)


def frame_context(request: StaffRequest, section: Section | None) -> dict[str, Any]:
    """Return what the frame shows around a section; None is the page that lists them."""
    membership = request.membership
    listed, state = sections_for(membership), desk_state(membership)
    return {
        "section": section,
        "section_title": _(section.title) if section else _("Settings"),
        "section_about": _(section.about) if section else "",
        "groups": [
            {"name": _(GROUPS[group]), "sections": menu}
            for group in GROUPS
            if (menu := [_entry(each, section) for each in listed if each.group == group])
        ],
        "strings": strings(),
        "membership": membership,
        "brand": membership.brand,
        "tabs": present.tabs(state.counts, None),
        "above": present.above(state.above),
        "role": wording.role(membership.role),
        "initials": rules.initials(membership.user.name),
        "tone": rules.tone(membership.user.name),
        "desk": {"brand": membership.brand.slug, "member": membership.pk, "view": "settings"},
    }


def _entry(section: Section, current: Section | None) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": _(section.title),
        "about": _(section.about),
        "url": section.url,
        "icon": section.icon,
        "current": section is current,
    }


def strings() -> dict[str, str]:
    """Return the texts of the settings' script."""
    return {
        "failed": _("That did not work. Try again."),
        "no_answer": _("The desk does not answer. Check your connection and try again."),
        "signed_out": _("You are signed out. Sign in again to go on."),
        "copied": _("Copied"),
        "undo": _("Undo"),
    }


class SettingsForm(forms.Form):
    """A form of the settings. `version` is the state that the person saw when they began.

    Labels and hints belong to the fields; the look is `desk/settings/_field.html`.
    """

    conflict: ChangedMeanwhile | None = None  # a colleague was faster
    version = forms.IntegerField(
        required=False, min_value=0, max_value=HIGHEST_VERSION, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give controls the desk's look; a form that adds fields calls it again."""
        for field in self.fields.values():
            if not isinstance(field.widget, CHECKS):
                field.widget.attrs.setdefault("class", "input")
                field.widget.attrs.setdefault("autocomplete", "off")

    def refuse(self, error: BadInput) -> None:
        """Show an action's refusal at the fields that it names, or above the form."""
        for name in error.fields:
            text = problem(str(error.fields[name]))
            self.add_error(name if name in self.fields else None, text)
        if not error.fields:
            self.add_error(None, problem(""))

    def problems(self) -> list[tuple[str, str, str]]:
        """Return (id of the control, its label, what is wrong) for the summary above the form."""
        return [
            (bound.id_for_label, str(bound.label), str(text))
            for bound in self
            for text in bound.errors
        ]


CHECKS = (
    forms.CheckboxInput,
    forms.CheckboxSelectMultiple,
    forms.RadioSelect,
    forms.HiddenInput,
    forms.ClearableFileInput,
)


def save(
    request: StaffRequest,
    form: SettingsForm,
    action: Callable[[], object],
    *,
    said: str = "",
    undo: str = "",
) -> bool:
    """Run a section's action with a form that is valid; tell by the result whether it was saved.

    False leaves the reason in the form, and in `form.conflict` when a colleague was faster; then
    `status_of` gives the answer's status and the form's version is the one that stands now, so
    that saving once more is a decision made with open eyes.
    """
    if not form.is_valid():
        return False
    try:
        action()
    except BadInput as error:
        form.refuse(error)
        return False
    except ChangedMeanwhile as error:
        form.data = form.data.copy()  # type: ignore[attr-defined] # a QueryDict
        form.data[form.add_prefix("version")] = str(error.fields["version"])  # type: ignore[index]
        form.conflict = error
        form.add_error(None, _("A colleague changed this meanwhile. Look again before you save."))
        return False
    tell(request, said or _("Saved"), undo=undo)
    return True


def status_of(form: SettingsForm) -> int:
    """Return the status with which a form is shown: 200 fresh, 409 conflict, 422 refused."""
    if not form.is_bound:
        return 200
    return 409 if form.conflict else 422


def tell(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Show a toast on the next page; `undo` is the address of a form that takes the step back."""
    messages.success(request, text, extra_tags=SAID + (UNDO + undo if undo else ""))


def done(url: str, *args: object) -> HttpResponse:
    """Answer a form that was saved: lead on, so that a reload sends nothing twice."""
    return redirect(f"desk:settings:{url}", *args)
