"""Languages: which ones a brand serves, in which order, and what is missing in them."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

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
    section_call,
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
        """Return the languages that a checked form asks for, in its order."""
        data = self.cleaned_data
        served = [code for code in self.known if data.get(f"serve_{code}")]
        return sorted(served, key=lambda code: data.get(f"place_{code}") or len(self.known))

    def drafted(self, brand: Brand) -> tuple[list[str], str]:
        """Return languages and default as the form stands, right or wrong; unsent, the brand's."""
        if not self.is_bound:
            return brand.languages, brand.default_language
        self.is_valid()
        default = str(self["default_language"].value() or "")
        return self.wanted(), default if default in self.known else ""


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
    context = {"form": form, "look": look(request, form)}
    return show(request, "languages", "languages", context, status=status_of(form))


@require_POST
@section_call("languages")
def preview(request: StaffRequest) -> HttpResponse:
    """Return the chooser of languages as the form would make it, and what would be missing."""
    found = look(request, LanguagesForm(request.POST))
    return render(request, "desk/settings/_languages_look.html", {"look": found})


def look(request: StaffRequest, form: LanguagesForm) -> dict[str, Any]:
    """Return what the preview shows of the form."""
    brand = request.membership.brand
    chosen, default = form.drafted(brand)
    total, written = count_translations(brand)
    gone = [code for code in brand.languages if code not in chosen]
    return {
        "rows": _rows(request, chosen, default, (total, written)),
        "default": names_of([default])[default] if default else "",
        "default_served": default in chosen,
        "gone": [
            {"name": name, "lang": html_code(code), "articles": written.get(code, 0)}
            for code, name in names_of(gone).items()
        ],
    }


def _rows(
    request: StaffRequest, chosen: list[str], default: str, articles: tuple[int, dict[str, int]]
) -> list[dict[str, Any]]:
    """Return for each language what is written in it and what its customers would not find."""
    brand = request.membership.brand
    total, written = articles
    macros = [macro for macro in macros_with_archived(request.membership) if not macro.archived]
    return [
        {
            "code": code,
            "lang": html_code(code),
            "name": name,
            "default": code == default,
            "new": code not in brand.languages,
            "articles": total,
            "articles_missing": total - written.get(code, 0),
            "macros_missing": sum(1 for m in macros if m.owner_id is None and code not in m.bodies),
            "greeting": bool(brand.greetings.get(code)),
        }
        for code, name in names_of(chosen).items()
    ]
