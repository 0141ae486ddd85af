"""A filter's text into its tree, by recursive descent:

or         = and {OR and}
and        = not {AND not}
not        = NOT not | "(" or ")" | test
test       = operand sign operand
           | column [NOT] IN "(" literal {"," literal} ")"
           | column [NOT] BETWEEN operand AND operand
           | column [NOT] LIKE text [ESCAPE text]
           | column IS [NOT] NULL
literal    = number | text | DATE text | TIMESTAMP text | TRUE | FALSE
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ilux_bridge.mapping.filter.tokens import FilterError, Sort, Token, tokens
from ilux_bridge.mapping.filter.tree import (
    And,
    Between,
    ColumnName,
    Comparison,
    Expression,
    In,
    IsNull,
    Like,
    Literal,
    Not,
    Operand,
    Operator,
    Or,
)

__all__ = ["FilterError", "parse"]

MAX_OPTIONS = 1500  # Firebird before version 5 takes no more in one IN
MAX_DEPTH = 30  # far from Python's recursion limit, and far past what a person can read

_RESERVED = {"AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "LIKE", "ESCAPE", "TRUE", "FALSE"}
_OPERATORS = {operator.value: operator for operator in Operator}
_MIRRORED = {
    Operator.LESS: Operator.MORE,
    Operator.MORE: Operator.LESS,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.AT_LEAST: Operator.AT_MOST,
}


def parse(text: str) -> Expression:
    """Raises FilterError, with the position and what was expected, for text outside the grammar."""
    parser = _Parser(tokens(text))
    expression = parser.any_of()
    if parser.now.sort is not Sort.END:
        raise FilterError(
            parser.now.position, f'sobra "{parser.now.text}"; ligue as condições com AND ou OR.'
        )
    return expression


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    @property
    def now(self) -> Token:
        return self._tokens[self._at]

    def any_of(self) -> Expression:
        terms = [self._all_of()]
        while self._accept("OR"):
            terms.append(self._all_of())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _all_of(self) -> Expression:
        terms = [self._not()]
        while self._accept("AND"):
            terms.append(self._not())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _not(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FilterError(self.now.position, "há parênteses ou NOT demais; simplifique o filtro.")
        if self._accept("NOT"):
            expression: Expression = Not(self._not())
        elif self._accept("("):
            expression = self.any_of()
            self._expect(")")
        else:
            expression = self._test()
        self._depth -= 1
        return expression

    def _test(self) -> Expression:
        start = self.now
        left = self._operand()
        if self.now.sort is Sort.SIGN and self.now.text in _OPERATORS:
            return self._comparison(start, left)
        if isinstance(left, Literal):
            raise FilterError(start.position, "a condição deve começar por uma coluna da tabela.")
        if self._accept("IS"):
            is_negated = self._accept("NOT")
            self._expect("NULL")
            return IsNull(left, is_negated)
        is_negated = self._accept("NOT")
        if self._accept("IN"):
            return In(left, self._options(), is_negated)
        if self._accept("BETWEEN"):
            low = self._operand()
            self._expect("AND")
            return Between(left, low, self._operand(), is_negated)
        if self._accept("LIKE"):
            return self._like(left, is_negated)
        raise FilterError(
            self.now.position,
            f"depois de {left.name} espero =, <>, <, <=, >, >=, IN, BETWEEN, LIKE ou IS NULL.",
        )

    def _comparison(self, start: Token, left: Operand) -> Comparison:
        operator = _OPERATORS[self._next().text]
        right = self._operand()
        if isinstance(left, ColumnName):
            return Comparison(left, operator, right)
        if isinstance(right, ColumnName):
            return Comparison(right, _MIRRORED.get(operator, operator), left)
        raise FilterError(start.position, "compare uma coluna da tabela, não dois valores fixos.")

    def _options(self) -> tuple[Literal, ...]:
        start = self.now
        self._expect("(")
        options = [self._literal()]
        while self._accept(","):
            options.append(self._literal())
        self._expect(")")
        if len(options) > MAX_OPTIONS:
            raise FilterError(start.position, f"a lista do IN passa de {MAX_OPTIONS} valores.")
        return tuple(options)

    def _like(self, column: ColumnName, is_negated: bool) -> Like:
        start = self.now
        pattern, escape = self._text("LIKE"), None
        if self._accept("ESCAPE"):
            escape = self._text("ESCAPE")
            if len(escape) != 1:
                raise FilterError(start.position, "ESCAPE pede um só caractere.")
            rest = pattern.replace(escape * 2, "")
            if any(rest[at + 1 : at + 2] not in ("%", "_") for at, c in enumerate(rest) if c == escape):
                raise FilterError(start.position, f'depois de "{escape}" só vale %, _ ou ele mesmo.')
        return Like(column, pattern, escape, is_negated)

    def _operand(self) -> Operand:
        token = self.now
        if token.sort is Sort.QUOTED:
            self._next()
            return ColumnName(token.text)
        is_dated = token.text in ("DATE", "TIMESTAMP") and self._tokens[self._at + 1].sort is Sort.TEXT
        if token.sort is Sort.NAME and token.text not in _RESERVED and not is_dated:
            self._next()
            return ColumnName(token.text)
        return self._literal()

    def _literal(self) -> Literal:
        token = self._next()
        if token.sort is Sort.TEXT:
            return Literal(token.text)
        if token.sort is Sort.NUMBER:
            return Literal(Decimal(token.text) if "." in token.text else int(token.text))
        if token.sort is Sort.NAME and token.text in ("TRUE", "FALSE"):
            return Literal(token.text == "TRUE")
        if token.sort is Sort.NAME and token.text in ("DATE", "TIMESTAMP"):
            return Literal(_dated(token, self._text(token.text)))
        if token.text == "NULL":
            raise FilterError(token.position, "use IS NULL ou IS NOT NULL; nada é igual a NULL.")
        raise FilterError(token.position, f"espero uma coluna ou um valor{_instead_of(token)}.")

    def _text(self, after: str) -> str:
        token = self._next()
        if token.sort is not Sort.TEXT:
            raise FilterError(token.position, f"depois de {after} espero um texto entre aspas simples.")
        return token.text

    def _next(self) -> Token:
        token = self.now
        if token.sort is not Sort.END:
            self._at += 1
        return token

    def _accept(self, text: str) -> bool:
        is_it = self.now.sort in (Sort.NAME, Sort.SIGN) and self.now.text == text
        if is_it:
            self._at += 1
        return is_it

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise FilterError(self.now.position, f"espero {text}{_instead_of(self.now)}.")


def _dated(token: Token, text: str) -> date | datetime:
    try:
        if token.text == "DATE":
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        example = "2026-01-31" if token.text == "DATE" else "2026-01-31 08:30:00"
        raise FilterError(token.position, f"\"{text}\" não é uma data; escreva '{example}'.") from None
    if found.tzinfo is not None:
        raise FilterError(token.position, "a data vai na hora do servidor, sem fuso.")
    return found


def _instead_of(token: Token) -> str:
    return " e o filtro acaba" if token.sort is Sort.END else f', não "{token.text}"'
