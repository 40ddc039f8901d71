from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "walletdesk.channels.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
