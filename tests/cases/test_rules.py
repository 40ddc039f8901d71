"""What caused a theft and what is still at risk, from facts alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from walletdesk.cases import rules
from walletdesk.cases.types import CaseKind, Cause, Phase, RiskKind, Seen
from walletdesk.chain.abi import selector
from walletdesk.chain.types import Confidence
from walletdesk.web.desk.cases import words

ME, THIEF, DRAINER, TOKEN = ("0x" + pair * 20 for pair in ("aA", "bB", "cC", "dD"))
PERMIT = selector("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)")


def seen(
    kind: str = "transaction", verdict: str = "", also: tuple[str, ...] = (), **facts: Any
) -> Seen:
    return Seen(
        reference=str(facts.get("address", "0x" + "1" * 64)),
        kind=kind,
        network="ethereum",
        network_name="Ethereum",
        verdict=verdict,
        confidence="certain",
        also=also,
        facts=[
            {"name": name, "value": value, "call": f"call of {name}", "block": 7}
            for name, value in facts.items()
        ],
        coin="ETH",
        decimals=18,
    )


def taken(**facts: Any) -> Seen:
    row = {"from": ME.lower(), "to": THIEF.lower(), "token": TOKEN.lower(), "value": 5}
    return seen(**{"sender": DRAINER, "recipient": TOKEN, "transfers": [row], **facts})


def approval(form: str = "amount", **fields: Any) -> dict[str, Any]:
    return {"token": TOKEN.lower(), "spender": DRAINER.lower(), "form": form, "live": 9,
            "unlimited": True, "spender_name": "", **fields}  # fmt: skip


def account(**facts: Any) -> Seen:
    return seen("address", address=ME, **facts)


CASES = [
    (
        [seen(verdict="tron_permission_hijack", own_weight=1, threshold=2)],
        "permission_hijack",
        "certain",
    ),
    ([account(verdict="eip7702_sweeper", delegate=THIEF)], "key_leak", "certain"),
    ([seen(also=("address_poisoning",), recipient=THIEF)], "poisoning", "likely"),
    ([taken(method=PERMIT)], "permit", "certain"),
    ([taken(), account(approvals=[approval()])], "approval", "certain"),
    ([taken(), account(approvals=[approval("permit2")])], "permit", "likely"),
    ([taken()], "approval", "likely"),
    ([account(approvals=[approval()])], "approval", "possible"),
    ([account(approvals=[approval(spender_name="Uniswap")])], "unknown", "possible"),
    ([seen(sender=ME, value=10**18)], "key_leak", "possible"),
    ([seen(sender=ME, value=10**18, waiting=True)], "unknown", "possible"),
    (
        [account(verdict="poisoning_attempt", look_alikes=[{"look_alike": THIEF}])],
        "poisoning",
        "possible",
    ),
    ([account(balance=3)], "unknown", "possible"),
    ([], "unknown", "possible"),
]


@pytest.mark.parametrize(("found", "cause", "sure"), CASES)
def test_the_cause_is_told_from_the_strongest_fact(
    found: list[Seen], cause: str, sure: str
) -> None:
    told = rules.classify(found)
    assert (str(told.cause), str(told.confidence)) == (cause, sure)
    assert all(source.call and source.block == 7 for source in told.because)
    assert bool(told.because) == (cause != "unknown")
    assert told.cause not in told.others


def test_a_secret_that_was_caught_outweighs_what_is_only_possible() -> None:
    told = rules.classify([taken()], caught=True)
    assert told.cause == Cause.KEY_LEAK
    assert told.confidence == Confidence.CERTAIN
    assert Cause.APPROVAL in told.others


def test_what_the_chain_cannot_tell_apart_is_said() -> None:
    assert rules.classify([seen(sender=ME, value=1)]).others == (Cause.FAKE_APP,)
    assert rules.classify([taken()]).others == (Cause.PERMIT,)


def test_doors_come_before_holdings_and_known_spenders_are_none() -> None:
    one = account(
        balance=5,
        tokens=[{"token": TOKEN, "value": 7, "decimals": 6, "official": "USDT"},
                {"token": THIEF, "value": 7, "decimals": 6, "official": ""}],
        approvals=[approval(), approval(spender_name="Uniswap"), approval(live=0)],
        delegate=THIEF, own_weight=1, threshold=2, owner_keys=[ME, DRAINER],
    )  # fmt: skip
    risks = rules.at_risk([one, one])
    assert [risk.kind for risk in risks] == [
        RiskKind.PERMISSION, RiskKind.DELEGATION, RiskKind.APPROVAL, RiskKind.TOKEN, RiskKind.COIN,
    ]  # fmt: skip
    assert len({risk.key for risk in risks}) == 5
    assert risks[0].fields["spender"] == DRAINER
    assert rules.at_risk([seen(balance=5)]) == []


def test_victims_are_those_whom_transactions_took_from() -> None:
    assert rules.victims([taken(), seen(sender=ME, recipient=THIEF)]) == [ME.lower()]
    assert rules.victims([account(balance=1)]) == []


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["token", "from", "to", "value", "spender", "form", "live", "x"]),
            inner,
            max_size=4,
        ),
        max_leaves=8,
    ),
    st.sampled_from(["transfers", "approvals", "tokens", "balance", "sender", "delegate",
                     "own_weight", "threshold", "active_strangers", "address"]),
    st.sampled_from(["transaction", "address"]),
)  # fmt: skip
def test_no_fact_of_any_shape_breaks_the_rules(value: Any, name: str, kind: str) -> None:
    one = seen(kind, **{"sender": ME, name: value})
    rules.classify([one])
    rules.at_risk([one])
    rules.victims([one])


@settings(max_examples=40)
@given(st.integers() | st.text() | st.none() | st.lists(st.text()))
def test_foreign_text_is_short_plain_and_storable(value: Any) -> None:
    kept = rules.text(value)
    assert len(kept) <= 120
    kept.encode()
    assert "\x00" not in kept


def test_only_known_fields_of_the_wallet_are_kept() -> None:
    told = {"created": "2025", "name": "Ann", "email": "a@b.example", "devices": 2}
    assert rules.known_facts(told) == {"created": "2025", "devices": "2"}
    rows = [{"hash": "0x1", "owner": "Ann"}, {"hash": ""}, "x", None]
    assert [set(row) for row in rules.known_transactions(rows)] == [
        {"hash", "network", "from", "to", "amount", "symbol", "at"}
    ]
    assert rules.known_transactions({"hash": 1}) == ()


def test_every_code_has_words() -> None:
    for kind in CaseKind:
        assert rules.STEPS[kind][0][0] == Phase.NOW
        codes = rules.steps_of(kind)
        assert len(codes) == len(set(codes))
        assert {"second_scam", "follow_up", "references"} <= set(codes)
        assert set(codes) <= set(words.STEPS)
    assert set(words.CAUSES) == set(Cause)
    assert set(words.RISKS) == set(RiskKind)


def test_pauses_grow_and_end() -> None:
    pauses = [rules.pause_after(number) for number in range(1, 10)]
    known = [pause for pause in pauses if pause is not None]
    assert known == sorted(known)
    assert pauses[-1] is None
    assert rules.pause_after(0) is None
