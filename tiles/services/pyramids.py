"""Which tables keep a pyramid of counts: those of point layers that are large enough to pay for it."""

from __future__ import annotations

from django.db import connection

from layers import registry
from layers.definitions import GeometryType, LayerDefinition
from layers.models import Layer
from layers.sql import pyramids
from layers.styles.documents import read_style

# Counting so many points for each tile takes longer than a page; under half of it a pyramid is given up.
PAYS_FROM = 50_000


def refresh_pyramids() -> list[str]:
    """Begin, renew or end the pyramids of tables, and return the tables whose pyramid was counted anew.

    A pyramid is renewed when the style tells apart another column, and when it no longer counts as many points as its
    table has (a load disabled the triggers).
    """
    pyramids.forget_lost()
    styles = dict(Layer.objects.values_list("slug", "style"))
    expected = {
        _table(definition): _category(definition, styles.get(definition.slug) or {})
        for definition in registry.definitions()
        if definition.geometry is GeometryType.POINT
    }
    counted = [table for table, category in expected.items() if _is_renewed(table, category)]
    names = {_name(table) for table in expected}
    for table in pyramids.stored_tables():
        if table not in names:  # a version that is no longer online
            pyramids.drop(table)
    return counted


def _is_renewed(table: str, category: str) -> bool:
    rows, stored = pyramids.analysed_rows(table), pyramids.stored_category(table)
    if rows < PAYS_FROM / 2 and stored is not None:
        pyramids.drop(table)
    if rows < (PAYS_FROM if stored is None else PAYS_FROM / 2):
        return False
    is_lost = stored is not None and not pyramids.agrees(table)
    if stored == category and not is_lost:
        return False
    pyramids.keep(table, category, is_lost=is_lost)
    return True


def _table(definition: LayerDefinition) -> str:
    return connection.ops.quote_name(definition.model._meta.db_table)


def _name(table: str) -> str:
    """Return a table as ``regclass`` writes it, or the name itself when it is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(to_regclass(%s)::text, %s)", [table, table])
        return str(cursor.fetchone()[0])


def _category(definition: LayerDefinition, written: dict[str, object]) -> str:
    """Return the column of the field whose categories the style of a layer has; empty for none."""
    try:
        style = read_style(definition.style, written)
    except ValueError:
        style = definition.style
    field = definition.by_name.get(style.field) if style.categories else None
    return pyramids.column_of(definition.model, field.source) or "" if field else ""
