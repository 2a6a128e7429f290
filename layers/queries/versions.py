"""How fresh an answer about one feature is: the version of its row, and of what it is shown with."""

from __future__ import annotations

import hashlib

from layers.access import Scope
from layers.definitions import LayerDefinition
from layers.queries.records import unknown_feature
from layers.registry import SHARED_TABLES
from layers.sql.catalogue import table_versions
from layers.sql.rows import RowVersion


def beside_version(definition: LayerDefinition) -> int:
    """Return a number that grows with every write to what a feature is shown with: related records, boundaries."""
    tables = {*definition.tables[1:], *SHARED_TABLES}
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
