"""What a token may be used for, by noun and act; its code is in tokens, documents and refusals."""

from __future__ import annotations

from enum import StrEnum


class ApiScope(StrEnum):
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    CUSTOMERS_READ = "customers:read"
    EQUIPMENT_READ = "equipment:read"
    SUPPLIES_READ = "supplies:read"
    SUPPLIES_WRITE = "supplies:write"
    DELIVERIES_READ = "deliveries:read"
    BILLING_READ = "billing:read"
    CONTACTS_READ = "contacts:read"
    COMPANIES_READ = "companies:read"


SCOPE_NAMES = {
    ApiScope.ORDERS_READ: "Ler chamados, histórico, atendimentos e pré-atendimento",
    ApiScope.ORDERS_WRITE: "Abrir e cancelar chamados",
    ApiScope.CUSTOMERS_READ: "Ler clientes",
    ApiScope.EQUIPMENT_READ: "Ler equipamentos e leituras",
    ApiScope.SUPPLIES_READ: "Ler solicitações de suprimentos",
    ApiScope.SUPPLIES_WRITE: "Solicitar suprimentos",
    ApiScope.DELIVERIES_READ: "Ler notas e entregas",
    ApiScope.BILLING_READ: "Ler e baixar arquivos de faturamento",
    ApiScope.CONTACTS_READ: "Ler contatos e respostas",
    ApiScope.COMPANIES_READ: "Ler empresas da revenda",
}
