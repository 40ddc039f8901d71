"""The case that anvil refuses: a transaction too cheap for the block waits on hardhat's node."""

from collections.abc import Callable

import pytest

from tests.chain.nodes import hardhat
from walletdesk.chain.running import Diagnoser


@pytest.mark.long
def test_a_transaction_that_offers_less_than_the_block_asks(
    diagnoser_for: Callable[..., Diagnoser],
) -> None:
    with hardhat() as node:
        node.rpc("evm_setAutomine", False)
        me, friend = node.accounts[:2]
        cheap = node.send(me, friend, value=1, gas=21_000, gasPrice=1)
        node.rpc("hardhat_mine", "0x3")
        diagnoser = diagnoser_for(("evm:31338", node.url))

        found = diagnoser.diagnose_now(cheap)[0]
        assert found.verdict == "underpriced"
        assert found.finding.confidence == "certain"
        assert found.steps[0] == "speed_up_same_nonce"

        node.send(me, friend, value=1, gas=21_000, gasPrice=10**11, nonce=0)
        node.rpc("hardhat_mine", "0x1")
        assert diagnoser.diagnose_now(cheap)[0].verdict == "replaced"
        node.rpc("evm_setAutomine", True)
        token = node.deploy(me, "AUR")
        broke = node.rpc("eth_accounts")[3]
        with pytest.raises(RuntimeError):
            node.call(broke, token, "transfer(address,uint256)", friend, 5)
        block = node.rpc("eth_getBlockByNumber", "latest", False)
        refused = block["transactions"][0]
        assert diagnoser.diagnose_now(refused)[0].finding.fields["reason"] == "token_balance"
