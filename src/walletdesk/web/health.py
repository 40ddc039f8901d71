"""`/healthz`: this process is alive. `/readyz`: it can do its work."""

import shutil

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from psycopg_pool import PoolTimeout

from walletdesk.kit.presence import workers_present

DISK_BAR_BYTES = 200 * 1024 * 1024
PARKED = "SELECT count(*) FROM outbox_outboxevent WHERE parked_at IS NOT NULL"


def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view
    """Answer 200 as long as the process answers at all. Touches nothing."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view
    """Answer 200 when database, worker and disk are there, else 503 and which is not."""
    checks = {"database": False, "worker": False, "disk": _disk()}
    parked = None
    try:
        with connection.cursor() as cursor:
            cursor.execute(PARKED)
            parked = cursor.fetchone()[0]
        checks["database"] = True
        checks["worker"] = workers_present() > 0
    except (DatabaseError, PoolTimeout):
        pass
    ready = all(checks.values())
    return JsonResponse(
        {"ready": ready, **checks, "parked_events": parked}, status=200 if ready else 503
    )


def _disk() -> bool:
    try:
        return shutil.disk_usage(settings.WALLETDESK.data).free >= DISK_BAR_BYTES
    except OSError:
        return False
