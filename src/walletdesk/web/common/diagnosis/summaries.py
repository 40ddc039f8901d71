"""What happened, in one or two sentences for each verdict."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from walletdesk.chain.types import Verdict

SUMMARIES: Final[dict[Verdict, Promise]] = {
    Verdict.CONFIRMED: _(
        "The transaction is complete: %(amount)s reached %(recipient)s. It has %(have)s"
        " confirmations."
    ),
    Verdict.UNCONFIRMED_DEPOSIT: _(
        "%(amount)s is on the way and safe. It has %(have)s of the %(need)s confirmations that"
        " %(service)s waits for; the rest takes %(seconds)s."
    ),
    Verdict.PENDING: _(
        "The transaction has been sent and waits for a block. Nothing is wrong, and nothing is"
        " lost."
    ),
    Verdict.UNDERPRICED: _(
        "The transaction waits because its fee is too low: it offers %(offered)s, and %(wanted)s is"
        " needed at the moment. Your money is safe."
    ),
    Verdict.NONCE_GAP: _(
        "The transaction waits behind an earlier one of the same account: it has number %(nonce)s,"
        " and number %(lowest)s has to go first. Your money is safe."
    ),
    Verdict.STUCK_BEHIND_PARENT: _(
        "The transaction waits because it spends coins of an earlier transaction whose fee is too"
        " low: both together offer %(offered)s, and %(wanted)s is needed. Your money is safe."
    ),
    Verdict.REPLACED: _(
        "This transaction was replaced: another one of the same account took its place, and this"
        " one can no longer take effect. Its money was not sent twice."
    ),
    Verdict.DROPPED: _(
        "The network no longer keeps this transaction, and it did not take effect. Its money is"
        " still in your wallet."
    ),
    Verdict.INSUFFICIENT_FEE_COIN: _(
        "There is not enough %(coin)s for the network fee. You have %(balance)s; missing:"
        " %(lacking)s."
    ),
    Verdict.OUT_OF_GAS: _(
        "The transaction failed because its gas limit was too low (%(used)s of %(limit)s used up)."
        " Only the fee of %(fee)s is spent; the amount stayed with you."
    ),
    Verdict.REVERTED: _(
        "The contract refused the transaction: %(reason)s Only the fee of %(fee)s is spent; the"
        " amount stayed with you."
    ),
    Verdict.TOKEN_NOT_SHOWN: _(
        "The money is there: %(recipient)s holds %(balance)s on the chain. A wallet that does not"
        " show it has only not added this token yet."
    ),
    Verdict.WRONG_NETWORK: _(
        "The money is on another network: %(amount)s is on %(found)s, not on %(named)s. It is not"
        " lost, since the same address belongs to you on both."
    ),
    Verdict.UNSUPPORTED_BY_SERVICE: _(
        "%(amount)s arrived at an address of %(service)s, which does not take deposits on this"
        " network. Only %(service)s can bring it back."
    ),
    Verdict.MISSING_MEMO: _(
        "%(amount)s arrived at %(service)s without the memo that says whose it is. Only %(service)s"
        " can credit it."
    ),
    Verdict.BRIDGE_IN_PROGRESS: _(
        "%(amount)s arrived at the bridge %(service)s, which pays it out on the other network."
        " That can take from minutes to seven days."
    ),
    Verdict.SENT_TO_TOKEN_CONTRACT: _(
        "%(amount)s was sent to the token's own contract instead of a person's address. Only the"
        " issuer of the token may be able to return it."
    ),
    Verdict.SENT_TO_BURN_ADDRESS: _(
        "%(amount)s was sent to an address that belongs to nobody. It cannot be brought back."
    ),
    Verdict.ADDRESS_POISONING: _(
        "%(amount)s went to %(recipient)s, which only looks like the address %(genuine)s that you"
        " know. This is a known fraud, and the transfer cannot be undone."
    ),
    Verdict.POISONING_ATTEMPT: _(
        "Somebody put the look-alike address %(look_alike)s into your history, hoping that you copy"
        " it. You have lost nothing by that."
    ),
    Verdict.DUST: _(
        "A stranger sent you something of next to no value. It is bait or advertising; your money"
        " is safe as long as you leave it alone."
    ),
    Verdict.FAKE_TOKEN: _(
        "This token is called %(symbol)s but it is not the real %(imitates)s: its contract is"
        " another one. It has no value."
    ),
    Verdict.UNLIMITED_APPROVAL: _(
        "%(spender)s may take %(symbol)s from this account without limit, and we do not know who"
        " that is."
    ),
    Verdict.TAKEN_BY_SPENDER: _(
        "%(amount)s left %(victim)s without its owner's signature: %(sender)s used a permission"
        " that had been given before, perhaps on a website."
    ),
    Verdict.EIP7702_SWEEPER: _(
        "This account runs the code of %(delegate)s. If you did not switch that on in your wallet"
        " yourself, thieves did: it takes whatever arrives, and they very probably have the"
        " wallet's key."
    ),
    Verdict.TRON_OUT_OF_ENERGY: _(
        "The transaction failed because the account ran out of energy. The amount stayed with you;"
        " the fee of %(fee)s is spent."
    ),
    Verdict.TRON_NO_BANDWIDTH: _(
        "This account has no bandwidth left and too little TRX (%(balance)s) to pay for it, so no"
        " transaction gets through."
    ),
    Verdict.TRON_PERMISSION_HIJACK: _(
        "Somebody else controls this account: its permissions were changed to %(controller)s. Your"
        " own key is no longer enough, which is why transfers fail whatever the fee."
    ),
    Verdict.TRON_NOT_ACTIVATED: _(
        "The address %(recipient)s is valid but not active yet: nobody has sent TRX to it."
    ),
    Verdict.SOLANA_EXPIRED: _(
        "The transaction did not reach a block, and Solana forgets such transactions after about 90"
        " seconds. If that time is over, it can no longer happen, and the money is still with you."
    ),
    Verdict.SOLANA_RENT: _(
        "An account on Solana must keep a small amount of SOL (%(rent)s), and this one would have"
        " been left with less. The amount stayed with you."
    ),
    Verdict.NOTHING_WRONG: _(
        "Nothing unusual can be seen at this address. Its balance is %(balance)s."
    ),
    Verdict.CANNOT_TELL: _("What happened cannot be told from what the network shows."),
    Verdict.NOT_FOUND: _("None of the networks that answered knows this: %(networks)s."),
    Verdict.NOT_READABLE: _("This belongs to a network that this desk cannot read."),
    Verdict.UNREACHABLE: _(
        "The network could not be asked: none of its nodes answered (%(networks)s). This says"
        " nothing about your money."
    ),
    Verdict.UNDECIDED_HEX: _(
        "This number could be a transaction or a private key, and nothing tells which. To be safe"
        " it was not looked up anywhere."
    ),
    Verdict.SECRET_SHOWN: _(
        "The text holds a private key or a recovery phrase. Whoever has seen it can take"
        " everything. It was not sent to any network."
    ),
}
SEVERAL: Final[dict[Verdict, Promise]] = {
    Verdict.PENDING: _(
        "Transactions of this address wait for a block: %(count)s. They are not lost; the oldest"
        " one goes first."
    ),
}
"""What is said instead when the finding counts transactions."""
REASONS: Final[dict[str, Promise]] = {
    "slippage": _("the price moved further than you had allowed."),
    "deadline": _("it came too late for the time limit that was set."),
    "allowance": _("the app has no permission yet to move this token."),
    "token_balance": _("there was not enough of the token in the account."),
    "paused": _("the contract is paused at the moment."),
    "blocked": _("the token's issuer blocks one of the addresses."),
    "not_permitted": _("this account is not allowed to do that."),
    "not_existing": _("the item does not exist."),
    "pool_liquidity": _("the exchange pool holds too little for this swap."),
    "contract_fault": _("the contract itself has a fault."),
    "state_changed": _("something had changed just before; by itself it would have worked."),
    "unknown": _("it gave no reason that we know."),
}
DEFAULTS: Final[dict[str, Promise]] = {
    "service": _("the receiver"),
    "recipient": _("the receiver"),
    "controller": _("somebody else"),
    "spender": _("a stranger"),
    "look_alike": _("of a stranger"),
    "lacking": _("not known exactly"),
    "balance": _("not known"),
    "genuine": _("the genuine one"),
    "fee": _("the network"),
    "used": _("all of it"),
    "rent": _("about 0.001 SOL"),
    "replacement": _("not known"),
}
"""What stands in a sentence for a field that is not known; other fields are left to `amount`."""
