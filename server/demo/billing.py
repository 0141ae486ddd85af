"""Billing files of the last months for the customers whose people can log in, and what they wrote."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from random import Random

import typst

from server.billing.actions import path_of
from server.demo.world import Client, World

MONTHS = 3
KINDS = ("Fatura de locação", "Demonstrativo de faturamento")
# kind, state, subject, what was written, what was answered
MESSAGES = (
    ("contact", "open", "Mudança de sala", "Duas impressoras mudam de andar na semana que vem.", ""),
    ("lead", "open", "Mais duas multifuncionais", "Abrimos uma filial e precisamos de duas coloridas.", ""),
    (
        "contact",
        "answered",
        "Segunda via da fatura",
        "Não encontrei o boleto de vencimento dia 10.",
        "Está em Faturamento, no mês passado.",
    ),
)  # fmt: skip

Files = list[tuple[str, bytes]]


def make_billing(world: World) -> Files:
    """The rows; and the files, by their path in the object store. Of dice of its own."""
    rng = Random(f"{world.slug} billing")  # noqa: S311 - repeatable on purpose
    client = max(world.clients, key=lambda one: len(one.machines))
    files: Files = []
    first = world.today.replace(day=1)
    for _ in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        _batch(world, rng, client, first, files)
    for place, message in enumerate(MESSAGES):
        _message(world, client, place, message)
    return files


def _batch(world: World, rng: Random, client: Client, month: date, files: Files) -> None:
    at = world.on_day(month + timedelta(days=33), 9 + rng.random())
    at = min(at, world.now - timedelta(hours=2))
    contract = next((one for one in client.machines if one.contract_id), None)
    batch_id = world.id_at(at)
    world.add(
        "billing_batch",
        id=batch_id,
        company_id=client.firm.id,
        customer_id=client.id,
        contract_id=contract.contract_id if contract else None,
        period_on=month,
        note=f"Período de leitura {month:%m/%Y}",
        published_by_id=world.users["admin"],
        published_by_name="Helena Abreu",
        published_at=at,
    )
    for kind in KINDS:
        file_id = world.id_at(at)
        pages = rng.randrange(20_000, 60_000)
        content = typst.compile(
            f"= {kind}\n{client.name}\n\nMês {month:%m}.{month:%Y}\n\nPáginas: {pages}".encode(), format="pdf"
        )
        files.append((path_of(world.reseller_id, file_id), content))
        world.add(
            "billing_file",
            id=file_id,
            billing_batch_id=batch_id,
            name=f"{kind} {month:%m-%Y}.pdf",
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            pages=1,
        )
        if kind == KINDS[0]:
            opened_at = min(at + timedelta(hours=rng.randrange(1, 40)), world.now)
            world.add(
                "billing_opening",
                id=world.id_at(opened_at),
                billing_file_id=file_id,
                user_id=world.users["faturamento"],
                user_name="Roberto Klein",
                opened_at=opened_at,
            )


def _message(world: World, client: Client, place: int, message: tuple[str, str, str, str, str]) -> None:
    kind, state, subject, body, answer = message
    at = world.now - timedelta(days=place * 2, hours=3)
    message_id = world.id_at(at)
    world.add(
        "contact_message",
        id=message_id,
        company_id=client.firm.id,
        customer_id=client.id,
        kind=kind,
        state=state,
        subject=subject,
        body=body,
        sender_id=world.users["cliente"],
        sender_name="Marcelo Fontana",
        sender_email=f"cliente@{world.slug}.example",
        sender_phone=client.phone,
        sent_at=at,
    )
    if answer:
        answered_at = at + timedelta(hours=2)
        world.add(
            "contact_answer",
            id=world.id_at(answered_at),
            contact_message_id=message_id,
            user_id=world.users["atendimento"],
            user_name="Camila Nunes",
            body=answer,
            answered_at=answered_at,
        )
