"""Where customers are: real neighbourhoods, their streets, and the roads between them.

A place's centre and spread are chosen so that its customers stand on land. Roads join neighbouring places;
a trip follows them, so that a track from the island to the continent crosses the bridge and not the bay.
"""

# ruff: noqa: E501 - a table reads best with a line for a row

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians

Point = tuple[float, float]
METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbourhood. `spread` is in degrees; `area` says whose technicians serve it."""

    district: str
    city: str
    area: str
    centre: Point
    spread: float
    cep: str
    streets: tuple[str, ...]


def metres_between(a: Point, b: Point) -> float:
    """Flat-earth distance: good to a metre or two within a city."""
    north = (b[0] - a[0]) * METRES_A_DEGREE
    east = (b[1] - a[1]) * METRES_A_DEGREE * cos(radians((a[0] + b[0]) / 2))
    return hypot(north, east)


def places_of(area: str) -> list[Place]:
    """The neighbourhoods of an area, busiest first."""
    return [place for place in PLACES if place.area == area]


@lru_cache(maxsize=4096)
def by_road(start: str, end: str) -> tuple[Point, ...]:
    """The crossings between two districts, both centres included; a straight line where no road is known."""
    queue: list[tuple[float, str, tuple[str, ...]]] = [(0.0, start, (start,))]
    done: set[str] = set()
    while queue:
        length, node, path = heapq.heappop(queue)
        if node == end:
            return tuple(_NODES[name] for name in path)
        if node in done:
            continue
        done.add(node)
        for other in _NEIGHBOURS.get(node, ()):
            if other not in done:
                step = metres_between(_NODES[node], _NODES[other])
                heapq.heappush(queue, (length + step, other, (*path, other)))
    return (_NODES[start], _NODES[end])


_FLORIPA, _SAO_JOSE, _PALHOCA, _BLUMENAU, _JOINVILLE = (
    "Florianópolis", "São José", "Palhoça", "Blumenau", "Joinville",
)  # fmt: skip

# fmt: off
PLACES: tuple[Place, ...] = (
    Place("Centro", _FLORIPA, "ilha", (-27.5930, -48.5500), 0.0030, "88015",
          ("Rua Felipe Schmidt", "Rua Tenente Silveira", "Avenida Rio Branco", "Rua Esteves Júnior", "Avenida Mauro Ramos")),
    Place("Trindade", _FLORIPA, "ilha", (-27.5890, -48.5225), 0.0030, "88036",
          ("Rua Lauro Linhares", "Avenida Madre Benvenuta", "Rua Delfino Conti")),
    Place("Itacorubi", _FLORIPA, "ilha", (-27.5815, -48.5035), 0.0030, "88034",
          ("Rodovia Admar Gonzaga", "Rua Amaro Antônio Vieira", "Avenida Buriti")),
    Place("Agronômica", _FLORIPA, "ilha", (-27.5800, -48.5335), 0.0020, "88025",
          ("Rua Rui Barbosa", "Rua Delminda Silveira", "Rua Joaquim Costa")),
    Place("Saco Grande", _FLORIPA, "ilha", (-27.5470, -48.4975), 0.0025, "88032",
          ("Rodovia José Carlos Daux", "Rodovia Virgílio Várzea")),
    Place("Santa Mônica", _FLORIPA, "ilha", (-27.5910, -48.5085), 0.0020, "88035",
          ("Avenida Madre Benvenuta", "Rua Joe Collaço")),
    Place("Córrego Grande", _FLORIPA, "ilha", (-27.5985, -48.5020), 0.0025, "88037",
          ("Rua João Pio Duarte Silva", "Rua Vera Linhares de Andrade")),
    Place("Pantanal", _FLORIPA, "ilha", (-27.6095, -48.5215), 0.0020, "88040",
          ("Rua Deputado Antônio Edu Vieira", "Rua Capitão Romualdo de Barros")),
    Place("Campeche", _FLORIPA, "ilha", (-27.6790, -48.4930), 0.0030, "88063",
          ("Avenida Pequeno Príncipe", "Rodovia Dr. Antônio Luiz Moura Gonzaga")),
    Place("Rio Tavares", _FLORIPA, "ilha", (-27.6450, -48.4830), 0.0025, "88048",
          ("Rodovia Dr. Antônio Luiz Moura Gonzaga", "Servidão Família Nunes")),
    Place("Canasvieiras", _FLORIPA, "ilha", (-27.4350, -48.4600), 0.0025, "88054",
          ("Avenida das Nações", "Rua Madre Maria Villac")),
    Place("Ingleses", _FLORIPA, "ilha", (-27.4390, -48.4020), 0.0025, "88058",
          ("Rua Dante de Patta", "Rodovia João Gualberto Soares")),
    Place("Kobrasol", _SAO_JOSE, "continente", (-27.5960, -48.6150), 0.0025, "88102",
          ("Avenida Lédio João Martins", "Rua Koesa", "Rua Adhemar da Silva")),
    Place("Campinas", _SAO_JOSE, "continente", (-27.5945, -48.6085), 0.0020, "88101",
          ("Avenida Presidente Kennedy", "Rua Altamiro Di Bernardi", "Avenida Josué Di Bernardi")),
    Place("Estreito", _FLORIPA, "continente", (-27.5885, -48.5800), 0.0025, "88075",
          ("Rua Fúlvio Aducci", "Rua General Liberato Bittencourt", "Rua Santos Saraiva")),
    Place("Capoeiras", _FLORIPA, "continente", (-27.5975, -48.5915), 0.0020, "88090",
          ("Avenida Ivo Silveira", "Rua Joaquim Carneiro")),
    Place("Barreiros", _SAO_JOSE, "continente", (-27.5765, -48.6105), 0.0025, "88110",
          ("Avenida Leoberto Leal", "Rua Heriberto Hülse")),
    Place("Praia Comprida", _SAO_JOSE, "continente", (-27.6085, -48.6290), 0.0020, "88103",
          ("Rua Gerôncio Thives", "Avenida Acioni Souza Filho")),
    Place("Forquilhinhas", _SAO_JOSE, "continente", (-27.5880, -48.6560), 0.0025, "88106",
          ("Rua Vereador Arthur Manoel Mariano", "Rua Antônio Jovita Duarte")),
    Place("Ponte do Imaruim", _PALHOCA, "continente", (-27.6320, -48.6580), 0.0020, "88130",
          ("Avenida Aniceto Zacchi", "Rua José Maria da Luz")),
    Place("Pedra Branca", _PALHOCA, "continente", (-27.6270, -48.6810), 0.0025, "88137",
          ("Avenida Pedra Branca", "Rua da Universidade")),
    Place("Centro", _PALHOCA, "continente", (-27.6455, -48.6700), 0.0025, "88130",
          ("Avenida Barão do Rio Branco", "Rua José Maria da Luz")),
    Place("Centro", "Biguaçu", "continente", (-27.4945, -48.6600), 0.0025, "88160",
          ("Rua Barão do Rio Branco", "Rua Getúlio Vargas")),
    Place("Centro", _BLUMENAU, "blumenau", (-26.9205, -49.0680), 0.0025, "89010",
          ("Rua XV de Novembro", "Rua Sete de Setembro", "Alameda Rio Branco")),
    Place("Velha", _BLUMENAU, "blumenau", (-26.9190, -49.1040), 0.0030, "89036",
          ("Rua João Pessoa", "Rua General Osório")),
    Place("Itoupava Norte", _BLUMENAU, "blumenau", (-26.8830, -49.0720), 0.0025, "89052",
          ("Rua Dois de Setembro", "Rua Paulo Zimmermann")),
    Place("Garcia", _BLUMENAU, "blumenau", (-26.9440, -49.0600), 0.0025, "89021",
          ("Rua Amazonas", "Rua Progresso")),
    Place("Centro", _JOINVILLE, "joinville", (-26.3050, -48.8470), 0.0030, "89201",
          ("Rua do Príncipe", "Rua Blumenau", "Rua Dona Francisca")),
    Place("América", _JOINVILLE, "joinville", (-26.2880, -48.8490), 0.0025, "89204",
          ("Rua Max Colin", "Rua Aquidaban")),
    Place("Anita Garibaldi", _JOINVILLE, "joinville", (-26.3170, -48.8560), 0.0025, "89202",
          ("Rua Inácio Bastos", "Avenida Getúlio Vargas")),
)
# fmt: on


def node(place: Place) -> str:
    """The place's name among the roads: several cities have a Centro."""
    return f"{place.district}, {place.city}"


_CROSSINGS: dict[str, Point] = {
    "Beira-Mar Norte": (-27.5830, -48.5460),
    "Ponte, ilha": (-27.5945, -48.5600),
    "Ponte, continente": (-27.5960, -48.5690),
    "Trevo do Rio Tavares": (-27.6400, -48.5000),
    "Trevo da Seta": (-27.6330, -48.5180),
    "SC-401, Santo Antônio": (-27.5090, -48.5000),
    "BR-101, Barreiros": (-27.5700, -48.6250),
    "BR-101, Kobrasol": (-27.5930, -48.6300),
    "BR-101, Palhoça": (-27.6330, -48.6640),
}
_NODES: dict[str, Point] = {node(place): place.centre for place in PLACES} | _CROSSINGS
_ROADS: tuple[tuple[str, str], ...] = (
    ("Centro, Florianópolis", "Beira-Mar Norte"),
    ("Beira-Mar Norte", "Agronômica, Florianópolis"),
    ("Agronômica, Florianópolis", "Trindade, Florianópolis"),
    ("Trindade, Florianópolis", "Santa Mônica, Florianópolis"),
    ("Santa Mônica, Florianópolis", "Itacorubi, Florianópolis"),
    ("Santa Mônica, Florianópolis", "Córrego Grande, Florianópolis"),
    ("Trindade, Florianópolis", "Pantanal, Florianópolis"),
    ("Itacorubi, Florianópolis", "Saco Grande, Florianópolis"),
    ("Saco Grande, Florianópolis", "SC-401, Santo Antônio"),
    ("SC-401, Santo Antônio", "Canasvieiras, Florianópolis"),
    ("Canasvieiras, Florianópolis", "Ingleses, Florianópolis"),
    ("Pantanal, Florianópolis", "Trevo da Seta"),
    ("Trevo da Seta", "Trevo do Rio Tavares"),
    ("Trevo do Rio Tavares", "Rio Tavares, Florianópolis"),
    ("Rio Tavares, Florianópolis", "Campeche, Florianópolis"),
    ("Centro, Florianópolis", "Ponte, ilha"),
    ("Ponte, ilha", "Ponte, continente"),
    ("Ponte, continente", "Estreito, Florianópolis"),
    ("Ponte, continente", "Capoeiras, Florianópolis"),
    ("Capoeiras, Florianópolis", "Campinas, São José"),
    ("Estreito, Florianópolis", "Barreiros, São José"),
    ("Campinas, São José", "Kobrasol, São José"),
    ("Kobrasol, São José", "BR-101, Kobrasol"),
    ("Kobrasol, São José", "Praia Comprida, São José"),
    ("BR-101, Kobrasol", "Forquilhinhas, São José"),
    ("BR-101, Kobrasol", "BR-101, Barreiros"),
    ("Barreiros, São José", "BR-101, Barreiros"),
    ("BR-101, Barreiros", "Centro, Biguaçu"),
    ("BR-101, Kobrasol", "BR-101, Palhoça"),
    ("BR-101, Palhoça", "Ponte do Imaruim, Palhoça"),
    ("BR-101, Palhoça", "Pedra Branca, Palhoça"),
    ("BR-101, Palhoça", "Centro, Palhoça"),
    ("Centro, Blumenau", "Velha, Blumenau"),
    ("Centro, Blumenau", "Itoupava Norte, Blumenau"),
    ("Centro, Blumenau", "Garcia, Blumenau"),
    ("Centro, Joinville", "América, Joinville"),
    ("Centro, Joinville", "Anita Garibaldi, Joinville"),
)
_NEIGHBOURS: dict[str, list[str]] = {}
for _a, _b in _ROADS:
    _NEIGHBOURS.setdefault(_a, []).append(_b)
    _NEIGHBOURS.setdefault(_b, []).append(_a)
