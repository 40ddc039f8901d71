"""Thin jobs of security cases: they ask the network and hand what it says to actions."""

from walletdesk.cases import ports
from walletdesk.cases.actions.checking import keep_report, what_to_read
from walletdesk.cases.actions.follow_ups import remind_due
from walletdesk.cases.actions.opening import CHECK_JOB
from walletdesk.cases.actions.wallet import (
    ORDER_JOB,
    begin_attempt,
    record_answer,
    record_refusal,
    resume_orders,
)
from walletdesk.cases.ports import ChainReport, WalletRefused
from walletdesk.cases.rules import victims
from walletdesk.kit.jobs import NETWORK, every, once


@once(name=CHECK_JOB, queue=NETWORK)
def check(case_id: int) -> None:
    """Read the chain for a case."""
    read_chain(case_id)


def read_chain(case_id: int) -> None:
    """Read what was named, then those from whom it was taken; keep what it shows."""
    wanted = what_to_read(case_id=case_id)
    if wanted is None:
        return
    references, own, brand_id = wanted
    report = ports.chain().read(references, own, brand_id)
    asked = {reference.lower() for reference in references}
    more = [address for address in victims(report.seen) if address.lower() not in asked]
    if more:
        second = ports.chain().read(more, own, brand_id)
        report = ChainReport((*report.seen, *second.seen), (*report.silent, *second.silent))
    keep_report(case_id=case_id, report=report)


@once(name=ORDER_JOB, queue=NETWORK)
def wallet_order(order_id: int) -> None:
    """Send one order to the wallet's back end, and keep its answer."""
    carry_out(order_id)


def carry_out(order_id: int) -> None:
    """Make one attempt, if the order is due and nobody else is at it. Repeat as you like."""
    order = begin_attempt(order_id=order_id)
    if order is None:
        return
    try:
        answer = ports.wallet().carry_out(order)
    except WalletRefused as refused:
        record_refusal(order_id=order_id, refused=refused)
    else:
        record_answer(order_id=order_id, answer=answer)


@every("* * * * *", name="cases.look")
def look() -> None:
    """Every minute: what came due comes up, and orders that nobody carries out are taken up."""
    remind_due()
    resume_orders()
