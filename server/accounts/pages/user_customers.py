"""The customers that a person may be given, found while one types."""

from __future__ import annotations

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from server.accounts import user_queries
from server.web.guards import admin_only
from server.web.requests import ActorRequest


@get("/users/customers", guards=[admin_only])
async def find_customers(request: ActorRequest, customer: FromQuery[str] = "") -> Template:
    text = customer[:100].strip()
    found = await user_queries.find_customers(request.user, text) if text else {}
    return Template("accounts/_found_customers.html", context={"found": found, "text": text})


ROUTES = [find_customers]
