"""The one table of which room reacts to which event."""

from collections.abc import Callable
from functools import partial

from django.conf import settings

from walletdesk.bot.actions import answer_customer, sort_queued, take_feedback
from walletdesk.bot.assist.actions import forget_cut_writings, forget_solved, remember_solved
from walletdesk.bot.diagnosing import explain_diagnosis
from walletdesk.bot.flows.actions.turns import forget_cut, go_on, leave_flow
from walletdesk.bot.ports import use_generator, use_official_words
from walletdesk.bot.warning import warn_of_secret
from walletdesk.cases.actions.opening import open_for_secret, open_for_topic
from walletdesk.cases.ports import use_chain, use_wallet
from walletdesk.chain.networks import load_book
from walletdesk.channels.delivery import events as delivery
from walletdesk.complaints.actions.watching import tell_deadlines
from walletdesk.complaints.ports import use_pages
from walletdesk.complaints.queries import OPEN_COUNT
from walletdesk.conversations import events as conversations
from walletdesk.conversations.actions.copies import tell_copies
from walletdesk.conversations.actions.deliveries import note_delivery
from walletdesk.conversations.actions.exports import use_source
from walletdesk.conversations.authenticity.actions import find_readers, warn_reader
from walletdesk.conversations.diagnoses import events as diagnoses
from walletdesk.conversations.diagnoses.actions.forgetting import forget_overwritten
from walletdesk.conversations.diagnoses.port import Port
from walletdesk.conversations.disclosures.types import ExportWhat
from walletdesk.conversations.queries import count_above
from walletdesk.conversations.tickets.actions.cut import forget_cut_fields
from walletdesk.escalation import events as escalation
from walletdesk.escalation.actions.going_up import call_next_levels, settle_escalations
from walletdesk.escalation.actions.noticing import (
    notice_breach,
    notice_topic,
    notice_warning,
)
from walletdesk.escalation.actions.reading import read_along
from walletdesk.integrations.cpaas.fetching import dial_due
from walletdesk.integrations.email.actions.forget import forget_originals
from walletdesk.integrations.email.oauth import fetch_token
from walletdesk.integrations.email.outgoing.actions.plan import send_mail_for
from walletdesk.integrations.email.outgoing.compose import enclose, offer_page
from walletdesk.integrations.email.outgoing.escalated import mail_outside
from walletdesk.integrations.email.outgoing.resolved import note_resolved
from walletdesk.integrations.email.outgoing.sending import use_tokens
from walletdesk.integrations.email.outgoing.surveys import MailPoster
from walletdesk.integrations.sms.calls import CallTexter
from walletdesk.integrations.sms.sending import SmsPoster
from walletdesk.integrations.wallet_backend.http import HttpWallet
from walletdesk.kit.outbox.registry import Handler
from walletdesk.knowledge import events as knowledge
from walletdesk.knowledge.actions import index_translation, learn_ranking
from walletdesk.knowledge.embedding import choose_embedder
from walletdesk.language.identifying import choose_language_id
from walletdesk.language.speech import open_speech
from walletdesk.routing.actions.presence import begin_wrap_up
from walletdesk.routing.actions.rounds import hold_rounds
from walletdesk.site.case_chain import CaseChain
from walletdesk.site.chain_guard import WordGuard
from walletdesk.site.form_mail import ByEmail
from walletdesk.site.generators import make_embedder, make_generator, make_language_id
from walletdesk.site.voice_drivers import driver_abilities
from walletdesk.sla import events as sla
from walletdesk.sla.actions.firing import tell_due
from walletdesk.sla.actions.following import follow_some
from walletdesk.surveys.actions.answering import answer_by_keys, forget_cut_comments, note_rating
from walletdesk.surveys.actions.asking import ask_due, plan_asking
from walletdesk.surveys.ports import use_poster
from walletdesk.surveys.results import survey_records
from walletdesk.surveys.types import Way
from walletdesk.voice import events as voice
from walletdesk.voice.actions.calling import call_back_due
from walletdesk.voice.actions.flow import call_due
from walletdesk.voice.ports import use_drivers, use_speech, use_texter
from walletdesk.voice.transcribing import wish_transcript
from walletdesk.web.common.complaint_letters import enclosures
from walletdesk.web.common.diagnosis.chat import ChatWords
from walletdesk.web.common.official_words import in_chat
from walletdesk.web.portal.mailing import page_address
from walletdesk.web.portal.mailing import use as use_mailer

WIRING: dict[str, list[tuple[str, Handler]]] = {
    conversations.CUSTOMER_WROTE_TO_BOT: [("bot.answer_customer", answer_customer)],
    conversations.CONVERSATION_QUEUED: [
        ("bot.sort_queued", sort_queued),
        ("flows.leave_queued", leave_flow),
        ("cases.open_for_topic", open_for_topic),
        ("escalation.notice_queued", notice_topic),
    ],
    sla.CLOCK_WARNED: [("escalation.notice_warning", notice_warning)],
    sla.CLOCK_BREACHED: [("escalation.notice_breach", notice_breach)],
    conversations.TOPIC_CHANGED: [
        ("cases.open_for_changed_topic", open_for_topic),
        ("escalation.notice_topic", notice_topic),
    ],
    conversations.FEEDBACK_GIVEN: [("bot.take_feedback", take_feedback)],
    conversations.CONVERSATION_RESOLVED: [
        ("assist.remember_solved", remember_solved),
        ("email.note_resolved", note_resolved),
        ("escalation.settle", settle_escalations),
        ("flows.leave_resolved", leave_flow),
        ("routing.begin_wrap_up", begin_wrap_up),
        ("surveys.plan_asking", plan_asking),
    ],
    conversations.CONVERSATION_RATED: [("surveys.note_rating", note_rating)],
    conversations.SECRET_CAUGHT: [
        ("bot.warn_of_secret", warn_of_secret),
        ("cases.open_for_secret", open_for_secret),
    ],
    conversations.SECRET_REMOVED: [
        ("conversations.tell_copies", tell_copies),
        ("tickets.forget_cut_fields", forget_cut_fields),
        ("email.forget_originals", forget_originals),
        ("diagnoses.forget_overwritten", forget_overwritten),
        ("flows.forget_cut", forget_cut),
        ("surveys.forget_cut_comments", forget_cut_comments),
        ("assist.forget_cut_writings", forget_cut_writings),
    ],
    conversations.MESSAGE_POSTED: [("email.send_mail_for", send_mail_for)],
    escalation.ESCALATED_OUTSIDE: [("email.mail_outside", mail_outside)],
    diagnoses.DIAGNOSIS_MADE: [
        ("bot.explain_diagnosis", explain_diagnosis),
        ("flows.go_on", go_on),
    ],
    conversations.LINK_CONFIRMED: [("authenticity.find_readers", find_readers)],
    conversations.LINK_SEEN: [("authenticity.warn_reader", warn_reader)],
    delivery.DELIVERY_CHANGED: [("conversations.note_delivery", note_delivery)],
    knowledge.TRANSLATION_CHANGED: [("knowledge.index_translation", index_translation)],
    voice.CALL_RATED: [("surveys.answer_by_keys", answer_by_keys)],
    voice.CALL_RECORDED: [("voice.wish_transcript", wish_transcript)],
    knowledge.ENCODER_CHANGED: [("assist.forget_solved", forget_solved)],
    knowledge.PASSAGES_EMBEDDED: [("knowledge.learn_ranking", learn_ranking)],
}

# What becomes due without an event: a worker calls each a few times a second, in a thread of its
# own. Each does a part of what is due and tells whether more waits.
DUE: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("sla.follow_some", follow_some),
    ("complaints.tell_deadlines", tell_deadlines),
    ("surveys.ask_due", ask_due),
    ("escalation.call_next_levels", call_next_levels),
    ("escalation.read_along", read_along),
    ("voice.call_due", call_due),
    ("voice.call_back_due", call_back_due),
    ("cpaas.dial_due", dial_due),
)

# As DUE, but promised within a second, so these may take more of the time.
PROMPT: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("sla.tell_due", tell_due),
    ("routing.hold_rounds", hold_rounds),
)

# Nobody waits for these: a worker gives them a thread of their own.
BACKGROUND = (
    "assist.remember_solved",
    "knowledge.index_translation",
    "knowledge.learn_ranking",
    "authenticity.find_readers",
)

use_mailer(ByEmail())
if written_down := open_speech(settings.WALLETDESK.speech):
    use_speech(written_down)
offer_page(page_address)
use_pages(page_address)
enclose(enclosures)
use_source(ExportWhat.SURVEYS, survey_records)
use_poster(Way.EMAIL, MailPoster())
use_poster(Way.SMS, SmsPoster())
count_above(name="complaints", sql=OPEN_COUNT)
use_texter(CallTexter())
use_drivers(driver_abilities(settings.WALLETDESK))
use_tokens(lambda account: fetch_token(account).text)
Port.use(book=lambda: load_book(settings.WALLETDESK.networks), guard=WordGuard(), words=ChatWords())
use_chain(CaseChain(settings.WALLETDESK.data / "chain" / "first-sight.jsonl"))
use_official_words(in_chat)
use_generator(make_generator(settings.WALLETDESK.generator))
choose_embedder(make_embedder(settings.WALLETDESK.embedder))
choose_language_id(partial(make_language_id, settings.WALLETDESK.language_id))
if settings.WALLETDESK.wallet_url:
    use_wallet(HttpWallet(settings.WALLETDESK.wallet_url, settings.WALLETDESK.wallet_secret))
