"""The load generator of the intake benchmark: raw HTTP/1.1 over asyncio costs little."""

import asyncio
import json
import os
import random
import sys
import time
import uuid

import uvloop
from harness import percentile

TEXTS = (
    "My transfer has been pending for two hours, what can I do?",
    "我的转账两个小时了还在确认中,怎么办?",
    "Hola, envié USDT por la red equivocada y no aparece en mi cartera",
    "hi",
    "I paid 12 USDT in fees and the swap failed again, this is really annoying",
    "请帮我看看这笔交易 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
    "thanks, it works now",
    "cannot log in since the update to version 5.2, it says wrong password",
)
TEXTS = tuple(json.dumps({"text": text}, ensure_ascii=False)[1:-1] for text in TEXTS)
TOPICS_PER_STREAM = 8


class Customer(asyncio.Protocol):
    """One keep-alive connection: posts, waits for the whole answer, posts again when it is due."""

    def __init__(self, load: "Load", token: str, ref: str, due: float) -> None:
        self.load = load
        self.head = (
            f"POST /live/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: "
        )
        self.ref = ref
        self.due = due
        self.got = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.wait()

    def wait(self) -> None:
        if self.load.rate:
            asyncio.get_running_loop().call_later(self.due - time.perf_counter(), self.post)
            self.due += self.load.pause
        else:
            self.post()

    def post(self) -> None:
        if time.perf_counter() >= self.load.until:
            self.done.set_result(None)
            self.transport.close()
            return
        self.client_id = str(uuid.UUID(bytes=os.urandom(16), version=4))
        body = f'{{"conversation":"{self.ref}","id":"{self.client_id}",{random.choice(TEXTS)}}}'
        data = body.encode()
        self.began = self.load.sent[self.client_id] = time.perf_counter()
        self.transport.write(f"{self.head}{len(data)}\r\n\r\n".encode() + data)

    def data_received(self, data: bytes) -> None:
        self.got += data
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end or len(body) < length_of(head):
            return
        self.load.answered(self.client_id, int(head[9:12]), self.began)
        self.got = b""
        self.wait()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed"))


def length_of(head: bytes) -> int:
    """Return the content length that an answer's head tells."""
    at = head.index(b"content-length: ") + 16
    return int(head[at:].split(b"\r", 1)[0])


class Load:
    """Posts messages and, when agents are given, notes when their streams show them."""

    def __init__(self, task: dict) -> None:
        self.task = task
        self.rate = task["rate"]
        self.pause = len(task["customers"]) / self.rate if self.rate else 0.0
        self.latencies: list[float] = []
        self.sent: dict[str, float] = {}
        self.seen: list[float] = []
        self.errors = 0
        self.acked = 0
        self.until = 0.0
        self.ended: list[str] = []

    def answered(self, client_id: str, status: int, began: float) -> None:
        if status == 200:
            self.acked += 1
            self.latencies.append(time.perf_counter() - began)
        else:
            self.errors += 1
        if status != 200 or not self.task["cookies"]:
            self.sent.pop(client_id, None)

    async def customer(self, token: str, ref: str, number: int) -> None:
        due = time.perf_counter() + (number / self.rate if self.rate else 0)
        _, customer = await asyncio.get_running_loop().create_connection(
            lambda: Customer(self, token, ref, due), "127.0.0.1", self.task["port"]
        )
        await customer.done

    async def agent(self, cookie: str, refs: list[str], ready: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.task["port"], limit=2**22)
        topics = ",".join(f"conversation:{ref}" for ref in refs)
        after = ",".join(["0"] * len(refs))  # all of the past comes first: it is not in `sent`
        writer.write(
            f"GET /live/stream?topics={topics}&after={after} HTTP/1.1\r\nHost: x\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        async for line in reader:
            if b"event: ready" in line:
                ready.set()
            elif line.startswith(b"data: {"):
                now = time.perf_counter()
                for event in json.loads(line[6:]).get("e", ()):
                    began = self.sent.pop(event.get("client_id"), None)
                    if began is not None:
                        self.seen.append(now - began)

    async def run(self) -> dict:
        customers, cookies = self.task["customers"], self.task["cookies"]
        agents = []
        if cookies:
            refs = [ref for _, ref in customers]
            waits = []
            for number, start in enumerate(range(0, len(refs), TOPICS_PER_STREAM)):
                ready = asyncio.Event()
                waits.append(ready.wait())
                group = refs[start : start + TOPICS_PER_STREAM]
                agents.append(
                    asyncio.create_task(self.agent(cookies[number % len(cookies)], group, ready))
                )
            await asyncio.wait_for(asyncio.gather(*waits), 20)
        began = time.perf_counter()
        self.until = began + self.task["seconds"]
        await asyncio.gather(
            *(self.customer(token, ref, n) for n, (token, ref) in enumerate(customers))
        )
        took = time.perf_counter() - began
        if agents:
            await asyncio.sleep(1)
            for agent in agents:
                agent.cancel()
            ends = await asyncio.gather(*agents, return_exceptions=True)
            self.ended = [repr(end) for end in ends if not isinstance(end, asyncio.CancelledError)]
        return {
            "acked": self.acked,
            "per_s": self.acked / took,
            "errors": self.errors,
            "ack_p50_ms": 1000 * percentile(self.latencies, 0.50),
            "ack_p99_ms": 1000 * percentile(self.latencies, 0.99),
            "event_p50_ms": 1000 * percentile(self.seen, 0.50),
            "event_p99_ms": 1000 * percentile(self.seen, 0.99),
            "events_missing": len(self.sent) if agents else 0,
            "streams_ended": self.ended[:3],
        }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(Load(json.load(sys.stdin)).run())))
