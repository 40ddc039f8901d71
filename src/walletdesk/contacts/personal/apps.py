from django.apps import AppConfig


class PersonalConfig(AppConfig):
    name = "walletdesk.contacts.personal"
    label = "personal"
    default_auto_field = "django.db.models.BigAutoField"
