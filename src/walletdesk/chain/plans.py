"""What follows from each verdict: recoverable or not, what to do, what never, and how it ends.

Codes only. Each has words in `web/common/diagnosis_words.py`, and a test finds those without.
"""

from typing import Final

from walletdesk.chain.types import Ending, Plan, Recoverable, Verdict

_YES, _NO = Recoverable.YES, Recoverable.NO
_THIRD, _UNKNOWN = Recoverable.BY_THIRD_PARTY, Recoverable.UNKNOWN
_SELF, _OTHER, _NOW = Ending.SELF_SOLVED, Ending.SOMEBODY_ELSE, Ending.PERSON_NOW
_TWICE, _PHRASE, _RECOVERY = "send_twice", "share_phrase", "pay_recovery"
_THEFT: Final = (_PHRASE, _RECOVERY)

PLANS: Final[dict[Verdict, Plan]] = {
    Verdict.CONFIRMED: Plan(_YES, _SELF, ("nothing_to_do", "receiver_can_check"), (), weight=10),
    Verdict.UNCONFIRMED_DEPOSIT: Plan(
        _YES, _SELF, ("wait_confirmations", "ask_receiver_later"), (_TWICE,), watch=True, weight=30
    ),
    Verdict.PENDING: Plan(
        _YES, _SELF, ("wait", "speed_up_same_nonce"), (_TWICE,), watch=True, weight=40
    ),
    Verdict.UNDERPRICED: Plan(
        _YES, _SELF, ("speed_up_same_nonce", "cancel_same_nonce", "wait_for_fee"), (_TWICE,),
        watch=True, weight=45,
    ),
    Verdict.NONCE_GAP: Plan(
        _YES, _SELF, ("speed_up_lowest", "later_ones_follow"), ("start_another", _TWICE),
        watch=True, weight=46,
    ),
    Verdict.STUCK_BEHIND_PARENT: Plan(
        _YES, _SELF, ("bump_parent", "spend_output_cpfp", "wait_for_fee"), (_TWICE,), watch=True,
        weight=46,
    ),
    Verdict.REPLACED: Plan(
        _YES, _SELF, ("find_replacement", "check_balance"), (_TWICE,), weight=42
    ),
    Verdict.DROPPED: Plan(_YES, _SELF, ("check_balance", "send_again"), (_TWICE,), weight=42),
    Verdict.INSUFFICIENT_FEE_COIN: Plan(
        _YES, _SELF, ("top_up_fee_coin",), (_PHRASE,), watch=True, weight=47
    ),
    Verdict.OUT_OF_GAS: Plan(
        _YES, _SELF, ("raise_gas_limit", "fee_is_spent"), (), weight=50
    ),
    Verdict.REVERTED: Plan(
        _YES, _SELF, ("ask_app_of_contract", "fee_is_spent"), ("retry_unchanged",), weight=50
    ),
    Verdict.TOKEN_NOT_SHOWN: Plan(
        _YES, _SELF, ("add_token", "check_official_contract", "refresh_wallet"), (_PHRASE,),
        weight=12,
    ),
    Verdict.WRONG_NETWORK: Plan(
        _YES, _SELF, ("switch_network", "bridge_if_needed"), (_PHRASE, _TWICE), weight=48
    ),
    Verdict.UNSUPPORTED_BY_SERVICE: Plan(
        _THIRD, _OTHER, ("ask_service_recovery",), (_TWICE, _RECOVERY), by="service", weight=55
    ),
    Verdict.MISSING_MEMO: Plan(
        _THIRD, _OTHER, ("ask_service_memo",), (_TWICE, _RECOVERY), by="service", weight=55
    ),
    Verdict.BRIDGE_IN_PROGRESS: Plan(
        _THIRD, _OTHER, ("wait_bridge", "claim_at_bridge"), (_TWICE,), by="bridge", watch=True,
        weight=35,
    ),
    Verdict.SENT_TO_TOKEN_CONTRACT: Plan(
        _THIRD, _OTHER, ("ask_issuer",), (_TWICE, _RECOVERY), by="issuer", weight=56
    ),
    Verdict.SENT_TO_BURN_ADDRESS: Plan(_NO, _SELF, ("accept_loss",), (_RECOVERY,), weight=56),
    Verdict.ADDRESS_POISONING: Plan(
        _NO, _NOW, ("stop_sending", "report_theft", "compare_whole_address"),
        ("copy_from_history", _RECOVERY), weight=85,
    ),
    Verdict.POISONING_ATTEMPT: Plan(
        _YES, _SELF, ("nothing_lost", "compare_whole_address"), ("copy_from_history",),
        weight=60,
    ),
    Verdict.DUST: Plan(
        _YES, _SELF, ("leave_untouched", "hide_token"), ("open_token_link",), weight=20
    ),
    Verdict.FAKE_TOKEN: Plan(
        _NO, _SELF, ("leave_untouched", "check_official_contract"),
        ("open_token_link", "sell_fake", _RECOVERY), weight=61,
    ),
    Verdict.UNLIMITED_APPROVAL: Plan(
        _YES, _NOW, ("revoke_approval", "move_rest"), ("open_site_again", *_THEFT), weight=80
    ),
    Verdict.TAKEN_BY_SPENDER: Plan(
        _NO, _NOW, ("revoke_approval", "move_rest", "report_theft"), ("open_site_again", *_THEFT),
        weight=86,
    ),
    Verdict.EIP7702_SWEEPER: Plan(
        _NO, _NOW, ("abandon_wallet", "new_wallet", "remove_delegation", "report_theft"),
        ("top_up_stolen", *_THEFT), weight=90,
    ),
    Verdict.TRON_OUT_OF_ENERGY: Plan(
        _YES, _SELF, ("get_energy", "raise_fee_limit", "fee_is_spent"), (), weight=50
    ),
    Verdict.TRON_NO_BANDWIDTH: Plan(
        _YES, _SELF, ("wait_bandwidth", "top_up_trx"), (), weight=47
    ),
    Verdict.TRON_PERMISSION_HIJACK: Plan(
        _NO, _NOW, ("abandon_wallet", "new_wallet", "report_theft"),
        ("top_up_stolen", *_THEFT), weight=90,
    ),
    Verdict.TRON_NOT_ACTIVATED: Plan(_YES, _SELF, ("activate_account",), (), weight=25),
    Verdict.SOLANA_EXPIRED: Plan(
        _YES, _SELF, ("wait_a_minute", "send_again"), (_TWICE,), weight=42
    ),
    Verdict.SOLANA_RENT: Plan(_YES, _SELF, ("keep_rent",), (), weight=50),
    Verdict.NOTHING_WRONG: Plan(_YES, _SELF, ("send_transaction_hash",), (_PHRASE,), weight=5),
    Verdict.CANNOT_TELL: Plan(_UNKNOWN, _NOW, ("ask_person",), (_PHRASE,), weight=4),
    Verdict.NOT_FOUND: Plan(
        _UNKNOWN, _SELF, ("check_reference", "name_network", "send_again"), (_TWICE,), watch=True,
        weight=8,
    ),
    Verdict.NOT_READABLE: Plan(
        _UNKNOWN, _NOW, ("check_memo", "ask_person"), (_TWICE,), weight=6
    ),
    Verdict.UNREACHABLE: Plan(
        _UNKNOWN, _SELF, ("try_later", "look_in_explorer"), (_TWICE,), weight=3
    ),
    Verdict.UNDECIDED_HEX: Plan(
        _UNKNOWN, _SELF, ("send_explorer_link", "delete_if_key"), (_PHRASE,), weight=70
    ),
    Verdict.SECRET_SHOWN: Plan(
        _UNKNOWN, _NOW, ("new_wallet", "move_everything", "delete_message"), _THEFT, weight=100
    ),
}  # fmt: skip
RETRIES: Final = (
    "slippage", "deadline", "allowance", "token_balance", "paused", "blocked", "not_permitted",
    "not_existing", "pool_liquidity", "contract_fault", "state_changed",
)  # fmt: skip
"""Classes of refusals; `retry_` and the class is the code of the step that follows."""
CHOSEN_BY_FACTS: Final = (
    *(f"retry_{reason}" for reason in RETRIES),
    "send_missing_nonce", "bump_fee_rbf", "top_up_trx",
)  # fmt: skip
"""Steps that rules choose beside those of the plans."""
