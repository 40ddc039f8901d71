from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "walletdesk.voice"
    label = "voice"
    default_auto_field = "django.db.models.BigAutoField"
