"""Capabilities of WFS 1.0.0 (OGC 02-058, 12.2)."""

from __future__ import annotations

from collections.abc import Sequence

from layers.access import Scope
from layers.formats.xml_elements import document, element, valued
from wfs.formats.capabilities import context as shared
from wfs.formats.capabilities.context import XSI, CapabilitiesContext
from wfs.formats.capabilities.filters import filters_1_0
from wfs.names import NAMESPACE, PREFIX, type_name
from wfs.versions import V1_0_0

_ROOT = {
    "version": V1_0_0.number,
    "xmlns": V1_0_0.wfs,
    "xmlns:ogc": V1_0_0.fes.namespace,
    "xmlns:xsi": XSI,
    f"xmlns:{PREFIX}": NAMESPACE,
    "xsi:schemaLocation": f"{V1_0_0.wfs} http://schemas.opengis.net/wfs/1.0.0/WFS-capabilities.xsd",
}


def capabilities_1_0(scopes: Sequence[Scope], context: CapabilitiesContext) -> bytes:
    """Return the document, which this version always gives whole."""
    return document(
        element(
            "WFS_Capabilities",
            _service(context),
            element("Capability", _operations(context)),
            element("FeatureTypeList", *(_feature_type(scope, context) for scope in scopes)),
            filters_1_0(context.functions),
            attributes=_ROOT,
        )
    )


def _service(context: CapabilitiesContext) -> str:
    return element(
        "Service",
        valued("Name", "WFS"),
        valued("Title", shared.title()),
        valued("Abstract", shared.abstract(context)),
        valued("OnlineResource", context.reverse("explorer:home")),
        valued("Fees", "NONE"),
        valued("AccessConstraints", "NONE"),
    )


def _operations(context: CapabilitiesContext) -> str:
    # The schema of the version has no place for another format than its own; ``outputFormat`` takes those of 1.1.0 too.
    operations = {
        "GetCapabilities": "",
        "DescribeFeatureType": element("SchemaDescriptionLanguage", element("XMLSCHEMA")),
        "GetFeature": element("ResultFormat", element("GML2")),
    } | ({"Transaction": ""} if context.writable else {})
    return element(
        "Request", *(element(name, content, _methods(name, context)) for name, content in operations.items())
    )


def _methods(name: str, context: CapabilitiesContext) -> str:
    href = {"onlineResource": context.endpoint}
    methods = ["Post"] if name == "Transaction" else ["Get", "Post"]
    return "".join(element("DCPType", element("HTTP", element(way, attributes=href))) for way in methods)


def _feature_type(scope: Scope, context: CapabilitiesContext) -> str:
    bounds = context.bounds.get(scope.slug)
    # In the system that SRS names, whatever the name of the element (the note of its type in the schema).
    sides = shared.in_default_system(bounds) if bounds else ()
    corners = dict(zip(("minx", "miny", "maxx", "maxy"), (f"{each:.0f}" for each in sides), strict=False))
    actions = ("Query", *context.writable.get(scope.slug, ()))
    return element(
        "FeatureType",
        valued("Name", type_name(scope.slug)),
        valued("Title", scope.layer.title),
        valued("Abstract", shared.described(scope)),
        valued("Keywords", ", ".join(shared.keywords(scope))),
        valued("SRS", shared.systems(V1_0_0)[0]),
        element("Operations", *(element(name) for name in actions)),
        element("LatLongBoundingBox", attributes=corners) if bounds else "",
        valued("MetadataURL", context.record_of(scope.slug), {"type": "TC211", "format": "XML"}),
    )
