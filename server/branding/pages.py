"""*Marca da revenda*, the stylesheet of its colour, its logo, and the entrance that its own site links to."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from server.accounts.documents import one_line
from server.accounts.pages.login import login_page
from server.branding import actions
from server.branding.rules import LOGO_BYTES, BrandDetails, fold_color
from server.problems import Problem
from server.settings import Settings
from server.web.guards import admin_only, requires
from server.web.requests import ActorRequest, AnyRequest, address
from server.web.stores import object_store

PATH = "/brand"
ENTRANCE = "/entrance/{slug:str}"
FOR_EVER = "public, max-age=31536000, immutable"


@get(PATH, guards=[admin_only])
async def show_brand(request: ActorRequest, done: FromQuery[str] = "") -> Template:
    return await _page(request, None, {}, 200, done)


@post(PATH, guards=[admin_only], status_code=200)
async def edit_brand(request: ActorRequest) -> Response[Any]:
    form = await request.form()
    wanted = BrandDetails(
        name=one_line(str(form.get("name", "")))[:200],
        primary_color=fold_color(str(form.get("primary_color", "")))[:20],
        letterhead=str(form.get("letterhead", "")).replace("\r\n", "\n").strip()[:2000],
        is_embedded=bool(form.get("is_embedded")),
    )
    uploaded = form.get("logo")
    logo = None
    if isinstance(uploaded, UploadFile) and uploaded.filename:
        logo = await uploaded.read(LOGO_BYTES + 1)
    store = object_store(request.app.state.settings)
    try:
        await actions.edit_brand(
            request.user, wanted, logo, bool(form.get("drops_logo")), store, address(request)
        )
    except Problem as problem:
        if problem.code == "invalid":
            faults = {field["name"]: field["message"] for field in problem.facts["fields"]}
        elif problem.code == "logo_refused":
            faults = {"logo": problem.detail}
        else:
            raise
        return await _page(request, wanted, faults, 422)
    return Redirect(f"{PATH}?done=saved", status_code=303)


@get(f"{PATH}/logo", guards=[requires()], opt={"before_gate": True})
async def show_logo(request: ActorRequest) -> Response[bytes]:
    """The own reseller's; the address carries its hash, so that a browser asks once."""
    store = object_store(request.app.state.settings)
    content = await actions.read_logo(store, request.user.reseller_id, request.user.logo_sha256)
    return _picture(content, "private, max-age=31536000, immutable")


@get(f"{PATH}/colors/{{color:str}}", opt={"public": True, "without_session": True})
async def show_color(color: FromPath[str]) -> Response[str]:
    """A stylesheet for six hex digits: what is inline is not allowed to run."""
    if not re.fullmatch("[0-9a-f]{6}", color):
        raise Problem("not_found")
    return Response(
        f":root,[data-theme=pws]{{--color-primary:#{color}}}",
        media_type="text/css; charset=utf-8",
        headers={"cache-control": FOR_EVER},
    )


@get(ENTRANCE, opt={"public": True})
async def show_entrance(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """The login in the reseller's name, colour and logo."""
    look = await actions.find_look(slug)
    if request.user is not None:
        return Redirect("/", status_code=303)
    return login_page(request, look=look)


@get(f"{ENTRANCE}/logo", opt={"public": True, "without_session": True})
async def show_entrance_logo(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    look = await actions.find_look(slug)
    store = object_store(request.app.state.settings)
    content = await actions.read_logo(store, look.reseller_id, look.logo_sha256)
    return _picture(content, "public, max-age=3600")


@get(f"{ENTRANCE}/manifest.webmanifest", opt={"public": True, "without_session": True})
async def show_manifest(slug: FromPath[str]) -> Response[bytes]:
    """For who puts the portal on a home screen: under the reseller's name."""
    look = await actions.find_look(slug)
    icon = f"/entrance/{look.slug}/logo" if look.logo_sha256 else "/field/icon.svg"
    manifest = {
        "name": look.name,
        "short_name": look.name[:24],
        "lang": "pt-BR",
        "start_url": f"/entrance/{look.slug}",
        "scope": "/",
        "display": "browser",
        "theme_color": look.primary_color,
        "background_color": "#ffffff",
        "icons": [{"src": icon, "sizes": "any"}],
    }
    return Response(msgspec.json.encode(manifest), media_type="application/manifest+json")


def _picture(content: bytes, cache_control: str) -> Response[bytes]:
    headers = {"cache-control": cache_control, "content-security-policy": "default-src 'none'; sandbox"}
    return Response(content, media_type="image/png", headers=headers)


async def _page(
    request: ActorRequest, wanted: BrandDetails | None, faults: dict[str, str], status: int, done: str = ""
) -> Template:
    settings: Settings = request.app.state.settings
    kept, slug, logo = await actions.read_brand(request.user)
    return Template(
        "branding/brand.html",
        context={
            "brand": wanted or kept,
            "logo": logo,
            "faults": faults,
            "done": done,
            "entrance": f"{settings.base_url.rstrip('/')}/entrance/{slug}",
        },
        status_code=status,
    )


ROUTES = [
    show_brand,
    edit_brand,
    show_logo,
    show_color,
    show_entrance,
    show_entrance_logo,
    show_manifest,
]
