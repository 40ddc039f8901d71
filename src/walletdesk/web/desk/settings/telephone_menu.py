"""The menu of the hotline as rows: the keys that lead to an entry are its place in the tree."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from walletdesk.accounts.models import Brand
from walletdesk.kit.errors import BadInput
from walletdesk.voice.actions.settings import save_menu
from walletdesk.voice.menu import DEEPEST, WORDS, Do, Entry, Menu, walk
from walletdesk.voice.queries import menu_of, newest_menu
from walletdesk.web.common.languages import names_of
from walletdesk.web.desk import wording
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
from walletdesk.web.desk.settings.problems import problem
from walletdesk.web.desk.settings.telephone_tree import DOES, drawing
from walletdesk.web.desk.topic_names import topics_of

SPARE_ROWS = 4
MOST_ROWS = 124


class MenuForm(SettingsForm):
    """All entries: one row each, and some empty ones."""

    def __init__(self, *args: Any, brand: Brand, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.languages = names_of(brand.languages)
        topics = [("", _("No topic")), *topics_of(brand)]
        urgencies = [(level, wording.urgency(level)) for level in range(4)]
        for row in range(rows):
            made = {
                "path": forms.CharField(label=_("Keys to press"), max_length=8),
                "do": forms.ChoiceField(label=_("What it does"), choices=list(DOES.items())),
                "topic": forms.ChoiceField(label=_("Topic"), choices=topics),
                "urgency": forms.ChoiceField(label=_("Urgency"), choices=urgencies),
                "always": forms.BooleanField(label=_("At any hour")),
            }
            for code, name in self.languages.items():
                made[f"words_{code}"] = forms.CharField(
                    label=_("For what, in %(language)s") % {"language": name}, max_length=WORDS
                )
                made[f"answer_{code}"] = forms.CharField(
                    label=_("Its answer, in %(language)s") % {"language": name}, max_length=WORDS
                )
            for name, made_field in made.items():
                made_field.required = False
                self.fields[f"{name}-{row}"] = made_field
        self.dress()

    def entry_rows(self) -> list[dict[str, Any]]:
        """Return the bound fields, row by row."""
        return [
            {
                "path": self[f"path-{row}"],
                "fields": [self[f"{name}-{row}"] for name in ("do", "topic", "urgency")],
                "always": self[f"always-{row}"],
                "words": [self[f"words_{code}-{row}"] for code in self.languages],
                "answers": [self[f"answer_{code}-{row}"] for code in self.languages],
                "says": self[f"do-{row}"].value() == Do.SAY,
                "empty": not self[f"path-{row}"].value(),
            }
            for row in range(self.rows)
        ]

    def refuse(self, error: BadInput) -> None:
        """Show what is wrong with an entry at its row."""
        places = {self.cleaned_data[f"path-{row}"]: row for row in range(self.rows)}
        for path, code in error.fields.items():
            row = places.get(path)
            name = "path" if code not in ("words", "answer", "secret", "too_long") else "words"
            if row is None:
                self.add_error(None, problem(str(code)))
            elif name == "words":
                first = next(iter(self.languages))
                self.add_error(f"words_{first}-{row}", problem(str(code)))
            else:
                self.add_error(f"path-{row}", problem(str(code)))

    def menu(self) -> Menu:
        """Return the menu that the rows describe. Raises BadInput for a row without a parent."""
        data = self.cleaned_data
        rows = {path: row for row in range(self.rows) if (path := data[f"path-{row}"].strip())}
        listed = [data[f"path-{row}"].strip() for row in range(self.rows)]
        twice = {path: "key_twice" for path in listed if path and listed.count(path) > 1}
        lost = {path: "parent" for path in rows if path[:-1] and path[:-1] not in rows}
        if twice or lost:
            raise BadInput(**twice | lost)
        return Menu(self._below("", rows))

    def sketch(self) -> Menu:
        """Return the menu as far as it can be drawn: a row without a parent is not in it yet."""
        self.is_valid()  # what is refused later is drawn too
        rows: dict[str, int] = {}
        for row in range(self.rows):
            path = self.cleaned_data.get(f"path-{row}", "").strip()
            if 0 < len(path) <= DEEPEST:
                rows.setdefault(path, row)
        led_to = {
            path: row
            for path, row in rows.items()
            if all(path[:end] in rows for end in range(1, len(path)))
        }
        return Menu(self._below("", led_to))

    def _below(self, parent: str, rows: dict[str, int]) -> tuple[Entry, ...]:
        found = sorted(path for path in rows if path[:-1] == parent and path != parent)
        return tuple(self._entry(path, rows) for path in found)

    def _entry(self, path: str, rows: dict[str, int]) -> Entry:
        data, row = self.cleaned_data, rows[path]
        return Entry(
            key=path[-1],
            words={code: data.get(f"words_{code}-{row}", "").strip() for code in self.languages},
            do=Do(data.get(f"do-{row}") or Do.QUEUE),
            topic=data.get(f"topic-{row}", ""),
            urgency=int(data.get(f"urgency-{row}") or 0),
            always=data.get(f"always-{row}", False),
            answer={
                code: text
                for code in self.languages
                if (text := data.get(f"answer_{code}-{row}", "").strip())
            },
            entries=self._below(path, rows),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("telephone")
def page(request: StaffRequest) -> HttpResponse:
    """Show the menu's rows and its picture, and save it as the next version."""
    brand = request.membership.brand
    version = newest_menu(brand)
    menu = menu_of(brand, version)
    entries = list(walk(menu))
    rows = min(MOST_ROWS, max(len(entries) + SPARE_ROWS, _sent_rows(request)))
    initial: dict[str, Any] = {"version": version.number if version else 0}
    for row, (path, entry) in enumerate(entries):
        initial |= _initial(row, path, entry)
    form = MenuForm(request.POST or None, brand=brand, rows=rows, initial=initial)

    drawn = _drawn(brand, form.sketch() if form.is_bound else menu)

    def change() -> None:
        save_menu(
            actor=request.membership,
            version=form.cleaned_data["version"] or 0,
            menu=form.menu(),
        )

    if request.method == "POST" and save(request, form, change):
        return done("telephone_menu")
    context = {"form": form, "tree": drawn}
    return show(request, "telephone", "telephone_menu", context, status=status_of(form))


@require_POST
@section_call("telephone")
def picture(request: StaffRequest) -> HttpResponse:
    """Draw the menu as its rows stand, before it is saved."""
    brand = request.membership.brand
    form = MenuForm(request.POST, brand=brand, rows=min(MOST_ROWS, _sent_rows(request)))
    context = {"tree": _drawn(brand, form.sketch())}
    return render(request, "desk/settings/_telephone_tree.html", context)


def _drawn(brand: Brand, menu: Menu) -> dict[str, Any]:
    return drawing(menu, get_language() or brand.default_language)


def _sent_rows(request: StaffRequest) -> int:
    numbers = [name.removeprefix("path-") for name in request.POST if name.startswith("path-")]
    return max(
        (int(n) + 1 for n in numbers if n.isascii() and n.isdigit() and len(n) < 4), default=0
    )


def _initial(row: int, path: str, entry: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"path-{row}": path,
        f"do-{row}": entry.do,
        f"topic-{row}": entry.topic,
        f"urgency-{row}": entry.urgency,
        f"always-{row}": entry.always,
    }
    found |= {f"words_{code}-{row}": text for code, text in entry.words.items()}
    return found | {f"answer_{code}-{row}": text for code, text in entry.answer.items()}
