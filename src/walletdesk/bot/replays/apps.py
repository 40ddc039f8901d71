from django.apps import AppConfig


class ReplaysConfig(AppConfig):
    name = "walletdesk.bot.replays"
    label = "replays"
    default_auto_field = "django.db.models.BigAutoField"
