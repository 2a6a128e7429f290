"""Capabilities of CSW 2.0.2 (OGC 07-006r1, 10.1): operations, their parameters, queryables and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from harvesting.csw.formats.records import NAMESPACES
from harvesting.csw.queryables import CORE, ISO
from harvesting.csw.requests import (
    CSW,
    DEFAULT_RECORDS,
    ELEMENT_SETS,
    MAX_RECORDS,
    OUTPUT_FORMATS,
    OUTPUT_SCHEMAS,
    RESULT_TYPES,
    SCHEMA_LANGUAGES,
    SECTIONS,
    SERVICE,
    TYPE_NAMES,
    VERSION,
    GetCapabilities,
)
from layers.formats.xml_elements import document, each, element, valued

OPERATION_PARAMETERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "GetCapabilities": {"acceptVersions": (VERSION,), "sections": SECTIONS},
    "DescribeRecord": {
        "typeName": tuple(TYPE_NAMES),
        "outputFormat": OUTPUT_FORMATS,
        "schemaLanguage": SCHEMA_LANGUAGES,
    },
    "GetRecords": {
        "typeNames": tuple(TYPE_NAMES),
        "outputFormat": OUTPUT_FORMATS,
        "outputSchema": OUTPUT_SCHEMAS,
        "resultType": RESULT_TYPES,
        "ElementSetName": ELEMENT_SETS,
        "CONSTRAINTLANGUAGE": ("FILTER", "CQL_TEXT"),
    },
    "GetRecordById": {
        "outputFormat": OUTPUT_FORMATS,
        "outputSchema": OUTPUT_SCHEMAS,
        "ElementSetName": ELEMENT_SETS,
    },
    "GetDomain": {},
}
_COMPARISONS = (
    "LessThan", "GreaterThan", "LessThanEqualTo", "GreaterThanEqualTo", "EqualTo", "NotEqualTo", "Like", "Between",
    "NullCheck",
)  # fmt: skip
_ROOT = NAMESPACES | {
    "version": VERSION,
    "xmlns:ogc": "http://www.opengis.net/ogc",
    "xmlns:gml": "http://www.opengis.net/gml",
    "xmlns:apiso": "http://www.opengis.net/cat/csw/apiso/1.0",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xsi:schemaLocation": f"{CSW} http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd",
}


def capabilities(request: GetCapabilities, *, address: str, home: str) -> bytes:
    """Return the document; its schema requires the part on filters whatever the sections.

    ``address`` is that of the service, ``home`` that of the portal, both absolute.
    """
    sections: Mapping[str, Callable[[], str]] = {
        "ServiceIdentification": _identification,
        "ServiceProvider": lambda: _provider(home),
        "OperationsMetadata": lambda: _operations(address),
    }
    written = (
        write() for name, write in sections.items() if not request.sections or name in request.sections
    )
    return document(element("csw:Capabilities", *written, _filters(), attributes=_ROOT))


def _identification() -> str:
    return element(
        "ows:ServiceIdentification",
        valued("ows:Title", _("Catalogue du portail de données géographiques")),
        valued("ows:Abstract", _("Les fiches des jeux de données ouverts à tous.")),
        valued("ows:ServiceType", SERVICE),
        valued("ows:ServiceTypeVersion", VERSION),
        valued("ows:Fees", "NONE"),
        valued("ows:AccessConstraints", "NONE"),
    )


def _provider(home: str) -> str:
    mail = settings.PORTAL_CONTACT
    address = element("ows:Address", valued("ows:ElectronicMailAddress", mail)) if mail else ""
    return element(
        "ows:ServiceProvider",
        valued("ows:ProviderName", _("Portail de données géographiques")),
        element("ows:ProviderSite", attributes={"xlink:href": home}),
        element("ows:ServiceContact", element("ows:ContactInfo", address) if address else ""),
    )


def _operations(address: str) -> str:
    return element(
        "ows:OperationsMetadata",
        *(_operation(name, parameters, address) for name, parameters in OPERATION_PARAMETERS.items()),
        _domain("ows:Parameter", "service", (SERVICE,)),
        _domain("ows:Parameter", "version", (VERSION,)),
        _domain("ows:Constraint", "MaxRecordDefault", (DEFAULT_RECORDS,)),
        _domain("ows:Constraint", "MaxRecords", (MAX_RECORDS,)),
        _domain("ows:Constraint", "PostEncoding", ("XML",)),
    )


def _operation(name: str, parameters: Mapping[str, tuple[str, ...]], address: str) -> str:
    href = {"xlink:href": address}
    queryables = ""
    if name == "GetRecords":
        core, iso = ((prop.name for prop in properties) for properties in (CORE, ISO))
        queryables = _domain("ows:Constraint", "SupportedISOQueryables", iso)
        queryables += _domain("ows:Constraint", "SupportedDublinCoreQueryables", core)
    return element(
        "ows:Operation",
        element(
            "ows:DCP",
            element("ows:HTTP", element("ows:Get", attributes=href), element("ows:Post", attributes=href)),
        ),
        *(_domain("ows:Parameter", parameter, values) for parameter, values in parameters.items()),
        queryables,
        attributes={"name": name},
    )


def _domain(tag: str, name: str, values: Iterable[object]) -> str:
    return element(tag, each("ows:Value", values), attributes={"name": name})


def _filters() -> str:
    return element(
        "ogc:Filter_Capabilities",
        element(
            "ogc:Spatial_Capabilities",
            element("ogc:GeometryOperands", valued("ogc:GeometryOperand", "gml:Envelope")),
            element("ogc:SpatialOperators", element("ogc:SpatialOperator", attributes={"name": "BBOX"})),
        ),
        element(
            "ogc:Scalar_Capabilities",
            element("ogc:LogicalOperators"),
            element("ogc:ComparisonOperators", each("ogc:ComparisonOperator", _COMPARISONS)),
        ),
        element("ogc:Id_Capabilities", element("ogc:EID")),
    )
