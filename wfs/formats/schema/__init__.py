"""The XML Schema of feature types."""

from __future__ import annotations

from collections.abc import Sequence

from layers.access import Scope
from layers.definitions import FieldType
from wfs.formats.elements import document, element
from wfs.names import GEOMETRY, NAMESPACE, PREFIX, local_name, xml_name
from wfs.requests import DescribeFeatureType

_TYPES = {
    FieldType.TEXT: "xsd:string",
    FieldType.INTEGER: "xsd:integer",
    FieldType.NUMBER: "xsd:decimal",
    FieldType.BOOLEAN: "xsd:boolean",
    FieldType.DATE: "xsd:date",
    FieldType.DATETIME: "xsd:dateTime",
    FieldType.TEXTS: "xsd:string",
}


def feature_types_schema(scopes: Sequence[Scope], *, request: DescribeFeatureType, address: str) -> bytes:
    """Return the schema of the layers of these scopes."""
    parts = [
        element(
            "xsd:import",
            attributes={
                "namespace": request.gml.namespace,
                "schemaLocation": "http://schemas.opengis.net/gml/3.2.1/gml.xsd",
            },
        )
    ]
    for scope in scopes:
        fields = [
            element(
                "xsd:element",
                attributes={
                    "name": xml_name(f.name),
                    "type": _TYPES[f.type],
                    "minOccurs": 0,
                    "nillable": "true",
                },
            )
            for f in scope.fields
        ]
        if scope.definition.geometry.is_located:
            fields.append(
                element(
                    "xsd:element",
                    attributes={"name": GEOMETRY, "type": "gml:GeometryPropertyType", "minOccurs": 0},
                )
            )
        name = local_name(scope.slug)
        parts.append(
            element(
                "xsd:complexType",
                element(
                    "xsd:complexContent",
                    element(
                        "xsd:extension",
                        element("xsd:sequence", *fields),
                        attributes={"base": "gml:AbstractFeatureType"},
                    ),
                ),
                attributes={"name": f"{name}Type"},
            )
        )
        parts.append(
            element(
                "xsd:element",
                attributes={
                    "name": name,
                    "type": f"{PREFIX}:{name}Type",
                    "substitutionGroup": "gml:AbstractFeature",
                },
            )
        )
    root = {
        "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
        "xmlns:gml": request.gml.namespace,
        f"xmlns:{PREFIX}": NAMESPACE,
        "targetNamespace": NAMESPACE,
        "elementFormDefault": "qualified",
    }
    return document(element("xsd:schema", *parts, attributes=root))
