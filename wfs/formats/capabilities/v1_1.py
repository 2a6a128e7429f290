"""Capabilities of WFS 1.1.0 (OGC 04-094, 13.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from layers.access import Scope
from layers.formats.xml_elements import document, each, element, valued
from wfs.formats.capabilities import context as shared
from wfs.formats.capabilities.context import XLINK, XSI, CapabilitiesContext
from wfs.formats.capabilities.filters import filters_1_1
from wfs.formats.capabilities.v2_0 import corners, provider
from wfs.names import NAMESPACE, PREFIX, type_name
from wfs.versions import V1_1_0, VERSIONS

_ROOT = {
    "version": V1_1_0.number,
    "xmlns": V1_1_0.wfs,
    "xmlns:wfs": V1_1_0.wfs,
    "xmlns:ows": V1_1_0.ows,
    "xmlns:ogc": V1_1_0.fes.namespace,
    "xmlns:gml": V1_1_0.gml.namespace,
    "xmlns:xlink": XLINK,
    "xmlns:xsi": XSI,
    f"xmlns:{PREFIX}": NAMESPACE,
    "xsi:schemaLocation": f"{V1_1_0.wfs} http://schemas.opengis.net/wfs/1.1.0/wfs.xsd",
}
_SECTIONS = (
    "ServiceIdentification", "ServiceProvider", "OperationsMetadata", "FeatureTypeList", "Filter_Capabilities",
)  # fmt: skip


def capabilities_1_1(scopes: Sequence[Scope], context: CapabilitiesContext) -> bytes:
    """Return the document. Its schema requires the part on filters whatever the sections."""
    sections: dict[str, Callable[[], str]] = {
        "serviceidentification": lambda: _identification(context),
        "serviceprovider": lambda: provider(context),
        "operationsmetadata": lambda: _operations(context),
        "featuretypelist": lambda: _feature_types(scopes, context),
    }
    written = [write() for name, write in sections.items() if context.has(name)]
    return document(element("WFS_Capabilities", *written, filters_1_1(context.functions), attributes=_ROOT))


def _identification(context: CapabilitiesContext) -> str:
    return element(
        "ows:ServiceIdentification",
        valued("ows:Title", shared.title()),
        valued("ows:Abstract", shared.abstract(context)),
        valued("ows:ServiceType", "WFS"),
        each("ows:ServiceTypeVersion", VERSIONS),
        valued("ows:Fees", "NONE"),
        valued("ows:AccessConstraints", "NONE"),
    )


def _operations(context: CapabilitiesContext) -> str:
    formats = shared.format_names(V1_1_0)
    versions = [str(version) for version in VERSIONS]
    parameters = {
        "GetCapabilities": _parameter("AcceptVersions", versions)
        + _parameter("AcceptFormats", ["text/xml", "application/xml"])
        + _parameter("Sections", _SECTIONS),
        "DescribeFeatureType": _parameter("outputFormat", formats[:1]),
        "GetFeature": _parameter("resultType", ["results", "hits"]) + _parameter("outputFormat", formats),
    } | ({"Transaction": _parameter("inputFormat", formats[:1])} if context.writable else {})
    return element(
        "ows:OperationsMetadata",
        *(_operation(name, content, context) for name, content in parameters.items()),
        _parameter("srsName", shared.systems(V1_1_0)),
    )


def _parameter(name: str, values: Sequence[str]) -> str:
    return element("ows:Parameter", each("ows:Value", values), attributes={"name": name})


def _operation(name: str, content: str, context: CapabilitiesContext) -> str:
    href = {"xlink:href": context.endpoint}
    methods = [element("ows:Post", attributes=href)]
    if name != "Transaction":
        methods.insert(0, element("ows:Get", attributes=href))
    return element(
        "ows:Operation", element("ows:DCP", element("ows:HTTP", *methods)), content, attributes={"name": name}
    )


def _feature_types(scopes: Sequence[Scope], context: CapabilitiesContext) -> str:
    # A list of nothing is not valid where a list is: who sees no layer gets no list.
    return element("FeatureTypeList", *(_feature_type(scope, context) for scope in scopes)) if scopes else ""


def _feature_type(scope: Scope, context: CapabilitiesContext) -> str:
    first, *other_systems = shared.systems(V1_1_0)
    is_located = scope.definition.geometry.is_located
    systems = (
        valued("DefaultSRS", first) + each("OtherSRS", other_systems) if is_located else element("NoSRS")
    )
    actions = ("Query", *context.writable.get(scope.slug, ()))
    metadata = valued("MetadataURL", context.record_of(scope.slug), {"type": "19139", "format": "text/xml"})
    metadata += valued("MetadataURL", context.page_of(scope), {"type": "19115", "format": "text/html"})
    # The schema asks for an extent: that of the world where there is nothing to measure.
    bounds = context.bounds.get(scope.slug) or (-180.0, -90.0, 180.0, 90.0)
    return element(
        "FeatureType",
        valued("Name", type_name(scope.slug)),
        valued("Title", scope.layer.title),
        valued("Abstract", shared.described(scope)),
        element("ows:Keywords", each("ows:Keyword", shared.keywords(scope))),
        systems,
        element("Operations", each("Operation", actions)),
        element("OutputFormats", each("Format", shared.format_names(V1_1_0, scope))),
        corners(bounds),
        metadata,
    )
