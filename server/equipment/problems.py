"""How keeping machines and parts can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "contract_elsewhere",
        422,
        "Contrato de outro cliente",
        "O contrato não é deste cliente ou já terminou.",
    ),
    ProblemType("part_code_taken", 409, "Código já usado", "Outra peça tem o código {part_code}."),
    ProblemType(
        "equipment_retired",
        409,
        "Equipamento inativo",
        "Este equipamento está inativo; reative o cadastro antes.",
    ),
)
