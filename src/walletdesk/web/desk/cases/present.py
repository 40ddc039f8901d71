"""A security case as its page shows it."""

from typing import Any

from django.utils.translation import gettext as _

from walletdesk.accounts.models import Membership
from walletdesk.accounts.rules import may
from walletdesk.accounts.types import Permission
from walletdesk.cases import ports, queries, rules
from walletdesk.cases.models import CaseRisk, SecurityCase, WalletOrder
from walletdesk.cases.types import (
    CaseKind,
    CaseState,
    Cause,
    OrderState,
    RiskKind,
    RiskState,
    StepState,
)
from walletdesk.conversations.queries import earlier_conversations
from walletdesk.kit import clock
from walletdesk.web.common.diagnosis import figures
from walletdesk.web.common.personal import words_for_tokens
from walletdesk.web.desk.cases import words

TONES = {
    CaseState.OPEN: "danger",
    CaseState.WORKING: "accent",
    CaseState.WAITING: "warn",
    CaseState.CLOSED: "ok",
}
ORDER_TONES = {
    OrderState.REQUESTED: "warn",
    OrderState.APPROVED: "accent",
    OrderState.REFUSED: "",
    OrderState.DONE: "ok",
    OrderState.FAILED: "danger",
}
KEYS_OF_THIEF = {Cause.KEY_LEAK, Cause.FAKE_APP}


def row(case: Any) -> dict[str, Any]:
    """Return a case as the list shows it."""
    return {
        "row": case,
        "kind": words.said(words.KINDS, case.kind),
        "state": words.said(words.STATES, case.state),
        "tone": TONES[CaseState(case.state)],
        "cause": words.cause(case.cause)[0] if case.cause != Cause.UNKNOWN else "",
        "outcome": words.said(words.OUTCOMES, case.outcome) if case.outcome else "",
    }


def page(case: SecurityCase, membership: Membership) -> dict[str, Any]:
    """Return the context of a case's page."""
    closed = case.state == CaseState.CLOSED
    answers = may(membership.role, Permission.CONVERSATION_ANSWER)
    name, about = words.cause(case.cause)
    phases = _phases(case)
    steps = [step for phase in phases for step in phase["steps"]]
    return {
        **row(case),
        "case": case,
        "phases": phases,
        "done": sum(step["state"] != StepState.OPEN for step in steps),
        "total": len(steps),
        "may_work": answers and not closed,
        "may_reopen": answers and closed,
        "closed": closed,
        "mine": case.assignee_id == membership.pk,
        "may_take": answers
        and not closed
        and case.assignee_id != membership.pk
        and (case.assignee_id is None or may(membership.role, Permission.CONVERSATION_REASSIGN)),
        "busy": queries.is_busy(case),
        "cause_name": name,
        "cause_about": about,
        "cause_known": case.cause != Cause.UNKNOWN,
        "confidence": words.said(words.CONFIDENCE, case.confidence),
        "other_causes": [words.cause(code)[0] for code in case.other_causes],
        "causes": [(code, words.cause(code)[0]) for code in Cause if code != Cause.UNKNOWN],
        "references": _references(case),
        "roles": words.choices(words.ROLES),
        "risks": [risk(one, case.cause) for one in queries.risks_of(case)],
        "orders": [order(one, membership) for one in queries.orders_of(case)],
        "follow_ups": _follow_ups(case),
        "entries": [
            {
                "what": words.entry(one.code, one.detail),
                "who": one.actor_name,
                "at": one.created_at,
                "text": words_for_tokens(one.text),
            }
            for one in reversed(queries.entries_of(case))
        ],
        "same_secret": queries.same_secret(case),
        "outcomes": words.choices(words.OUTCOMES),
        **_wallet(case, membership),
        **_conversations(case),
    }


def _phases(case: SecurityCase) -> list[dict[str, Any]]:
    known = queries.steps_of(case)
    phases = []
    for phase, codes in rules.STEPS[CaseKind(case.kind)]:
        steps = []
        for code in codes:
            kept = known.get(code)
            name, how = words.step(code)
            state = kept.state if kept else StepState.OPEN
            steps.append(
                {
                    "code": code,
                    "name": name,
                    "how": how,
                    "state": state,
                    "done": state == StepState.DONE,
                    "settled": state != StepState.OPEN,
                    "state_name": words.said(words.STEP_STATES, state),
                    "who": kept.by_name if kept else "",
                    "at": kept.at if kept else None,
                    "note": words_for_tokens(kept.note) if kept else "",
                }
            )
        left = sum(not step["settled"] for step in steps)
        title = words.said(words.PHASES, phase)
        phases.append({"code": str(phase), "name": title, "steps": steps, "left": left})
    return phases


def _references(case: SecurityCase) -> list[dict[str, Any]]:
    read: dict[str, list[str]] = {}
    for kept, seen in queries.readings_of(case):
        read.setdefault(kept.reference.lower(), []).append(seen.network_name)
    return [
        {
            "row": one,
            "short": figures.short(one.text),
            "role": words.said(words.ROLES, one.role),
            "networks": read.get(one.text.lower(), []),
        }
        for one in queries.references_of(case)
    ]


def risk(one: CaseRisk, cause: str) -> dict[str, Any]:
    """Return something at risk in words: what, how it is saved, and how it stands."""
    what, how = words.RISKS[RiskKind(one.kind)]
    spender = str(one.fields.get("spender") or "")
    amount = one.fields.get("amount")
    held = RiskKind(one.kind) in {RiskKind.COIN, RiskKind.TOKEN}
    return {
        "row": one,
        "what": _(what)
        % {
            "amount": figures.amount(amount) if isinstance(amount, dict) else "",
            "spender": figures.short(spender) if spender else _("somebody"),
            "symbol": figures.foreign_name(one.fields.get("symbol")),
        },
        "how": _(how),
        "race": _(words.RACE) if held and cause in KEYS_OF_THIEF else "",
        "address": figures.short(one.reference),
        "state": words.said(words.RISK_STATES, one.state),
        "open": one.state == RiskState.OPEN and not one.gone,
        "saved": one.state == RiskState.SAVED,
    }


def order(one: WalletOrder, membership: Membership) -> dict[str, Any]:
    """Return an order to the wallet in words."""
    answer = one.answer if isinstance(one.answer, dict) else {}
    waits = one.state == OrderState.REQUESTED
    return {
        "row": one,
        "what": words.said(words.ORDERS, one.kind),
        "state": words.said(words.ORDER_STATES, one.state),
        "tone": ORDER_TONES[OrderState(one.state)],
        "reason": words_for_tokens(one.reason),
        "may_decide": waits
        and may(membership.role, Permission.WALLET_APPROVE)
        and one.requester_id != membership.user_id,
        "own": waits and one.requester_id == membership.user_id,
        "problem": words.problem(one.problem) if one.problem and one.state != "done" else "",
        "again": one.due_at if one.state == OrderState.APPROVED and one.attempts else None,
        "by_hand": answer.get("by_hand") is True,
        "account": words.said(words.ACCOUNT_STATES, str(answer.get("state", ""))),
        "transactions": answer.get("transactions") or [],
    }


def _follow_ups(case: SecurityCase) -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {
            "row": one,
            "note": words_for_tokens(one.note),
            "due": one.done_at is None and one.due_at <= now,
        }
        for one in queries.follow_ups_of(case)
    ]


def _wallet(case: SecurityCase, membership: Membership) -> dict[str, Any]:
    check = queries.last_check(case)
    return {
        "connected": ports.wallet().name != "console",
        "accounts": queries.accounts_of(case),
        "may_ask_wallet": may(membership.role, Permission.WALLET_REQUEST),
        "order_kinds": words.choices(words.ORDERS),
        "identity": check,
        "identity_method": words.said(words.METHODS, check.method) if check else "",
        "methods": words.choices(words.METHODS),
    }


def _conversations(case: SecurityCase) -> dict[str, Any]:
    mine = queries.conversations_of(case)
    known = {one.pk for one in mine}
    others = [one for one in earlier_conversations(case.conversation) if one.pk not in known]
    return {"conversations": mine, "other_conversations": others}
