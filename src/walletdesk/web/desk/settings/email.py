"""E-mail: the accounts, one of them with its way in, and the quarantine."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from walletdesk.integrations.email.actions import accounts as actions
from walletdesk.integrations.email.actions import quarantine
from walletdesk.integrations.email.models import MailAccount
from walletdesk.integrations.email.queries import (
    accounts_of,
    get_account_for,
    get_raw_for,
    quarantine_of,
)
from walletdesk.integrations.email.receiving import try_again
from walletdesk.integrations.email.trial import try_mailbox
from walletdesk.kit.errors import NotFound
from walletdesk.web.desk.access import StaffRequest
from walletdesk.web.desk.settings.email_forms import AccountForm, NewAccountForm
from walletdesk.web.desk.settings.email_words import quarantine_reason, trouble, way_in, way_out
from walletdesk.web.desk.settings.frame import (
    done,
    save,
    section_page,
    show,
    status_of,
    tell,
)


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("email")
def listing(request: StaffRequest) -> HttpResponse:
    """List the accounts with how they fare, and make a new one."""
    form = NewAccountForm(request.POST or None, initial={"version": 0})
    made: list[MailAccount] = []

    def create() -> None:
        data = form.cleaned_data
        made.append(
            actions.create_account(
                actor=request.membership, name=data["name"], address=data["address"]
            )
        )

    if request.method == "POST" and save(request, form, create, said=_("Account added")):
        return done("email_account", made[0].ref)
    found = accounts_of(request.membership.brand)
    context = {
        "form": form,
        "rows": [_row(account) for account in found],
        "waiting": len(quarantine_of(request.membership)),
    }
    return show(request, "email", "email", context, status=status_of(form))


def _row(account: MailAccount) -> dict[str, Any]:
    return {
        "account": account,
        "way_in": way_in(account.in_way),
        "way_out": way_out(account.out_backend),
        "trouble": trouble(account.last_error),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@section_page("email")
def edit(request: StaffRequest, ref: str) -> HttpResponse:
    """Change an account; beside it stand trying it, its DNS records and removing it."""
    account = get_account_for(request.membership, ref)
    form = AccountForm(request.POST or None, initial=AccountForm.initial_of(account))

    def change() -> None:
        actions.change_account(
            actor=request.membership,
            account=account,
            version=form.cleaned_data["version"] or 0,
            fields=form.fields_of_account(),
            in_secrets=form.in_secrets(),
        )

    if request.method == "POST" and save(request, form, change):
        return done("email_account", account.ref)
    return show(request, "email", "email_account", _context(account, form), status=status_of(form))


def _context(account: MailAccount, form: AccountForm) -> Mapping[str, Any]:
    hook = f"{settings.WALLETDESK.base_url}{reverse('mail_in', args=[account.token])}"
    return {
        "form": form,
        "account": account,
        "row": _row(account),
        "hook": hook,
        "listen": settings.WALLETDESK.mail_listen,
    }


@require_POST
@section_page("email")
def trial(request: StaffRequest, ref: str) -> HttpResponse:
    """Connect to the mailbox of an account and say in words how that went."""
    account = get_account_for(request.membership, ref)
    code = try_mailbox(account)
    tell(request, trouble(code) if code else _("It works: signed in, and the folder is there."))
    return done("email_account", account.ref)


@require_POST
@section_page("email")
def remove(request: StaffRequest, ref: str) -> HttpResponse:
    """Remove an account; what came in by it stays."""
    account = get_account_for(request.membership, ref)
    actions.remove_account(actor=request.membership, account=account)
    tell(request, _("Account removed"))
    return done("email")


@require_safe
@section_page("email")
def quarantined(request: StaffRequest) -> HttpResponse:
    """List the mails that could not be worked on."""
    rows = [
        {"mail": mail, "reason": quarantine_reason(mail.reason)}
        for mail in quarantine_of(request.membership)
    ]
    return show(request, "email", "email_quarantine", {"rows": rows})


@require_POST
@section_page("email")
def again(request: StaffRequest, ref: str) -> HttpResponse:
    """Work on a mail of the quarantine once more, now."""
    mail = get_raw_for(request.membership, ref)
    released = quarantine.release(actor=request.membership, mail=mail)
    outcome = try_again(released)
    tell(
        request,
        _("The mail is in its conversation now.")
        if outcome.conversation
        else _("It did not work this time either."),
    )
    return done("email_quarantine")


@require_POST
@section_page("email")
def discard(request: StaffRequest, ref: str) -> HttpResponse:
    """Give a mail of the quarantine up. Its original stays as long as originals are kept."""
    mail = get_raw_for(request.membership, ref)
    quarantine.discard(actor=request.membership, mail=mail)
    tell(request, _("Mail discarded"))
    return done("email_quarantine")


@require_POST
@section_page("email")
def original(request: StaffRequest, ref: str) -> HttpResponse:
    """Hand an original out as a download: owners only, and in the audit trail."""
    mail = get_raw_for(request.membership, ref)
    if not mail.blob:
        raise NotFound
    raw = quarantine.disclose_original(actor=request.membership, mail=mail)
    response = HttpResponse(raw, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{mail.ref}.eml"'
    return response
