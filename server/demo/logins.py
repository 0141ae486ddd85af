"""Who can log in to the demo: one person for each profile, all with the same documented password."""

from __future__ import annotations

from dataclasses import dataclass

from server.accounts.actor import CUSTOMER_ROLES, Role

PASSWORD = "papel-toner-e-mar"  # noqa: S105 - documented, and refused in production with the rest of the demo


@dataclass(frozen=True, slots=True)
class Login:
    """One line of what `make run` prints; the address is `<local>@<slug>.example`."""

    local: str
    role: Role
    name: str

    @property
    def is_of_customer(self) -> bool:
        return self.role in CUSTOMER_ROLES


LOGINS: tuple[Login, ...] = (
    Login("admin", Role.ADMIN, "Helena Abreu"),
    Login("cliente", Role.CUSTOMER, "Marcelo Fontana"),
    Login("tecnico", Role.TECHNICIAN, "Jonas Ferreira"),
    Login("suprimentos", Role.SUPPLIES_OPERATOR, "Larissa Goulart"),
    Login("atendimento", Role.SERVICE_OPERATOR, "Camila Nunes"),
    Login("faturamento", Role.BILLING_OPERATOR, "Roberto Klein"),
    Login("entregador", Role.DRIVER, "Diego Medeiros"),
    Login("chamados", Role.CALL_OPERATOR, "Beatriz Lopes"),
    Login("logistica", Role.LOGISTICS_OPERATOR, "Fábio Rosa"),
    Login("abertura", Role.CALL_OPENER, "Tatiane Melo"),
    Login("suporte", Role.SUPPORT_ANALYST, "Guilherme Becker"),
)
