"""The server's application: the live edge, the files and Django, beside each other."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "walletdesk.site.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402 - Django must be set up before what follows
from django.db import connections  # noqa: E402 - as above
from servestatic import ServeStaticASGI  # noqa: E402 - as above

from walletdesk.kit.body_limit import BodyLimit  # noqa: E402 - as above
from walletdesk.kit.filetypes import FILE_BYTES  # noqa: E402 - as above
from walletdesk.kit.lanes import Lane, Lanes  # noqa: E402 - as above
from walletdesk.kit.live.bus import PostgresBus  # noqa: E402 - as above
from walletdesk.kit.live.edge import Edge  # noqa: E402 - as above
from walletdesk.kit.live.limits import Limits  # noqa: E402 - as above
from walletdesk.kit.live.wire import App, Receive, Scope, Send  # noqa: E402 - as above
from walletdesk.kit.streamed_body import StreamedBody  # noqa: E402 - as above
from walletdesk.site import ports  # noqa: E402 - as above
from walletdesk.site.config import database_dsn  # noqa: E402 - as above
from walletdesk.site.static_files import published  # noqa: E402 - as above
from walletdesk.site.voice_forward import PREFIX, VoiceForward  # noqa: E402 - as above

STAFF_PATHS = ("/desk/", "/accounts/")
HEALTH_PATHS = ("/healthz", "/readyz")
UPLOAD_PATHS = {"/desk/files": "staff", "/chat/v1/files": "customers"}
UPLOAD_SECONDS = 180.0  # 20 MB at a megabit a second
DOWNLOAD_PATH = "/files/"
DOWNLOADS = 16  # they hold a database connection at their beginning only
STAFF_SHARE = 3  # one in three of the pool's connections is never taken by customers

edge = Edge(
    authorise=ports.authorise,
    read=ports.read,
    submit=ports.submit,
    bus=PostgresBus(database_dsn(settings.WALLETDESK)),
    cookie=ports.session_cookie_name(),
    limits=Limits(per_address=settings.WALLETDESK.streams_per_address),
    release=connections.close_all,
)


def _lane(path: str) -> str | None:
    if path in HEALTH_PATHS:
        return None
    if path.startswith(DOWNLOAD_PATH):
        return "files"
    return "staff" if path.startswith(STAFF_PATHS) else "customers"


def _django() -> App:
    pool: int = settings.WALLETDESK.pool_size
    for_staff = max(1, pool // STAFF_SHARE)
    return Lanes(
        get_asgi_application(),
        classify=_lane,
        lanes=[
            Lane("staff", places=for_staff),
            Lane("customers", places=max(1, pool - for_staff)),
            Lane("files", places=DOWNLOADS),
        ],
    )


def _uploads() -> App:
    """Return what takes files: in places of their own, since uploads last."""
    waiting = {"queue": 50, "wait": 10.0, "body_seconds": UPLOAD_SECONDS}
    return Lanes(
        StreamedBody(get_asgi_application()),
        classify=UPLOAD_PATHS.get,
        lanes=[Lane("staff", places=2, **waiting), Lane("customers", places=4, **waiting)],  # type: ignore[arg-type] # mixed numbers
    )


def _files(app: App) -> App:
    files: App = ServeStaticASGI(
        app,
        root=str(_root()),
        prefix=settings.STATIC_URL,
        max_age=31_536_000,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_file_headers,
    )
    return files


def _root() -> Path:
    folder: Path = settings.STATIC_FOLDER
    if settings.DEBUG:
        return folder
    return published(folder, settings.STATIC_PUBLISHED, settings.STATIC_DIGEST)


def _file_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # a wallet's page loads our loader


def begin_shutdown() -> None:
    """End the live streams: their clients come back to the next process."""
    edge.begin_shutdown()


class Application:
    """Routes by path; starts and stops the edge with the server."""

    def __init__(self) -> None:
        self._django = _django()
        self.uploads = BodyLimit(_uploads(), most=FILE_BYTES)
        self.voice = VoiceForward(settings.WALLETDESK.media.mark)

    @cached_property
    def pages(self) -> App:
        """What serves pages and files. Not before the server starts: `up` publishes files first."""
        return BodyLimit(
            _files(self._django), most=settings.BODY_LIMIT, wider=settings.WIDER_BODIES
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._app_for(scope)(scope, receive, send)

    def _app_for(self, scope: Scope) -> App:
        if scope["path"].startswith("/live/"):
            return edge
        if scope["path"].startswith(PREFIX):
            return self.voice
        upload = scope["method"] == "POST" and scope["path"] in UPLOAD_PATHS
        return self.uploads if upload else self.pages

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                _ready = self.pages
                await edge.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await edge.stop()
                await self.voice.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()
