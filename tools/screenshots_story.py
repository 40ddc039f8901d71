"""The short story that `make screenshots` photographs: who writes what, and what the desk does.

Everything goes through the product's own doors: the public chat, the ticket form, the desk.
"""

import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

ROOT = Path(__file__).resolve().parent.parent
STORIES = ROOT / "src" / "walletdesk" / "site" / "demo" / "busy_hour.toml"
BRAND = "aurora"
AGENTS = {"zh-hans": "mei", "en": "alex", "es": "sofia"}
TOPIC = "deposit_missing"
PATIENCE = 120  # seconds for the proof of the bot

THANKS = {
    "zh-hans": "好的，谢谢，我试试",
    "en": "ok thanks, trying that now",
    "es": "vale, gracias, lo intento",
}
SAID = {
    "zh-hans": "我从交易所转了 120 USDT，两个小时了还没到账，交易所显示已完成。",
    "en": "I withdrew 120 USDT two hours ago. The exchange says completed, but nothing came.",
}
POINTS = {
    "zh-hans": "客服两天没有回复，我的提现一直没有到账",
    "en": "Nobody answered for two days while my withdrawal was missing",
}
COMMENTS = {
    "zh-hans": "很快，讲得很清楚",
    "en": "Quick, and I understood every step",
    "es": "Rápido y muy claro",
}
SCORES = ((5, 5, 5), (4, 5, 5), (2, 3, 4), (5, 4, 5), (5, 5, 4))


@dataclass
class Desk:
    """The running desk, its demo password, and the conversation that the pictures open."""

    url: str
    password: str
    opened: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    complaints: dict[str, str] = field(default_factory=dict)
    signed_in: dict[str, httpx.Client] = field(default_factory=dict)

    def agent(self, who: str) -> httpx.Client:
        """Return a signed-in client of a member of staff."""
        if who not in self.signed_in:
            client = self.signed_in[who] = httpx.Client(base_url=self.url, timeout=30)
            client.get("/accounts/login/")
            form = {"login": f"{who}@aurora.example", "password": self.password}
            answer = client.post("/accounts/login/", data=form, headers=self._token(client))
            if answer.status_code != 302:
                raise SystemExit(f"{who} cannot sign in: {answer.status_code}")
        return self.signed_in[who]

    def act(self, who: str, ref: str, what: str, **fields: object) -> None:
        """Do something with a conversation as a member of staff."""
        client = self.agent(who)
        headers = {**self._token(client), "Accept": "application/json"}
        client.post(f"/desk/c/{ref}/{what}", json=fields, headers=headers).raise_for_status()

    def post(self, who: str, path: str, **fields: object) -> httpx.Response:
        """Send a form of the desk as a member of staff."""
        client = self.agent(who)
        answer = client.post(path, data=fields, headers=self._token(client))
        if answer.status_code not in {200, 302, 303}:
            raise SystemExit(f"{path}: {answer.status_code} {answer.text[:300]}")
        return answer

    @staticmethod
    def _token(client: httpx.Client) -> dict[str, str]:
        token = next((v for n, v in client.cookies.items() if n.endswith("walletdesk-csrf")), "")
        return {"X-CSRFToken": token, "Referer": f"{client.base_url}/"}

    def write(self, language: str, texts: list[str], *, person: bool) -> tuple[httpx.Client, str]:
        """Have a new customer write; return their client and conversation."""
        client = httpx.Client(base_url=self.url, timeout=30)
        started = client.post("/chat/v1/sessions", json={"brand": BRAND, "language": language})
        started.raise_for_status()
        client.headers["Authorization"] = f"Bearer {started.json()['token']}"
        ref = str(started.json()["conversation"])
        for text in texts:
            self.say(client, ref, text)
        if person:
            client.post("/chat/v1/person", json={"conversation": ref}).raise_for_status()
        return client, ref

    def file(self, language: str) -> None:
        """Send the ticket form once in a language, and keep the address of its page."""
        form = {
            "topic": TOPIC,
            "language": language,
            "id": str(uuid4()),
            "description": SAID[language],
        }
        with httpx.Client(base_url=self.url, timeout=30) as client:
            answer = client.post(f"/ticket/{BRAND}/", data=form)
        if answer.status_code != 303:
            raise SystemExit(f"the form refused the ticket: {answer.status_code}")
        self.tickets[language] = answer.headers["Location"]

    @staticmethod
    def say(client: httpx.Client, ref: str, text: str) -> None:
        body = {"conversation": ref, "id": str(uuid4()), "text": text}
        client.post("/live/messages", json=body).raise_for_status()


def tell(desk: Desk) -> None:
    """Fill the desk: some wait, some are being answered, some are done, some complain."""
    level(desk)
    stories = tomllib.loads(STORIES.read_text())["story"]
    settled = 0
    for number, story in enumerate(stories):
        language = story["language"]
        first = language not in desk.opened and "agent_replies" in story
        client, ref = desk.write(language, story["messages"], person=first or number % 5 != 4)
        if first:
            answer(desk, ref, story)
            desk.say(client, ref, THANKS[language])
            desk.opened[language] = ref
        elif number % 5 in {1, 3}:
            answer(desk, ref, story)
            if number % 5 == 3:
                desk.act(AGENTS[language], ref, "resolve")
                judge(client, ref, language, settled)
                settled += 1
                complain(desk, ref, language)
        elif number % 10 == 7:
            desk.post(AGENTS[language], f"/desk/c/{ref}/escalate", level="1", note="VIP")
    for language in SAID:
        desk.file(language)
    prove(desk)


def level(desk: Desk) -> None:
    """Have somebody above the agents, and letters that name a department."""
    desk.post("owner", "/desk/settings/escalation/new/", name="Supervisors", team="", moves="on")
    where = {"handler": "Complaints", "email": "help@aurora.example", "phone": "+49 30 23125000"}
    desk.post("owner", "/desk/complaints/rules", profile="mica", **where)


def judge(client: httpx.Client, ref: str, language: str, number: int) -> None:
    """Answer the survey that the chat shows when a matter is settled."""
    asked = client.post("/chat/v1/survey/ask", json={"conversation": ref, "language": language})
    if asked.status_code == 200:
        speed, accuracy, manner = SCORES[number % len(SCORES)]
        given = {"speed": speed, "accuracy": accuracy, "manner": manner}
        body = {"conversation": ref, **given, "comment": COMMENTS[language]}
        client.post("/chat/v1/survey", json=body).raise_for_status()


def complain(desk: Desk, ref: str, language: str) -> None:
    """Make the first settled matter of a language a complaint, and acknowledge it."""
    if language in desk.complaints or language not in POINTS:
        return
    opened = desk.post("supervisor", f"/desk/c/{ref}/complaint", point=POINTS[language])
    desk.complaints[language] = opened.headers["Location"]
    desk.post("supervisor", f"{desk.complaints[language]}do/acknowledge")


def prove(desk: Desk) -> None:
    """Replay what was written to the bot, and wait for the report."""
    desk.post("owner", "/desk/settings/bot/", days="30", limit="500", language="")
    until = time.monotonic() + PATIENCE
    while "bot-run" in desk.agent("owner").get("/desk/settings/bot/").text:
        if time.monotonic() > until:
            raise SystemExit("the proof of the bot took too long")
        time.sleep(1)  # noqa: TID251 - waits for the report


def answer(desk: Desk, ref: str, story: dict[str, Any]) -> None:
    who = AGENTS[story["language"]]
    desk.act(who, ref, "claim")
    for text in story.get("agent_replies", []):
        desk.act(who, ref, "reply", id=str(uuid4()), text=text)
    if story.get("note"):
        desk.act(who, ref, "note", id=str(uuid4()), text=story["note"])
