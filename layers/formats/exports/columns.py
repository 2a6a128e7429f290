"""The columns of a file: unique names, and the SELECT that reads all the rows of a selection.

``rows_of`` has no limit: an export is whole. The geometry is left as PostGIS knows it, in the CRS asked and in x, y
order, so that each format dresses it in its own SELECT around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db.models import F, Func, TextField, Value
from django.db.models.expressions import Combinable

from layers.crs import Crs
from layers.definitions import ID, Field
from layers.formats.columns import Compiled, compile_columns
from layers.queries import Selection


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: the published field, its name in the file, and where the SELECT has its value."""

    field: Field
    name: str
    sql: str


class Bare(Func):
    """The geometry itself, which Django would otherwise select as bytes."""

    template = "%(expressions)s"
    output_field = TextField()


def columns_of(
    selection: Selection, *, reserved: Iterable[str] = (), spelling: Callable[[str], str] = str
) -> tuple[ExportColumn, ...]:
    """Return the id and the fields of a selection: see ``named_columns``."""
    return named_columns(selection.fields, reserved=reserved, spelling=spelling)


def named_columns(
    fields: Sequence[Field], *, reserved: Iterable[str] = (), spelling: Callable[[str], str] = str
) -> tuple[ExportColumn, ...]:
    """Return the id and these fields, in the order in which ``compile_columns`` selects them.

    Their names, as ``spelling`` writes them, are distinct from each other and from ``reserved``.
    """
    used_names = {name.casefold() for name in reserved}
    columns = []
    for position, field in enumerate((ID, *fields)):
        name = spelling(field.name)
        while name.casefold() in used_names:
            name += "_"
        used_names.add(name.casefold())
        columns.append(ExportColumn(field, name, f"s.c{position - 1}" if position else "s.id"))
    return tuple(columns)


def compile_rows(selection: Selection, crs: Crs) -> Compiled | None:
    """Compile all the rows of a selection, in its order, with ``s.geometry`` in ``crs``; None when no row can match."""
    rows = selection.rows.order_by(*selection.order.expressions())
    if not selection.scope.definition.geometry.is_located:
        return compile_columns(rows, Value(None, output_field=TextField()), selection.fields)
    return compile_columns(rows, Bare(_in_crs(crs)), selection.fields)


def _in_crs(crs: Crs) -> Combinable:
    if crs.srid == 4326:
        return F("geom")
    return Transform(F("geom"), crs.srid, output_field=GeometryField(srid=crs.srid))
