from django.apps import AppConfig


class BotConfig(AppConfig):
    name = "walletdesk.bot"
    label = "bot"
