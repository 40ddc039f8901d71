from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    name = "walletdesk.integrations.email.outgoing"
    label = "email_outgoing"
    default_auto_field = "django.db.models.BigAutoField"
