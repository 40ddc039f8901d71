from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "walletdesk.conversations.disclosures"
    label = "disclosures"
    default_auto_field = "django.db.models.BigAutoField"
