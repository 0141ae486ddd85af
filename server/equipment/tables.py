"""Machines, what goes wrong with them, and what they are mended with."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Varchar
from piccolo.table import Table

from server.accounts.tables import Company, Reseller
from server.customers.tables import Contract, Customer
from server.database.rows import identity, instant, reference, version


class Model(Table, tablename="model"):
    """What a maker calls a kind of machine, from ILUX; a machine keeps a copy of its names."""

    id = identity()
    reseller_id = reference(Reseller)
    name = Varchar(length=80)
    manufacturer = Varchar(length=60, default="")
    is_color = Boolean(default=False)
    is_active = Boolean(default=True)
    ver = version()


class Equipment(Table, tablename="equipment"):
    """One machine at one customer."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    contract_id = reference(Contract, required=False)
    serial_number = Varchar(length=40)
    asset_tag = Varchar(length=30, default="")
    manufacturer = Varchar(length=60, default="")
    model = Varchar(length=80)
    model_id = reference(Model, required=False)
    is_color = Boolean(default=False)
    department = Varchar(length=80, default="")
    install_location = Varchar(length=80, default="")
    is_active = Boolean(default=True)
    ilux_code = Varchar(length=30, null=True, default=None)
    ver = version()


class Defect(Table, tablename="defect"):
    """A kind of fault, from ILUX; which tabs of the customer list it."""

    id = identity()
    reseller_id = reference(Reseller)
    code = Varchar(length=20)
    name = Varchar(length=120)
    is_listed_with_contract = Boolean(default=False)
    is_listed_without_contract = Boolean(default=False)
    is_listed_for_contracts = Boolean(default=False)
    is_active = Boolean(default=True)


class Part(Table, tablename="part"):
    """What a technician uses or asks for."""

    id = identity()
    reseller_id = reference(Reseller)
    code = Varchar(length=30)
    name = Varchar(length=120)
    use_count = Integer(default=0, help_text="How often it was used: the phone lists the most used.")
    is_active = Boolean(default=True)
    ilux_code = Varchar(length=30, null=True, default=None)
    ver = version()


class MeterReading(Table, tablename="meter_reading"):
    """What a machine's counters said, in pages. Append-only."""

    id = identity()
    reseller_id = reference(Reseller)
    equipment_id = reference(Equipment)
    visit_id = UUID(null=True, default=None, index=True)
    mono = Integer(null=True, default=None)
    color = Integer(null=True, default=None)
    read_at = instant(required=True)
    source = Varchar(length=10, help_text="field, ilux, customer or desk.")
    is_lower = Boolean(default=False, help_text="Lower than the last one: kept and flagged.")
    is_implausible = Boolean(default=False)
    recorded_at = instant(required=True)
    ver = version()
