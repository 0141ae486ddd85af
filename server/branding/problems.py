"""How a logo can fail."""

from server.problems import ProblemType, register

register(ProblemType("logo_refused", 422, "Logotipo recusado", "{reason}"))
