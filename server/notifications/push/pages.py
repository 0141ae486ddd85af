"""What the scripts of pages and field app ask for: the key, to be told on this browser, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect
from msgspec import Meta, Struct

from server.notifications.push import subscriptions
from server.notifications.push.endpoints import Browser
from server.notifications.push.trial import send_trial
from server.notifications.push.vapid import keys_of
from server.problems import Problem
from server.settings import Settings
from server.web.guards import requires
from server.web.requests import ActorRequest, user_agent

PATH = "/push"
_Endpoint = Annotated[str, Meta(min_length=1, max_length=1000)]


class SubscriptionKeys(Struct, frozen=True):
    p256dh: Annotated[str, Meta(max_length=100)]
    auth: Annotated[str, Meta(max_length=40)]


class Subscription(Struct, frozen=True):
    """`PushSubscription.toJSON()` of a browser, and the field app's installation."""

    endpoint: _Endpoint
    keys: SubscriptionKeys
    client_id: UUID | None = None


class Removal(Struct, frozen=True):
    endpoint: _Endpoint


@get(f"{PATH}/key", guards=[requires()])
async def show_key(request: ActorRequest) -> dict[str, str]:
    """What a browser subscribes with; `push_off` where the portal has none."""
    keys = keys_of(_settings(request))
    if keys is None:
        raise Problem("push_off")
    return {"key": keys.public}


@post(f"{PATH}/subscriptions", guards=[requires()], status_code=204)
async def create_subscription(request: ActorRequest, data: JSONBody[Subscription]) -> None:
    settings = _settings(request)
    if keys_of(settings) is None:
        raise Problem("push_off")
    await subscriptions.subscribe(
        request.user,
        Browser(data.endpoint, data.keys.p256dh, data.keys.auth),
        client_id=data.client_id,
        user_agent=user_agent(request),
        now=datetime.now(UTC),
        settings=settings,
    )


@post(f"{PATH}/removals", guards=[requires()], status_code=204)
async def remove_subscription(request: ActorRequest, data: JSONBody[Removal]) -> None:
    """By the browser itself, which knows no other name of it."""
    await subscriptions.unsubscribe(request.user, data.endpoint)


@post(f"{PATH}/trials", guards=[requires()], status_code=204)
async def create_trial(request: ActorRequest) -> None:
    if keys_of(_settings(request)) is None:
        raise Problem("push_off")
    await send_trial(request.user, datetime.now(UTC))


@post(f"{PATH}/subscriptions/{{subscription_id:uuid}}/removal", guards=[requires()], status_code=200)
async def remove_device(request: ActorRequest, subscription_id: FromPath[UUID]) -> Response[None]:
    await subscriptions.remove(request.user, subscription_id)
    return Redirect("/profile/notifications?done=removed", status_code=303)


def _settings(request: ActorRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


ROUTES = [show_key, create_subscription, remove_subscription, create_trial, remove_device]
