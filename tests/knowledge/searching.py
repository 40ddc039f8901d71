# ruff: noqa: E402 - models can be imported only once Django is set up
"""A program: makes a desk in the database of DATABASE_URL, asks it, and prints what it found."""

import json
import sys

from walletdesk.site.commands.prepare import load_django

load_django()

from tests.cast import make_customer, reply
from tests.factories.articles import FOLDER, load
from walletdesk.accounts.actions.brands import create_brand
from walletdesk.accounts.actions.people import create_member
from walletdesk.accounts.types import Role
from walletdesk.bot.assist.actions import remember_solved
from walletdesk.bot.assist.queries import similar_solved
from walletdesk.conversations.actions.staff import resolve_conversation
from walletdesk.kit.vectors import in_process
from walletdesk.knowledge import actions, queries
from walletdesk.knowledge.actions.topics import create_topic
from walletdesk.knowledge.topic_queries import triage_for
from walletdesk.site.prepare import prepare

QUESTIONS = (
    ("我的转账一直在确认中", "zh-hans"),
    ("they stole everything from my wallet", "en"),
    ("mi transferencia sigue pendiente", "es"),
    ("minha senha não funciona, esqueci", "pt"),
)
OWN = "my vault card does not open\nvault card declined at the door\nhow do I pair the vault card"

prepare(lambda _line: None)
brand = create_brand(
    slug="borealis",
    name="Borealis Wallet",
    languages=["zh-hans", "en", "es"],
    default_language="en",
    accent="#5b5bd6",
    second_factor_roles=(),
)
owner = create_member(
    brand=brand,
    email="olivia@borealis.example",
    name="Olivia",
    password="correct horse battery staple 9",
    role=Role.OWNER,
    languages=["en"],
)
load(brand, ("transaction-pending", "wallet-emptied-or-stolen", "swap-failed"))
found = [queries.search(brand=brand, text=text, language=code) for text, code in QUESTIONS]
for _again in range(2):  # the second time from what is kept
    assert [queries.search(brand=brand, text=t, language=c) for t, c in QUESTIONS] == found

create_topic(actor=owner, name="Vault", urgency=1, examples=OWN)
solved, asks = make_customer(brand), make_customer(brand)
solved.write("my swap failed and the gas is gone")
solved.ask_for_person()
reply(owner, solved, "The network took the gas.")
resolve_conversation(conversation=solved.now(), membership=owner)
remember_solved(conversation_id=solved.now().pk)
asks.write("the swap failed but gas was taken")

actions.load_article_folder(brand=brand, folder=FOLDER / "forgot-password", position=9)
load(brand, ())
fresh = queries.search(brand=brand, text="I forgot my password", language="en")
sys.stdout.write(
    json.dumps(
        {
            "in_process": in_process(),
            "first": [hits[0].article_slug for hits in found],
            "scores": [hit.score for hits in found for hit in hits],
            "taught": triage_for(brand=brand, text="my vault card will not open").topic,
            "similar": len(similar_solved(owner, asks.now())),
            "fresh": fresh[0].article_slug,
        }
    )
)
