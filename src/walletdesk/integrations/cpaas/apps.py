from django.apps import AppConfig


class CpaasConfig(AppConfig):
    name = "walletdesk.integrations.cpaas"
    label = "cpaas"
