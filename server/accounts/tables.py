"""Resellers, their companies, and the people who log in."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Integer, Varchar
from piccolo.columns.column_types import JSONB, Text
from piccolo.table import Table

from server.database.rows import identity, instant, reference, version


class Reseller(Table, tablename="reseller"):
    """The tenant."""

    id = identity()
    name = Varchar(length=120)
    slug = Varchar(length=60, unique=True)
    timezone = Varchar(length=60, default="America/Sao_Paulo")
    default_opening_status = Varchar(length=1, default="A")
    arrival_near_m = Integer(default=200, help_text="Within this many metres an arrival counts as near.")
    next_web_number = Integer(default=1, help_text="What the next service order is called by people.")
    next_supply_number = Integer(default=1, help_text="The same of supply requests.")
    phone = Varchar(length=30, default="")
    website = Varchar(length=120, default="")
    is_active = Boolean(default=True)
    policies_edition = Integer(default=0, help_text="Counts the publications that everybody is asked about.")
    created_at = instant(required=True)
    ver = version()


class Company(Table, tablename="company"):
    """One CNPJ of the reseller: the matriz or a filial."""

    id = identity()
    reseller_id = reference(Reseller)
    name = Varchar(length=120)
    trade_name = Varchar(length=120)
    cnpj = Varchar(length=14)
    street = Varchar(length=120, default="")
    district = Varchar(length=80, default="")
    city = Varchar(length=80, default="")
    uf = Varchar(length=2, default="")
    cep = Varchar(length=8, default="")
    phone = Varchar(length=30, default="")
    is_headquarters = Boolean(default=False)
    is_active = Boolean(default=True)
    ilux_code = Varchar(length=30, null=True, default=None)
    ver = version()


class User(Table, tablename="app_user"):
    """A person with one role; `password_hash` is empty until the invitation is accepted."""

    id = identity()
    reseller_id = reference(Reseller)
    email = Varchar(length=200, unique=True, help_text="Lower case; what the person types to log in.")
    secondary_email = Varchar(length=200, default="")
    secondary_email_at = instant()
    second_factor_at = instant()
    name = Varchar(length=120)
    role = Varchar(length=30)
    password_hash = Varchar(length=200, default="", secret=True)
    password_changed_at = instant()
    technician_id = UUID(null=True, default=None, index=True)
    carrier_id = UUID(null=True, default=None, index=True)
    can_open_orders = Boolean(default=False)
    can_view_monitoring = Boolean(default=False)
    can_publish_billing = Boolean(default=False)
    mails = JSONB(default="[]", help_text="Which events reach this person by mail: a list of names.")
    is_active = Boolean(default=True)
    created_at = instant(required=True)
    last_login_at = instant()
    policies_edition = Integer(default=0, help_text="The reseller's, when this person had confirmed it all.")
    terms_refused_at = instant()
    erased_at = instant()
    shares_position = Boolean(default=True, help_text="False for who refused to be located.")
    ver = version()


class UserCompany(Table, tablename="user_company"):
    """Which companies a user may see."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    company_id = reference(Company)


class UserCustomer(Table, tablename="user_customer"):
    """Which customer registrations a customer's user may see."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    customer_id = UUID(index=True)


class Session(Table, tablename="session"):
    """One login on one browser; the cookie holds the token, the row only its SHA-256."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    token_hash = Varchar(length=64, unique=True)
    created_at = instant(required=True)
    last_seen_at = instant(required=True)
    expires_at = instant(required=True)
    ended_at = instant()
    password_at = instant()
    address = Varchar(length=64, default="")
    user_agent = Varchar(length=300, default="")
    narrowed_to_id = UUID(null=True, default=None, help_text="The one company or registration looked at.")
    viewing_as_id = UUID(null=True, default=None, help_text="Whom an admin looks as.")


class OneTimeLink(Table, tablename="one_time_link"):
    """An invitation, a password reset, or the proof of an address: used once, soon, by whoever reads that
    mailbox. `email` is the address to be proved."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    purpose = Varchar(length=10)
    email = Varchar(length=200, default="")
    token_hash = Varchar(length=64, unique=True)
    created_at = instant(required=True)
    expires_at = instant(required=True)
    used_at = instant()


class SecondFactor(Table, tablename="second_factor"):
    """The secret that a person's authenticator shares, sealed; `last_step`: the newest code that was used."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    secret = Text(default="", secret=True)
    last_step = BigInt(default=0)
    created_at = instant(required=True)
    confirmed_at = instant()


class RecoveryCode(Table, tablename="recovery_code"):
    """What lets a person in once without the authenticator; only its hash is kept."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    code_hash = Varchar(length=64, secret=True)
    used_at = instant()


class LoginChallenge(Table, tablename="login_challenge"):
    """A login whose password was right and whose second factor is asked for; the cookie holds the token."""

    id = identity()
    reseller_id = reference(Reseller)
    user_id = reference(User)
    token_hash = Varchar(length=64, unique=True)
    created_at = instant(required=True)
    expires_at = instant(required=True)
    used_at = instant()


class Attempt(Table, tablename="attempt"):
    """Something limited that was tried: what, by which key (an address, a mail), when."""

    id = identity()
    action = Varchar(length=30)
    key = Varchar(length=200)
    at = instant(required=True)


class Brand(Table, tablename="brand"):
    """How the reseller looks: letterhead, colour and logo, on pages, mails and papers."""

    id = identity()
    reseller_id = reference(Reseller)
    letterhead = Text(default="")
    primary_color = Varchar(length=7, default="#0f4c5c")
    logo_sha256 = Varchar(length=64, null=True, default=None)
    logo_type = Varchar(length=20, default="")
    is_embedded = Boolean(default=False, help_text="The portal opens from the reseller's own site.")
