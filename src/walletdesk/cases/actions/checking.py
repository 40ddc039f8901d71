"""What the chain shows: asked for in a job, kept here, and turned into cause and risks."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction

from walletdesk.accounts.models import Membership
from walletdesk.cases import ports, rules
from walletdesk.cases.actions.base import lock_case, lock_row, record, settle_step
from walletdesk.cases.actions.opening import CHECK_JOB
from walletdesk.cases.actions.references import take_from_messages
from walletdesk.cases.models import CaseReading, CaseReference, CaseRisk, SecurityCase
from walletdesk.cases.ports import ChainReport
from walletdesk.cases.queries import conversations_of, own_addresses, readings_of
from walletdesk.cases.types import AddressRole, CaseKind, CaseState, Cause, RiskState, Seen
from walletdesk.kit import clock
from walletdesk.kit.jobs import later

PATIENCE = timedelta(seconds=60)  # longer than a reading takes; then one may be asked for anew


@transaction.atomic
def request_check(*, case: SecurityCase, membership: Membership) -> None:
    """Have the chain read again, with what the customer wrote since. Asking twice is no error."""
    locked = lock_case(case, membership)
    take_from_messages(locked, conversations_of(locked), ports.chain())
    now = clock.now()
    if locked.checking_until is not None and locked.checking_until > now:
        return
    SecurityCase.objects.filter(pk=locked.pk).update(checking_until=now + PATIENCE)
    later(CHECK_JOB, at=now, case_id=locked.pk)


def what_to_read(*, case_id: int) -> tuple[list[str], list[str], int] | None:
    """Return a case's references, the customer's own addresses and the brand; None without any.

    Marks the case as being read.
    """
    row = SecurityCase.objects.filter(pk=case_id).select_related("conversation__contact").first()
    if row is None:
        return None
    texts = list(row.references.order_by("pk").values_list("text", flat=True))
    own = own_addresses(row)
    until = clock.now() + PATIENCE if texts or own else None
    SecurityCase.objects.filter(pk=case_id).update(checking_until=until)
    return (list(dict.fromkeys([*texts, *own])), own, row.brand_id) if texts or own else None


@transaction.atomic
def keep_report(*, case_id: int, report: ChainReport) -> None:
    """Keep what a reading brought: readings, whose addresses they are, cause and risks.

    A cause that a person has set stays. A risk that is no longer on the chain is marked gone;
    that needs a reading of its address, so silent networks take nothing away. While a case is
    young it is read again by itself when a network was silent: with stolen funds minutes count.
    """
    try:
        case = lock_row(case_id)
    except SecurityCase.DoesNotExist:
        return
    now = clock.now()
    for one in report.seen:
        CaseReading.objects.update_or_create(
            case=case,
            reference=one.reference,
            network=one.network,
            defaults={"seen": asdict(one), "at": now},
        )
    SecurityCase.objects.filter(pk=case.pk).update(
        checked_at=now, checking_until=None, silent=sorted(set(report.silent))
    )
    pause = rules.pause_after_silence(now - case.created_at)
    if report.silent and pause is not None and case.state != CaseState.CLOSED:
        later(CHECK_JOB, at=now + pause, case_id=case.pk)
    if not report.seen:
        return
    seen = [one for _row, one in readings_of(case)]
    _keep_victims(case, seen)
    if case.state != CaseState.CLOSED:
        _keep_cause(case, seen)
    _keep_risks(case, seen, {(one.reference, one.network) for one in report.seen})


def _keep_victims(case: SecurityCase, seen: Sequence[Seen]) -> None:
    known = {row.text.lower() for row in case.references.all()}
    for address in rules.victims(seen):
        if address.lower() not in known:
            CaseReference.objects.create(
                case=case, text=address[:130], kind="address", role=AddressRole.VICTIM
            )


def _keep_cause(case: SecurityCase, seen: Sequence[Seen]) -> None:
    found = rules.classify(seen, caught=case.kind == CaseKind.SECRET_CAUGHT)
    if case.cause_by_id is not None or found.cause == Cause.UNKNOWN:
        return
    before = (case.cause, case.confidence)
    SecurityCase.objects.filter(pk=case.pk).update(
        cause=found.cause,
        confidence=found.confidence,
        because=[asdict(source) for source in found.because[:20]],
        other_causes=[str(cause) for cause in found.others],
    )
    if before != (found.cause, found.confidence):
        record(case, "cause", None, cause=str(found.cause), confidence=str(found.confidence))
        settle_step(case, "classify", None)


def _keep_risks(case: SecurityCase, seen: Sequence[Seen], fresh: set[tuple[str, str]]) -> None:
    now = clock.now()
    found = {risk.key: risk for risk in rules.at_risk(seen)}
    for key, risk in found.items():
        CaseRisk.objects.update_or_create(
            case=case,
            key=key,
            defaults={"fields": dict(risk.fields), "gone": False},
            create_defaults={
                "fields": dict(risk.fields),
                "kind": risk.kind,
                "reference": risk.reference[:130],
                "network": risk.network,
                "network_name": risk.network_name,
                "at": now,
            },
        )
    read = {(reference.lower(), network) for reference, network in fresh}
    left = CaseRisk.objects.filter(case=case, gone=False).exclude(key__in=found)
    over = [row.pk for row in left if (row.reference.lower(), row.network) in read]
    CaseRisk.objects.filter(pk__in=over).update(gone=True, at=now)
    CaseRisk.objects.filter(pk__in=over, state=RiskState.OPEN).update(state=RiskState.SAVED)
