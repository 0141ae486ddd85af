"""What an admin keeps of the reseller itself: its settings and its companies."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from piccolo_conf import DB
from server.accounts import records
from server.accounts.actor import Actor
from server.accounts.documents import compact
from server.accounts.rules import CompanyDetails, ResellerSettings, company_faults, settings_faults
from server.accounts.tables import Company, Reseller
from server.problems import Problem


async def edit_reseller(actor: Actor, settings: ResellerSettings) -> None:
    """Raises `not_found`, `invalid`."""
    settings = records.tidy(settings)
    async with DB.transaction() as tx:
        row = await records.hold(tx, actor, Reseller, actor.reseller_id)
        columns = records.columns_of(settings)
        records.refuse(Reseller, columns, settings_faults(settings))
        await records.change(actor, Reseller, row, columns)
        await records.tell_desk(actor)


async def add_company(actor: Actor, details: CompanyDetails) -> UUID:
    """Another filial. Raises `not_found`, `invalid`, `cnpj_taken`."""
    details = _tidy(details)
    async with DB.transaction() as tx:
        await records.hold(tx, actor, Reseller, actor.reseller_id)  # one of a CNPJ, also of two at once
        columns = records.columns_of(details)
        records.refuse(Company, columns, company_faults(details))
        await _check_cnpj_is_free(actor, details.cnpj, None)
        return await records.add(actor, Company, columns)


async def edit_company(actor: Actor, company_id: UUID, details: CompanyDetails) -> None:
    """Raises `not_found`, `invalid`, `cnpj_taken`."""
    details = _tidy(details)
    async with DB.transaction() as tx:
        await records.hold(tx, actor, Reseller, actor.reseller_id)
        row = await records.hold(tx, actor, Company, company_id)
        columns = records.columns_of(details)
        records.refuse(Company, columns, company_faults(details))
        await _check_cnpj_is_free(actor, details.cnpj, company_id)
        await records.change(actor, Company, row, columns)
        await records.tell_desk(actor)


async def retire_company(actor: Actor, company_id: UUID) -> None:
    """Raises `not_found`, `last_company`."""
    async with DB.transaction() as tx:
        await records.hold(tx, actor, Reseller, actor.reseller_id)
        row = await records.hold(tx, actor, Company, company_id)
        if not await Company.exists().where(
            Company.reseller_id == actor.reseller_id, Company.is_active.eq(True), Company.id != company_id
        ):
            raise Problem("last_company")
        await records.retire(actor, Company, row)


async def reinstate_company(actor: Actor, company_id: UUID) -> None:
    """Raises `not_found`."""
    async with DB.transaction() as tx:
        await records.reinstate(actor, Company, await records.hold(tx, actor, Company, company_id))


def _tidy(details: CompanyDetails) -> CompanyDetails:
    details = records.tidy(details)
    return replace(
        details,
        trade_name=details.trade_name or details.name,
        cnpj=compact(details.cnpj),
        cep=compact(details.cep),
        uf=details.uf.upper(),
    )


async def _check_cnpj_is_free(actor: Actor, cnpj: str, company_id: UUID | None) -> None:
    other = (
        await Company.select(Company.id)
        .where(Company.reseller_id == actor.reseller_id, Company.cnpj == cnpj)
        .first()
    )
    if other is not None and other["id"] != company_id:
        raise Problem("cnpj_taken")
