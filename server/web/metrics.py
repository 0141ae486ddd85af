"""What Prometheus may ask: requests by route, the database's pool, jobs and the sync's counters.

`GET /metrics` answers to `Authorization: Bearer PWS_METRICS_TOKEN`; while none is set, to loopback only.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from piccolo_conf import DB
from server.jobs.queries import count_by_state
from server.problems import Problem
from server.settings import Settings
from server.web.requests import address

REQUESTS = Histogram(
    "pws_http_request_seconds",
    "Time to the end of the answer, by route.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
POOL = Gauge("pws_database_connections", "Connections of this process's pool.", ("state",))
JOBS = Gauge("pws_jobs", "Jobs in the outbox.", ("state",))
JOBS_RUN = Counter("pws_jobs_run_total", "Jobs that this process ran.", ("kind", "outcome"))
NOTIFICATIONS_SENT = Counter(
    "pws_notifications_sent_total",
    "Parcels of notifications, by channel and outcome.",
    ("channel", "outcome"),
)
WEBHOOKS_SENT = Counter("pws_webhooks_sent_total", "Attempts to send a webhook, by outcome.", ("outcome",))
SYNC_RESULTS = Counter("pws_sync_results_total", "Mutations answered to phones, by result.", ("status",))
LISTENERS = Gauge("pws_live_listeners", "Open live-update streams of this process.")


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    REQUESTS.labels(method, route, f"{status // 100}xx").observe(seconds)


@get("/metrics", opt={"public": True, "without_session": True})
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    _check_caller(request)
    in_use, idle = DB.connections()
    POOL.labels("in_use").set(in_use)
    POOL.labels("idle").set(idle)
    for state, number in (await count_by_state()).items():
        JOBS.labels(state).set(number)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _check_caller(request: Request[Any, Any, Any]) -> None:
    settings: Settings = request.app.state.settings
    if settings.metrics_token:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode()):
            raise Problem("not_found")
        return
    try:
        is_near = ipaddress.ip_address(address(request)).is_loopback
    except ValueError:
        is_near = False
    if not is_near:
        raise Problem("not_found")


ROUTES = [metrics]
