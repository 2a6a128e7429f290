"""Capabilities of WFS 2.0.0 (OGC 09-025r2, 8.3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from layers.access import Scope
from layers.formats.xml_elements import document, each, element, valued
from wfs.formats.capabilities import context as shared
from wfs.formats.capabilities.context import XLINK, XSI, CapabilitiesContext, domain
from wfs.formats.capabilities.filters import filters_2_0
from wfs.names import NAMESPACE, PREFIX, type_name
from wfs.requests import COUNT_DEFAULT
from wfs.versions import V2_0_0, VERSIONS

_ROOT = {
    "version": V2_0_0.number,
    "xmlns": V2_0_0.wfs,
    "xmlns:wfs": V2_0_0.wfs,
    "xmlns:ows": V2_0_0.ows,
    "xmlns:fes": V2_0_0.fes.namespace,
    "xmlns:gml": V2_0_0.gml.namespace,
    "xmlns:xlink": XLINK,
    "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
    "xmlns:xsi": XSI,
    f"xmlns:{PREFIX}": NAMESPACE,
    "xsi:schemaLocation": f"{V2_0_0.wfs} http://schemas.opengis.net/wfs/2.0/wfs.xsd",
}
_SECTIONS = (
    "ServiceIdentification", "ServiceProvider", "OperationsMetadata", "FeatureTypeList", "Filter_Capabilities",
)  # fmt: skip


def capabilities_2_0(scopes: Sequence[Scope], context: CapabilitiesContext) -> bytes:
    """Return the document."""
    sections: dict[str, Callable[[], str]] = {
        "serviceidentification": lambda: identification(context),
        "serviceprovider": lambda: provider(context),
        "operationsmetadata": lambda: _operations(context),
        "featuretypelist": lambda: element(
            "FeatureTypeList", *(_feature_type(scope, context) for scope in scopes)
        ),
        "filter_capabilities": lambda: filters_2_0(context.functions),
    }
    written = [write() for name, write in sections.items() if context.has(name)]
    return document(element("WFS_Capabilities", *written, attributes=_ROOT))


def identification(context: CapabilitiesContext) -> str:
    """Return who the service is, in OWS 1.1."""
    return element(
        "ows:ServiceIdentification",
        valued("ows:Title", shared.title()),
        valued("ows:Abstract", shared.abstract(context)),
        valued("ows:ServiceType", "WFS", {"codeSpace": "OGC"}),
        each("ows:ServiceTypeVersion", VERSIONS),
        valued("ows:Fees", "NONE"),
        valued("ows:AccessConstraints", "NONE"),
    )


def provider(context: CapabilitiesContext) -> str:
    """Return who runs the service."""
    address = element(
        "ows:Address", each("ows:ElectronicMailAddress", [shared.contact()] if shared.contact() else [])
    )
    info = element("ows:ContactInfo", address) if shared.contact() else ""
    return element(
        "ows:ServiceProvider",
        valued("ows:ProviderName", shared.title()),
        element("ows:ProviderSite", attributes={"xlink:href": context.reverse("explorer:home")}),
        element("ows:ServiceContact", info),
    )


def _operations(context: CapabilitiesContext) -> str:
    formats = shared.format_names(V2_0_0)
    resolving = domain("resolve", ["none", "local"], tag="ows:Parameter", default="none")
    parameters: Mapping[str, str] = (
        {
            "GetCapabilities": domain(
                "AcceptVersions", [str(version) for version in VERSIONS], tag="ows:Parameter"
            )
            + domain("AcceptFormats", ["text/xml", "application/xml"], tag="ows:Parameter")
            + domain("Sections", [*_SECTIONS, "All"], tag="ows:Parameter"),
            "DescribeFeatureType": domain("outputFormat", formats[:1], tag="ows:Parameter"),
            "ListStoredQueries": "",
            "DescribeStoredQueries": "",
            "GetFeature": domain("outputFormat", formats, tag="ows:Parameter")
            + domain("resultType", ["results", "hits"], tag="ows:Parameter", default="results")
            + resolving
            # Where GDAL and GeoServer's clients look for the length of a page; the whole service says it below.
            + domain("CountDefault", [], tag="ows:Constraint", default=str(COUNT_DEFAULT)),
            "GetPropertyValue": domain("outputFormat", formats[:1], tag="ows:Parameter") + resolving,
        }
        | (
            {
                "Transaction": domain("inputFormat", formats[:1], tag="ows:Parameter")
                + "".join(_writable_types(context))
            }
            if context.writable
            else {}
        )
    )
    return element(
        "ows:OperationsMetadata",
        *(_operation(name, content, context) for name, content in parameters.items()),
        domain("version", [str(version) for version in VERSIONS], tag="ows:Parameter"),
        *(
            domain(name, [], tag="ows:Constraint", default=value)
            for name, value in _constraints(is_writable=bool(context.writable)).items()
        ),
        domain("QueryExpressions", ["wfs:Query", "wfs:StoredQuery"], tag="ows:Constraint"),
    )


def _writable_types(context: CapabilitiesContext) -> Iterator[str]:
    """Yield the types of each action: feature types of 2.0 have no list of operations, as those of 1.x do."""
    for action in dict.fromkeys(action for actions in context.writable.values() for action in actions):
        names = [type_name(slug) for slug, actions in context.writable.items() if action in actions]
        yield domain(action, names, tag="ows:Constraint")


def _operation(name: str, content: str, context: CapabilitiesContext) -> str:
    href = {"xlink:href": context.endpoint}
    methods = [element("ows:Post", attributes=href)]
    if name != "Transaction":
        methods.insert(0, element("ows:Get", attributes=href))
    return element(
        "ows:Operation", element("ows:DCP", element("ows:HTTP", *methods)), content, attributes={"name": name}
    )


def _constraints(*, is_writable: bool) -> dict[str, str]:
    """Return what the server does and does not (OGC 09-025r2, table 13), each as the tests show it."""
    return {
        "ImplementsSimpleWFS": "TRUE",
        "ImplementsBasicWFS": "TRUE",
        "ImplementsTransactionalWFS": "TRUE" if is_writable else "FALSE",
        "ImplementsLockingWFS": "FALSE",
        "KVPEncoding": "TRUE",
        "XMLEncoding": "TRUE",
        "SOAPEncoding": "FALSE",
        "ImplementsInheritance": "FALSE",
        "ImplementsRemoteResolve": "FALSE",
        "ImplementsResultPaging": "TRUE",
        "ImplementsStandardJoins": "FALSE",
        "ImplementsSpatialJoins": "FALSE",
        "ImplementsTemporalJoins": "FALSE",
        "ImplementsFeatureVersioning": "FALSE",
        "ManageStoredQueries": "FALSE",
        "PagingIsTransactionSafe": "FALSE",
        "CountDefault": str(COUNT_DEFAULT),
    }


def _feature_type(scope: Scope, context: CapabilitiesContext) -> str:
    first, *other_systems = shared.systems(V2_0_0)
    is_located = scope.definition.geometry.is_located
    systems = (
        valued("DefaultCRS", first) + each("OtherCRS", other_systems) if is_located else element("NoCRS")
    )
    return element(
        "FeatureType",
        valued("Name", type_name(scope.slug)),
        valued("Title", scope.layer.title),
        valued("Abstract", shared.described(scope)),
        element("ows:Keywords", each("ows:Keyword", shared.keywords(scope))),
        systems,
        element("OutputFormats", each("Format", shared.format_names(V2_0_0, scope))),
        corners(context.bounds.get(scope.slug)),
        element("MetadataURL", attributes={"xlink:href": context.record_of(scope.slug)}),
        element("MetadataURL", attributes={"xlink:href": context.page_of(scope)}),
    )


def corners(bounds: shared.Bounds | None) -> str:
    """Return the extent of a layer in degrees, nothing for one without positions."""
    if bounds is None:
        return ""
    west, south, east, north = bounds
    return element(
        "ows:WGS84BoundingBox",
        valued("ows:LowerCorner", f"{west:.7f} {south:.7f}"),
        valued("ows:UpperCorner", f"{east:.7f} {north:.7f}"),
    )
