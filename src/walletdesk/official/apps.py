from django.apps import AppConfig


class OfficialConfig(AppConfig):
    name = "walletdesk.official"
    label = "official"
    default_auto_field = "django.db.models.BigAutoField"
