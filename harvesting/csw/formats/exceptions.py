"""The report of an exception (OWS Common 1.0, OGC 05-008, 8.3), and the code of each fault."""

from __future__ import annotations

from layers.errors import (
    InvalidParameter,
    LayersError,
    MissingParameter,
    UnknownFeature,
    UnknownOperation,
    UnknownParameter,
    VersionNegotiationFailed,
)
from layers.formats.xml_elements import document, element, valued

MEDIA_TYPE = "application/xml; charset=utf-8"
_OWS = "http://www.opengis.net/ows"
# OGC 05-008, table 20. The first ancestor of a fault that is here decides.
_CODES: dict[type[LayersError], str] = {
    MissingParameter: "MissingParameterValue",
    UnknownOperation: "OperationNotSupported",
    VersionNegotiationFailed: "VersionNegotiationFailed",
    UnknownParameter: "InvalidParameterValue",
    InvalidParameter: "InvalidParameterValue",
    UnknownFeature: "InvalidParameterValue",
    LayersError: "NoApplicableCode",
}


def exception_report(kind: type[LayersError], *, locator: str, text: str, language: str) -> bytes:
    """Return the report of a fault; ``locator`` is the name of the culprit, ``language`` that of ``text``."""
    code = next(_CODES[ancestor] for ancestor in kind.__mro__ if ancestor in _CODES)
    attributes = {"exceptionCode": code} | ({"locator": locator} if locator else {})
    fault = element("ows:Exception", valued("ows:ExceptionText", text), attributes=attributes)
    root = {
        "version": "1.2.0",
        "language": language,
        "xmlns:ows": _OWS,
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": f"{_OWS} http://schemas.opengis.net/ows/1.0.0/owsExceptionReport.xsd",
    }
    return document(element("ows:ExceptionReport", fault, attributes=root))
