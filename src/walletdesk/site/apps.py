from django.apps import AppConfig

from walletdesk.kit.timestamps import read_fast


class SiteConfig(AppConfig):
    name = "walletdesk.site"
    label = "walletdesk_site"

    def ready(self) -> None:
        from walletdesk.kit.outbox.registry import wire  # noqa: PLC0415 - models are loaded now
        from walletdesk.site.wiring import BACKGROUND, WIRING  # noqa: PLC0415 - models are loaded now

        read_fast()
        wire(WIRING, BACKGROUND)
