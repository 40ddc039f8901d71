"""The one table of which room reacts to which event."""

from walletdesk.bot.actions import answer_customer, react_to_feedback
from walletdesk.conversations import events
from walletdesk.kit.outbox.registry import Handler

WIRING: dict[str, list[tuple[str, Handler]]] = {
    events.CUSTOMER_WROTE_TO_BOT: [("bot.answer_customer", answer_customer)],
    events.FEEDBACK_GIVEN: [("bot.react_to_feedback", react_to_feedback)],
}
