"""A compiled selection: the inner SELECT with short column names, ready to be dressed by a renderer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.db.models.expressions import BaseExpression
from psycopg.sql import Identifier

from layers.definitions import Field


@dataclass(frozen=True, slots=True)
class Compiled:
    """``FROM`` clause ``(…) AS s(id, geometry, c0, c1, …)`` with its parameters; ``attributes`` renames the columns."""

    source: str
    parameters: tuple[Any, ...]
    attributes: str


def compile_columns(
    rows: QuerySet[Any], geometry: BaseExpression, fields: Sequence[Field]
) -> Compiled | None:
    """Compile ordered, cut rows to id, geometry and one column a field; None when no row can match."""
    columns = rows.annotate(rendered=geometry).values_list(
        "pk", "rendered", *(field.source for field in fields)
    )
    try:
        inner, parameters = columns.query.sql_with_params()
    except EmptyResultSet:
        return None
    names = [f"c{index}" for index in range(len(fields))]
    attributes = ", ".join(
        f"s.{name} AS {quoted(field.name)}" for name, field in zip(names, fields, strict=True)
    )
    return Compiled(f"({inner}) AS s({', '.join(['id', 'geometry', *names])})", tuple(parameters), attributes)


def quoted(name: str) -> str:
    """Quote an identifier for a statement that psycopg formats (where a percent sign must be doubled)."""
    return Identifier(name).as_string(None).replace("%", "%%")
