"""KML 2.2 (OGC 07-147r2): longitude, latitude in WGS 84, the typed values in extended data."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from layers.definitions import FieldType
from layers.formats.exports.columns import columns_of
from layers.formats.exports.notice import Notice
from layers.formats.exports.xml import TEXTS, elements, write_xml
from layers.formats.xml_names import xml_name
from layers.queries import Selection
from styles.colours import rgb

_KML = "http://www.opengis.net/kml/2.2"
_KML_TYPES = {FieldType.INTEGER: "int", FieldType.NUMBER: "double", FieldType.BOOLEAN: "bool"}
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
