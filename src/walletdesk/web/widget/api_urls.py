"""Addresses below /chat/v1/."""

from django.urls import path

from walletdesk.web.widget import api, files, marks, start_api

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
    path("seen", marks.seen, name="seen"),
    path("typing", marks.typing, name="typing"),
    path("finish", api.finish, name="finish"),
    path("files", files.upload, name="files"),
    path("files/addresses", files.addresses, name="file_addresses"),
    path("transcript", start_api.transcript_file, name="transcript"),
    path("welcome", start_api.welcome, name="welcome"),
    path("articles", start_api.find_articles, name="articles"),
    path("article", start_api.read_article, name="article"),
    path("opinion", start_api.opinion, name="opinion"),
]
