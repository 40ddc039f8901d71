from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "walletdesk.conversations.search"
    label = "conversation_search"
    default_auto_field = "django.db.models.BigAutoField"
