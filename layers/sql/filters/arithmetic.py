"""Arithmetic: + - * / % ^ div, in exact decimals. Dividing by zero has no value, and overflows cannot happen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Func
from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Array, Literal, Node, Operation
from layers.sql.filters.operands import Compiler, Handler, Kind, Operand
from layers.sql.functions import (
    Calculation,
    Difference,
    Exact,
    NonZero,
    Power,
    Product,
    Quotient,
    Remainder,
    Sum,
    WholeQuotient,
)

MAX_EXPONENT = 10
MAX_CALCULATIONS = 40

_PLAIN: Mapping[str, type[Calculation]] = {"+": Sum, "-": Difference, "*": Product}
_DIVIDING: Mapping[str, type[Calculation]] = {"/": Quotient, "%": Remainder, "div": WholeQuotient}


def _plain(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = _numbers(compiler, operator, arguments)
    return _calculated(_PLAIN[operator](left, right), operator)


def _dividing(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = _numbers(compiler, operator, arguments)
    return _calculated(_DIVIDING[operator](left, NonZero(right)), operator)


def _power(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    base, exponent = arguments
    match exponent:
        case Literal(int() as times) if abs(times) <= MAX_EXPONENT and not _count(base, {"^"}):
            left, right = _numbers(compiler, operator, arguments)
            return _calculated(Power(NonZero(left) if times < 0 else left, right), operator)
    raise compiler.fault(
        _("^ attend un exposant entier de -%(max)d à %(max)d, sans autre ^ dans sa base.")
        % {"max": MAX_EXPONENT}
    )


def _numbers(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> list[Func]:
    if sum(_count(node, HANDLERS) for node in arguments) >= MAX_CALCULATIONS:
        raise compiler.fault(_("Un calcul compte au plus %d opérations.") % MAX_CALCULATIONS)
    return [Exact(compiler.expect(node, Kind.NUMBER).sql) for node in arguments]


def _calculated(sql: Calculation, operator: str) -> Operand:
    return Operand(sql, Kind.NUMBER, operator)


def _count(node: Node, operators: Collection[str]) -> int:
    """Count these operators in a node and below."""
    if isinstance(node, Array):
        return sum(_count(item, operators) for item in node.items)
    if not isinstance(node, Operation):
        return 0
    return int(node.operator in operators) + sum(_count(argument, operators) for argument in node.arguments)


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_PLAIN, _plain),
    **dict.fromkeys(_DIVIDING, _dividing),
    "^": _power,
}
