"""Which rows of a table the portal sees: a small expression, read, rendered as SQL and decided in Python."""

from ilux_bridge.mapping.filter.parser import FilterError, parse
from ilux_bridge.mapping.filter.sql import Parameter, as_sql, as_text
from ilux_bridge.mapping.filter.tree import Expression, columns_of
from ilux_bridge.mapping.filter.truth import holds, truth

__all__ = [
    "Expression",
    "FilterError",
    "Parameter",
    "as_sql",
    "as_text",
    "columns_of",
    "holds",
    "parse",
    "truth",
]
