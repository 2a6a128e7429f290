"""How fresh an answer is: the sum of the versions of the tables it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from layers.access import Scope
from layers.definitions import LayerDefinition
from layers.models import Commune
from layers.queries.records import unknown_feature
from layers.sql.catalogue import table_versions
from layers.sql.rows import RowVersion

# Commune boundaries take part in ``commune=`` and in the portals, so they take part in every version.
_SHARED = (Commune._meta.db_table,)


def data_version(definition: LayerDefinition) -> int:
    """Return a number that grows with every write to the layer, its related records or the boundaries.

    Read it before the features: an answer may then be newer than its ETag, never older.
    """
    return data_versions([definition])[definition.slug]


def beside_version(definition: LayerDefinition) -> int:
    """Return a number that grows with every write to what a feature is shown with: related records, boundaries."""
    tables = {*definition.tables[1:], *_SHARED}
    return sum(table_versions(tables).values())


def row_version(scope: Scope, pk: int) -> str:
    """Return a text that changes with every write to this feature, and with no other.

    Raises:
        UnknownFeature: no such feature, or it is outside the scope.
    """
    rows = scope.queryset.filter(pk=pk).annotate(row_version=RowVersion()) if pk < 2**63 else None
    version: str | None = rows.values_list("row_version", flat=True).first() if rows is not None else None
    if version is None:
        raise unknown_feature(scope, pk)
    return version_text(version)


def version_text(version: str) -> str:
    """Write the version of a row (``RowVersion``) as ETags hold it."""
    return hashlib.sha256(version.encode()).hexdigest()[:12]


def data_versions(definitions: Iterable[LayerDefinition]) -> dict[str, int]:
    """Return the version of several layers, by slug, in one query."""
    tables = {definition.slug: {*definition.tables, *_SHARED} for definition in definitions}
    wanted = {table for names in tables.values() for table in names}
    versions = table_versions(wanted)
    return {slug: sum(versions.get(table, 0) for table in names) for slug, names in tables.items()}
