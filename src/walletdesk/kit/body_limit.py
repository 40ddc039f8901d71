"""A cap on request bodies in front of Django, which would write a large one to a temporary file.

What people write may not reach a disk before the guard has seen it, and no stranger may fill one.
"""

from collections.abc import Mapping

from walletdesk.kit.live.wire import (
    App,
    Message,
    Receive,
    RefusedError,
    Scope,
    Send,
    answer_refusal,
    header,
)


class BodyLimit:
    """ASGI middleware: a body of more than `most` bytes is answered with 413 and not kept.

    `wider` names paths, by their beginning, with a limit of their own.
    """

    def __init__(self, app: App, *, most: int, wider: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._most = most
        self._wider = dict(wider or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while its body stays within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken, most = 0, self._limit(scope)

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise RefusedError(413, "too_large")
            return message

        try:
            _check_announced(scope, most)
            await self._app(scope, counted, send)
        except RefusedError as refused:
            await answer_refusal(send, refused)

    def _limit(self, scope: Scope) -> int:
        path = str(scope["path"])
        return next((n for start, n in self._wider.items() if path.startswith(start)), self._most)


def _check_announced(scope: Scope, most: int) -> None:
    announced = (header(scope, b"content-length") or b"0").decode("latin-1")
    if not (announced.isascii() and announced.isdigit()):
        raise RefusedError(400, "bad_length")
    if len(announced) > 18 or int(announced) > most:
        raise RefusedError(413, "too_large")
