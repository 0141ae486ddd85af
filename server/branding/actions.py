"""The admin changes how the reseller looks; audited with before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from obstore.store import ObjectStore

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.scope import visible
from server.accounts.tables import Brand, Reseller
from server.audit.actions import append
from server.branding.logos import keep_logo, path_of
from server.branding.rules import DEFAULT_COLOR, BrandDetails, brand_faults
from server.database import platform
from server.problems import Problem


@dataclass(frozen=True, slots=True)
class Look:
    """What a page needs of a reseller that nobody is logged in to yet."""

    reseller_id: UUID
    name: str
    slug: str
    primary_color: str
    logo_sha256: str | None


async def read_brand(actor: Actor) -> tuple[BrandDetails, str, str | None]:
    """As the form shows it, with the slug and the logo."""
    reseller = await Reseller.objects().get(Reseller.id == actor.reseller_id)
    assert reseller is not None
    brand = await Brand.select().where(visible(actor, Brand)).first() or {}
    details = BrandDetails(
        reseller.name,
        brand.get("primary_color", DEFAULT_COLOR),
        brand.get("letterhead", ""),
        bool(brand.get("is_embedded", False)),
    )
    return details, reseller.slug, brand.get("logo_sha256")


async def edit_brand(
    actor: Actor, wanted: BrandDetails, logo: bytes | None, drops_logo: bool, store: ObjectStore, address: str
) -> None:
    """Raises `invalid` or `logo_refused`; then nothing is changed."""
    records.only_admin(actor)
    faults = brand_faults(wanted)
    if faults:
        raise Problem("invalid", fields=[{"name": name, "message": text} for name, text in faults.items()])
    before, _, sha256 = await read_brand(actor)
    kept = sha256
    if logo:
        kept = await keep_logo(store, actor.reseller_id, logo)
    elif drops_logo:
        kept = None
    columns: dict[Any, Any] = {
        Brand.primary_color: wanted.primary_color,
        Brand.letterhead: wanted.letterhead,
        Brand.is_embedded: wanted.is_embedded,
        Brand.logo_sha256: kept,
        Brand.logo_type: "image/png" if kept else "",
    }
    async with DB.transaction():
        if not await Brand.exists().where(Brand.reseller_id == actor.reseller_id):
            await Brand.insert(Brand(reseller_id=actor.reseller_id))
        await Brand.update(columns).where(Brand.reseller_id == actor.reseller_id)
        if wanted.name != before.name:
            await Reseller.update({Reseller.name: wanted.name}).where(Reseller.id == actor.reseller_id)
        await append(
            "brand.edited",
            reseller_id=actor.reseller_id,
            user_id=actor.user_id,
            subject=("reseller", actor.reseller_id),
            address=address,
            before=records.columns_of(before) | {"logo": (sha256 or "")[:12]},
            after=records.columns_of(wanted) | {"logo": (kept or "")[:12]},
        )


async def find_look(slug: str) -> Look:
    """Of a reseller whose own site leads here. Raises `not_found`."""
    with platform():
        reseller = await Reseller.objects().get((Reseller.slug == slug) & Reseller.is_active.eq(True))
        brand = await Brand.objects().get(Brand.reseller_id == reseller.id) if reseller else None
    if reseller is None or brand is None or not brand.is_embedded:
        raise Problem("not_found")
    return Look(reseller.id, reseller.name, reseller.slug, brand.primary_color, brand.logo_sha256)


async def read_logo(store: ObjectStore, reseller_id: UUID, sha256: str | None) -> bytes:
    """Raises `not_found`."""
    if not sha256:
        raise Problem("not_found")
    try:
        return bytes(await (await store.get_async(path_of(reseller_id, sha256))).bytes_async())
    except FileNotFoundError as error:
        raise Problem("not_found") from error
