"""Each verdict in two or three words, for chips and event lines."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from walletdesk.chain.types import Verdict

TITLES: Final[dict[Verdict, Promise]] = {
    Verdict.CONFIRMED: _("Complete"),
    Verdict.UNCONFIRMED_DEPOSIT: _("On the way"),
    Verdict.PENDING: _("Waiting for a block"),
    Verdict.UNDERPRICED: _("Fee too low"),
    Verdict.NONCE_GAP: _("Behind an earlier one"),
    Verdict.STUCK_BEHIND_PARENT: _("Held up by an earlier one"),
    Verdict.REPLACED: _("Replaced"),
    Verdict.DROPPED: _("Dropped"),
    Verdict.INSUFFICIENT_FEE_COIN: _("Too little for the fee"),
    Verdict.OUT_OF_GAS: _("Out of gas"),
    Verdict.REVERTED: _("Refused by the contract"),
    Verdict.TOKEN_NOT_SHOWN: _("There, but not shown"),
    Verdict.WRONG_NETWORK: _("On another network"),
    Verdict.UNSUPPORTED_BY_SERVICE: _("Not taken by the receiver"),
    Verdict.MISSING_MEMO: _("Memo missing"),
    Verdict.BRIDGE_IN_PROGRESS: _("At the bridge"),
    Verdict.SENT_TO_TOKEN_CONTRACT: _("Sent to the token's contract"),
    Verdict.SENT_TO_BURN_ADDRESS: _("Sent to nobody"),
    Verdict.ADDRESS_POISONING: _("Sent to a look-alike"),
    Verdict.POISONING_ATTEMPT: _("Look-alike in the history"),
    Verdict.DUST: _("Bait from a stranger"),
    Verdict.FAKE_TOKEN: _("Fake token"),
    Verdict.UNLIMITED_APPROVAL: _("Unlimited permission"),
    Verdict.TAKEN_BY_SPENDER: _("Taken by a permission"),
    Verdict.EIP7702_SWEEPER: _("Runs foreign code"),
    Verdict.TRON_OUT_OF_ENERGY: _("Out of energy"),
    Verdict.TRON_NO_BANDWIDTH: _("No bandwidth left"),
    Verdict.TRON_PERMISSION_HIJACK: _("Controlled by somebody else"),
    Verdict.TRON_NOT_ACTIVATED: _("Not active yet"),
    Verdict.SOLANA_EXPIRED: _("Expired"),
    Verdict.SOLANA_RENT: _("Too little would stay"),
    Verdict.NOTHING_WRONG: _("Nothing unusual"),
    Verdict.CANNOT_TELL: _("Cannot be told"),
    Verdict.NOT_FOUND: _("Not found"),
    Verdict.NOT_READABLE: _("Network not supported here"),
    Verdict.UNREACHABLE: _("Network not reached"),
    Verdict.UNDECIDED_HEX: _("Not looked up"),
    Verdict.SECRET_SHOWN: _("Secret shown"),
}
