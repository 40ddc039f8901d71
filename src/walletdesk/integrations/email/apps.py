from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "walletdesk.integrations.email"
    label = "email_channel"
