"""Read one line of `[tabela.campos]`: a column's name alone, or `{ col = …, mapa = …, tipo = … }`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from ilux_bridge.mapping.choices import choice_of, choice_words
from ilux_bridge.mapping.faults import Section, listed, shown, suggestion
from ilux_bridge.mapping.keys import parse_key
from ilux_bridge.mapping.mapped import MappedField, Type, Unknown, WireValue
from ilux_bridge.mapping.vocabulary import BY_NAME, Field, Kind
from ilux_bridge.mapping.zone import format_instant, is_zone, to_instant

TYPES: dict[Kind, tuple[Type, ...]] = {
    Kind.TEXT: (Type.TEXT, Type.DOCUMENT),
    Kind.INTEGER: (Type.INTEGER,),
    Kind.DECIMAL: (Type.DECIMAL,),
    Kind.BOOLEAN: (Type.BOOLEAN,),
    Kind.DATE: (Type.DATE,),
    Kind.INSTANT: (Type.INSTANT, Type.DATE),
    Kind.CHOICE: (Type.CHOICE,),
    Kind.REFERENCE: (Type.REFERENCE,),
}
"""What `tipo` may say for each kind of field; the first is meant where it says nothing."""

_TRUTHS = {"sim": True, "nao": False, "não": False}
_MAPPABLE = (Kind.CHOICE, Kind.BOOLEAN, Kind.TEXT)


def read_field(fields: Section, field: Field, zone: str) -> MappedField | None:
    """None where the line says neither a column nor a constant."""
    place = f"{fields.place}.{field.word}"
    value = fields.take(field.word)
    if isinstance(value, str) and value:
        return MappedField(field, place, (value,), TYPES[field.kind][0], zone=zone)
    if not isinstance(value, dict):
        fields.fault(
            field.word, f'deve ser o nome de uma coluna, como "NOME", ou {{ col = … }}, não {shown(value)}.'
        )
        return None
    section = Section(value, place, fields.faults)
    mapped = _long_form(section, field, zone)
    section.close()
    return mapped


def _long_form(section: Section, field: Field, zone: str) -> MappedField | None:
    columns = section.texts("col")
    kind_type = Type(section.word("tipo", TYPES[field.kind], TYPES[field.kind][0]))
    values = _value_map(section, field)
    unknown = Unknown(section.word("desconhecido", list(Unknown), Unknown.REFUSE))
    if "desconhecido" in section.values and values is None and field.kind is not Kind.CHOICE:
        section.fault("desconhecido", "só vale junto com mapa.")
    length = _length(section, field)
    default, constant = _value(section, "padrao", field, zone), _value(section, "valor", field, zone)
    zone = _zone(section, field, zone)
    _reference(section, field)
    if constant is not None and columns:
        section.fault("valor", "um valor fixo dispensa col; deixe um dos dois.")
    if constant is None and not columns:
        if "col" not in section.values and "valor" not in section.values:
            section.fault("col", "falta dizer a coluna (col) ou um valor fixo (valor).")
        return None
    if constant is not None and "padrao" in section.values:
        section.fault("padrao", "não tem efeito junto com valor.")
    most = {Kind.REFERENCE: 8, Kind.INSTANT: 2}.get(field.kind, 1)
    if len(columns) > most:
        section.fault("col", f"este campo vem de até {most} coluna(s), não {len(columns)}.")
    return MappedField(
        field, section.place, columns, kind_type, values, unknown, zone, length, default, constant
    )


def _value_map(section: Section, field: Field) -> Mapping[str, WireValue] | None:
    part = section.section("mapa")
    if part is None:
        return None
    if field.kind not in _MAPPABLE:
        section.fault("mapa", "só vale em campos de opção, lógicos ou de texto.")
        return None
    if not part.values:
        part.fault("", 'está vazio; diga cada valor da base, como { S = "sim" }.')
    found: dict[str, WireValue] = {}
    for key, value in part.values.items():
        meant = _mapped_value(part, key, value, field)
        if meant is not None:
            found[key.strip()] = meant
    return found


def _mapped_value(part: Section, key: str, value: object, field: Field) -> WireValue:
    if field.kind is Kind.CHOICE:
        return _choice(part, key, value, field)
    if field.kind is Kind.BOOLEAN:
        return _truth(part, key, value)
    if not isinstance(value, str) or not value.strip():
        part.fault(key, f"deve ser um texto entre aspas, não {shown(value)}.")
        return None
    return _short_enough(part, key, value, field)


def _choice(section: Section, key: str, value: object, field: Field) -> str | None:
    choice = choice_of(field, value) if isinstance(value, str) else None
    if choice is None:
        words = list(choice_words(field).values())
        near = suggestion(value, words) if isinstance(value, str) else ""
        section.fault(key, f"{shown(value)} não vale; use {listed(words)}.{near}")
    return choice


def _truth(section: Section, key: str, value: object) -> bool | None:
    truth = value if isinstance(value, bool) else _TRUTHS.get(value) if isinstance(value, str) else None
    if truth is None:
        section.fault(key, f'deve ser "sim" ou "nao", não {shown(value)}.')
    return truth


def _short_enough(section: Section, key: str, value: str, field: Field) -> str | None:
    if field.length is not None and len(value) > field.length:
        section.fault(key, f"passa dos {field.length} caracteres deste campo.")
        return None
    return value


def _length(section: Section, field: Field) -> int | None:
    if "max" in section.values and field.kind is not Kind.TEXT:
        section.take("max")
        section.fault("max", "só vale em campos de texto.")
        return None
    return section.whole("max", 1, field.length or 1_000_000, None)


def _zone(section: Section, field: Field, zone: str) -> str:
    named = section.text("fuso")
    if named is None:
        return zone
    if field.kind is not Kind.INSTANT:
        section.fault("fuso", "só vale em campos de data e hora.")
    elif not is_zone(named):
        section.fault("fuso", f'não conheço o fuso "{named}"; use um como "America/Sao_Paulo".')
    return named


def _reference(section: Section, field: Field) -> None:
    named = section.text("ref")
    if named is None:
        return
    if field.entity is None:
        section.fault("ref", "este campo não aponta para outra entidade; retire ref.")
    elif BY_NAME[field.entity].word != named:
        section.fault("ref", f'este campo aponta para "{BY_NAME[field.entity].word}", não para "{named}".')


def _value(section: Section, key: str, field: Field, zone: str) -> WireValue:
    """A value written in the file itself, as the wire has it."""
    value = section.take(key)
    if value is None:
        return None
    match field.kind, value:
        case Kind.CHOICE, _:
            return _choice(section, key, value, field)
        case Kind.BOOLEAN, _:
            return _truth(section, key, value)
        case Kind.TEXT, str() if value.strip():
            return _short_enough(section, key, value, field)
        case Kind.REFERENCE, str() if value.strip() and parse_key(value) is not None:
            return value
        case Kind.INTEGER, int() if not isinstance(value, bool):
            return value
        case Kind.DECIMAL, int() | float() if not isinstance(value, bool) and Decimal(str(value)).is_finite():
            return f"{Decimal(str(value)):.2f}"
        case Kind.DATE, date() if not isinstance(value, datetime):
            return value.isoformat()
        case Kind.INSTANT, datetime():
            instant = to_instant(value, zone)
            return None if instant is None else format_instant(instant)
        case _:
            wanted = _WANTED[field.kind]
            section.fault(key, f"deve ser {wanted}, não {shown(value)}.")
            return None


_WANTED = {
    Kind.TEXT: "um texto entre aspas",
    Kind.REFERENCE: 'a chave do outro registro entre aspas, como "1" ou "1|20"',
    Kind.INTEGER: "um número inteiro",
    Kind.DECIMAL: "um número",
    Kind.DATE: "uma data, como 2026-01-31",
    Kind.INSTANT: "uma data e hora, como 2026-01-31T08:30:00",
}
