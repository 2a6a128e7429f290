"""The stored query GetFeatureById, listed and described (OGC 09-025r2, 14)."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.formats.xml_elements import document, each, element, valued
from wfs.names import NAMESPACE, PREFIX, type_name
from wfs.requests import STORED_QUERIES
from wfs.versions import V2_0_0

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ROOT = {
    "xmlns": V2_0_0.wfs,
    "xmlns:xsi": _XSI,
    "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
    f"xmlns:{PREFIX}": NAMESPACE,
    "xsi:schemaLocation": f"{V2_0_0.wfs} http://schemas.opengis.net/wfs/2.0/wfs.xsd",
}


def stored_query_list(scopes: Sequence[Scope]) -> bytes:
    """Return the list, with the types that a visitor may get."""
    query = element(
        "StoredQuery",
        valued("Title", _title()),
        each("ReturnFeatureType", (type_name(scope.slug) for scope in scopes)),
        attributes={"id": STORED_QUERIES[0]},
    )
    return document(element("ListStoredQueriesResponse", query, attributes=_ROOT))


def stored_query_descriptions(scopes: Sequence[Scope]) -> bytes:
    """Return the definition of the query: its parameter and what it returns."""
    parameter = element(
        "Parameter",
        valued("Title", _("Identifiant de l’objet, « couche.numéro »")),
        attributes={"name": "id", "type": "xsd:string"},
    )
    expression = valued(
        "QueryExpressionText",
        "",
        {
            "returnFeatureTypes": " ".join(type_name(scope.slug) for scope in scopes),
            "language": "urn:ogc:def:queryLanguage:OGC-WFS::WFSQueryExpression",
            "isPrivate": "true",
        },
    )
    query = element(
        "StoredQueryDescription",
        valued("Title", _title()),
        parameter,
        expression,
        attributes={"id": STORED_QUERIES[0]},
    )
    return document(element("DescribeStoredQueriesResponse", query, attributes=_ROOT))


def _title() -> str:
    return _("Un objet par son identifiant")
