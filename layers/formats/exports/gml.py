"""GML 3.2 (OGC 07-036), in the axis order of the CRS's authority, without a schema: readers find the types."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from layers.formats.exports.columns import columns_of
from layers.formats.exports.notice import Notice
from layers.formats.exports.xml import elements, write_xml
from layers.formats.xml_names import xml_name
from layers.queries import Selection

_GML = "http://www.opengis.net/gml/3.2"
_OURS = "urn:x-portail:couche"
# ST_AsGML: the long form of the CRS and plain LineString; latitude first where the authority says so.
_GML_FORM, _GML_NORTHING_FIRST = 1 | 4, 16


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
