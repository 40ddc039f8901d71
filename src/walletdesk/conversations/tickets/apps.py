from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "walletdesk.conversations.tickets"
    label = "tickets"
