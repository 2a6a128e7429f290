"""GML and KML, written by PostgreSQL, an element a row, between a head and a foot.

GML 3.2 (OGC 07-036) has the axis order of the CRS's authority and no schema: readers find the types. KML 2.2 (OGC
07-147r2) is longitude, latitude in WGS 84, with the typed values in extended data.

Values are escaped in SQL, and the control characters that XML 1.0 has no place for are left out. A missing value is a
missing element, an empty text an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from export_formats.columns import ExportColumn, columns_of, compile_rows
from export_formats.notice import Notice
from export_formats.rows import with_progress
from export_formats.tables import LIST_SEPARATOR
from layers.definitions import FieldType
from layers.formats.xml_names import xml_name
from layers.queries import Selection
from layers.sql.limits import copy_rows, time_limit
from styles.colours import rgb

_BUFFER = 1 << 20
_BATCH_ROWS = 64
# Every control character but tabulation and the line ends, and the two code points that are no characters.
_FORBIDDEN = "".join(rf"\x{code:02x}" for code in range(1, 32) if code not in {9, 10, 13}) + r"\uFFFE\uFFFF"
# A text without any of these is written as it is: a regular expression tells it ten times faster than ``translate``
# goes through the text.
_MARKED = r"[\x01-\x08\x0a-\x1f&<>\uFFFE\uFFFF]"

Element = Callable[[ExportColumn], str]
_GML = "http://www.opengis.net/gml/3.2"
_OURS = "urn:x-portail:couche"
# ST_AsGML: the long form of the CRS and plain LineString; latitude first where the authority says so.
_GML_FORM, _GML_NORTHING_FIRST = 1 | 4, 16
_KML = "http://www.opengis.net/kml/2.2"
_KML_TYPES = {FieldType.INTEGER: "int", FieldType.NUMBER: "double", FieldType.BOOLEAN: "bool"}


def _escaped(sql: str) -> str:
    """Return the SQL of a text as XML holds it; line ends are written as references, which COPY leaves alone."""
    text = f"translate({sql}::text, E'{_FORBIDDEN}', '')"
    for plain, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = f"replace({text}, '{plain}', '{written}')"
    text = rf"replace(replace({text}, E'\n', '&#10;'), E'\r', '&#13;')"
    return f"""CASE WHEN {sql}::text COLLATE "C" ~ E'{_MARKED}' THEN {text} ELSE {sql}::text END"""


TEXTS: Mapping[FieldType, Callable[[str], str]] = {
    FieldType.TEXT: _escaped,
    FieldType.INTEGER: lambda sql: sql,
    FieldType.NUMBER: lambda sql: sql,
    FieldType.BOOLEAN: lambda sql: f"{sql}::text",
    FieldType.DATE: lambda sql: sql,
    FieldType.DATETIME: lambda sql: f"replace(({sql} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'",
    FieldType.TEXTS: lambda sql: _escaped(f"array_to_string({sql}, '{LIST_SEPARATOR}')"),
}


def elements(
    columns: Sequence[ExportColumn], element: Element, texts: Mapping[FieldType, Callable[[str], str]] = TEXTS
) -> Iterator[str]:
    """Yield, for each column, the SQL of its element, empty when there is no value; ``texts`` writes values by type."""
    for column in columns:
        opening = element(column).replace("'", "''").replace("%", "%%")
        closing = opening.partition(" ")[0]
        value = texts[column.field.type](column.sql)
        yield f"coalesce('<{opening}>' || {value} || '</{closing}>', '')"


def write_xml(
    selection: Selection, path: Path, notice: Notice, head: Sequence[str], parts: Sequence[str], foot: str
) -> int:
    """Write ``head``, the SQL of ``parts`` for each row, and ``foot``; return the number of rows."""
    count = 0
    with path.open("wb", buffering=_BUFFER) as file:
        file.write("".join(head).encode())
        compiled = compile_rows(selection, notice.crs)
        if compiled is not None:
            statement = f"SELECT {' || '.join(parts)} FROM {compiled.source}"  # noqa: S608 (names are ours, values bound)
            with time_limit("export"):
                rows = iter(with_progress(copy_rows(statement, compiled.parameters)))
                while batch := list(islice(rows, _BATCH_ROWS)):
                    file.write(b"".join(batch))
                    count += len(batch)
        file.write(foot.encode())
    return count


def write_gml(selection: Selection, path: Path, notice: Notice) -> int:
    """Write GML; return the number of features."""
    name = xml_name(selection.scope.slug.replace("-", "_"))
    form = _GML_FORM | (_GML_NORTHING_FIRST if notice.crs.is_yx else 0)
    decimals = 7 if notice.crs.srid == 4326 else 3
    head = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<p:FeatureCollection xmlns:p="{_OURS}" xmlns:gml="{_GML}"',
        f' gml:id="{name}"><gml:description>{escape(notice.text())}</gml:description>',
        f"<gml:name>{escape(notice.title)}</gml:name>\n",
    ]
    parts = [
        f"""'<gml:featureMember><p:{name} gml:id="{name}.' || s.id || '">'""",
        "coalesce('<p:geom>' || ST_AsGML("
        f"3, s.geometry, {decimals}, {form}, 'gml', '{name}.' || s.id || '.geom') || '</p:geom>', '')",
        *elements(
            columns_of(selection, reserved=["geom"], spelling=xml_name), lambda column: f"p:{column.name}"
        ),
        f"'</p:{name}></gml:featureMember>'",
    ]
    return write_xml(selection, path, notice, head, parts, "</p:FeatureCollection>\n")


# XML Schema (part 2, 3.2.2) writes true as "true" or "1"; GDAL, hence QGIS, reads the fields of type bool as numbers.
_KML_TEXTS = {**TEXTS, FieldType.BOOLEAN: lambda sql: f"{sql}::int"}


def write_kml(selection: Selection, path: Path, notice: Notice) -> int:
    """Write KML; features are named by the layer's title field. Return their number."""
    definition = selection.scope.definition
    columns = columns_of(selection)
    title = next((column for column in columns if column.field.name == definition.title_field), columns[0])
    schema = [
        f"<SimpleField name={quoteattr(column.name)} type={quoteattr(_KML_TYPES.get(column.field.type, 'string'))}>"
        f"<displayName>{escape(str(column.field.title))}</displayName></SimpleField>"
        for column in columns
    ]
    head = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="{_KML}"><Document id="root">',
        f"<name>{escape(notice.title)}</name><description>{escape(notice.text())}</description>",
        _kml_style(selection.scope.style.token),
        f'<Schema id="champs" name={quoteattr(definition.slug)}>{"".join(schema)}</Schema>',
        f"<Folder><name>{escape(definition.slug)}</name>\n",
    ]
    parts = [
        f"""'<Placemark id="{xml_name(definition.slug)}.' || s.id || '"><name>'""",
        f"coalesce({TEXTS[title.field.type](title.sql)}::text, '')",
        """'</name><styleUrl>#style</styleUrl><ExtendedData><SchemaData schemaUrl="#champs">'""",
        *elements(columns, lambda column: f"SimpleData name={quoteattr(column.name)}", _KML_TEXTS),
        "'</SchemaData></ExtendedData>'",
        "coalesce(ST_AsKML(s.geometry, 7), '')",
        "'</Placemark>'",
    ]
    return write_xml(selection, path, notice, head, parts, "</Folder></Document></kml>\n")


def _kml_style(token: str) -> str:
    red, green, blue = rgb(token)
    colour = f"{blue:02x}{green:02x}{red:02x}"
    return (
        f'<Style id="style"><IconStyle><color>ff{colour}</color></IconStyle>'
        f"<LineStyle><color>ff{colour}</color><width>2</width></LineStyle>"
        f"<PolyStyle><color>80{colour}</color></PolyStyle></Style>"
    )
