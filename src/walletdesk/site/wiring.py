"""The one table of which room reacts to which event."""

from walletdesk.bot.actions import answer_customer, sort_queued, take_feedback
from walletdesk.bot.warning import warn_of_secret
from walletdesk.channels.delivery import events as delivery
from walletdesk.conversations import events as conversations
from walletdesk.conversations.actions.copies import tell_copies
from walletdesk.conversations.actions.deliveries import note_delivery
from walletdesk.conversations.tickets.actions.cut import forget_cut_fields
from walletdesk.integrations.email.actions.forget import forget_originals
from walletdesk.integrations.email.oauth import fetch_token
from walletdesk.integrations.email.outgoing.actions.plan import send_mail_for
from walletdesk.integrations.email.outgoing.resolved import note_resolved
from walletdesk.integrations.email.outgoing.sending import use_tokens
from walletdesk.kit.outbox.registry import Handler
from walletdesk.knowledge import events as knowledge
from walletdesk.knowledge.actions import index_translation, learn_ranking
from walletdesk.site.form_mail import ByEmail
from walletdesk.web.portal.mailing import use as use_mailer

WIRING: dict[str, list[tuple[str, Handler]]] = {
    conversations.CUSTOMER_WROTE_TO_BOT: [("bot.answer_customer", answer_customer)],
    conversations.CONVERSATION_QUEUED: [("bot.sort_queued", sort_queued)],
    conversations.FEEDBACK_GIVEN: [("bot.take_feedback", take_feedback)],
    conversations.CONVERSATION_RESOLVED: [("email.note_resolved", note_resolved)],
    conversations.SECRET_CAUGHT: [("bot.warn_of_secret", warn_of_secret)],
    conversations.SECRET_REMOVED: [
        ("conversations.tell_copies", tell_copies),
        ("tickets.forget_cut_fields", forget_cut_fields),
        ("email.forget_originals", forget_originals),
    ],
    conversations.MESSAGE_POSTED: [("email.send_mail_for", send_mail_for)],
    delivery.DELIVERY_CHANGED: [("conversations.note_delivery", note_delivery)],
    knowledge.TRANSLATION_CHANGED: [("knowledge.index_translation", index_translation)],
    knowledge.PASSAGES_EMBEDDED: [("knowledge.learn_ranking", learn_ranking)],
}

# Nobody waits for these: a worker gives them a thread of their own.
BACKGROUND = ("knowledge.index_translation", "knowledge.learn_ranking")

use_mailer(ByEmail())
use_tokens(lambda account: fetch_token(account).text)
