"""Exports need two people: one asks, another agrees, the first downloads once within a day."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import ClassVar

from django.db import transaction

from walletdesk.accounts.actions.audit import record_audit
from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import require_right
from walletdesk.accounts.types import Permission
from walletdesk.accounts.watch.actions import REASON_LENGTH, BadReason
from walletdesk.contacts.personal.actions.disclosure import disclose_identities
from walletdesk.conversations.disclosures import queries, rules
from walletdesk.conversations.disclosures.models import Export
from walletdesk.conversations.disclosures.types import ExportFormat, ExportState, ExportWhat
from walletdesk.conversations.models import Conversation
from walletdesk.kit import clock, ids
from walletdesk.kit.errors import BadInput, DomainError, NotFound
from walletdesk.safety import guard
from walletdesk.safety.types import SafeText

DAYS_MOST = 31
ROWS_MOST = 10_000
DOWNLOAD_WITHIN = timedelta(hours=24)
FIELDS = {
    ExportWhat.CONVERSATIONS: (
        "conversation", "contact", "channel", "status", "language", "topic", "urgency", "agent",
        "rating", "started", "last_event",
    ),
    ExportWhat.MESSAGES: ("conversation", "number", "at", "author", "name", "text"),
    ExportWhat.CONTACTS: ("contact", "label", "language", "since", "kind", "value"),
    ExportWhat.SURVEYS: (
        "conversation", "at", "way", "score", "speed", "accuracy", "manner", "agent", "team",
        "topic", "channel", "language", "comment",
    ),
}  # fmt: skip

# What rooms above have to export: what → (conversations, limit) → records in the order of FIELDS.
Source = Callable[[Sequence[Conversation], int], Iterable[queries.Record]]
_sources: dict[ExportWhat, Source] = {}


def use_source(what: ExportWhat, source: Source) -> None:
    """Have a room above give the records of an export; the composition root calls."""
    _sources[what] = source


class OwnExport(DomainError):
    """Nobody decides about their own request, whatever their role has become."""

    code: ClassVar[str] = "own_export"
    status: ClassVar[int] = 403


class ExportOver(DomainError):
    """It was decided, downloaded, or its day is over. Ask for a new one."""

    code: ClassVar[str] = "export_over"


@transaction.atomic
def request_export(  # noqa: PLR0913 - a request is made in one go
    *,
    membership: Membership,
    what: ExportWhat,
    form: ExportFormat,
    first_day: date,
    last_day: date,
    clear: bool,
    reason: SafeText,
) -> Export:
    """Ask for an export of at most DAYS_MOST days. `clear` (contacts only) asks for what is masked.

    Raises NotAllowed, BadReason or BadInput.
    """
    require_right(membership.role, Permission.EXPORT_REQUEST)
    reason = guard.impersonal(reason)  # it stays in the trail
    if len(reason.text) not in REASON_LENGTH:
        raise BadReason(reason="length")
    if not timedelta() <= last_day - first_day < timedelta(days=DAYS_MOST):
        raise BadInput(days="period")
    if clear and what != ExportWhat.CONTACTS:
        raise BadInput(clear="contacts only")
    export = Export.objects.create(
        ref=ids.new_ref(),
        brand=membership.brand,
        requested_by=membership,
        requester_id=membership.user_id,
        what=what,
        format=form,
        first_day=first_day,
        last_day=last_day,
        clear=clear,
        reason=reason.text,
    )
    _note(export, membership, "export.requested", reason=reason.text)
    return export


@transaction.atomic
def decide_export(*, export: Export, membership: Membership, approve: bool) -> None:
    """Approve or refuse somebody else's request. Raises NotAllowed, OwnExport or ExportOver."""
    require_right(membership.role, Permission.EXPORT_APPROVE)
    if export.brand_id != membership.brand_id:
        raise NotFound
    if export.requester_id == membership.user_id:
        raise OwnExport
    now = clock.now()
    decided = Export.objects.filter(pk=export.pk, state=ExportState.REQUESTED).update(
        state=ExportState.APPROVED if approve else ExportState.REFUSED,
        decided_by=membership,
        decided_at=now,
        expires_at=now + DOWNLOAD_WITHIN if approve else None,
    )
    if not decided:
        raise ExportOver
    _note(export, membership, "export.approved" if approve else "export.refused")


def download_export(*, export: Export, membership: Membership) -> tuple[str, bytes]:
    """Return file name and contents, once. The audit entry is committed before this returns.

    Raises NotAllowed, NotFound or ExportOver.
    """
    with transaction.atomic():
        return _download(export, membership)


def _download(export: Export, membership: Membership) -> tuple[str, bytes]:
    require_right(membership.role, Permission.EXPORT_REQUEST)
    if export.requester_id != membership.user_id or export.brand_id != membership.brand_id:
        raise NotFound
    now = clock.now()
    taken = Export.objects.filter(
        pk=export.pk, state=ExportState.APPROVED, expires_at__gt=now
    ).update(state=ExportState.DOWNLOADED, downloaded_at=now)
    if not taken:
        raise ExportOver
    records = _records(export, membership)
    Export.objects.filter(pk=export.pk).update(rows=len(records))
    _note(export, membership, "export.downloaded", rows=str(len(records)))
    return f"{export.what}-{export.first_day:%Y%m%d}-{export.ref}.{export.format}", _file(
        export, records
    )


def _records(export: Export, membership: Membership) -> list[queries.Record]:
    rows = queries.conversations_in(export, ROWS_MOST)
    match export.what:
        case ExportWhat.CONVERSATIONS:
            found = queries.conversation_records(rows)
        case ExportWhat.MESSAGES:
            found = queries.message_records(rows, ROWS_MOST)
        case ExportWhat.SURVEYS:
            found = iter(_sources[ExportWhat.SURVEYS](rows, ROWS_MOST))
        case _:
            values = None
            if export.clear:
                values = disclose_identities(
                    contacts=list({row.contact_id: row.contact for row in rows}.values()),
                    actor=membership,
                    subject=f"export:{export.ref}",
                    detail={"what": export.what},
                )
            found = queries.contact_records(rows, values)
    # every record names its export: a copy that turns up somewhere tells whose it was
    return [{**record, "export": export.ref} for record in found][:ROWS_MOST]


def _file(export: Export, records: list[queries.Record]) -> bytes:
    if export.format == ExportFormat.JSONL:
        return rules.write_jsonl(records)
    return rules.write_csv((*FIELDS[ExportWhat(export.what)], "export"), records)


def _note(export: Export, actor: Membership, action: str, **detail: str) -> None:
    record_audit(
        brand=export.brand,
        actor=actor,
        action=action,
        subject=f"export:{export.ref}",
        detail={
            "what": export.what,
            "days": f"{export.first_day} – {export.last_day}",
            "clear": export.clear,
            **detail,
        },
    )
