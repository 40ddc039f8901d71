"""Real chains on loopback for the tests, and what to install when one is missing."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.ports import free_port
from walletdesk.chain import abi
from walletdesk.chain.addresses import to_checksum

HERE = Path(__file__).parent
FOLDER = HERE / "npm"
TOKEN = (HERE / "contracts" / "Token.hex").read_text().strip()
READY_SECONDS = 90


@contextlib.contextmanager
def process(
    command: list[str], ready: Callable[[], bool], folder: Path | None = None
) -> Iterator[None]:
    """Run a node until the block ends; fail with its output when it does not come up."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "HARDHAT_DISABLE_TELEMETRY_PROMPT": "true"},
    ) as running:
        try:
            end = time.monotonic() + READY_SECONDS
            while not ready():
                if running.poll() is not None or time.monotonic() > end:
                    pytest.fail(f"{command[0]} did not come up")
                time.sleep(0.05)  # noqa: TID251 - waits for another process
            yield
        finally:
            running.terminate()
            running.wait(READY_SECONDS)


class Evm:
    """An EVM node whose accounts are unlocked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(trust_env=False, timeout=READY_SECONDS)
        self.automine = True

    def rpc(self, method: str, *params: Any) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        answer = self.client.post(self.url, json=body).json()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        if method == "evm_setAutomine":
            self.automine = bool(params[0])
        return answer["result"]

    def up(self) -> bool:
        try:
            return bool(self.rpc("eth_chainId"))
        except httpx.HTTPError:
            return False

    @property
    def accounts(self) -> list[str]:
        return [to_checksum(account) for account in self.rpc("eth_accounts")]

    def send(self, sender: str, to: str | None, **fields: Any) -> str:
        """Send a transaction and return its hash; numbers become quantities."""
        wanted: dict[str, Any] = {"from": sender, "gas": 1_000_000, **fields}
        if to is not None:
            wanted["to"] = to
        shown = {k: hex(v) if isinstance(v, int) else v for k, v in wanted.items()}
        sent = str(self.rpc("eth_sendTransaction", shown))
        # A busy machine answers before it has mined.
        end = time.monotonic() + READY_SECONDS
        while self.automine and self.rpc("eth_getTransactionReceipt", sent) is None:
            assert time.monotonic() < end, "not mined"
            time.sleep(0.02)  # noqa: TID251 - waits for another process
        return sent

    def call(self, sender: str, to: str, signature: str, *values: str | int, **fields: Any) -> str:
        data = abi.call(abi.selector(signature), *values)
        return self.send(sender, to, data=data, **fields)

    def deploy(self, sender: str, symbol: str) -> str:
        """Deploy the test token and return its address."""
        name = symbol.encode()
        argument = abi.word(32) + abi.word(len(name)) + name.hex().ljust(64, "0")
        sent = self.send(sender, None, data="0x" + TOKEN + argument, gas=3_000_000)
        return to_checksum(self.rpc("eth_getTransactionReceipt", sent)["contractAddress"])


@contextlib.contextmanager
def anvil(chain: int = 31337, *options: str) -> Iterator[Evm]:
    """Run anvil; without it the test fails and says how to get it."""
    binary = FOLDER / "node_modules" / ".bin" / "anvil"
    if not binary.exists():
        pytest.fail("anvil is missing: run `make test-tools`, or npm install in tests/chain/npm")
    port = free_port()
    node = Evm(f"http://127.0.0.1:{port}")
    command = [
        str(binary), "--host", "127.0.0.1", "--port", str(port), "--chain-id", str(chain),
        "--silent", *options,
    ]  # fmt: skip
    with process(command, node.up), contextlib.closing(node.client):
        yield node


@contextlib.contextmanager
def hardhat() -> Iterator[Evm]:
    """Run hardhat's node, which keeps cheap transactions waiting as real networks do."""
    folder = FOLDER / "long"
    if not (folder / "node_modules" / ".bin" / "hardhat").exists():
        pytest.fail(
            "hardhat is missing: run `make test-long`, or npm install in tests/chain/npm/long"
        )
    port = free_port()
    node = Evm(f"http://127.0.0.1:{port}")
    command = [
        "node", "node_modules/hardhat/internal/cli/bootstrap.js", "node", "--hostname",
        "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    with process(command, node.up, folder), contextlib.closing(node.client):
        yield node


class Litecoin:
    """litecoind in regression-test mode: Bitcoin Core's code with another coin."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(trust_env=False, timeout=30)

    def rpc(self, method: str, *params: Any) -> Any:
        body = {"jsonrpc": "1.0", "id": 1, "method": method, "params": list(params)}
        answer = self.client.post(self.url, json=body)
        found = json.loads(answer.content)
        if found.get("error"):
            raise RuntimeError(found["error"])
        return found["result"]

    def up(self) -> bool:
        try:
            return isinstance(self.rpc("getblockcount"), int)
        except (httpx.HTTPError, RuntimeError, ValueError):
            return False

    def mine(self, blocks: int) -> None:
        self.rpc("generatetoaddress", blocks, self.rpc("getnewaddress"))


@contextlib.contextmanager
def litecoind(folder: Path, *options: str) -> Iterator[Litecoin]:
    """Run litecoind with an empty chain and a wallet."""
    binary = shutil.which("litecoind")
    if binary is None:
        pytest.fail("litecoind is missing: run `make test-tools` (Debian package litecoind)")
    port = free_port()
    node = Litecoin(f"http://u:p@127.0.0.1:{port}")
    command = [
        binary, "-regtest", f"-datadir={folder}", "-server", "-rpcbind=127.0.0.1",
        "-rpcallowip=127.0.0.1", f"-rpcport={port}", "-rpcuser=u", "-rpcpassword=p", "-listen=0",
        "-dnsseed=0", "-connect=0", "-txindex=1", "-fallbackfee=0.0002", "-printtoconsole=0",
        "-mempoolreplacement=1",  # off by default in Litecoin, on in Bitcoin
        *options,
    ]  # fmt: skip
    with process(command, node.up), contextlib.closing(node.client):
        with contextlib.suppress(RuntimeError):
            node.rpc("createwallet", "test")
        yield node
