"""Languages: which ones a brand serves, in which order, and what is missing in them."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from walletdesk.accounts.actions.brand_settings import change_languages
from walletdesk.accounts.models import Brand
from walletdesk.conversations.prepared import macros_with_archived
from walletdesk.knowledge.queries import count_translations
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
)


class LanguagesForm(SettingsForm):
    """`serve_<language>`, `place_<language>`, and the default."""

    default_language = forms.ChoiceField(
        label=gettext_lazy("Fall back on"),
        help_text=gettext_lazy(
            "Shown to people whose language you do not serve, and wherever a text is missing."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = names_of([code for code, _name in settings.LANGUAGES])
        places = [(n, str(n)) for n in range(1, len(self.known) + 1)]
        for code, name in self.known.items():
            self.fields[f"serve_{code}"] = forms.BooleanField(label=name, required=False)
            self.fields[f"place_{code}"] = forms.TypedChoiceField(
                label=name, choices=places, coerce=int, empty_value=None, required=False
            )
        self.fields["default_language"].choices = list(self.known.items())  # type: ignore[attr-defined]
        self.dress()

    def rows(self) -> list[dict[str, Any]]:
        """Return the languages with their two controls."""
        return [
            {
                "code": code,
                "lang": html_code(code),
                "name": name,
                "serve": self[f"serve_{code}"],
                "place": self[f"place_{code}"],
            }
            for code, name in self.known.items()
        ]

    def wanted(self) -> list[str]:
        """Return the languages that a valid form asks for, in its order."""
        data = self.cleaned_data
        served = [code for code in self.known if data[f"serve_{code}"]]
        return sorted(served, key=lambda code: data[f"place_{code}"] or len(self.known))


def _initial(brand: Brand) -> dict[str, Any]:
    found: dict[str, Any] = {
        "default_language": brand.default_language,
        "version": brand.version,
    }
    codes = [*brand.languages, *(c for c, _n in settings.LANGUAGES if c not in brand.languages)]
    for place, code in enumerate(codes, 1):
        found |= {f"serve_{code}": code in brand.languages, f"place_{code}": place}
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("languages")
def page(request: StaffRequest) -> HttpResponse:
    """Show the languages and save them."""
    brand = request.membership.brand
    form = LanguagesForm(request.POST or None, initial=_initial(brand))

    def change() -> None:
        change_languages(
            actor=request.membership,
            version=form.cleaned_data["version"] or 0,
            languages=form.wanted(),
            default_language=form.cleaned_data["default_language"],
        )

    if request.method == "POST" and save(request, form, change):
        return done("languages")
    context = {"form": form, "missing": missing(request), "names": names_of(brand.languages)}
    return show(request, "languages", "languages", context, status=status_of(form))


def missing(request: StaffRequest) -> list[dict[str, Any]]:
    """Return for each language what is written in it and what is not."""
    brand = request.membership.brand
    total, written = count_translations(brand)
    macros = [macro for macro in macros_with_archived(request.membership) if not macro.archived]
    return [
        {
            "code": code,
            "lang": html_code(code),
            "name": name,
            "default": code == brand.default_language,
            "articles": written.get(code, 0),
            "articles_missing": total - written.get(code, 0),
            "macros_missing": sum(1 for m in macros if m.owner_id is None and code not in m.bodies),
            "greeting": bool(brand.greetings.get(code)),
        }
        for code, name in names_of(brand.languages).items()
    ]
