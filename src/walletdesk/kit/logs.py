"""Logs that never hold what people wrote.

An error's message can quote its input (a parser, a database driver, a template), so a log line
names an error by its type and place and leaves the message out.
"""

import json
import logging
import traceback
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class LineFormatter(logging.Formatter):
    """One line a record: time, level, logger, message; of an exception its type and places."""

    def format(self, record: logging.LogRecord) -> str:
        line = (
            f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')} {record.levelname.lower():7} "
            f"{record.name}: {record.getMessage()}"
        )
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])[-6:]
            places = " < ".join(f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno}" for f in frames[::-1])
            line += f" [{record.exc_info[0].__name__} at {places}]"
        return json.dumps(line, ensure_ascii=False)[1:-1]  # no line break of anybody's making


class NoBodies(SafeExceptionReporterFilter):
    """Error pages and reports show no request bodies, no settings and no local variables."""

    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002 - Django's signature
        return True

    def get_post_parameters(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
    ) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
        tb_frame: Any,  # noqa: ARG002 - Django's signature
    ) -> ItemsView[str, Any]:
        return {}.items()
