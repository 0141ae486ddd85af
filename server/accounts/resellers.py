"""A new tenant: made on the console by whoever runs the server, with the first person to invite others."""

from __future__ import annotations

import re
from datetime import datetime

from offline_sync.ids import uuid7
from piccolo_conf import DB
from server.accounts.actor import Role
from server.accounts.links import Purpose, make_link
from server.accounts.login import fold_email
from server.accounts.tables import Brand, Company, Reseller, User, UserCompany
from server.audit.actions import append
from server.database import platform
from server.privacy.documents import seed_documents
from server.problems import Problem

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}")


async def add_reseller(
    *, name: str, slug: str, cnpj: str, admin_name: str, admin_email: str, now: datetime, base_url: str
) -> str:
    """The reseller, its first company and its admin; the link with which the admin chooses a password.

    Raises Problem("invalid") for a short name that is taken or malformed, a CNPJ without 14 digits, or a mail
    that is somebody's already.
    """
    cnpj, admin_email = re.sub(r"\D", "", cnpj), fold_email(admin_email)
    reseller_id, company_id, user_id = uuid7(), uuid7(), uuid7()
    with platform():
        async with DB.transaction():
            await _check(slug, cnpj, admin_email)
            await Reseller.insert(Reseller(id=reseller_id, name=name, slug=slug, created_at=now))
            await Company.insert(
                Company(
                    id=company_id,
                    reseller_id=reseller_id,
                    name=name,
                    trade_name=name,
                    cnpj=cnpj,
                    is_headquarters=True,
                )
            )
            await Brand.insert(Brand(reseller_id=reseller_id, letterhead=name))
            await User.insert(
                User(
                    id=user_id,
                    reseller_id=reseller_id,
                    email=admin_email,
                    name=admin_name,
                    role=Role.ADMIN.value,
                    created_at=now,
                )
            )
            await UserCompany.insert(
                UserCompany(reseller_id=reseller_id, user_id=user_id, company_id=company_id)
            )
            await seed_documents(reseller_id, name, now)
            await append("reseller.added", reseller_id=reseller_id, subject=("reseller", reseller_id))
            return await make_link(user_id, reseller_id, Purpose.INVITATION, now, base_url)


async def _check(slug: str, cnpj: str, admin_email: str) -> None:
    errors: dict[str, str] = {}
    if not SLUG.fullmatch(slug) or await Reseller.exists().where(Reseller.slug == slug):
        errors["slug"] = "letras minúsculas, algarismos e hífen; de nenhuma outra revenda"
    if len(cnpj) != 14:
        errors["cnpj"] = "14 algarismos"
    if "@" not in admin_email or await User.exists().where(User.email == admin_email):
        errors["admin_email"] = "um endereço que ainda não tenha acesso"
    if errors:
        raise Problem("invalid", errors=errors)
