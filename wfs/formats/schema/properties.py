"""The element of each property: its true type, and the values of its code list."""

from __future__ import annotations

from django.db import models

from layers.access import Scope
from layers.definitions import Field, FieldType, GeometryType
from layers.formats.xml_names import xml_name
from wfs.formats.elements import element, valued
from wfs.names import GEOMETRY
from wfs.versions import GmlVersion

_TYPES = {
    FieldType.TEXT: "xsd:string",
    FieldType.INTEGER: "xsd:int",
    FieldType.NUMBER: "xsd:decimal",
    FieldType.BOOLEAN: "xsd:boolean",
    FieldType.DATE: "xsd:date",
    FieldType.DATETIME: "xsd:dateTime",
    FieldType.TEXTS: "xsd:string",
}
_SHAPES = {
    GeometryType.POINT: "gml:PointPropertyType",
    GeometryType.LINE: "gml:CurvePropertyType",
    GeometryType.SURFACE: "gml:SurfacePropertyType",
    GeometryType.MULTI_POINT: "gml:MultiPointPropertyType",
    GeometryType.MULTI_LINE: "gml:MultiCurvePropertyType",
    GeometryType.MULTI_SURFACE: "gml:MultiSurfacePropertyType",
}
# GML 2 has lines and polygons where 3 has curves and surfaces.
_SHAPES_OF_2 = _SHAPES | {
    GeometryType.LINE: "gml:LineStringPropertyType",
    GeometryType.SURFACE: "gml:PolygonPropertyType",
    GeometryType.MULTI_LINE: "gml:MultiLineStringPropertyType",
    GeometryType.MULTI_SURFACE: "gml:MultiPolygonPropertyType",
}


def property_element(scope: Scope, field: Field) -> str:
    """Return the declaration of a property; every one may be missing, since a value may be."""
    told = annotation(field)
    said: dict[str, object] = {"name": xml_name(field.name), "minOccurs": 0, "nillable": "true"}
    if field.choices and field.type is FieldType.TEXT:
        codes = (
            element("xsd:enumeration", _documented(title), attributes={"value": code})
            for code, title in field.choices
        )
        listed = element("xsd:restriction", *codes, attributes={"base": "xsd:string"})
        return element("xsd:element", told, element("xsd:simpleType", listed), attributes=said)
    return element("xsd:element", told, attributes=said | {"type": _type(scope, field)})


def geometry_element(kind: GeometryType, gml: GmlVersion) -> str:
    """Return the declaration of the geometry."""
    shapes = _SHAPES_OF_2 if gml is GmlVersion.V2_1_2 else _SHAPES
    return element(
        "xsd:element",
        attributes={"name": GEOMETRY, "type": shapes[kind], "minOccurs": 0, "nillable": "true"},
    )


def annotation(field: Field) -> str:
    """Return what people read of a property: its title, its unit and what it means."""
    unit = f" ({field.unit})" if field.unit else ""
    text = f"{field.title}{unit}" + (f" – {field.description}" if field.description else "")
    return _documented(text)


def _documented(text: object) -> str:
    return element("xsd:annotation", valued("xsd:documentation", text))


def _type(scope: Scope, field: Field) -> str:
    """Return the type of XML Schema: integers that may need 64 bits are long, binary numbers double."""
    column = _column(scope, field)
    if isinstance(column, models.BigIntegerField):
        return "xsd:long"
    if isinstance(column, models.FloatField):
        return "xsd:double"
    return _TYPES[field.type]


def _column(scope: Scope, field: Field) -> object:
    """Return the column that holds a field; None for what is computed or reached through another table."""
    columns = {
        name: column
        for column in scope.definition.model._meta.concrete_fields
        for name in (column.name, column.attname)
    }
    return None if field.computed is not None else columns.get(field.source)
