"""How fresh an answer is: the sum of the versions of the tables it is made of."""

from __future__ import annotations

from collections.abc import Iterable

from layers.definitions import LayerDefinition
from layers.models import Commune
from layers.sql.catalogue import table_versions

# Commune boundaries take part in ``commune=`` and in the portals, so they take part in every version.
_SHARED = (Commune._meta.db_table,)


def data_version(definition: LayerDefinition) -> int:
    """Return a number that grows with every write to the layer, its related records or the boundaries.

    Read it before the features: an answer may then be newer than its ETag, never older.
    """
    return data_versions([definition])[definition.slug]


def data_versions(definitions: Iterable[LayerDefinition]) -> dict[str, int]:
    """Return the version of several layers, by slug, in one query."""
    tables = {definition.slug: {*definition.tables, *_SHARED} for definition in definitions}
    wanted = {table for names in tables.values() for table in names}
    versions = table_versions(wanted)
    return {slug: sum(versions.get(table, 0) for table in names) for slug, names in tables.items()}
