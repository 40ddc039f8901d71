from django.apps import AppConfig


class CaughtConfig(AppConfig):
    name = "walletdesk.conversations.caught"
    label = "caught"
    default_auto_field = "django.db.models.BigAutoField"
