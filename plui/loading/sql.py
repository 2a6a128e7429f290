"""Statements between the rows of a version and those online: by set, identifiers of our models, values bound.

Geometries are in EPSG:4326 (x = longitude). Two are the same within ``TOLERANCE`` degrees, about a centimetre: a
package written in Lambert-93 and read again gives back coordinates that differ by less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from plui.loading.parsing import text_columns

TOLERANCE = 1e-7
# A surface takes over the identifier of another when they share a tenth of the smaller one.
_SHARE = 0.1
# Degrees: about 100 m for a point that keeps its identifier, 10 m for a line, 1 m for a line that keeps its label.
_POINT_REACH, _LINE_REACH, _LINE_OVERLAP = 1e-3, 1e-4, 1e-5

_LABELS = {"libelle", "nattrac", "natecr", "txt"}
_CODES = {"typezone", "typepsc", "stypepsc", "typeinf", "stypeinf", "nattrac", "natecr"}
_REFERENCES = {"nomfic", "urlfic", "lib_idzone", "lib_idpsc", "lib_idinfo", "lib_idhab"}
_INTEGERS = (models.SmallIntegerField, models.PositiveSmallIntegerField)

Model = type[models.Model]


def run(statement: Composable, parameters: Mapping[str, Any] | Sequence[Any]) -> int:
    """Execute a statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        # As text: the history of rows adds the author to it.
        cursor.execute(statement.as_string(None), parameters)
        return int(cursor.rowcount)


def rows(statement: Composable, parameters: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Execute a query; return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(None), parameters)
        return list(cursor.fetchall())


def _table(model: Model) -> Identifier:
    return Identifier(model._meta.db_table)


def _listed(parts: Iterable[Composable]) -> Composed:
    return SQL(", ").join(parts)


def _names(model: Model) -> list[str]:
    return [str(field.column) for field in text_columns(model)]


def _of(alias: str, names: Iterable[str]) -> Composed:
    return _listed(SQL("{}.{}").format(Identifier(alias), Identifier(name)) for name in names)


def _row(alias: str, names: Sequence[str]) -> Composed:
    return SQL("ROW({})").format(_of(alias, names))


def insertion(twin: Model) -> Composed:
    """Return the insertion of some rows of a package: version, IDURBA, an array a column, an array of WKB.

    A geometry of several parts becomes a row a part.
    """
    columns = text_columns(twin)
    names = [Identifier(str(field.column)) for field in columns]
    values = [
        SQL("NULLIF(r.{}, '')::smallint").format(Identifier(str(field.column)))
        if isinstance(field, _INTEGERS)
        else SQL("r.{}").format(Identifier(str(field.column)))
        for field in columns
    ]
    return SQL(
        "INSERT INTO {twin} (version_id, idurba, {names}, geom)"
        " SELECT %s, %s, {values}, part.geom"
        " FROM unnest({arrays}, %s::bytea[]) WITH ORDINALITY AS r({names}, shape, number),"
        " LATERAL ST_Dump(ST_GeomFromWKB(r.shape, 4326)) AS part ORDER BY r.number, part.path"
    ).format(
        twin=_table(twin),
        names=_listed(names),
        values=_listed(values),
        arrays=_listed([SQL("%s::text[]")] * len(names)),
    )


SHAPE_FAULTS = SQL(
    "SELECT number::int, CASE WHEN shape IS NULL THEN 'missing' WHEN NOT ST_IsValid(geom) THEN 'invalid'"
    " ELSE 'type' END FROM (SELECT number, shape, ST_GeomFromWKB(shape, 4326) AS geom"
    " FROM unnest(%s::bytea[]) WITH ORDINALITY AS r(shape, number)) AS shapes"
    " WHERE shape IS NULL OR NOT ST_IsValid(geom) OR GeometryType(geom) <> ALL(%s) ORDER BY number"
)
"""The rows of some WKB that are no valid geometry of some types: 1-based number, and why."""


def forget_matches(twin: Model) -> Composed:
    """Return the statement that undoes the matches of a version."""
    return SQL(
        "UPDATE {twin} SET feature_id = NULL WHERE version_id = %(version)s AND feature_id IS NOT NULL"
    ).format(twin=_table(twin))


def matching_steps(live: Model, twin: Model) -> list[Composed]:
    """Return the statements that match rows of a version with those of some documents, the surest first.

    Same geometry and code; same identifier, its date left out, near; same geometry; same label, the largest overlap.
    Each matches pairs of which each is the best of the other, and is run until it matches nothing.
    Parameters: ``version``, ``documents``.
    """
    names = set(_names(twin))
    kind = twin._meta.get_field("geom").geom_type  # type: ignore[union-attr]  # a field of geometry
    codes, labels = sorted(_CODES & names), sorted(_LABELS & names)
    identifier = next(name for name in sorted(_REFERENCES & names) if name.startswith("lib_"))
    score = SQL("(t.{lib} = l.{lib})::int * 2 + ({label} IS NOT DISTINCT FROM {other})::int").format(
        lib=Identifier(identifier), label=_row("t", labels), other=_row("l", labels)
    )
    same_codes = SQL("{} IS NOT DISTINCT FROM {}").format(_row("t", codes), _row("l", codes))
    same_labels = SQL("{} IS NOT DISTINCT FROM {}").format(_row("t", labels), _row("l", labels))
    same_identifier = SQL("t.{lib} <> '' AND {mine} = {other}").format(
        lib=Identifier(identifier),
        mine=_undated(SQL("t.{}").format(Identifier(identifier))),
        other=_undated(SQL("l.{}").format(Identifier(identifier))),
    )
    near, overlap = _NEAR[kind], _OVERLAP[kind]
    steps = [
        _matches(live, twin, SQL("{} AND {}").format(_SAME_PLACE, same_codes), score),
        _matches(live, twin, SQL("{} AND {}").format(same_identifier, near), score),
        _matches(live, twin, _SAME_PLACE, score),
    ]
    if overlap is not None:
        condition, size = overlap
        steps.append(_matches(live, twin, SQL("{} AND {}").format(same_labels, condition), size))
    return steps


def _undated(text: Composable) -> Composed:
    return SQL("regexp_replace({}, '_[0-9]{{8}}', '', 'g')").format(text)


_SAME_GEOMETRY = SQL(
    "(CASE WHEN ST_OrderingEquals(t.geom, l.geom) THEN true WHEN ST_NPoints(t.geom) <> ST_NPoints(l.geom) THEN false"
    " ELSE ST_HausdorffDistance(t.geom, l.geom) < {tolerance} END)"
).format(tolerance=Literal(TOLERANCE))
_SAME_PLACE = SQL(
    "l.geom @ ST_Expand(t.geom, {tolerance}) AND t.geom @ ST_Expand(l.geom, {tolerance}) AND {same}"
).format(tolerance=Literal(TOLERANCE), same=_SAME_GEOMETRY)
_SHARED_AREA = SQL("ST_Area(ST_Intersection(t.geom, l.geom))")
_SHARED_LENGTH = SQL("ST_Length(ST_Intersection(t.geom, ST_Buffer(l.geom, 1e-6)))")
_SURFACES_OVERLAP = SQL(
    "l.geom && t.geom AND {area} > {share} * least(ST_Area(t.geom), ST_Area(l.geom))"
).format(area=_SHARED_AREA, share=Literal(_SHARE))
_NEAR: dict[str, Composable] = {
    "POLYGON": _SURFACES_OVERLAP,
    "LINESTRING": SQL("ST_DWithin(t.geom, l.geom, {})").format(Literal(_LINE_REACH)),
    "POINT": SQL("ST_DWithin(t.geom, l.geom, {})").format(Literal(_POINT_REACH)),
}
_OVERLAP: dict[str, tuple[Composable, Composable] | None] = {
    "POLYGON": (_SURFACES_OVERLAP, _SHARED_AREA),
    "LINESTRING": (
        SQL("ST_DWithin(t.geom, l.geom, {}) AND {} > 0").format(Literal(_LINE_OVERLAP), _SHARED_LENGTH),
        _SHARED_LENGTH,
    ),
    "POINT": None,
}


def _matches(live: Model, twin: Model, condition: Composable, score: Composable) -> Composed:
    return SQL(
        "WITH pairs AS (SELECT t.id AS twin_id, l.id AS live_id, {score} AS score FROM {twin} AS t"
        " JOIN {live} AS l ON {condition}"
        " WHERE t.version_id = %(version)s AND t.feature_id IS NULL AND l.idurba = ANY(%(documents)s)"
        " AND NOT EXISTS (SELECT FROM {twin} AS o WHERE o.version_id = %(version)s AND o.feature_id = l.id)),"
        " ranked AS (SELECT twin_id, live_id,"
        " row_number() OVER (PARTITION BY twin_id ORDER BY score DESC, live_id) AS of_twin,"
        " row_number() OVER (PARTITION BY live_id ORDER BY score DESC, twin_id) AS of_live FROM pairs)"
        " UPDATE {twin} AS t SET feature_id = ranked.live_id FROM ranked"
        " WHERE t.id = ranked.twin_id AND of_twin = 1 AND of_live = 1"
    ).format(live=_table(live), twin=_table(twin), condition=condition, score=score)


def numbering(live: Model, twin: Model) -> Composed:
    """Return the statement that gives new rows of a version the identifiers that they will have online."""
    return SQL(
        "UPDATE {twin} SET feature_id = nextval(pg_get_serial_sequence(%(table)s, 'id'))"
        " WHERE version_id = %(version)s AND feature_id IS NULL"
    ).format(twin=_table(twin))


def publication_steps(live: Model, twin: Model) -> list[Composed]:
    """Return the statements that make the rows of some documents those of a version: removed, changed, added.

    Parameters: ``version``, ``documents``. Rows that are alike are not written.
    """
    names = _names(twin)
    columns = ["idurba", *names]
    settings = [SQL("{0} = t.{0}").format(Identifier(name)) for name in columns]
    return [
        SQL(
            "DELETE FROM {live} AS l WHERE l.idurba = ANY(%(documents)s) AND NOT EXISTS"
            " (SELECT FROM {twin} AS t WHERE t.version_id = %(version)s AND t.feature_id = l.id)"
        ).format(live=_table(live), twin=_table(twin)),
        SQL(
            "UPDATE {live} AS l SET geom = t.geom, updated_at = now() FROM {twin} AS t"
            " WHERE t.version_id = %(version)s AND t.feature_id = l.id AND NOT {same}"
        ).format(live=_table(live), twin=_table(twin), same=_SAME_GEOMETRY),
        SQL(
            "UPDATE {live} AS l SET {settings}, updated_at = CASE WHEN {content} THEN now() ELSE l.updated_at END"
            " FROM {twin} AS t WHERE t.version_id = %(version)s AND t.feature_id = l.id"
            " AND {mine} IS DISTINCT FROM {other}"
        ).format(
            live=_table(live),
            twin=_table(twin),
            settings=_listed(settings),
            content=_content_differs(twin),
            mine=_row("t", columns),
            other=_row("l", columns),
        ),
        SQL(
            "INSERT INTO {live} (id, {columns}, geom) SELECT t.feature_id, {values}, t.geom FROM {twin} AS t"
            " WHERE t.version_id = %(version)s AND NOT EXISTS (SELECT FROM {live} AS l WHERE l.id = t.feature_id)"
            " ORDER BY t.id"
        ).format(
            live=_table(live),
            twin=_table(twin),
            columns=_listed(map(Identifier, columns)),
            values=_of("t", columns),
        ),
    ]


def snapshot_steps(live: Model, twin: Model) -> list[Composed]:
    """Return the statements that make the rows of a version those of some documents, as they are online."""
    columns = ["idurba", *_names(twin)]
    settings = [SQL("{0} = l.{0}").format(Identifier(name)) for name in [*columns, "geom"]]
    return [
        SQL(
            "DELETE FROM {twin} AS t WHERE t.version_id = %(version)s AND NOT EXISTS"
            " (SELECT FROM {live} AS l WHERE l.id = t.feature_id AND l.idurba = ANY(%(documents)s))"
        ).format(live=_table(live), twin=_table(twin)),
        SQL(
            "UPDATE {twin} AS t SET {settings}, updated_at = now() FROM {live} AS l"
            " WHERE t.version_id = %(version)s AND t.feature_id = l.id"
            " AND ({mine} IS DISTINCT FROM {other} OR NOT {same})"
        ).format(
            live=_table(live),
            twin=_table(twin),
            settings=_listed(settings),
            mine=_row("t", columns),
            other=_row("l", columns),
            same=_SAME_GEOMETRY,
        ),
        SQL(
            "INSERT INTO {twin} (version_id, feature_id, {columns}, geom) SELECT %(version)s, l.id, {values}, l.geom"
            " FROM {live} AS l WHERE l.idurba = ANY(%(documents)s) AND NOT EXISTS"
            " (SELECT FROM {twin} AS t WHERE t.version_id = %(version)s AND t.feature_id = l.id) ORDER BY l.id"
        ).format(
            live=_table(live),
            twin=_table(twin),
            columns=_listed(map(Identifier, columns)),
            values=_of("l", columns),
        ),
    ]


def _content_differs(twin: Model) -> Composed:
    """Return whether a row says something else: names of files are compared without their dates, identifiers are not.

    A package dates all its names and identifiers by its approval, those of objects that it does not change too.
    """
    content = [name for name in _names(twin) if name not in _REFERENCES]
    condition = SQL("{} IS DISTINCT FROM {}").format(_row("t", content), _row("l", content))
    if "nomfic" not in _names(twin):
        return SQL("({})").format(condition)
    return SQL("({} OR {} <> {})").format(condition, _undated(SQL("t.nomfic")), _undated(SQL("l.nomfic")))


def change_count(live: Model, twin: Model) -> Composed:
    """Return the query of how many rows of a version are added, changed, unchanged, and removed of some documents."""
    return SQL(
        "SELECT count(*) FILTER (WHERE l.id IS NULL),"
        " count(*) FILTER (WHERE l.id IS NOT NULL AND ({differs} OR NOT {same})),"
        " count(*) FILTER (WHERE l.id IS NOT NULL AND NOT ({differs} OR NOT {same})),"
        " (SELECT count(*) FROM {live} AS o WHERE o.idurba = ANY(%(documents)s) AND NOT EXISTS"
        " (SELECT FROM {twin} AS v WHERE v.version_id = %(version)s AND v.feature_id = o.id))"
        " FROM {twin} AS t LEFT JOIN {live} AS l ON l.id = t.feature_id WHERE t.version_id = %(version)s"
    ).format(live=_table(live), twin=_table(twin), differs=_content_differs(twin), same=_SAME_GEOMETRY)


def digest(twin: Model) -> Composed:
    """Return the query of the SHA-256 of the rows of a version, whatever they are matched with."""
    return SQL(
        "SELECT encode(sha256(convert_to(coalesce(string_agg(md5(ROW({values}, ST_AsEWKB(t.geom))::text), ''"
        " ORDER BY t.id), ''), 'UTF8')), 'hex') FROM {twin} AS t WHERE t.version_id = %(version)s"
    ).format(twin=_table(twin), values=_of("t", ["idurba", *_names(twin)]))


def shape_types(twin: Model) -> list[str]:
    """Return the types of geometry that a package may have in a table: single, and of several parts."""
    kind = str(twin._meta.get_field("geom").geom_type)  # type: ignore[union-attr]  # a field of geometry
    return [kind, f"MULTI{kind}"]
