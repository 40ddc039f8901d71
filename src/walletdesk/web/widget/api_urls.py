"""Addresses below /chat/v1/."""

from django.urls import path

from walletdesk.web.widget import (
    api,
    call,
    chain,
    continue_by_link,
    files,
    identity,
    marks,
    official,
    start_api,
    survey,
)

app_name = "chat"

urlpatterns = [
    path("sessions", api.start_session, name="sessions"),
    path("session", api.close_session, name="session"),
    path("conversations", api.conversations, name="conversations"),
    path("state", api.state, name="state"),
    path("events", api.events, name="events"),
    path("person", api.ask_for_person, name="person"),
    path("feedback", api.feedback, name="feedback"),
    path("rating", api.rating, name="rating"),
    path("survey", survey.answer, name="survey"),
    path("survey/ask", survey.ask, name="survey-ask"),
    path("chain", chain.chain, name="chain"),
    path("chain/watch", chain.watch, name="chain-watch"),
    path("seen", marks.seen, name="seen"),
    path("official", official.about, name="official"),
    path("official/check", official.check, name="official-check"),
    path("official/links", official.links, name="official-links"),
    path("official/report", official.report, name="official-report"),
    path("call", call.call, name="call"),
    path("call/code", call.code, name="call-code"),
    path("call/codes", call.codes, name="call-codes"),
    path("typing", marks.typing, name="typing"),
    path("finish", api.finish, name="finish"),
    path("transcript", start_api.transcript_file, name="transcript"),
    path("welcome", start_api.welcome, name="welcome"),
    path("texts", start_api.texts, name="texts"),
    path("articles", start_api.find_articles, name="articles"),
    path("article", start_api.read_article, name="article"),
    path("opinion", start_api.opinion, name="opinion"),
    path("identify", identity.identify, name="identify"),
    path("wallet/challenge", identity.ask_wallet, name="wallet-challenge"),
    path("wallet/verify", identity.verify_wallet, name="wallet-verify"),
    path("device", identity.describe, name="describe-device"),
    path("links", continue_by_link.links, name="links"),
    path("links/opened", continue_by_link.opened_link, name="opened-link"),
    path("devices", continue_by_link.devices, name="devices"),
    path("devices/<int:device_id>", continue_by_link.device, name="device"),
    path("files", files.upload, name="files"),
    path("files/addresses", files.addresses, name="file_addresses"),
]
