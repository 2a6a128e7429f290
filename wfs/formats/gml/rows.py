"""The SELECT that writes one feature a row: names are ours and quoted as XML has them, values are escaped in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db.models import F, TextField, Value
from django.db.models.expressions import BaseExpression

from export_formats.columns import ExportColumn, RawGeometry, named_columns
from export_formats.xml import elements
from layers.crs import Crs
from layers.definitions import Field, FieldType
from layers.formats.statements import BoundStatement, Compiled, compile_columns
from layers.formats.xml_names import xml_name
from layers.queries import Selection, Window
from wfs.formats.gml.dialects import NORTHING_FIRST, PARTS, GmlDialect
from wfs.names import GEOMETRY, PREFIX, local_name, type_name
from wfs.requests import SrsName
from wfs.versions import GmlVersion

# A centimetre is the seventh decimal of a degree.
_DECIMALS = {True: 7, False: 3}


def compile_window(
    selection: Selection, window: Window, crs: Crs, fields: Sequence[Field]
) -> Compiled | None:
    """Compile the rows of a page with their geometry as PostGIS knows it; None when no row can match."""
    return compile_columns(window.rows, _shape(selection, crs), fields)


def _shape(selection: Selection, crs: Crs) -> BaseExpression:
    if not selection.scope.definition.geometry.is_located:
        return Value(None, output_field=TextField())
    if crs.srid == 4326:
        return RawGeometry(F("geom"))
    return RawGeometry(Transform(F("geom"), crs.srid, output_field=GeometryField(srid=crs.srid)))


def feature_statement(
    selection: Selection,
    compiled: Compiled,
    dialect: GmlDialect,
    srs: SrsName,
    *,
    has_geometry: bool,
    declared: str = "",
) -> BoundStatement:
    """Return the SELECT of the features, each in its member, or alone where ``declared`` are its namespaces."""
    slug = selection.scope.slug
    name, around = type_name(slug), "" if declared else dialect.member
    opening = f'{_tag(around)}<{name}{declared} {dialect.identifier}="{local_name(slug)}.'
    closing = f"</{name}>{_tag(around, '/')}"
    parts = [
        f"'{_literal(opening)}' || s.id || '\">'",
        *_attributes(compiled, selection.fields),
        *([geometry_sql(selection, dialect, srs)] if has_geometry else []),
        f"'{_literal(closing)}'",
    ]
    return _select(parts, compiled)


def _tag(name: str, slash: str = "") -> str:
    return f"<{slash}{name}>" if name else ""


def _select(parts: Sequence[str], compiled: Compiled) -> BoundStatement:
    # No value is in it: names are ours, and what a request says is bound.
    return BoundStatement(f"SELECT {' || '.join(parts)} FROM {compiled.source}", compiled.parameters)  # noqa: S608 (names are ours, values bound)


def value_statement(
    selection: Selection,
    compiled: Compiled,
    dialect: GmlDialect,
    srs: SrsName,
    *,
    field: Field | None,
    is_id: bool,
) -> BoundStatement:
    """Return the SELECT of one property of each feature, None standing for the geometry."""
    if is_id:
        value = f"'{local_name(selection.scope.slug)}.' || s.id"
    elif field is None:
        value = geometry_sql(selection, dialect, srs)
    else:
        value = next(_attributes(compiled, (field,)))
    return _select([f"'<{dialect.member}>'", value, f"'</{dialect.member}>'"], compiled)


def _attributes(compiled: Compiled, fields: Sequence[Field]) -> Iterator[str]:
    """Yield the SQL of the element of each field, empty when it has no value."""
    columns = named_columns(fields)[1:]
    written = [
        _readable(column, is_float=found.is_float)
        for column, found in zip(columns, compiled.columns, strict=True)
    ]
    yield from elements(written, lambda column: f"{PREFIX}:{xml_name(column.field.name)}")


def _readable(column: ExportColumn, *, is_float: bool) -> ExportColumn:
    """Return a column whose values are those of its type in XML Schema: no empty code, no infinite date."""
    sql, kind = column.sql, column.field.type
    if column.field.choices and kind is FieldType.TEXT:
        return replace(column, sql=f"nullif({sql}, '')")
    if kind in {FieldType.DATE, FieldType.DATETIME}:
        return replace(column, sql=f"CASE WHEN isfinite({sql}) THEN {sql} END")
    if is_float:
        return replace(column, sql=f"replace({sql}::text, 'Infinity', 'INF')")
    return column


def geometry_sql(selection: Selection, dialect: GmlDialect, srs: SrsName) -> str:
    """Return the SQL of the element of the geometry, in the axis order and under the name that were asked."""
    kind = selection.scope.definition.geometry
    prefix = f"{local_name(selection.scope.slug)}."
    options = dialect.options | (NORTHING_FIRST if srs.crs.is_yx else 0)
    decimals, name = _DECIMALS[srs.crs.srid == 4326], _quoted(srs.text)
    if dialect.gml is not GmlVersion.V3_2:
        shape = f"ST_AsGML({dialect.function}, s.geometry, {decimals}, {options}, 'gml')"
        shape = _renamed(shape, dialect, srs)
    elif kind in PARTS:
        whole, part = PARTS[kind]
        # Names and numbers of ours alone are in it.
        shape = (
            f"""'<{whole} srsName="{name}" gml:id="{prefix}' || s.id || '.geom">' || """  # noqa: S608 (names are ours, values bound)
            f"""(SELECT string_agg('<{part}>' || ST_AsGML(3, ST_SetSRID(d.geom, 0), {decimals}, {options}, 'gml', """
            f"""'{prefix}' || s.id || '.geom.' || d.path[1]) || '</{part}>', '' ORDER BY d.path[1]) """
            f"""FROM ST_Dump(s.geometry) AS d) || '</{whole}>'"""
        )
    else:
        identifier = f"'{prefix}' || s.id || '.geom'"
        shape = f"ST_AsGML(3, s.geometry, {decimals}, {options}, 'gml', {identifier})"
        shape = _renamed(shape, dialect, srs)
    return f"coalesce('<{PREFIX}:{GEOMETRY}>' || {shape} || '</{PREFIX}:{GEOMETRY}>', '')"


def _renamed(shape: str, dialect: GmlDialect, srs: SrsName) -> str:
    """Return the SQL of a geometry whose system is called as the client called it."""
    own = f"urn:ogc:def:crs:EPSG::{srs.crs.srid}" if dialect.options & 1 else f"EPSG:{srs.crs.srid}"
    return shape if srs.text == own else f"replace({shape}, '{own}\"', '{_quoted(srs.text)}\"')"


def _quoted(text: str) -> str:
    """Return a name of a system as XML and SQL may hold it: it was read, and holds letters, digits and a few marks."""
    return _literal("".join(character for character in text if character not in "'\"<>&\\"))


def _literal(text: str) -> str:
    """Return a text between the quotes of a statement that psycopg formats."""
    return text.replace("'", "''").replace("%", "%%")
