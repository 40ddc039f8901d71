from django.apps import AppConfig


class DiagnosesConfig(AppConfig):
    name = "walletdesk.conversations.diagnoses"
    label = "diagnoses"
    default_auto_field = "django.db.models.BigAutoField"
