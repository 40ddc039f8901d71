"""The brand: name, colour, greetings, links and logo, with a preview of the chat's head."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.actions import brand_settings as actions
from walletdesk.accounts.models import Brand
from walletdesk.accounts.queries import logo_digest
from walletdesk.kit.errors import BadInput
from walletdesk.web.common.colours import AA, WHITE, brand_properties, contrast, parse_colour
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
    tell,
)
from walletdesk.web.desk.settings.problems import problem


class BrandForm(SettingsForm):
    """Name, colour and links, and a greeting for each language: `greeting_<language>`."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=actions.NAME_LENGTH,
        help_text=gettext_lazy("Stands at the head of the chat and of the help centre."),
    )
    accent = forms.CharField(
        label=gettext_lazy("Accent colour"),
        max_length=7,
        widget=forms.TextInput(attrs={"class": "input colour-text", "spellcheck": "false"}),
        help_text=gettext_lazy("Of buttons, links and the chat's round button."),
    )
    site_url = forms.CharField(
        label=gettext_lazy("Your website"),
        required=False,
        max_length=actions.URL_LENGTH,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    help_url = forms.CharField(
        label=gettext_lazy("Your own help pages"),
        required=False,
        max_length=actions.URL_LENGTH,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=gettext_lazy("Empty: the chat leads to the help centre of this desk."),
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = names_of(brand.languages)
        for language, name in self.languages.items():
            self.fields[f"greeting_{language}"] = forms.CharField(
                label=name,
                max_length=actions.GREETING_LENGTH,
                required=False,
                widget=forms.TextInput(attrs={"lang": html_code(language)}),
            )
        self.dress()

    @property
    def greetings(self) -> list[Any]:
        """Return the bound fields of the greetings."""
        return [self[f"greeting_{language}"] for language in self.languages]


def _initial(brand: Brand) -> dict[str, Any]:
    said = {f"greeting_{language}": text for language, text in brand.greetings.items()}
    names = ("name", "accent", "site_url", "help_url", "version")
    return said | {name: getattr(brand, name) for name in names}


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("brand")
def page(request: StaffRequest) -> HttpResponse:
    """Show the brand's form and save it."""
    brand = request.membership.brand
    form = BrandForm(request.POST or None, brand=brand, initial=_initial(brand))

    def change() -> None:
        data = form.cleaned_data
        actions.change_brand(
            actor=request.membership,
            version=data["version"] or 0,
            name=data["name"],
            accent=data["accent"],
            greetings={code: data[f"greeting_{code}"] for code in form.languages},
            site_url=data["site_url"],
            help_url=data["help_url"],
        )

    if request.method == "POST" and save(request, form, change):
        return done("brand")
    context = {"form": form, "head": head(brand, form), "logo": logo_digest(brand)}
    return show(request, "brand", "brand", context, status=status_of(form))


@require_POST
@section_call("brand")
def preview(request: StaffRequest) -> HttpResponse:
    """Return the chat's head as the form would make it."""
    brand = request.membership.brand
    form = BrandForm(request.POST, brand=brand)
    context = {"head": head(brand, form), "brand": brand, "logo": logo_digest(brand)}
    return render(request, "desk/settings/_brand_head.html", context)


def head(brand: Brand, form: BrandForm) -> dict[str, Any]:
    """Return what the preview shows: colours for light and dark, and how well they can be read."""
    accent = str(form["accent"].value() or "").strip().lower()
    try:
        colour = parse_colour(accent)
    except ValueError:
        accent = brand.accent
        colour = parse_colour(accent)
    properties = brand_properties(accent)
    on_brand = parse_colour(properties["--on-brand"])
    said = [str(field.value() or "") for field in form.greetings]
    return {
        "name": str(form["name"].value() or brand.name)[: actions.NAME_LENGTH],
        "greeting": next((text for text in said if text), "") or _("Hello. How can we help?"),
        "accent": accent,
        "on": properties["--on-brand"],
        "text_light": properties["--brand-text-light"],
        "text_dark": properties["--brand-text-dark"],
        "soft_light": properties["--brand-soft-light"],
        "soft_dark": properties["--brand-soft-dark"],
        "ratio": f"{contrast(colour, on_brand):.1f}",
        "white": on_brand == WHITE,
        "white_ratio": f"{contrast(colour, WHITE):.1f}",
        "changed_light": properties["--brand-text-light"] != accent,
        "changed_dark": properties["--brand-text-dark"] != accent,
        "least": f"{AA:.1f}",
    }


@require_POST
@section_page("brand")
def logo(request: StaffRequest) -> HttpResponse:
    """Take a new logo, or take the old one away."""
    upload = request.FILES.get("logo")
    removing = "remove" in request.POST
    if upload is None and not removing:
        return _logo_refused(request, problem("required"))
    data = None if removing or upload is None else upload.read(actions.LOGO_BYTES + 1)
    try:
        actions.change_logo(actor=request.membership, data=data)
    except BadInput as error:
        return _logo_refused(request, problem(str(error.fields.get("logo"))))
    tell(request, _("Logo removed") if removing else _("Logo saved"))
    return done("brand")


def _logo_refused(request: StaffRequest, why: str) -> HttpResponse:
    brand = request.membership.brand
    form = BrandForm(brand=brand, initial=_initial(brand))
    context = {
        "form": form,
        "head": head(brand, form),
        "logo": logo_digest(brand),
        "logo_problem": why,
    }
    return show(request, "brand", "brand", context, status=422)
