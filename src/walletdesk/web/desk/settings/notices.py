"""Status notices: what customers should know now."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.models import Brand
from walletdesk.accounts.rules import may, require_right
from walletdesk.accounts.types import Permission
from walletdesk.kit import clock
from walletdesk.knowledge import desk_queries
from walletdesk.knowledge.actions import notices as actions
from walletdesk.knowledge.reader_models import StatusNotice
from walletdesk.knowledge.types import NoticeDraft, Severity
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    status_of,
    tell,
)
from walletdesk.web.desk.settings.helpcentre import show_tab

SEVERITIES = (
    (Severity.INFO, gettext_lazy("Good to know: in the help centre")),
    (Severity.WARNING, gettext_lazy("Something is slow: also at the head of the chat")),
    (Severity.CRITICAL, gettext_lazy("Something is down: also at the head of the chat")),
)
FORMAT = "%Y-%m-%dT%H:%M"


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format=FORMAT)


class NoticeForm(SettingsForm):
    """A notice: severity, from and until, and a title and text for each language."""

    severity = forms.ChoiceField(
        label=gettext_lazy("How bad is it?"), choices=SEVERITIES, widget=forms.RadioSelect
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From (UTC)"),
        required=False,
        widget=_moment(),
        input_formats=[FORMAT],
        help_text=gettext_lazy("Empty: now."),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until (UTC)"),
        required=False,
        widget=_moment(),
        input_formats=[FORMAT],
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = names_of(brand.languages)
        for code in self.languages:
            needed = code == brand.default_language
            attrs = {"lang": html_code(code), "dir": "auto"}
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title"),
                required=needed,
                max_length=actions.TITLE_LENGTH,
                widget=forms.TextInput(attrs=attrs),
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text"),
                required=False,
                max_length=actions.TEXT_LENGTH,
                widget=forms.Textarea(attrs={**attrs, "rows": 2}),
            )
        self.dress()

    @property
    def texts(self) -> list[dict[str, Any]]:
        """Return the bound fields of each language."""
        return [
            {"name": name, "title": self[f"title_{code}"], "text": self[f"text_{code}"]}
            for code, name in self.languages.items()
        ]

    def draft(self) -> NoticeDraft:
        """Return what a valid form holds."""
        data = self.cleaned_data
        return NoticeDraft(
            severity=data["severity"],
            texts={code: (data[f"title_{code}"], data[f"text_{code}"]) for code in self.languages},
            starts_at=_in_utc(data["starts_at"]),
            ends_at=_in_utc(data["ends_at"]),
        )


def _in_utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at else None


@require_safe
@section_page("help")
def listing(request: StaffRequest) -> HttpResponse:
    """List the notices, the newest first."""
    now = clock.now()
    brand = request.membership.brand
    rows = [
        {
            "notice": row,
            "title": _title(row, brand),
            "state": _state(row, now),
        }
        for row in desk_queries.notices_of(request.membership)
    ]
    writes = may(request.membership.role, Permission.ARTICLE_PUBLISH)
    return show_tab(request, "help_notices", {"rows": rows, "writes": writes})


def _title(row: StatusNotice, brand: Brand) -> str:
    order = (brand.default_language, *row.texts)
    return next((str(row.texts[code]["title"]) for code in order if code in row.texts), "")


def _state(row: StatusNotice, now: datetime) -> str:
    if row.ends_at is not None and row.ends_at <= now:
        return "over"
    return "now" if row.starts_at <= now else "later"


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("help")
def new(request: StaffRequest) -> HttpResponse:
    """Write a notice."""
    require_right(request.membership.role, Permission.ARTICLE_PUBLISH)
    brand = request.membership.brand
    form = NoticeForm(request.POST or None, brand=brand, initial={"severity": Severity.WARNING})

    def create() -> None:
        actions.create_notice(actor=request.membership, draft=form.draft())

    if request.method == "POST" and save(request, form, create, said=_("Customers see it now.")):
        return done("help_notices")
    return show_tab(request, "help_notice", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("help")
def edit(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Change a notice."""
    notice = desk_queries.get_notice_for(request.membership, notice_id)
    brand = request.membership.brand
    form = NoticeForm(request.POST or None, brand=brand, initial=_initial(notice))

    def change() -> None:
        actions.change_notice(
            actor=request.membership,
            notice=notice,
            version=form.cleaned_data["version"] or 0,
            draft=form.draft(),
        )

    if request.method == "POST" and save(request, form, change):
        return done("help_notices")
    context = {"form": form, "notice": notice}
    return show_tab(request, "help_notice", context, status=status_of(form))


def _initial(notice: StatusNotice) -> dict[str, Any]:
    found: dict[str, Any] = {
        "severity": notice.severity,
        "starts_at": notice.starts_at.astimezone(UTC).replace(tzinfo=None),
        "ends_at": notice.ends_at and notice.ends_at.astimezone(UTC).replace(tzinfo=None),
        "version": notice.version,
    }
    for code, said in notice.texts.items():
        found |= {f"title_{code}": said["title"], f"text_{code}": said["text"]}
    return found


@require_POST
@section_page("help")
def end(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Take a notice away now."""
    notice = desk_queries.get_notice_for(request.membership, notice_id)
    actions.end_notice(actor=request.membership, notice=notice)
    tell(request, _("Ended"))
    return done("help_notices")
