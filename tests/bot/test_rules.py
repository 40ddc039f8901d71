"""What the bot decides."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletdesk.bot.rules import after_feedback, decide, question_of
from walletdesk.bot.types import Reason, Situation, Step
from walletdesk.knowledge.types import HandOver, Hit

SURE = Hit("fees", 1, "Fees", "They vary.", "en", "fees", HandOver.NO, 0.8, "/help/b/en/fees")
OTHER = replace(SURE, article_slug="kyc", title="KYC", topic="kyc", score=0.1, url="/help/b/en/kyc")
UNSURE = replace(SURE, score=0.3)
FUNDS = replace(SURE, topic="wrong_network", hand_over=HandOver.FUNDS)
THEFT = replace(SURE, topic="wallet_stolen", hand_over=HandOver.SECURITY)
LIKELY_FUNDS = replace(FUNDS, score=0.4)

CASES = [
    # text, hits, misses, offered → step, reason, urgency
    ("what do fees cost", [SURE, OTHER], 0, False, Step.ANSWER, None, 0),
    ("sent it on the wrong chain", [FUNDS], 0, False, Step.ANSWER_AND_HAND_OVER, Reason.FUNDS, 2),
    ("all gone", [THEFT], 0, False, Step.ANSWER_AND_HAND_OVER, Reason.SECURITY, 3),
    ("my wallet was hacked", [SURE], 0, False, Step.ANSWER_AND_HAND_OVER, Reason.SECURITY, 3),
    ("转人工", [SURE], 0, False, Step.HAND_OVER, Reason.ASKED, 1),
    ("I was hacked, get me a human", [UNSURE], 0, False, Step.HAND_OVER, Reason.ASKED, 3),
    ("hola", [SURE], 0, False, Step.GREET, None, 0),
    ("谢谢", [SURE], 1, False, Step.THANK, None, 0),
    ("hmm the thing", [UNSURE], 0, False, Step.ASK_AGAIN, None, 0),
    ("hmm the thing", [], 0, False, Step.ASK_AGAIN, None, 0),
    ("hmm the thing", [UNSURE], 1, False, Step.HAND_OVER, Reason.UNSURE, 0),
    ("hmm the thing", [LIKELY_FUNDS], 0, False, Step.HAND_OVER, Reason.UNSURE, 2),
    ("me robaron", [], 0, False, Step.HAND_OVER, Reason.SECURITY, 3),
    ("lost 50k usdt", [UNSURE], 0, False, Step.HAND_OVER, Reason.UNSURE, 2),
    ("yes please", [UNSURE], 1, True, Step.HAND_OVER, Reason.ASKED, 1),
    ("好的", [], 1, True, Step.HAND_OVER, Reason.ASKED, 1),
    ("ok", [], 0, False, Step.THANK, None, 0),
    ("what do fees cost", [SURE], 1, False, Step.ANSWER, None, 0),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_decisions(case: tuple[str, list[Hit], int, bool, Step, Reason | None, int]) -> None:
    text, hits, misses, offered, step, reason, urgency = case
    plan = decide(Situation(text, tuple(hits), misses, offered=offered))
    assert (plan.step, plan.reason, plan.urgency) == (step, reason, urgency)


def test_suggestions_are_the_best_three() -> None:
    hits = (UNSURE, OTHER, replace(OTHER, url="/c"), replace(OTHER, url="/d"))
    plan = decide(Situation("hmm the thing", hits))
    assert plan.others == hits[:3]
    assert plan.misses == 1


def test_the_same_article_again_is_no_answer() -> None:
    situation = Situation("what do fees cost", (SURE,), 1, frozenset({SURE.url}))
    plan = decide(situation)
    assert (plan.step, plan.reason) == (Step.HAND_OVER, Reason.NOT_HELPED)


def test_feedback() -> None:
    assert after_feedback(0, helped=False) == (1, False)
    assert after_feedback(1, helped=False) == (2, True)
    assert after_feedback(2, helped=True) == (0, False)


def test_masks_are_no_question() -> None:
    assert question_of(["⟦secret:seed_phrase⟧"]) == ""
    assert question_of(["is ⟦secret:wif⟧ mine?", " "]) == "is   mine?"


@given(
    text=st.text(max_size=60),
    hits=st.lists(st.sampled_from([SURE, OTHER, UNSURE, FUNDS, THEFT, LIKELY_FUNDS]), max_size=3),
    misses=st.integers(0, 3),
    offered=st.booleans(),
)
def test_promises(text: str, hits: list[Hit], misses: int, *, offered: bool) -> None:
    plan = decide(Situation(text, tuple(hits), misses, offered=offered))
    hands_over = plan.step in {Step.HAND_OVER, Step.ANSWER_AND_HAND_OVER}
    assert hands_over == (plan.reason is not None)
    assert (plan.hit is not None) == (plan.step in {Step.ANSWER, Step.ANSWER_AND_HAND_OVER})
    if plan.hit and plan.hit.hand_over:
        assert hands_over
    if plan.step == Step.ASK_AGAIN:
        assert misses == 0  # never twice
        assert plan.urgency < 2
