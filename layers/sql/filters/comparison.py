"""Comparisons and logic: = <> < > <= >=, BETWEEN, IN, IS NULL, AND, OR, NOT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Array, Node
from layers.sql.filters.operands import Compiler, Handler, Kind, Operand, truth
from layers.sql.functions import (
    And,
    AtLeast,
    AtMost,
    Different,
    Equal,
    In,
    IsNull,
    Less,
    Listed,
    More,
    Not,
    Or,
    Predicate,
)

_EQUALITIES: Mapping[str, type[Predicate]] = {"=": Equal, "<>": Different}
_ORDERS: Mapping[str, type[Predicate]] = {"<": Less, ">": More, "<=": AtMost, ">=": AtLeast}
_ORDERED = (Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME)
_COMPARED = (*_ORDERED, Kind.BOOLEAN)


def _equality(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = compiler.align(*(compiler.expect(node, *_COMPARED) for node in arguments))
    return truth(_EQUALITIES[operator](left.sql, right.sql), operator)


def _order(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = compiler.align(*(compiler.expect(node, *_ORDERED) for node in arguments))
    return truth(_ORDERS[operator](left.sql, right.sql), operator)


def _between(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    value, low, high = compiler.align(*(compiler.expect(node, *_ORDERED) for node in arguments))
    return truth(And(AtLeast(value.sql, low.sql), AtMost(value.sql, high.sql)), operator)


def _in(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    value, choices = arguments
    if not isinstance(choices, Array) or not choices.items:
        raise compiler.fault(_("IN attend une liste d’au moins une valeur."))
    nodes = (value, *choices.items)
    first, *others = compiler.align(*(compiler.expect(node, *_COMPARED) for node in nodes))
    return truth(In(first.sql, Listed(*(other.sql for other in others))), operator)


def _is_null(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(IsNull(compiler.operand(arguments[0]).sql), operator)


def _and(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(And(*map(compiler.predicate, arguments)), operator)


def _or(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(Or(*map(compiler.predicate, arguments)), operator)


def _not(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(Not(compiler.predicate(arguments[0])), operator)


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_EQUALITIES, _equality),
    **dict.fromkeys(_ORDERS, _order),
    "between": _between,
    "in": _in,
    "isnull": _is_null,
    "and": _and,
    "or": _or,
    "not": _not,
}
