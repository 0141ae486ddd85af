"""Another address for oneself, and the page that the link in its mail opens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from litestar.response import Redirect, Template

from server.accounts import addresses
from server.accounts.confirmation import is_confirmed
from server.accounts.links import LinkHolder
from server.problems import Problem
from server.web.guards import requires
from server.web.requests import ActorRequest, AnyRequest, address

FIELDS = {"email_taken": "email", "password_needed": "password", "wrong_password": "password"}


class EmailForm(msgspec.Struct):
    email: Annotated[str, msgspec.Meta(max_length=300)] = ""
    password: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class ProofForm(msgspec.Struct):
    token: Annotated[str, msgspec.Meta(max_length=100)] = ""


@get("/profile/email", guards=[requires()])
async def show_email(request: ActorRequest) -> Template:
    return _email_page(request, "", {}, 200)


@post("/profile/email", guards=[requires()], status_code=200)
async def ask_for_email(
    request: ActorRequest, data: Annotated[EmailForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Response[Any]:
    try:
        await addresses.ask_for_email(
            request.user, data.email, data.password, now=datetime.now(UTC), address=address(request)
        )
    except Problem as problem:
        if problem.code == "invalid":
            faults = {field["name"]: field["message"] for field in problem.facts["fields"]}
        else:
            faults = {FIELDS.get(problem.code, ""): problem.detail}
        status = 422 if problem.code == "password_needed" else problem.status
        return _email_page(request, data.email, faults, status)
    return Redirect("/profile?done=email", status_code=303)


@get("/addresses/proof", opt={"public": True})
async def show_proof(request: AnyRequest, token: FromQuery[str] = "") -> Template:
    """Opening the link uses nothing up: mail programs open links, too."""
    holder = await addresses.find_proof(token, now=datetime.now(UTC), address=address(request))
    return _proof_page(holder, token, False)


@post("/addresses/proof", opt={"public": True}, status_code=200)
async def prove_address(
    request: AnyRequest, data: Annotated[ProofForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Template:
    holder = await addresses.prove(data.token, now=datetime.now(UTC), address=address(request))
    return _proof_page(holder, "", True)


def _email_page(request: ActorRequest, email: str, faults: dict[str, str], status: int) -> Template:
    context = {
        "email": email,
        "faults": faults,
        "asks_password": not is_confirmed(request.user, datetime.now(UTC)),
    }
    return Template("accounts/change_email.html", context=context, status_code=status)


def _proof_page(holder: LinkHolder, token: str, is_done: bool) -> Template:
    return Template(
        "accounts/proof.html",
        context={"holder": holder, "token": token, "is_done": is_done},
        headers={"Referrer-Policy": "no-referrer"},
    )


ROUTES = [show_email, ask_for_email, show_proof, prove_address]
