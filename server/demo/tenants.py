"""The reseller, its companies and catalogue, and the people who work there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from server.accounts.actor import Role
from server.demo.catalogue import CHECKLIST_DRAFT, CHECKLISTS, DEFECTS, PARTS, PREVENTIVE_DEFECTS
from server.demo.logins import LOGINS
from server.demo.people import cnpj_of, cnpj_root, landline, mobile, person
from server.demo.places import PLACES, Place
from server.demo.privacy import UNASKED
from server.demo.world import Firm, Worker, World, as_json

YEARS_AGO = timedelta(days=900)


@dataclass(frozen=True, slots=True)
class Plan:
    """A reseller to be made: its companies with the areas they serve, and where its technicians work."""

    name: str
    slug: str
    phone: str
    color: str
    firms: tuple[tuple[str, str, tuple[str, ...]], ...]
    areas: tuple[str, ...]


ILHA = Plan(
    name="Ilha Office",
    slug="ilha",
    phone="(48) 3222-4455",
    color="#0f4c5c",
    firms=(
        ("Ilha Office Florianópolis", "Agronômica", ("ilha",)),
        ("Ilha Office São José", "Campinas", ("continente",)),
        ("Ilha Office Norte", "Itoupava Norte", ("blumenau", "joinville")),
    ),
    areas=("ilha", "continente", "ilha", "continente", "ilha", "blumenau", "ilha", "continente", "joinville"),
)
OUTRA = Plan(
    name="Outra Copiadora",
    slug="outra",
    phone="(48) 3344-0001",
    color="#7a3b10",
    firms=(("Outra Copiadora", "Barreiros", ("continente",)),),
    areas=("continente",),
)


def make_reseller(world: World, plan: Plan) -> None:
    """The tenant with its companies, catalogue and people. `load` sets `next_web_number` at the end."""
    world.rows.add(
        "reseller",
        id=world.reseller_id,
        name=plan.name,
        slug=plan.slug,
        phone=plan.phone,
        website=f"www.{plan.slug}.example",
        policies_edition=1,
        created_at=world.now - YEARS_AGO,
    )
    root = cnpj_root(world.rng)
    for branch, (name, district, areas) in enumerate(plan.firms, start=1):
        base = next(place for place in PLACES if place.district == district and place.area == areas[0])
        _company(
            world,
            name,
            cnpj_of(root, branch),
            branch,
            Firm(world.id_at(world.now - YEARS_AGO), name, areas, base),
        )
    world.add(
        "brand",
        id=world.id_at(world.now - YEARS_AGO),
        letterhead=f"{plan.name}\nLocação e manutenção de equipamentos de impressão\n{plan.phone}",
        primary_color=plan.color,
        logo_sha256=None,
        is_embedded=True,
    )
    _catalogue(world)
    _technicians(world, plan)
    _carriers(world)
    _people(world)


def connect_customers(world: World) -> None:
    """The customers' users see the customer with the most machines; the first of them one more."""
    biggest = sorted(world.clients, key=lambda client: -len(client.machines))
    for login in LOGINS:
        if login.is_of_customer:
            for client in biggest[: 2 if login.role is Role.CUSTOMER else 1]:
                world.add(
                    "user_customer",
                    id=world.id_at(world.now - YEARS_AGO),
                    user_id=world.users[login.local],
                    customer_id=client.id,
                )
                if login.role is Role.CUSTOMER:
                    world.callers[client.id] = (world.users[login.local], login.name)


def _company(world: World, name: str, cnpj: str, branch: int, firm: Firm) -> None:
    place = firm.base
    world.firms.append(firm)
    world.add(
        "company",
        id=firm.id,
        name=f"{name} Equipamentos Ltda.",
        trade_name=name,
        cnpj=cnpj,
        street=place.streets[0],
        district=place.district,
        city=place.city,
        uf="SC",
        cep=f"{place.cep}100",
        phone=landline(world.rng, area_code(place)),
        is_headquarters=branch == 1,
        ilux_code=str(branch),
    )


def area_code(place: Place) -> str:
    """The telephone's: 47 in the north of the state, 48 around the capital."""
    return "47" if place.area in {"blumenau", "joinville"} else "48"


def _catalogue(world: World) -> None:
    born = world.now - YEARS_AGO
    for code, name, with_contract, without_contract, for_contracts in DEFECTS:
        defect_id = world.id_at(born)
        world.defects.append((defect_id, code, name))
        world.add(
            "defect",
            id=defect_id,
            code=code,
            name=name,
            is_listed_with_contract=with_contract,
            is_listed_without_contract=without_contract,
            is_listed_for_contracts=for_contracts,
        )
    world.parts.extend((world.id_at(born), name) for _, name in PARTS)
    for name, versions in CHECKLISTS:
        template_id = world.id_at(born)
        draft = as_json(CHECKLIST_DRAFT[1]) if name == CHECKLIST_DRAFT[0] else None
        of_preventive = next(id for id, code, _ in world.defects if code == PREVENTIVE_DEFECTS[0])
        world.add(
            "checklist_template",
            id=template_id,
            name=name,
            defect_id=of_preventive if name == CHECKLIST_DRAFT[0] else None,
            draft=draft,
        )
        for number, items in enumerate(versions, start=1):
            version_id = world.id_at(born)
            world.checklists[name] = (version_id, list(items))
            world.add(
                "checklist_version",
                id=version_id,
                template_id=template_id,
                name=name,
                number=number,
                items=as_json(items),
                published_at=born + timedelta(days=200 * number),
            )


def _technicians(world: World, plan: Plan) -> None:
    born = world.now - YEARS_AGO
    named = next(login.name for login in LOGINS if login.role is Role.TECHNICIAN)
    for number in range(world.scale.technicians):
        area = plan.areas[number % len(plan.areas)]
        firm = next(firm for firm in world.firms if area in firm.areas)
        name = named if number == 0 else person(world.rng)
        worker = Worker(world.id_at(born), world.id_at(born), world.id_at(born), name, firm, area)
        world.workers.append(worker)
        world.add(
            "technician",
            id=worker.id,
            company_id=firm.id,
            name=name,
            phone=mobile(world.rng, area_code(firm.base)),
            ilux_code=f"T{number + 1:02d}",
        )
        local = "tecnico" if number == 0 else f"tecnico{number + 1}"
        _user(world, worker.user_id, local, Role.TECHNICIAN, name, [firm], technician_id=worker.id)


def _carriers(world: World) -> None:
    for name, is_own in (("Rápido Ilha", False), ("Transportes Garapuvu", False), ("Entrega própria", True)):
        carrier_id = world.id_at(world.now - YEARS_AGO)
        world.carriers[name] = carrier_id
        world.add("carrier", id=carrier_id, name=name, is_own_driver=is_own)


def _people(world: World) -> None:
    for login in LOGINS:
        if login.role is not Role.TECHNICIAN:
            carrier_id = world.carriers["Entrega própria"] if login.role is Role.DRIVER else None
            user_id = world.id_at(world.now - YEARS_AGO)
            _user(world, user_id, login.local, login.role, login.name, world.firms, carrier_id=carrier_id)


# What the named people asked to get by mail, so that the demo's mailbox fills.
_MAILS = {
    "admin": ("contact", "sales_lead"),
    "atendimento": ("order_opened",),
    "suprimentos": ("supply_requested",),
    "cliente": ("order_changed", "order_opened", "supplies_released"),
}


def _user(
    world: World,
    user_id: UUID,
    local: str,
    role: Role,
    name: str,
    firms: list[Firm],
    *,
    technician_id: UUID | None = None,
    carrier_id: UUID | None = None,
) -> None:
    born = world.now - YEARS_AGO
    world.users[local] = user_id
    world.add(
        "app_user",
        id=user_id,
        email=f"{local}@{world.slug}.example",
        name=name,
        role=role.value,
        password_hash=world.password_hash,
        password_changed_at=born,
        technician_id=technician_id,
        carrier_id=carrier_id,
        can_open_orders=local == "tecnico",
        policies_edition=0 if local == UNASKED else 1,
        mails=as_json(_MAILS.get(local, ())),
        can_view_monitoring=role in {Role.ADMIN, Role.SERVICE_OPERATOR},
        created_at=born,
    )
    for firm in firms:
        world.add("user_company", id=world.id_at(born), user_id=user_id, company_id=firm.id)
