"""Inboxes: the ways to reach the brand; the chat with its embed code."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.accounts.models import Membership
from walletdesk.channels import actions, rules
from walletdesk.channels.actions import InboxDraft
from walletdesk.channels.models import Inbox
from walletdesk.channels.queries import chat_inbox, get_inbox_for, inboxes_of
from walletdesk.channels.types import InboxKind, Launcher, Side
from walletdesk.kit.errors import BadInput, NotFound
from walletdesk.sla.actions import set_inbox_hours
from walletdesk.sla.queries import calendar_id_of, calendars_of, get_calendar_for
from walletdesk.web.common.languages import html_code, names_of
from walletdesk.web.common.ways import KINDS
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.frame import (
    SettingsForm,
    done,
    save,
    section_page,
    show,
    status_of,
    tell,
)

ICONS = {
    InboxKind.CHAT: "chat",
    InboxKind.EMAIL: "send",
    InboxKind.PHONE: "headset",
    InboxKind.TELEGRAM: "send",
    InboxKind.WECHAT: "chat",
    InboxKind.QQ: "chat",
    InboxKind.WEIBO: "bell",
    InboxKind.X: "bell",
    InboxKind.WHATSAPP: "chat",
    InboxKind.COMMUNITY: "users",
    InboxKind.LINK: "external",
}
ADDRESSES = {
    InboxKind.EMAIL: (gettext_noop("E-mail address"), "help@example.com"),
    InboxKind.PHONE: (gettext_noop("Number, with its country"), "+86 10 1234 5678"),
    InboxKind.WHATSAPP: (gettext_noop("Number, with its country"), "+34 600 123 456"),
    InboxKind.TELEGRAM: (gettext_noop("Name of the account or group"), "@example_support"),
    InboxKind.X: (gettext_noop("Name of the account"), "@example"),
    InboxKind.WECHAT: (gettext_noop("WeChat ID"), "example-help"),
    InboxKind.QQ: (gettext_noop("QQ number"), "123456789"),
    InboxKind.WEIBO: (gettext_noop("Address of the page"), "https://weibo.com/…"),
    InboxKind.COMMUNITY: (gettext_noop("Address of the page"), "https://…"),
    InboxKind.LINK: (gettext_noop("Address of the page"), "https://…"),
}
SIDES = ((Side.RIGHT, gettext_lazy("Bottom right")), (Side.LEFT, gettext_lazy("Bottom left")))
LAUNCHERS = (
    (Launcher.ROUND, gettext_lazy("A round button")),
    (Launcher.LABEL, gettext_lazy("A button with a word")),
    (Launcher.HIDDEN, gettext_lazy("No button: your page opens the chat")),
)
EMBED = '<script async src="{address}"></script>'
OPENER = '<a href="{page}" data-walletdesk-open>{text}</a>'


def kind_name(kind: str) -> str:
    """Return what a kind of inbox is called."""
    return _(KINDS[InboxKind(kind)])


class InboxForm(SettingsForm):
    """An inbox of one kind. Promises: `promise_<language>`."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=actions.NAME_LENGTH,
        help_text=gettext_lazy("For your team and, where it is shown, for customers."),
    )
    address = forms.CharField(max_length=rules.ADDRESS_LENGTH, required=False)
    shown = forms.BooleanField(
        label=gettext_lazy("Show it to customers"),
        required=False,
        help_text=gettext_lazy("In the chat, under “Other ways to reach us”."),
    )
    calendar = forms.TypedChoiceField(
        label=gettext_lazy("Business hours"), coerce=int, empty_value=None, required=False
    )
    origins = forms.CharField(
        label=gettext_lazy("Pages that may embed the chat"),
        required=False,
        max_length=actions.ORIGINS * (rules.ADDRESS_LENGTH + 2),
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "https://app.example.com"}),
        help_text=gettext_lazy(
            "One origin a line: scheme and host, without a path. Browsers refuse the chat "
            "everywhere else."
        ),
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Where it stands"), choices=SIDES, widget=forms.RadioSelect
    )
    launcher = forms.ChoiceField(
        label=gettext_lazy("How it is opened"), choices=LAUNCHERS, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, kind: InboxKind, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.languages = names_of(member.brand.languages)
        if kind == InboxKind.CHAT:
            for name in ("address", "shown"):
                del self.fields[name]
        else:
            for name in ("origins", "side", "launcher"):
                del self.fields[name]
            label, example = ADDRESSES[kind]
            self.fields["address"].label = _(label)
            self.fields["address"].required = True
            self.fields["address"].widget.attrs["placeholder"] = example
        calendars = [(c.pk, c.name) for c in calendars_of(member)]
        main = [("", _("The main calendar"))]
        self.fields["calendar"].choices = main + calendars  # type: ignore[attr-defined]
        for language, name in self.languages.items():
            self.fields[f"promise_{language}"] = forms.CharField(
                label=name,
                max_length=actions.PROMISE_LENGTH,
                required=False,
                widget=forms.TextInput(attrs={"lang": html_code(language)}),
            )
        self.dress()

    @property
    def promises(self) -> list[Any]:
        """Return the bound fields of the promises."""
        return [self[f"promise_{language}"] for language in self.languages]

    def draft(self) -> InboxDraft:
        """Return what a valid form asks for."""
        data = self.cleaned_data
        return InboxDraft(
            kind=self.kind,
            name=data["name"],
            address=data.get("address", ""),
            shown=bool(data.get("shown", True)),
            promises={language: data[f"promise_{language}"] for language in self.languages},
            origins=[line for line in data.get("origins", "").splitlines() if line.strip()],
            side=Side(data.get("side", Side.RIGHT)),
            launcher=Launcher(data.get("launcher", Launcher.ROUND)),
        )


def _initial(inbox: Inbox) -> dict[str, Any]:
    promises = {f"promise_{language}": text for language, text in inbox.promises.items()}
    return promises | {
        "name": inbox.name,
        "address": rules.shown(InboxKind(inbox.kind), inbox.address)
        if inbox.kind in {InboxKind.PHONE, InboxKind.WHATSAPP}
        else inbox.address,
        "shown": inbox.shown,
        "calendar": calendar_id_of(inbox) or "",
        "origins": "\n".join(inbox.origins),
        "side": inbox.side,
        "launcher": inbox.launcher,
        "version": inbox.version,
    }


@require_safe
@section_page("inboxes")
def listing(request: StaffRequest) -> HttpResponse:
    """List the inboxes in the order in which customers see them."""
    brand = request.membership.brand
    found = inboxes_of(request.membership)
    rows = [
        {
            "inbox": inbox,
            "kind": kind_name(inbox.kind),
            "icon": ICONS[InboxKind(inbox.kind)],
            "address": rules.shown(InboxKind(inbox.kind), inbox.address),
            "promise": inbox.promises.get(brand.default_language, ""),
        }
        for inbox in found
    ]
    has_chat = any(inbox.kind == InboxKind.CHAT for inbox in found)
    context = {
        "rows": rows,
        "kinds": [
            {"kind": kind, "name": kind_name(kind), "icon": icon}
            for kind, icon in ICONS.items()
            if not (kind == InboxKind.CHAT and has_chat)
        ],
        "has_chat": has_chat,
    }
    return show(request, "inboxes", "inboxes", context)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("inboxes")
def new(request: StaffRequest, kind: str) -> HttpResponse:
    """Open a way of a kind."""
    if kind not in list(InboxKind):
        raise NotFound
    member = request.membership
    if kind == InboxKind.CHAT and (there := chat_inbox(member.brand)):
        return done("inbox", there.pk)
    initial = {"name": kind_name(kind), "shown": True, "side": "right", "launcher": "round"}
    form = InboxForm(request.POST or None, kind=InboxKind(kind), member=member, initial=initial)

    def create() -> None:
        inbox = actions.create_inbox(actor=member, draft=form.draft())
        _set_hours(member, inbox, form.cleaned_data["calendar"])

    if request.method == "POST" and save(request, form, create, said=_("Inbox added")):
        return done("inboxes")
    return _editor(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("inboxes")
def edit(request: StaffRequest, inbox_id: int) -> HttpResponse:
    """Change an inbox."""
    member = request.membership
    inbox = get_inbox_for(member, inbox_id)
    kind = InboxKind(inbox.kind)
    form = InboxForm(request.POST or None, kind=kind, member=member, initial=_initial(inbox))

    def change() -> None:
        version = form.cleaned_data["version"] or 0
        actions.change_inbox(actor=member, inbox=inbox, version=version, draft=form.draft())
        _set_hours(member, inbox, form.cleaned_data["calendar"])

    if request.method == "POST" and save(request, form, change):
        return done("inboxes")
    return _editor(request, form, inbox)


def _set_hours(member: Membership, inbox: Inbox, calendar_id: int | None) -> None:
    calendar = get_calendar_for(member, calendar_id) if calendar_id else None
    set_inbox_hours(actor=member, inbox=inbox, calendar=calendar)


def _editor(request: StaffRequest, form: InboxForm, inbox: Inbox | None) -> HttpResponse:
    brand = request.membership.brand
    base = settings.WALLETDESK.base_url
    page = base + reverse("widget:page", args=[brand.slug])
    context = {
        "form": form,
        "inbox": inbox,
        "kind": form.kind,
        "kind_title": kind_name(form.kind),
        "chat": form.kind == InboxKind.CHAT,
        "embed_code": EMBED.format(address=base + reverse("widget:loader", args=[brand.slug])),
        "opener": OPENER.format(page=page, text=_("Support")),
        "chat_page": page,
        "everywhere": settings.WALLETDESK.embed_origins,
    }
    return show(request, "inboxes", "inbox", context, status=status_of(form))


@require_POST
@section_page("inboxes")
def move(request: StaffRequest, inbox_id: int) -> HttpResponse:
    """Move an inbox one place up or down (`to`)."""
    inbox = get_inbox_for(request.membership, inbox_id)
    where = request.POST.get("to")
    if where not in {"up", "down"}:
        raise BadInput(to="unknown")
    actions.move_inbox(actor=request.membership, inbox=inbox, up=where == "up")
    return done("inboxes")


@require_POST
@section_page("inboxes")
def remove(request: StaffRequest, inbox_id: int) -> HttpResponse:
    """Close a way."""
    inbox = get_inbox_for(request.membership, inbox_id)
    actions.remove_inbox(actor=request.membership, inbox=inbox)
    tell(request, _("Inbox removed"))
    return done("inboxes")


@require_safe
@section_page("inboxes")
def trial(request: StaffRequest) -> HttpResponse:
    """Show an empty page with the chat embedded, as it stands on the brand's own pages."""
    brand = request.membership.brand
    context = {"brand": brand, "loader": reverse("widget:loader", args=[brand.slug])}
    return render(request, "desk/settings/trial.html", context)
