"""Names, telephones and documents of people and firms that do not exist."""

# ruff: noqa: E501 - a table reads best with a line for a row

from __future__ import annotations

from collections.abc import Sequence
from random import Random


def cnpj(rng: Random) -> str:
    """A firm's CNPJ: 14 digits, the check digits valid."""
    return cnpj_of(cnpj_root(rng), branch=1)


def cnpj_root(rng: Random) -> str:
    """The eight digits that a firm's branches share."""
    return "".join(str(rng.randrange(10)) for _ in range(8))


def cnpj_of(root: str, branch: int) -> str:
    """The CNPJ of a firm's first, second… branch."""
    base = [int(digit) for digit in f"{root}{branch:04d}"]
    first = check_digit(base, (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
    second = check_digit([*base, first], (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
    return "".join(map(str, [*base, first, second]))


def cpf(rng: Random) -> str:
    """A CPF with valid check digits: 11 digits."""
    base = [rng.randrange(10) for _ in range(9)]
    first = check_digit(base, range(10, 1, -1))
    second = check_digit([*base, first], range(11, 1, -1))
    return "".join(map(str, [*base, first, second]))


def check_digit(digits: Sequence[int], weights: Sequence[int]) -> int:
    """Modulo 11, as both documents use it."""
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest


def person(rng: Random) -> str:
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(SURNAMES)}"


def landline(rng: Random, area_code: str) -> str:
    return f"({area_code}) 3{rng.randrange(200, 500)}-{rng.randrange(10_000):04d}"


def mobile(rng: Random, area_code: str) -> str:
    return f"({area_code}) 9{rng.randrange(8400, 9999)}-{rng.randrange(10_000):04d}"


def firm(rng: Random) -> tuple[str, str]:
    """A company's registered name and the one over its door."""
    trade = rng.choice(TRADES)
    surname, other = rng.choice(SURNAMES), rng.choice(SURNAMES)
    door = rng.choice((f"{trade} {surname}", f"{trade} {surname} & {other}", f"{trade} {rng.choice(COINED)}"))
    return f"{door} {rng.choice(('Ltda.', 'Ltda. ME', 'S.A.', 'EIRELI'))}", door


FIRST_NAMES = (
    "Adriana", "Alexandre", "Aline", "Ana Paula", "André", "Beatriz", "Bruno", "Caio", "Camila", "Carlos",
    "Carolina", "Cláudia", "Daniel", "Débora", "Diego", "Eduardo", "Elaine", "Fábio", "Fernanda", "Flávio",
    "Gabriela", "Guilherme", "Gustavo", "Helena", "Isabela", "João Vitor", "Juliana", "Larissa", "Leandro",
    "Letícia", "Luciana", "Luiz Henrique", "Marcelo", "Márcia", "Mariana", "Mateus", "Natália", "Patrícia",
    "Paulo", "Priscila", "Rafael", "Renata", "Ricardo", "Roberto", "Sabrina", "Simone", "Tatiane", "Thiago",
    "Vanessa", "Vinícius",
)  # fmt: skip
SURNAMES = (
    "Abreu", "Alves", "Amorim", "Andrade", "Antunes", "Barbosa", "Becker", "Bittencourt", "Borges", "Cardoso",
    "Coelho", "Correia", "Costa", "Cunha", "Dutra", "Farias", "Ferreira", "Fernandes", "Fontana", "Freitas",
    "Goulart", "Hoffmann", "Klein", "Lopes", "Machado", "Martins", "Medeiros", "Melo", "Moreira", "Müller",
    "Nascimento", "Nunes", "Oliveira", "Pacheco", "Pereira", "Ramos", "Ribeiro", "Rocha", "Rosa", "Santos",
    "Schmitz", "Silva", "Silveira", "Souza", "Teixeira", "Vieira", "Wagner", "Zanella", "Zimmermann",
)  # fmt: skip
TRADES = (
    "Contabilidade", "Clínica", "Escola", "Advocacia", "Imobiliária", "Construtora", "Supermercado", "Hotel",
    "Laboratório", "Farmácia", "Transportes", "Colégio", "Engenharia", "Autopeças", "Cartório", "Odontologia",
    "Distribuidora", "Pousada", "Metalúrgica", "Gráfica", "Papelaria", "Arquitetura", "Corretora", "Academia",
    "Cooperativa", "Laticínios", "Têxtil", "Embalagens", "Veterinária", "Logística",
)  # fmt: skip
COINED = (
    "Ilha Azul", "Costa Sul", "Baía Norte", "Mar Aberto", "Ponte Velha", "Morro Alto", "Vento Sul", "Maré Alta",
    "Figueira", "Ribeirão", "Bela Vista", "Atlântica", "Catarinense", "Beira-Mar", "Garapuvu", "Gralha Azul",
    "Vale Verde", "Serra Mar", "Litoral", "Do Porto",
)  # fmt: skip
DEPARTMENTS = (
    "Recepção", "Financeiro", "Recursos Humanos", "Comercial", "Secretaria", "Diretoria", "Expedição",
    "Almoxarifado", "Faturamento", "Biblioteca", "Jurídico", "Compras", "Produção", "Atendimento",
)  # fmt: skip
LOCATIONS = (
    "Térreo", "1º andar", "2º andar", "3º andar", "Sala 101", "Sala 204", "Sala de impressão", "Balcão", "Galpão 2",
)  # fmt: skip
