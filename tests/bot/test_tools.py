"""What the bot looks up for a customer, and for whom."""

from uuid import uuid4

import pytest

from tests.bot.test_answers import answer, summary
from tests.cast import Cast, Customer
from walletdesk.contacts.models import Contact
from walletdesk.conversations.models import Conversation
from walletdesk.conversations.tickets.models import Ticket
from walletdesk.conversations.types import Status
from walletdesk.kit import clock
from walletdesk.official.actions.registry import load_registry
from walletdesk.official.types import Kind


def ticket(customer: Customer, number: str) -> Ticket:
    return Ticket.objects.create(
        conversation=customer.conversation,
        brand=customer.contact.brand,
        number=number,
        client_digest=uuid4().bytes * 2,
        salt=uuid4().bytes,
        token_hash=uuid4().bytes * 2,
        due_at=clock.now(),
    )


def vouch_for(customer: Customer) -> None:
    Contact.objects.filter(pk=customer.contact.pk).update(verified_at=clock.now())


@pytest.mark.parametrize(
    ("text", "says"),
    [("are you a human?", "no human being"), ("你是真人吗", "机器人"), ("¿eres un robot?", "bot")],
)
def test_it_says_that_it_is_a_bot(cast: Cast, text: str, says: str) -> None:
    (told,) = answer(cast.customer, text)
    assert says in told["text"]
    assert told["data"] == {"offer_person": True}
    assert cast.customer.now().status == Status.BOT


def test_the_queue_with_nobody_there_and_a_yes_that_joins_it(cast: Cast) -> None:
    (told,) = answer(cast.customer, "how long is the queue?")
    assert "nobody of our team is at the desk" in told["text"]
    assert "(The queue of our desk, " in told["text"]
    assert answer(cast.customer, "yes please")[-1]["data"] == {"reason": "asked"}
    assert "The queue of our desk" not in summary(cast.customer)["text"]


def test_a_ticket_is_told_of_to_its_own_verified_customer_only(cast: Cast) -> None:
    ticket(cast.customer, "K7M2QD")
    ticket(cast.other_customer, "H4XW9P")
    asked = "what is the status of my ticket {}"
    (unknown,) = answer(cast.customer, asked.format("K7M-2QD"))
    (unknown_foreign,) = answer(cast.customer, asked.format("H4X-W9P"))
    (unknown_none,) = answer(cast.customer, asked.format("ZZZ-999"))
    assert unknown["text"] == unknown_foreign["text"] == unknown_none["text"]
    assert "K7M" not in unknown["text"]
    vouch_for(cast.customer)
    (own,) = answer(cast.customer, asked.format("K7M-2QD"))
    (foreign,) = answer(cast.customer, asked.format("H4X-W9P"))
    (none,) = answer(cast.customer, asked.format("ZZZ-999"))
    (newest,) = answer(cast.customer, "any news on my ticket?")
    assert own["text"].startswith("Ticket K7M-2QD: Received\n(Your tickets with us, ")
    assert foreign["text"] == none["text"]
    assert "H4X" not in foreign["text"]
    assert newest["text"].startswith("Ticket K7M-2QD")
    Conversation.objects.filter(pk=cast.customer.conversation.pk).update(unverified=True)
    (spoofed,) = answer(cast.customer, asked.format("K7M-2QD"))
    assert spoofed["text"] == unknown["text"]


def test_a_link_is_judged_by_the_register(cast: Cast) -> None:
    rows = [(Kind.NAME, "Borealis", "", False), (Kind.DOMAIN, "borealis.example", "", False)]
    load_registry(brand=cast.brand, entries=rows)
    (ours,) = answer(cast.customer, "is https://borealis.example/help really yours?")
    assert "https://borealis.example/help" in ours["text"] or "borealis.example" in ours["text"]
    assert "Official" in ours["text"]
    assert ours["data"]["sources"][0]["url"] == f"/official/{cast.brand.slug}/"
    assert "offer_person" not in ours["data"]
    told = answer(cast.other_customer, "is https://borealis-claim.example/x official, or a scam?")
    assert "not" in told[0]["text"]
    assert "borealis-claim[.]example" in told[0]["text"], "no program makes a link of it"


def test_a_theft_beside_a_question_for_a_tool_still_calls_a_person(cast: Cast) -> None:
    told = answer(cast.customer, "is https://x.example yours? all my coins were stolen there")
    assert told[-1]["data"] == {"reason": "security"}
    assert cast.customer.now().status == Status.QUEUED


def test_anger_calls_a_person(cast: Cast) -> None:
    told = answer(cast.customer, "this is the worst service ever you useless idiots, answer me!!!")
    assert told[-1]["data"] == {"reason": "anger"}
    assert "the customer is angry" in summary(cast.customer)["text"]
