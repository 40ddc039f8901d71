"""A Solana cluster in this process: the real runtime (LiteSVM) behind a small JSON-RPC front.

What would not land on a cluster (an old blockhash, a payer without an account) does not land here.
"""

import contextlib
import json
import struct
from collections.abc import Iterator
from typing import Any

from solders.account import Account
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM
from solders.system_program import TransferParams, transfer
from solders.token import ID as TOKEN
from solders.token.state import Mint, TokenAccount, TokenAccountState
from solders.transaction import Transaction
from solders.transaction_metadata import FailedTransactionMetadata
from solders.transaction_status import TransactionConfirmationStatus, TransactionStatus

from tests.chain.recorded import recorded, rpc

NEVER_LANDS = (
    "BlockhashNotFound",
    "AccountNotFound",
    "InsufficientFundsForFee",
    "AlreadyProcessed",
)
FINAL = 32
SOL = 10**9
_TRANSFER_CHECKED, _APPROVE, _SYSTEM_TRANSFER = 12, 4, 2


class Cluster:
    """A chain of its own: what was sent, and what a node tells of it."""

    def __init__(self) -> None:
        self.svm = LiteSVM()
        self.sent: dict[str, dict[str, Any]] = {}
        self.mint = Pubkey.from_string("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")  # USDC
        self._put(self.mint, bytes(Mint(None, 10**15, 6, is_initialized=True)))

    # --- people do ----------------------------------------------------------------------------

    def person(self, lamports: int = SOL) -> Keypair:
        made = Keypair()
        if lamports:
            self.svm.airdrop(made.pubkey(), lamports)
        return made

    def pays(self, who: Keypair, whom: Pubkey, lamports: int, blockhash: Any = None) -> str:
        moved = TransferParams(from_pubkey=who.pubkey(), to_pubkey=whom, lamports=lamports)
        return self.send(who, transfer(moved), blockhash)

    def holds(self, owner: Pubkey, amount: int) -> Pubkey:
        """Give somebody an account of the token with so many units."""
        place = Pubkey.new_unique()
        state = TokenAccountState.Initialized
        account = TokenAccount(self.mint, owner, amount, None, state, None, 0, None)
        self._put(place, bytes(account))
        return place

    def pays_tokens(self, who: Keypair, source: Pubkey, target: Pubkey, amount: int) -> str:
        data = struct.pack("<BQB", _TRANSFER_CHECKED, amount, 6)
        metas = [(source, 0, 1), (self.mint, 0, 0), (target, 0, 1), (who.pubkey(), 1, 0)]
        return self.send(who, _to_tokens(data, metas))

    def approves(self, who: Keypair, source: Pubkey, delegate: Pubkey, amount: int) -> str:
        metas = [(source, 0, 1), (delegate, 0, 0), (who.pubkey(), 1, 0)]
        return self.send(who, _to_tokens(struct.pack("<BQ", _APPROVE, amount), metas))

    def send(self, who: Keypair, instruction: Instruction, blockhash: Any = None) -> str:
        """Send a transaction and return its signature, whatever becomes of it."""
        recent = blockhash or self.svm.latest_blockhash()
        message = Message.new_with_blockhash([instruction], who.pubkey(), recent)
        signed = Transaction([who], message, recent)
        result = self.svm.send_transaction(signed)
        failed = isinstance(result, FailedTransactionMetadata)
        error = result.err() if failed else None
        name = str(signed.signatures[0])
        if not any(word in str(error) for word in NEVER_LANDS):
            logs = (result.meta() if failed else result).logs()
            self.sent[name] = {
                "slot": self.slot, "err": error, "logs": logs, "message": message,
            }  # fmt: skip
        self.svm.expire_blockhash()  # the next one may say the same
        return name

    def passes(self, slots: int) -> None:
        self.svm.warp_to_slot(self.slot + slots)

    @property
    def slot(self) -> int:
        return self.svm.get_clock().slot

    def _put(self, place: Pubkey, data: bytes) -> None:
        least = self.svm.minimum_balance_for_rent_exemption(len(data))
        self.svm.set_account(place, Account(least, data, TOKEN))

    def leaves_with(self, place: Pubkey, lamports: int) -> None:
        """Make an account as they were before rent had to be kept."""
        self.svm.set_account(place, Account(lamports, b"", SYSTEM))

    # --- a node tells -------------------------------------------------------------------------

    def status(self, parameters: Any) -> Any:
        return {"context": {"slot": self.slot}, "value": [self._status(n) for n in parameters[0]]}

    def _status(self, name: str) -> Any:
        row = self.sent.get(name)
        if row is None:
            return None
        passed = self.slot - row["slot"]
        final = passed >= FINAL
        states = TransactionConfirmationStatus
        told = TransactionStatus(
            slot=row["slot"],
            confirmations=None if final else passed,
            status=None,
            err=row["err"],
            confirmation_status=states.Finalized if final else states.Confirmed,
        )
        return json.loads(told.to_json())

    def transaction(self, parameters: Any) -> Any:
        row = self.sent.get(parameters[0])
        if row is None:
            return None
        message = row["message"]
        keys = list(message.account_keys)
        parsed = [_parsed(keys, each) for each in message.instructions]
        return {
            "slot": row["slot"],
            "blockTime": 1_790_000_000,
            "meta": {
                "err": self._status(parameters[0])["err"],
                "fee": 5000,
                "logMessages": row["logs"],
            },
            "transaction": {
                "message": {
                    "accountKeys": [{"pubkey": str(key)} for key in keys],
                    "instructions": parsed,
                }
            },
        }

    def balance(self, parameters: Any) -> Any:
        found = self.svm.get_balance(Pubkey.from_string(parameters[0]))
        return {"context": {"slot": self.slot}, "value": found or 0}

    def tokens(self, parameters: Any) -> Any:
        owner = Pubkey.from_string(parameters[0])
        rows = []
        for place, account in self.svm.get_program_accounts(TOKEN):
            if len(account.data) != 165:
                continue
            token = TokenAccount.from_bytes(account.data)
            if token.owner == owner:
                rows.append({"pubkey": str(place), "account": {"data": {"parsed": {"info": {
                    "mint": str(token.mint),
                    "owner": str(owner),
                    "tokenAmount": {"amount": str(token.amount), "decimals": 6},
                    **({"delegate": str(token.delegate)} if token.delegate else {}),
                }}}}})  # fmt: skip
        return {"context": {"slot": self.slot}, "value": rows}


def _to_tokens(data: bytes, metas: list[tuple[Pubkey, int, int]]) -> Instruction:
    return Instruction(
        TOKEN, data, [AccountMeta(key, bool(signs), bool(writes)) for key, signs, writes in metas]
    )


def _parsed(keys: list[Pubkey], compiled: Any) -> dict[str, Any]:
    """Return an instruction as `jsonParsed` shows it."""
    program, data = keys[compiled.program_id_index], bytes(compiled.data)
    named = [str(keys[at]) for at in compiled.accounts]
    if program == SYSTEM and struct.unpack_from("<I", data)[0] == _SYSTEM_TRANSFER:
        [lamports] = struct.unpack_from("<Q", data, 4)
        info: dict[str, Any] = {"source": named[0], "destination": named[1], "lamports": lamports}
        return {"program": "system", "parsed": {"type": "transfer", "info": info}}
    if program == TOKEN and data[0] == _TRANSFER_CHECKED:
        amount, decimals = struct.unpack_from("<QB", data, 1)
        info = {
            "source": named[0], "mint": named[1], "destination": named[2],
            "tokenAmount": {"amount": str(amount), "decimals": decimals},
        }  # fmt: skip
        return {"program": "spl-token", "parsed": {"type": "transferChecked", "info": info}}
    return {"programId": str(program), "accounts": named}


@contextlib.contextmanager
def cluster() -> Iterator[tuple[Cluster, str]]:
    """Run a cluster and yield it with the address of its node."""
    chain = Cluster()
    methods = {
        "getSignatureStatuses": chain.status,
        "getTransaction": chain.transaction,
        "getBalance": chain.balance,
        "getTokenAccountsByOwner": chain.tokens,
        "getMinimumBalanceForRentExemption": lambda sizes: (
            chain.svm.minimum_balance_for_rent_exemption(sizes[0])
        ),
    }
    with recorded(rpc(methods)) as server:
        yield chain, server.url
