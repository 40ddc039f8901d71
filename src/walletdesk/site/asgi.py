"""The server's application: the live edge, the files, and Django beside each other."""

import os

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "walletdesk.site.settings")
django.setup(set_prefix=False)

from typing import Any  # noqa: E402 - Django comes first

from django.conf import settings  # noqa: E402
from servestatic import ServeStaticASGI  # noqa: E402

from walletdesk.kit.lanes import Lane, Lanes  # noqa: E402
from walletdesk.kit.live.bus import PostgresBus  # noqa: E402
from walletdesk.kit.live.edge import Edge  # noqa: E402
from walletdesk.site import ports  # noqa: E402
from walletdesk.site.config import database_dsn  # noqa: E402

application: Any = None
