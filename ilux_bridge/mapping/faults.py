"""What is wrong in a mapping file, gathered while it is read, so that a person mends it in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """`place` as `[tabela 2 "CLIENTES"].campos.nome`, or a line of the text; `text` is for a person."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def listed(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def suggestion(word: str, allowed: Iterable[str]) -> str:
    """A sentence to append: what was perhaps meant; empty when nothing comes near."""
    near = get_close_matches(word.lower(), list(allowed), n=1, cutoff=0.6)
    return f' Você quis dizer "{near[0]}"?' if near else ""


@dataclass(slots=True)
class Section:
    """One table of the TOML: every getter takes its key away, so that what remains at `close` is unknown.

    A getter that finds nothing usable notes a fault and answers with the default.
    """

    values: Mapping[str, object]
    place: str
    faults: list[Fault]
    _seen: set[str] = field(default_factory=set)

    def fault(self, key: str, text: str) -> None:
        self.faults.append(Fault(f"{self.place}.{key}" if key else self.place, text))

    def take(self, key: str) -> object:
        self._seen.add(key)
        return self.values.get(key)

    def refuse_secret(self, *keys: str) -> None:
        for key in keys:
            if key in self.values:
                self.take(key)
                self.fault(key, "segredos não ficam neste arquivo; guarde-o no arquivo de segredos da ponte.")

    def text(self, key: str, *, required: bool = False) -> str | None:
        value = self.take(key)
        if value is None:
            if required:
                self.fault(key, "falta preencher (um texto entre aspas).")
            return None
        if not isinstance(value, str) or not value.strip():
            self.fault(key, f"deve ser um texto entre aspas, não {shown(value)}.")
            return None
        return value

    def word(self, key: str, allowed: Iterable[str], default: str) -> str:
        """One of the allowed words; a number counts as the word that it spells (`dialeto = 3`)."""
        value, words = self.take(key), tuple(allowed)
        if value is None:
            return default
        spelled = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        if spelled not in words:
            self.fault(key, f"{shown(value)} não vale; use {listed(words)}.{suggestion(spelled, words)}")
            return default
        return spelled

    def whole(self, key: str, low: int, high: int, default: int | None) -> int | None:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(key, f"deve ser um número inteiro de {low} a {high}, não {shown(value)}.")
            return default
        return value

    def seconds(self, key: str, low: float, high: float, default: float) -> float:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.fault(key, f"deve ser um número de segundos de {low:g} a {high:g}, não {shown(value)}.")
            return default
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts without repetition; one text alone counts as a list of one."""
        value = self.take(key)
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not items or not all(isinstance(i, str) and i for i in items):
            self.fault(key, f'deve ser uma lista de textos, como ["A", "B"], não {shown(value)}.')
            return ()
        if len(set(items)) < len(items):
            self.fault(key, f"repete um nome: {listed(items)}.")
        return tuple(dict.fromkeys(items))

    def section(self, key: str, place: str | None = None) -> Section | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, f"deve ser uma seção (uma tabela do TOML), não {shown(value)}.")
            return None
        return Section(value, place or f"{self.place}.{key}", self.faults)

    def close(self) -> None:
        """Note a fault for every key that nobody asked for."""
        for key in self.values:
            if key not in self._seen:
                known = sorted(self._seen)
                self.fault(
                    key, f"não conheço esta chave; aqui valem {listed(known)}.{suggestion(key, known)}"
                )


def shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "uma seção"
    if isinstance(value, list):
        return "uma lista"
    return str(value)
