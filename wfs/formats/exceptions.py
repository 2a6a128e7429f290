"""The report of an exception: OWS 1.1 for 2.0.0, OWS 1.0 for 1.1.0, a report of its own for 1.0.0."""

from __future__ import annotations

from layers.formats.xml_elements import document, element, valued
from wfs.versions import V1_0_0, V2_0_0, Version

MEDIA_TYPE = "text/xml; charset=utf-8"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMAS = {
    "2.0.0": "http://www.opengis.net/ows/1.1 http://schemas.opengis.net/ows/1.1.0/owsAll.xsd",
    "1.1.0": "http://www.opengis.net/ows http://schemas.opengis.net/ows/1.0.0/owsExceptionReport.xsd",
    "1.0.0": "http://www.opengis.net/ogc http://schemas.opengis.net/wfs/1.0.0/OGC-exception.xsd",
}


def exception_report(version: Version, *, code: str, locator: str, text: str, language: str) -> bytes:
    """Return the report of one exception."""
    namespaces = {"xmlns:xsi": _XSI, "xsi:schemaLocation": _SCHEMAS[version.number]}
    attributes = {"locator": locator} if locator else {}
    if version is V1_0_0:
        fault = valued("ServiceException", text, {"code": code} | attributes)
        root = {"version": "1.2.0", "xmlns": version.ows} | namespaces
        return document(element("ServiceExceptionReport", fault, attributes=root))
    fault = element(
        "ows:Exception", valued("ows:ExceptionText", text), attributes={"exceptionCode": code} | attributes
    )
    spoken = "xml:lang" if version is V2_0_0 else "language"
    root = {"version": version.number, spoken: language, "xmlns:ows": version.ows} | namespaces
    return document(element("ows:ExceptionReport", fault, attributes=root))
