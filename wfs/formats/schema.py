"""The XML Schema of feature types in the three forms of GML: a type and an element for each layer, in one namespace.

A property has its true type, and the values of its code list.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from layers.access import Scope
from layers.definitions import Field, FieldType, GeometryType
from layers.formats.xml_elements import document, element, valued
from layers.formats.xml_names import xml_name
from wfs.names import GEOMETRY, NAMESPACE, PREFIX, local_name
from wfs.requests import DescribeFeatureType
from wfs.versions import GmlVersion

_IMPORTED = {
    GmlVersion.V3_2: "http://schemas.opengis.net/gml/3.2.1/gml.xsd",
    GmlVersion.V3_1_1: "http://schemas.opengis.net/gml/3.1.1/base/gml.xsd",
    GmlVersion.V2_1_2: "http://schemas.opengis.net/gml/2.1.2/feature.xsd",
}
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


def _property(scope: Scope, field: Field) -> str:
    """Return the declaration of a property; every one may be missing, since a value may be."""
    unit = f" ({field.unit})" if field.unit else ""
    title = f"{field.title}{unit}" + (f" – {field.description}" if field.description else "")
    annotation = _documented(title)
    attributes: dict[str, object] = {"name": xml_name(field.name), "minOccurs": 0, "nillable": "true"}
    if field.choices and field.type is FieldType.TEXT:
        codes = (
            element("xsd:enumeration", _documented(label), attributes={"value": code})
            for code, label in field.choices
        )
        listed = element("xsd:restriction", *codes, attributes={"base": "xsd:string"})
        return element("xsd:element", annotation, element("xsd:simpleType", listed), attributes=attributes)
    return element("xsd:element", annotation, attributes=attributes | {"type": _type(scope, field)})


def _geometry(kind: GeometryType, gml: GmlVersion) -> str:
    """Return the declaration of the geometry."""
    shapes = _SHAPES_OF_2 if gml is GmlVersion.V2_1_2 else _SHAPES
    return element(
        "xsd:element",
        attributes={"name": GEOMETRY, "type": shapes[kind], "minOccurs": 0, "nillable": "true"},
    )


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


def feature_types_schema(scopes: Sequence[Scope], *, request: DescribeFeatureType) -> bytes:
    """Return the schema of the layers of these scopes, as the visitor reads them."""
    gml = request.gml
    imported = {"namespace": gml.namespace, "schemaLocation": _IMPORTED[gml]}
    root = {
        "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
        "xmlns:gml": gml.namespace,
        f"xmlns:{PREFIX}": NAMESPACE,
        "targetNamespace": NAMESPACE,
        "elementFormDefault": "qualified",
        "version": "1.0",
    }
    return document(
        element(
            "xsd:schema",
            element("xsd:import", attributes=imported),
            *(_declared(scope, gml) for scope in scopes),
            attributes=root,
        )
    )


def _declared(scope: Scope, gml: GmlVersion) -> str:
    name, kind = local_name(scope.slug), scope.definition.geometry
    properties = [_property(scope, field) for field in scope.fields]
    shape = [_geometry(kind, gml)] if kind.is_located else []
    extended = element(
        "xsd:extension",
        element("xsd:sequence", *properties, *shape),
        attributes={"base": "gml:AbstractFeatureType"},
    )
    head = "gml:AbstractFeature" if gml is GmlVersion.V3_2 else "gml:_Feature"
    return element(
        "xsd:complexType", element("xsd:complexContent", extended), attributes={"name": f"{name}Type"}
    ) + element(
        "xsd:element",
        attributes={"name": name, "type": f"{PREFIX}:{name}Type", "substitutionGroup": head},
    )
