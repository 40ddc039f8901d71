"""The forms of flows: what begins one, and one step of each kind, all languages side by side."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from walletdesk.accounts.models import Brand
from walletdesk.bot.flows.checking import values_of
from walletdesk.bot.flows.documents import LABEL, LENGTH, NAME
from walletdesk.bot.flows.models import NAME_LENGTH
from walletdesk.bot.flows.types import Case, Flow, Option, Step, StepKind, Texts
from walletdesk.knowledge.queries import published_slugs
from walletdesk.web.desk.settings import flow_words as words
from walletdesk.web.desk.settings.frame import SettingsForm
from walletdesk.web.desk.topic_names import topics_of

SPARE = 2  # empty rows below the buttons or cases there are

Choices = Iterable[tuple[str, str]]


class FlowForm(SettingsForm):
    """A flow's name and the topics that begin it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics that begin it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, brand: Brand, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = topics_of(brand)  # type: ignore[attr-defined]


class StepForm(SettingsForm):
    """One step, with the fields of its kind."""

    def __init__(
        self, step: Step, flow: Flow, brand: Brand, language: str, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.flow, self.brand = step, flow, brand
        self.languages = [
            (code, settings.LANGUAGE_NAMES.get(code, code)) for code in brand.languages
        ]
        ways = words.numbered(flow, language)
        self.ways = [("", _("The step below")), *((k, v) for k, v in ways.items() if k != step.id)]
        self.rows = max(len(step.options), len(step.cases)) + SPARE
        makers: dict[StepKind, Callable[[], None]] = {
            StepKind.ASK: self._ask,
            StepKind.BRANCH: self._branch,
            StepKind.TELL: self._tell,
            StepKind.TOOL: self._tool,
            StepKind.HAND_OVER: self._hand_over,
            StepKind.END: lambda: self._texts("text", step.text),
        }
        makers[step.kind]()
        if step.kind not in (StepKind.HAND_OVER, StepKind.END):
            self._choice("next", _("Then"), self.ways, step.next)
        self.dress()

    # --- fields ---

    def _ask(self) -> None:
        step = self.step
        self._texts("text", step.text)
        self._choice("answer", _("What answers it"), words.answers().items(), step.answer)
        self._named("fact", _("Name of the fact"), step.fact or step.id)
        self.fields["optional"] = forms.BooleanField(
            label=_("The customer may say “I don't know”"), required=False, initial=step.optional
        )
        self._texts("name", step.name, most=LABEL)
        for row in range(self.rows):
            option = step.options[row] if row < len(step.options) else Option("", {})
            self._named(f"value_{row}", _("Value"), option.value, required=False)
            self._texts(f"label_{row}", option.label, most=LABEL)
            self.fields[f"words_{row}"] = forms.CharField(
                label=_("Said like this, too"),
                required=False,
                max_length=1_000,
                initial=", ".join(option.words),
            )
            self._choice(f"next_{row}", _("Then"), self.ways, option.next)

    def _branch(self) -> None:
        known = values_of(self.flow)
        self._choice("fact", _("Fact"), [(name, name) for name in known], self.step.fact)
        names = words.results()
        every = {v for name in known for v in known[name]} | {"known", "unknown"}
        values = [(value, names.get(value, value)) for value in sorted(every)]
        for row in range(self.rows):
            case = self.step.cases[row] if row < len(self.step.cases) else Case((), "")
            self.fields[f"values_{row}"] = forms.MultipleChoiceField(
                label=_("If it is"),
                required=False,
                choices=[*values, *((v, v) for v in case.values if v not in dict(values))],
                initial=list(case.values),
                widget=forms.CheckboxSelectMultiple,
            )
            self._choice(f"next_{row}", _("Then"), self.ways, case.next)

    def _tell(self) -> None:
        slugs = published_slugs(self.brand)
        if self.step.article and self.step.article not in slugs:
            slugs = [self.step.article, *slugs]
        choices = [("", _("None")), *((slug, slug) for slug in slugs)]
        self._choice("article", _("Article"), choices, self.step.article)
        self._texts("text", self.step.text)

    def _tool(self) -> None:
        facts = [("", "–"), *((q.fact, q.fact) for q in self.flow.questions if q.fact)]
        self._choice("tool", _("What is looked up"), words.tools().items(), self.step.tool)
        self._choice("fact", _("Fact"), facts, self.step.fact)
        self._named("result", _("Name of the fact that it finds"), self.step.result or self.step.id)

    def _hand_over(self) -> None:
        self._choice("reason", _("Why"), words.reasons().items(), self.step.reason)
        self._texts("text", self.step.text)

    def _texts(self, name: str, texts: Any, most: int = LENGTH) -> None:
        for code, language in self.languages:
            widget = forms.Textarea(attrs={"rows": 5, "lang": code}) if most == LENGTH else None
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=language,
                required=False,
                max_length=most,
                initial=texts.get(code, ""),
                widget=widget or forms.TextInput(attrs={"lang": code}),
            )

    def _named(self, name: str, label: str, value: str, *, required: bool = True) -> None:
        self.fields[name] = forms.RegexField(
            rf"^(?:{NAME.pattern})$",
            label=label,
            required=required,
            initial=value,
            max_length=40,
            error_messages={"invalid": _("Use small letters, digits and _, a letter first.")},
        )

    def _choice(self, name: str, label: str, choices: Choices, value: str) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, required=False, choices=list(choices), initial=value
        )

    # --- what stands together on the page ---

    def of(self, name: str) -> list[Any]:
        """Return a text's fields, one for each language; none when the step has no such text."""
        found = [f"{name}_{code}" for code, _language in self.languages]
        return [self[field] for field in found if field in self.fields]

    @property
    def text(self) -> list[Any]:
        """Return the fields of what the step says."""
        return self.of("text")

    @property
    def name(self) -> list[Any]:
        """Return the fields of what staff call its fact."""
        return self.of("name")

    @property
    def option_rows(self) -> list[dict[str, Any]]:
        """Return the buttons, each with its fields."""
        return [
            {
                "value": self[f"value_{row}"],
                "label": self.of(f"label_{row}"),
                "words": self[f"words_{row}"],
                "next": self[f"next_{row}"],
            }
            for row in range(self.rows if self.step.kind is StepKind.ASK else 0)
        ]

    @property
    def case_rows(self) -> list[dict[str, Any]]:
        """Return the cases of a branch, each with its fields."""
        rows = range(self.rows if self.step.kind is StepKind.BRANCH else 0)
        return [{"values": self[f"values_{row}"], "next": self[f"next_{row}"]} for row in rows]

    # --- what was typed ---

    def document(self) -> dict[str, Any]:
        """Return the step as a document, from fields that are valid."""
        data = self.cleaned_data
        plain = ("fact", "answer", "optional", "article", "tool", "result", "reason", "next")
        found = {name: data[name] for name in plain if data.get(name)}
        for name, before in (("text", self.step.text), ("name", self.step.name)):
            if texts := self._typed(name, before):
                found[name] = texts
        if options := [self._option(row) for row in range(self.rows) if data.get(f"value_{row}")]:
            found["options"] = options
        if cases := [
            {"values": data[f"values_{row}"], "next": data.get(f"next_{row}", "")}
            for row in range(self.rows)
            if data.get(f"values_{row}")
        ]:
            found["cases"] = cases
        return {"id": self.step.id, "kind": self.step.kind.value, **found}

    def _option(self, row: int) -> dict[str, Any]:
        data = self.cleaned_data
        said = [word.strip() for word in data.get(f"words_{row}", "").replace("，", ",").split(",")]
        before = next((o for o in self.step.options if o.value == data[f"value_{row}"]), None)
        return {
            "value": data[f"value_{row}"],
            "label": self._typed(f"label_{row}", before.label if before else {}),
            "words": [word[:LABEL] for word in said if word][:30],
            "next": data.get(f"next_{row}", ""),
        }

    def _typed(self, name: str, before: Texts) -> dict[str, str]:
        """Return a text as it was typed; in languages that are not spoken now it stays as it is."""
        fields = {code: f"{name}_{code}" for code, _language in self.languages}
        found = {c: text for c, field in fields.items() if (text := self.cleaned_data.get(field))}
        kept = {code: text for code, text in before.items() if code not in fields}
        return {**kept, **found} if found else {}

    def clean(self) -> dict[str, Any]:
        """Refuse a button whose labels have no value: it would be lost."""
        data: dict[str, Any] = super().clean() or {}
        for row in range(self.rows):
            if f"value_{row}" in data and not data[f"value_{row}"] and self._labels(data, row):
                self.add_error(f"value_{row}", _("This is needed."))
        return data

    def _labels(self, data: dict[str, Any], row: int) -> bool:
        return any(data.get(f"label_{row}_{code}") for code, _language in self.languages)


def hints(flow: Flow) -> dict[str, str]:
    """Return fact → the values that it can have, in words, for whoever makes a branch."""
    names = words.results()
    return {
        fact: ", ".join(names.get(value, value) for value in values)
        for fact, values in values_of(flow).items()
        if values
    }
