"""One feature, which is the whole answer: what GetFeatureById gives."""

from __future__ import annotations

from layers.queries import Selection
from layers.sql.limits import copy_rows, time_limit
from wfs.formats.elements import DECLARATION, opening
from wfs.formats.gml.collections import has_geometry
from wfs.formats.gml.dialects import DIALECTS
from wfs.formats.gml.heads import namespaces
from wfs.formats.gml.rows import compile_window, feature_statement
from wfs.requests import GetFeature, SrsName


def single_feature(selection: Selection, *, request: GetFeature, srs: SrsName, endpoint: str) -> bytes | None:
    """Return the feature of a selection of one; None when there is none."""
    assert request.output.gml is not None
    dialect = DIALECTS[request.output.gml]
    declared = opening("", namespaces(dialect, [selection.scope], endpoint))[1:-1]
    with time_limit("list"):
        compiled = compile_window(selection, selection.window(), srs.crs, selection.fields)
        if compiled is None:
            return None
        statement = feature_statement(
            selection,
            compiled,
            dialect,
            srs,
            has_geometry=has_geometry(selection, request.queries[0]),
            declared=declared,
        )
        rows = [bytes(row) for row in copy_rows(statement.sql, statement.parameters)]
    return DECLARATION.encode() + rows[0] if rows else None
