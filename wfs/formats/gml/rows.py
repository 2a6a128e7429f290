"""The three forms of GML: their differences, the head of their collections, and the SELECT that writes a feature.

Names in a SELECT are ours and quoted as XML has them; values are escaped in SQL.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db.models import F, TextField, Value
from django.db.models.expressions import BaseExpression

from export_formats.columns import ExportColumn, RawGeometry, named_columns
from export_formats.xml import elements
from layers.access import Scope
from layers.crs import Crs
from layers.definitions import Field, FieldType, GeometryType
from layers.formats.statements import BoundStatement, Compiled, compile_columns
from layers.formats.xml_elements import DECLARATION, opening
from layers.formats.xml_names import xml_name
from layers.parsing.srs_names import SrsName
from layers.queries import Selection, Window
from wfs.names import GEOMETRY, NAMESPACE, PREFIX, local_name, type_name
from wfs.versions import V1_0_0, V1_1_0, V2_0_0, GmlVersion, Version

# Elements of a geometry that is several: of the whole, and of each of its parts.
Parts = Mapping[GeometryType, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GmlDialect:
    """A form of GML in the collection of the version of WFS that it belongs to.

    ``schema`` is where the schema of the collection is, ``identifier`` the attribute that holds the id of a feature,
    ``member`` the element around each. ``function`` is the first argument of ``ST_AsGML``, ``options`` its flags.
    """

    gml: GmlVersion
    version: Version
    schema: str
    identifier: str
    member: str
    function: int
    options: int

    @property
    def namespaces(self) -> dict[str, str]:
        """The namespaces of a collection by prefix."""
        return {"wfs": self.version.wfs, "gml": self.gml.namespace}


# Flags of ST_AsGML: the long name of the system, and plain LineString rather than Curve; 16 writes latitude first.
_LONG, _PLAIN_LINES, NORTHING_FIRST = 1, 4, 16
DIALECTS: dict[GmlVersion, GmlDialect] = {
    GmlVersion.V3_2: GmlDialect(
        GmlVersion.V3_2,
        V2_0_0,
        "http://schemas.opengis.net/wfs/2.0/wfs.xsd http://www.opengis.net/gml/3.2 "
        "http://schemas.opengis.net/gml/3.2.1/gml.xsd",
        "gml:id",
        "wfs:member",
        3,
        _LONG | _PLAIN_LINES,
    ),
    GmlVersion.V3_1_1: GmlDialect(
        GmlVersion.V3_1_1,
        V1_1_0,
        "http://schemas.opengis.net/wfs/1.1.0/wfs.xsd",
        "gml:id",
        "gml:featureMember",
        3,
        _LONG | _PLAIN_LINES,
    ),
    GmlVersion.V2_1_2: GmlDialect(
        GmlVersion.V2_1_2,
        V1_0_0,
        "http://schemas.opengis.net/wfs/1.0.0/WFS-basic.xsd",
        "fid",
        "gml:featureMember",
        2,
        0,
    ),
}
# In 3.2 each part has an id of its own, which ST_AsGML does not give.
PARTS: Parts = {
    GeometryType.MULTI_POINT: ("gml:MultiPoint", "gml:pointMember"),
    GeometryType.MULTI_LINE: ("gml:MultiCurve", "gml:curveMember"),
    GeometryType.MULTI_SURFACE: ("gml:MultiSurface", "gml:surfaceMember"),
}


_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNKNOWN_EXTENT = "<gml:boundedBy><gml:null>unknown</gml:null></gml:boundedBy>"


def namespaces(dialect: GmlDialect, scopes: Sequence[Scope], endpoint: str) -> dict[str, str]:
    """Return the attributes that declare namespaces and where their schemas are."""
    names = ",".join(dict.fromkeys(type_name(scope.slug) for scope in scopes))
    described = endpoint + urlencode(
        {
            "SERVICE": "WFS",
            "VERSION": str(dialect.version),
            "REQUEST": "DescribeFeatureType",
            dialect.version.types: names,
        }
    )
    return {
        **{f"xmlns:{prefix}": uri for prefix, uri in dialect.namespaces.items()},
        f"xmlns:{PREFIX}": NAMESPACE,
        "xmlns:xsi": _XSI,
        "xsi:schemaLocation": f"{NAMESPACE} {described} {dialect.version.wfs} {dialect.schema}",
    }


def moment() -> str:
    """Return now, as XML Schema writes it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def collection_head(
    dialect: GmlDialect, declared: dict[str, str], *, matched: int, returned: int, around: dict[str, str]
) -> bytes:
    """Return the opening of a collection; ``around`` are the addresses of the next and the previous page."""
    if dialect.gml is GmlVersion.V3_2:
        attributes: dict[str, object] = {
            **declared,
            "timeStamp": moment(),
            "numberMatched": matched,
            "numberReturned": returned,
            **around,
        }
        return (DECLARATION + opening("wfs:FeatureCollection", attributes) + "\n").encode()
    if dialect.gml is GmlVersion.V3_1_1:
        attributes = {**declared, "timeStamp": moment(), "numberOfFeatures": returned}
        return (DECLARATION + opening("wfs:FeatureCollection", attributes) + "\n").encode()
    return (DECLARATION + opening("wfs:FeatureCollection", declared) + _UNKNOWN_EXTENT + "\n").encode()


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
        _readable(column, is_float=expression.is_float)
        for column, expression in zip(columns, compiled.columns, strict=True)
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
    """Return the SQL of the element of the geometry, in the requested axis order and CRS name."""
    kind = selection.scope.definition.geometry
    prefix = f"{local_name(selection.scope.slug)}."
    options = dialect.options | (NORTHING_FIRST if srs.crs.is_yx else 0)
    if srs.text == _short_name(srs):
        options &= ~_LONG  # as PostGIS writes it: nothing to rename in each row
    decimals, name = _DECIMALS[srs.crs.srid == 4326], _quoted(srs.text)
    if dialect.gml is not GmlVersion.V3_2:
        shape = f"ST_AsGML({dialect.function}, s.geometry, {decimals}, {options}, 'gml')"
        shape = _renamed(shape, options, srs)
    elif kind in PARTS:
        collection, part = PARTS[kind]
        # Names and numbers of ours alone are in it.
        shape = (
            f"""'<{collection} srsName="{name}" gml:id="{prefix}' || s.id || '.geom">' || """  # noqa: S608 (names are ours, values bound)
            f"""(SELECT string_agg('<{part}>' || ST_AsGML(3, ST_SetSRID(d.geom, 0), {decimals}, {options}, 'gml', """
            f"""'{prefix}' || s.id || '.geom.' || d.path[1]) || '</{part}>', '' ORDER BY d.path[1]) """
            f"""FROM ST_Dump(s.geometry) AS d) || '</{collection}>'"""
        )
    else:
        identifier = f"'{prefix}' || s.id || '.geom'"
        shape = f"ST_AsGML(3, s.geometry, {decimals}, {options}, 'gml', {identifier})"
        shape = _renamed(shape, options, srs)
    return f"coalesce('<{PREFIX}:{GEOMETRY}>' || {shape} || '</{PREFIX}:{GEOMETRY}>', '')"


def _short_name(srs: SrsName) -> str:
    return f"EPSG:{srs.crs.srid}"


def _renamed(shape: str, options: int, srs: SrsName) -> str:
    """Return the SQL of a geometry whose system is called as the client called it."""
    own = f"urn:ogc:def:crs:EPSG::{srs.crs.srid}" if options & _LONG else _short_name(srs)
    return shape if srs.text == own else f"replace({shape}, '{own}\"', '{_quoted(srs.text)}\"')"


def _quoted(text: str) -> str:
    """Return a name of a system as XML and SQL may hold it: it was read, and holds letters, digits and a few marks."""
    return _literal("".join(character for character in text if character not in "'\"<>&\\"))


def _literal(text: str) -> str:
    """Return a text between the quotes of a statement that psycopg formats."""
    return text.replace("'", "''").replace("%", "%%")
