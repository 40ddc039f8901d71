from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "walletdesk.integrations.sms"
    label = "sms"
