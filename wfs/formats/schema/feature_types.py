"""The schema document: a type and an element for each layer, in the one namespace of the service."""

from __future__ import annotations

from collections.abc import Sequence

from layers.access import Scope
from wfs.formats.elements import document, element
from wfs.formats.schema.properties import geometry_element, property_element
from wfs.names import NAMESPACE, PREFIX, local_name
from wfs.requests import DescribeFeatureType
from wfs.versions import GmlVersion

_IMPORTED = {
    GmlVersion.V3_2: "http://schemas.opengis.net/gml/3.2.1/gml.xsd",
    GmlVersion.V3_1_1: "http://schemas.opengis.net/gml/3.1.1/base/gml.xsd",
    GmlVersion.V2_1_2: "http://schemas.opengis.net/gml/2.1.2/feature.xsd",
}


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
    properties = [property_element(scope, field) for field in scope.fields]
    shape = [geometry_element(kind, gml)] if kind.is_located else []
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
