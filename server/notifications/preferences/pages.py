"""Meus avisos: by mail or push for each kind, quiet hours, and the browsers that pushes reach."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from server.accounts.actor import FIELD_ROLES
from server.notifications.events import Event
from server.notifications.preferences import actions
from server.notifications.preferences.rules import DIGESTS, calm_faults, choices, clock_of, minutes_of
from server.notifications.push.subscriptions import list_subscriptions
from server.notifications.push.vapid import keys_of
from server.notifications.rules import Calm, Preference
from server.settings import Settings
from server.web.forms import Form
from server.web.guards import requires
from server.web.requests import ActorRequest

PATH = "/profile/notifications"
_DONE = {
    "saved": "Preferências salvas.",
    "removed": "O aparelho não recebe mais notificações.",
}


@get(PATH, guards=[requires()])
async def show_preferences(request: ActorRequest, done: FromQuery[str] = "") -> Template:
    calm = await actions.calm_of(request.user)
    form = Form(
        [
            ("quiet_from", clock_of(calm.quiet_from)),
            ("quiet_until", clock_of(calm.quiet_until)),
            ("digest", str(calm.digest_minutes)),
        ],
        request.user.timezone,
    )
    return await _page(request, form, await actions.chosen_by(request.user), _DONE.get(done, ""))


@post(PATH, guards=[requires()], status_code=200)
async def edit_preferences(request: ActorRequest) -> Response[Any]:
    form = Form((await request.form()).multi_items(), request.user.timezone)
    wanted = {
        event: Preference(mail=bool(form.text(f"mail:{event}")), push=bool(form.text(f"push:{event}")))
        for event in Event
    }
    calm = _calm(form)
    if not form.is_valid:
        return await _page(request, form, {event.value: ways for event, ways in wanted.items()}, status=422)
    await actions.choose(request.user, wanted, calm)
    return Redirect(f"{PATH}?done=saved", status_code=303)


def _calm(form: Form) -> Calm:
    clocks: dict[str, int | None] = {}
    for name in ("quiet_from", "quiet_until"):
        try:
            clocks[name] = minutes_of(form.text(name))
        except ValueError:
            form.errors[name] = "Escreva um horário, como 22:00."
            clocks[name] = None
    digest = form.text("digest")
    calm = Calm(
        clocks["quiet_from"],
        clocks["quiet_until"],
        int(digest) if digest in {str(minutes) for minutes in DIGESTS} else 0,
    )
    if form.is_valid:
        form.errors |= calm_faults(calm)
    return calm


async def _page(
    request: ActorRequest, form: Form, chosen: dict[str, Preference], done: str = "", status: int = 200
) -> Template:
    actor = request.user
    settings: Settings = request.app.state.settings
    context = {
        "form": form,
        "choices": choices(actor.role, await actions.mails_of(actor), chosen),
        "digests": DIGESTS,
        "devices": await list_subscriptions(actor),
        "has_push": keys_of(settings) is not None,
        "is_of_field": actor.role in FIELD_ROLES,
        "done": done,
    }
    return Template("notifications/preferences.html", context=context, status_code=status)


ROUTES = [show_preferences, edit_preferences]
