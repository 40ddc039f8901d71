"""The load generator of the intake benchmark: raw HTTP/1.1 over asyncio costs little."""

import asyncio
import json
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
TOPICS_PER_STREAM = 8


class Load:
    """Posts messages and, when agents are given, notes when their streams show them."""

    def __init__(self, task: dict) -> None:
        self.task = task
        self.random = random.Random(7)
        self.latencies: list[float] = []
        self.sent: dict[str, float] = {}
        self.seen: list[float] = []
        self.errors = 0
        self.acked = 0
        self.until = 0.0
        self.ended: list[str] = []

    async def post(self, reader, writer, token: str, ref: str) -> None:  # noqa: ANN001 - streams
        client_id = str(uuid.uuid4())
        body = json.dumps(
            {"conversation": ref, "id": client_id, "text": self.random.choice(TEXTS)}
        ).encode()
        began = time.perf_counter()
        self.sent[client_id] = began
        writer.write(
            b"POST /live/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
            % (token.encode(), len(body), body)
        )
        status = await self.answer(reader)
        if status == 200:
            self.acked += 1
            self.latencies.append(time.perf_counter() - began)
        else:
            self.errors += 1
            self.sent.pop(client_id)

    async def answer(self, reader) -> int:  # noqa: ANN001 - a stream
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        return int(head[9:12])

    async def customer(self, token: str, ref: str, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.task["port"])
        rate, count = self.task["rate"], len(self.task["customers"])
        due = time.perf_counter() + (number / rate if rate else 0)
        while True:
            if rate:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                due += count / rate
            if time.perf_counter() >= self.until:
                break
            await self.post(reader, writer, token, ref)
        writer.close()

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
