"""How long a diagnosis takes: one known hash on one node, and among five networks with a dead one.

Runs anvil (`make test-tools`), stub nodes that know nothing, and a socket that takes connections
and never answers. Last line: JSON with seconds at the 50th and 95th percentile, and the ratio.
"""

import json
import socket
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from harness import arguments

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.chain.nodes import anvil
from tests.chain.recorded import recorded, rpc
from walletdesk.chain.networks import load_book
from walletdesk.chain.running import Diagnoser
from walletdesk.site.chain_guard import WordGuard

EMPTY = {
    "eth_chainId": "0x1",
    "eth_getBlockByNumber": {"number": "0x10"},
    "eth_getTransactionByHash": None,
}


def measured(diagnose: Callable[[], object], times: int) -> dict[str, float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        diagnose()
        taken.append(time.perf_counter() - started)
    ranks = statistics.quantiles(taken, n=20)
    return {"p50": round(statistics.median(taken), 4), "p95": round(ranks[18], 4)}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--times", type=int, default=30)
    times = max(parser.parse_args().times, 2)
    book = load_book(environ={})
    with anvil() as node, recorded(rpc(EMPTY)) as empty, socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        dead.listen(64)
        node.rpc("evm_setAutomine", True)
        sent = node.send(node.accounts[0], node.accounts[1], value=1)
        known = ("evm:31337", node.url)
        silent = f"http://127.0.0.1:{dead.getsockname()[1]}"
        others = [(f"evm:{number}", empty.url) for number in (9001, 9002, 9003)]
        cases = {
            "known": [known],
            "dead_among_five": [known, *others, ("evm:9004", silent)],
            "fail_over": [("evm:31337", "http://127.0.0.1:9"), known],
        }
        found = {}
        for name, endpoints in cases.items():
            diagnoser = Diagnoser(book.limited(endpoints), WordGuard())

            def ask(diagnoser: Diagnoser = diagnoser) -> None:
                verdict = diagnoser.diagnose_now(sent)[0].verdict
                assert verdict == "unconfirmed_deposit", verdict  # noqa: S101 - else it measures nothing

            found[name] = measured(ask, times)
            print(f"{name}: p50 {found[name]['p50']} s, p95 {found[name]['p95']} s")
    ratio = round(found["dead_among_five"]["p50"] / found["known"]["p50"], 1)
    print(json.dumps({**found, "dead_to_known": ratio, "times": times}))


if __name__ == "__main__":
    main()
