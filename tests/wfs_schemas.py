"""The schemas and the examples of the OGC, where they are at hand: they are not part of the project."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import xmlschema

SHARED = Path(__file__).resolve().parents[2] / "shared" / "schemas"
SCHEMAS = SHARED / "schemas.opengis.net"
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(),
    reason="The standards' schemas and examples are not part of the project (../shared/schemas)",
)
CAPABILITIES = {
    "2.0.0": "wfs/2.0/wfs.xsd",
    "1.1.0": "wfs/1.1.0/wfs.xsd",
    "1.0.0": "wfs/1.0.0/WFS-capabilities.xsd",
}
REPORTS = {
    "2.0.0": "ows/1.1.0/owsExceptionReport.xsd",
    "1.1.0": "ows/1.0.0/owsExceptionReport.xsd",
    "1.0.0": "wfs/1.0.0/OGC-exception.xsd",
}


def offline(address: str) -> str:
    """Return where a schema is on this machine."""
    for scheme in ("http://", "https://"):
        if address.startswith(scheme):
            return (SHARED / address.removeprefix(scheme)).as_uri()
    return address


@cache
def schema(path: str) -> xmlschema.XMLSchema:
    """Return a schema by its path under ``schemas.opengis.net``.

    GML 3.1.1 restricts types in a way that XML Schema forbids: those types, of reference systems, are left as they are.
    """
    return xmlschema.XMLSchema(str(SCHEMAS / path), uri_mapper=offline, validation="lax")


def faults(text: str, path: str) -> list[str]:
    """Return what is wrong in a document, by a schema."""
    found = schema(path).iter_errors(text, use_location_hints=False)
    return [f"{error.path}: {error.reason}" for error in found]
