"""Arrays of texts as sets: A_CONTAINS, A_CONTAINEDBY, A_OVERLAPS, A_EQUALS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.postgres.fields import ArrayField
from django.db.models import TextField, Value
from django.utils.translation import gettext as _

from layers.parsing.cql2.nodes import Array, Literal, Node
from layers.sql.filters.operands import Compiler, Handler, Kind, Operand, truth
from layers.sql.functions import And, Holds, IsHeldBy, Predicate, Shares, Texts

_RELATIONS: Mapping[str, type[Predicate]] = {
    "a_contains": Holds,
    "a_containedby": IsHeldBy,
    "a_overlaps": Shares,
}


def _relation(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = (_texts(compiler, node) for node in arguments)
    return truth(_RELATIONS[operator](left, right), operator)


def _equals(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    left, right = (_texts(compiler, node) for node in arguments)
    return truth(And(Holds(left, right), IsHeldBy(left, right)), operator)


def _texts(compiler: Compiler, node: Node) -> Texts:
    if not isinstance(node, Array):
        return Texts(compiler.expect(node, Kind.TEXTS).sql)
    values = [item.value for item in node.items if isinstance(item, Literal) and isinstance(item.value, str)]
    if len(values) < len(node.items):
        raise compiler.fault(_("Les opérateurs A_… attendent une liste de textes : ('un', 'deux')."))
    return Texts(Value(values, ArrayField(TextField())))


HANDLERS: Mapping[str, Handler] = {**dict.fromkeys(_RELATIONS, _relation), "a_equals": _equals}
