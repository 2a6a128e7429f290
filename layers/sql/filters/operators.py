"""Operators of filters, a handler each: comparison, logic, text, arithmetic, arrays and elements of lists.

Arithmetic is in exact decimals: dividing by zero has no value, and overflows cannot happen. Comparisons with the
elements of a list are FES 2.0's ``matchAction``: beside a property of one value they are the comparison itself, and a
list without elements is like a missing value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from django.contrib.postgres.fields import ArrayField
from django.db.models import Expression, Func, TextField, Value
from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Array, Literal, Node, Operation, Property
from layers.sql.filters.compiler import Compiler, Handler, Kind, Operand, truth
from layers.sql.functions import (
    LIKE_ESCAPE,
    And,
    AnyItem,
    ArrayContainedBy,
    ArrayContains,
    ArrayOverlaps,
    AtLeast,
    AtMost,
    Calculation,
    CaseFolded,
    Difference,
    Different,
    Equal,
    EveryItem,
    Exact,
    Folded,
    In,
    IntegerQuotient,
    IsNull,
    Less,
    Like,
    Listed,
    ListItem,
    More,
    NonZero,
    Not,
    OneItem,
    Or,
    Power,
    Predicate,
    Product,
    Quotient,
    Remainder,
    Sum,
    Texts,
    Unaccented,
)

MAX_EXPONENT = 10
MAX_CALCULATIONS = 40


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
    first, *choices_sql = compiler.align(*(compiler.expect(node, *_COMPARED) for node in nodes))
    return truth(In(first.sql, Listed(*(choice.sql for choice in choices_sql))), operator)


def _is_null(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(IsNull(compiler.operand(arguments[0]).sql), operator)


def _and(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(And(*map(compiler.predicate, arguments)), operator)


def _or(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(Or(*map(compiler.predicate, arguments)), operator)


def _not(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    return truth(Not(compiler.predicate(arguments[0])), operator)


_FOLDS: Mapping[str, type[Func]] = {"casei": CaseFolded, "accenti": Unaccented, "lower": Folded}
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


def _fold(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    text = compiler.expect(arguments[0], Kind.TEXT)
    return Operand(_FOLDS[operator](text.sql), Kind.TEXT, text.label)


def _any_case(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    """Fold a text, which may yet turn out to be of another type; let any other value be."""
    value = compiler.operand(arguments[0])
    return replace(value, sql=CaseFolded(value.sql)) if value.kind is Kind.TEXT else value


def _like(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    value, pattern = arguments
    text = compiler.expect(value, Kind.TEXT)
    return truth(Like(text.sql, _pattern(compiler, pattern)), operator)


def _pattern(compiler: Compiler, node: Node) -> Expression:
    match node:
        case Literal(str() as text):
            return Value(like_pattern(text))
        case Operation("casei" | "accenti" | "anycase" as fold, (inner,)):
            return _FOLDS.get(fold, CaseFolded)(_pattern(compiler, inner))
    raise compiler.fault(_("LIKE attend un modèle entre apostrophes, par exemple 'Parc%'."))


def like_pattern(text: str) -> str:
    r"""Return the pattern with ``LIKE_ESCAPE`` in place of ``\``, and ``\`` before any other character standing for it.

    With a backslash as escape, a pattern that ends with one is an error, and ``unaccent`` can make one.
    """
    plain = text.replace(LIKE_ESCAPE, "")

    def escape(match: re.Match[str]) -> str:
        return f"{LIKE_ESCAPE}{match[1]}" if match[1] in {"%", "_"} else match[1] or "\\"

    return _ESCAPED.sub(escape, plain)


_EXACT: Mapping[str, type[Calculation]] = {"+": Sum, "-": Difference, "*": Product}
_DIVIDING: Mapping[str, type[Calculation]] = {"/": Quotient, "%": Remainder, "div": IntegerQuotient}
_CALCULATIONS = frozenset({*_EXACT, *_DIVIDING, "^"})


def _exact(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = _numbers(compiler, operator, arguments)
    return _calculated(_EXACT[operator](left, right), operator)


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
    if sum(_count(node, _CALCULATIONS) for node in arguments) >= MAX_CALCULATIONS:
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


_RELATIONS: Mapping[str, type[Predicate]] = {
    "a_contains": ArrayContains,
    "a_containedby": ArrayContainedBy,
    "a_overlaps": ArrayOverlaps,
}


def _relation(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = (_texts(compiler, node) for node in arguments)
    return truth(_RELATIONS[operator](left, right), operator)


def _equals(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = (_texts(compiler, node) for node in arguments)
    return truth(And(ArrayContains(left, right), ArrayContainedBy(left, right)), operator)


def _texts(compiler: Compiler, node: Node) -> Texts:
    if not isinstance(node, Array):
        return Texts(compiler.expect(node, Kind.TEXTS).sql)
    values = [item.value for item in node.items if isinstance(item, Literal) and isinstance(item.value, str)]
    if len(values) < len(node.items):
        raise compiler.fault(_("Les opérateurs A_… attendent une liste de textes : ('un', 'deux')."))
    return Texts(Value(values, ArrayField(TextField())))


_QUANTIFIERS: Mapping[str, type[Predicate]] = {"any_of": AnyItem, "all_of": EveryItem, "one_of": OneItem}


def _quantified(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    (comparison,) = arguments
    for name in _properties(comparison):
        values = compiler.property(name)
        if values.kind is Kind.TEXTS:
            item = Operand(ListItem(), Kind.TEXT, name)
            condition = replace(compiler, items={name: item}).predicate(comparison)
            return truth(_QUANTIFIERS[operator](condition, Texts(values.sql)), name)
    return compiler.operand(comparison)


def _properties(node: Node) -> Iterator[str]:
    """Yield the names of the properties that a comparison compares."""
    if isinstance(node, Property):
        yield node.name
    elif isinstance(node, Operation):
        for argument in node.arguments:
            yield from _properties(argument)


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_EQUALITIES, _equality),
    **dict.fromkeys(_ORDERS, _order),
    "between": _between,
    "in": _in,
    "isnull": _is_null,
    "and": _and,
    "or": _or,
    "not": _not,
    **dict.fromkeys(_FOLDS, _fold),
    "anycase": _any_case,
    "like": _like,
    **dict.fromkeys(_EXACT, _exact),
    **dict.fromkeys(_DIVIDING, _dividing),
    "^": _power,
    **dict.fromkeys(_RELATIONS, _relation),
    "a_equals": _equals,
    **dict.fromkeys(_QUANTIFIERS, _quantified),
}
