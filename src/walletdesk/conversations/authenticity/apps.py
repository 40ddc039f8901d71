from django.apps import AppConfig


class AuthenticityConfig(AppConfig):
    name = "walletdesk.conversations.authenticity"
    label = "authenticity"
    default_auto_field = "django.db.models.BigAutoField"
