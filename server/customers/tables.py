"""Customers, where they are, and what they have contracted."""

from __future__ import annotations

from piccolo.columns import Boolean, Date, DoublePrecision, Integer, Text, Varchar
from piccolo.table import Table

from server.accounts.tables import Company, Reseller
from server.database.rows import identity, reference, version


class Customer(Table, tablename="customer"):
    """A customer registration (cadastro); a user may have several."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    name = Varchar(length=120)
    trade_name = Varchar(length=120, default="")
    search_name = Varchar(length=260, default="", help_text="Both names and the document, folded for search.")
    cnpj_cpf = Varchar(length=14, default="")
    street = Varchar(length=120, default="")
    number = Varchar(length=20, default="")
    complement = Varchar(length=60, default="")
    district = Varchar(length=80, default="")
    city = Varchar(length=80, default="")
    uf = Varchar(length=2, default="")
    cep = Varchar(length=8, default="")
    phone = Varchar(length=30, default="")
    contact_name = Varchar(length=80, default="")
    email = Varchar(length=200, default="")
    notes = Text(default="")
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    is_active = Boolean(default=True)
    ilux_code = Varchar(length=30, null=True, default=None)
    ver = version()


class Contract(Table, tablename="contract"):
    """What the customer pays for: full, light or none."""

    id = identity()
    reseller_id = reference(Reseller)
    company_id = reference(Company)
    customer_id = reference(Customer)
    number = Varchar(length=30)
    kind = Varchar(length=10, default="full")
    started_on = Date(null=True, default=None)
    ended_on = Date(null=True, default=None)
    mono_allowance = Integer(default=0, help_text="Pages a month.")
    color_allowance = Integer(default=0, help_text="Pages a month.")
    is_active = Boolean(default=True)
    ilux_code = Varchar(length=30, null=True, default=None)
