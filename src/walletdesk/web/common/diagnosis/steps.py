"""What to do now, what never to do, and who else can help."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STEPS: Final[dict[str, Promise]] = {
    "nothing_to_do": _("You need not do anything."),
    "receiver_can_check": _("If the receiver misses it, send them the link to this transaction."),
    "wait_confirmations": _("Wait until the confirmations are complete."),
    "ask_receiver_later": _(
        "If it is not credited an hour later, ask the receiver and give them the transaction."
    ),
    "wait": _("Wait: it is usually done within minutes."),
    "wait_a_minute": _("Wait two minutes and look again."),
    "wait_for_fee": _("Or wait: when the network is quieter, it goes through by itself."),
    "speed_up_same_nonce": _(
        "To hurry it, choose “Speed up” in your wallet; it keeps the same number and only"
        " raises the fee."
    ),
    "cancel_same_nonce": _("To stop it, choose “Cancel” in your wallet; that costs a small fee."),
    "speed_up_lowest": _("Speed up or cancel the oldest waiting transaction first, not this one."),
    "send_missing_nonce": _(
        "Send a new transaction with the missing number, for example of 0 to yourself."
    ),
    "later_ones_follow": _("The later ones then follow by themselves."),
    "bump_parent": _("Raise the fee of the earlier transaction, if your wallet offers it (RBF)."),
    "bump_fee_rbf": _(
        "Choose “Increase fee” in your wallet: this transaction may be replaced (RBF)."
    ),
    "spend_output_cpfp": _(
        "Or spend the waiting coins with a high fee: that pulls both through (CPFP)."
    ),
    "find_replacement": _(
        "Look at the newest transactions of your account: one of them took its place."
    ),
    "check_balance": _("Check your balance before you do anything else."),
    "send_again": _(
        "If the money is still there, send it again, with the fee that your wallet suggests."
    ),
    "top_up_fee_coin": _(
        "Send a little of the network's own coin to this address, then try again."
    ),
    "raise_gas_limit": _(
        "Send it again with a higher gas limit, or leave the limit to your wallet."
    ),
    "fee_is_spent": _("The fee is spent in any case: it pays for the attempt."),
    "ask_app_of_contract": _(
        "Ask the app or the site whose contract it is, and give them this transaction."
    ),
    "retry_slippage": _("Try again with a somewhat higher slippage, or with a smaller amount."),
    "retry_deadline": _("Try again, and confirm without delay."),
    "retry_allowance": _(
        "Approve the token in the app first, for the amount that you need, then try again."
    ),
    "retry_token_balance": _("Check your balance of this token, and try a smaller amount."),
    "retry_paused": _("Wait until the project opens it again; its own channels say when."),
    "retry_blocked": _("Ask the issuer of the token why; nobody else can lift the block."),
    "retry_not_permitted": _("Check that you use the right account."),
    "retry_not_existing": _("Check the number of the item; it may have been sold."),
    "retry_pool_liquidity": _("Try a smaller amount, or another exchange."),
    "retry_contract_fault": _("Do not try again; tell the people of the app."),
    "retry_state_changed": _("Try once more."),
    "add_token": _("Add the token in your wallet by its contract address."),
    "check_official_contract": _(
        "Compare the contract address with the one on the project's official page."
    ),
    "refresh_wallet": _("Then refresh the wallet."),
    "switch_network": _("Switch your wallet to that network; the address stays the same."),
    "bridge_if_needed": _(
        "To bring it over, use the official bridge; you need a little of that network's coin"
        " for the fee."
    ),
    "ask_service_recovery": _(
        "Ask the service for a recovery, with the details below. Some charge a fee, some"
        " cannot do it."
    ),
    "ask_service_memo": _(
        "Ask the service to credit it by hand, with the details below and the memo that it"
        " gave you."
    ),
    "wait_bridge": _("Wait for the time that the bridge names."),
    "claim_at_bridge": _("Look on the bridge's official page whether you have to claim it."),
    "ask_issuer": _("Ask the issuer of the token, with the details below."),
    "accept_loss": _("Nobody can bring it back, whatever they promise."),
    "stop_sending": _("Send nothing more to that address."),
    "report_theft": _("Report it to the police and to exchanges, with the details below."),
    "compare_whole_address": _(
        "From now on compare the whole address, or choose it from your address book."
    ),
    "nothing_lost": _("Nothing is lost, and you need not do anything."),
    "leave_untouched": _("Leave it where it is; do not send, sell or approve it."),
    "hide_token": _("Hide it in your wallet."),
    "revoke_approval": _(
        "Take this permission back now, in your wallet or on the explorer's approvals page."
    ),
    "move_rest": _("If you did not give it yourself, move the rest to a new wallet."),
    "abandon_wallet": _("Give this wallet up: do not send anything to it any more."),
    "new_wallet": _("Make a new wallet with a new recovery phrase, on a clean device."),
    "remove_delegation": _(
        "The delegation can be taken back, but that does not help if somebody has the key."
    ),
    "get_energy": _("Get energy (stake or rent it), or keep enough TRX to pay for it."),
    "raise_fee_limit": _("Raise the fee limit of the transaction."),
    "wait_bandwidth": _("Wait: free bandwidth comes back within 24 hours."),
    "top_up_trx": _("Or send a few TRX to this address."),
    "activate_account": _("Send a little TRX to it; that activates it (about 1 TRX is charged)."),
    "keep_rent": _("Send a smaller amount, or leave a little more SOL in the account."),
    "send_transaction_hash": _("If something is missing, send us the hash of the transaction."),
    "ask_person": _("A person will look at it."),
    "check_reference": _("Check that the hash or the address is complete."),
    "name_network": _("Tell us on which network it was sent."),
    "check_memo": _("If you sent it to an exchange, check whether a memo or tag was needed."),
    "try_later": _("Try again in a few minutes."),
    "look_in_explorer": _("Meanwhile look at the transaction in the explorer of your wallet."),
    "send_explorer_link": _("If it is a transaction, send the link from the explorer instead."),
    "delete_if_key": _(
        "If it is a private key, delete the message and move your money to a new wallet."
    ),
    "move_everything": _("Move everything there at once, the most valuable first."),
    "delete_message": _("Delete the message wherever you sent it."),
}
NEVER: Final[dict[str, Promise]] = {
    "send_twice": _("Do not send it a second time before this one is settled."),
    "share_phrase": _("Never give anybody your recovery phrase or private key, us included."),
    "pay_recovery": _(
        "Do not pay anybody who promises to get the money back: that is a second fraud."
    ),
    "start_another": _("Do not start further transactions: they all wait behind the same one."),
    "retry_unchanged": _("Do not repeat it unchanged: it would fail again and cost the fee again."),
    "copy_from_history": _("Never copy an address from the list of past transactions."),
    "open_token_link": _("Never open a site that a token or its name points to."),
    "sell_fake": _("Do not try to sell it: the sale is the trap."),
    "open_site_again": _("Do not connect to the site again that asked for the permission."),
    "top_up_stolen": _("Do not send coins for fees to this wallet: they are gone at once."),
}
THIRD_PARTIES: Final[dict[str, Promise]] = {
    "service": _("the exchange or service"),
    "bridge": _("the bridge"),
    "issuer": _("the issuer of the token"),
}
RECOVERABLE: Final[dict[str, Promise]] = {
    "yes": _("The money is in your hands."),
    "by_third_party": _("Only somebody else can bring the money back: %(by)s."),
    "no": _("What is gone cannot be brought back."),
    "unknown": _("Whether money is at risk cannot be told yet."),
}
CONFIDENCE: Final[dict[str, Promise]] = {
    "certain": _("This is certain: it can be read on the chain."),
    "likely": _("This is very probably so."),
    "possible": _("This is possible; other reasons may fit too."),
}
