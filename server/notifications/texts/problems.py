"""How writing a text can fail."""

from server.problems import ProblemType, register

register(
    ProblemType(
        "text_overtaken",
        409,
        "Texto salvo por outra pessoa",
        "Outra pessoa salvou este texto enquanto você escrevia.",
    ),
)
