"""CQL2 expressions become SQL conditions against the fields a visitor may filter on.

One handler an operator; ``HANDLERS`` is the whole table. Values are bound, names are looked up
in the whitelist, kinds are checked: the database gets nothing it could refuse.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from layers.definitions import Field
from layers.parsing.cql2 import Expression
from layers.sql.filters import operators, spatial, temporal
from layers.sql.filters.compiler import Compiler, Handler

__all__ = ["HANDLERS", "compile_filter"]

HANDLERS: Mapping[str, Handler] = {**operators.HANDLERS, **spatial.HANDLERS, **temporal.HANDLERS}


def compile_filter(
    expression: Expression,
    fields: Mapping[str, Field],
    *,
    geometry: str = "geom",
    parameter: str | None = None,
) -> Q:
    """Return the condition of ``expression``, usable in ``QuerySet.filter`` and with ``&`` and ``|``.

    ``fields`` is everything the visitor may filter on, by name, the id included; ``geometry`` is the ORM path of the
    geometry, which clients call ``geom`` or ``geometry``; empty when rows have none.

    Raises:
        UnknownProperty: a name that is not in ``fields``.
        InvalidFilter: values that do not go together, or an expression that is not a condition.
    """
    compiler = Compiler(fields, geometry, parameter or expression.parameter, HANDLERS, expression.is_draft)
    return Q(compiler.predicate(expression.tree))
