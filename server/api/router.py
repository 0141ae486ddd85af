"""The API's operations behind their own authentication, and its document beside them."""

from __future__ import annotations

from litestar import Router
from litestar.middleware import DefineMiddleware

from server.api.authentication import ApiAuthentication, Conditional
from server.api.operations import V1, refuse_unknown_queries
from server.api.resources import (
    billing,
    companies,
    contact_messages,
    customers,
    deliveries,
    equipment,
    order_acts,
    service_orders,
    supply_requests,
)

RESOURCES = (
    service_orders,
    order_acts,
    customers,
    equipment,
    supply_requests,
    deliveries,
    billing,
    contact_messages,
    companies,
)
BODY_LIMIT = 256 * 1024  # texts and ids


def operations_router() -> Router:
    return Router(
        path=V1,
        route_handlers=[route for resource in RESOURCES for route in resource.ROUTES],
        middleware=[DefineMiddleware(ApiAuthentication), DefineMiddleware(Conditional)],
        before_request=refuse_unknown_queries,
        opt={"without_session": True},
        request_max_body_size=BODY_LIMIT,
    )
