"""The opening tag of a collection: namespaces, counts, the moment, and the pages around."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import urlencode

from layers.access import Scope
from wfs.formats.elements import DECLARATION, opening
from wfs.formats.gml.dialects import GmlDialect
from wfs.names import NAMESPACE, PREFIX, type_name
from wfs.versions import GmlVersion

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_UNKNOWN_EXTENT = "<gml:boundedBy><gml:null>unknown</gml:null></gml:boundedBy>"


def namespaces(dialect: GmlDialect, scopes: Sequence[Scope], endpoint: str) -> dict[str, str]:
    """Return the attributes that declare namespaces and where their schemas are."""
    names = ",".join(dict.fromkeys(type_name(scope.slug) for scope in scopes))
    described = endpoint + urlencode(
        {
            "SERVICE": "WFS",
            "VERSION": str(dialect.version),
            "REQUEST": "DescribeFeatureType",
            dialect.version.types: names,
        }
    )
    return {
        **{f"xmlns:{prefix}": uri for prefix, uri in dialect.namespaces.items()},
        f"xmlns:{PREFIX}": NAMESPACE,
        "xmlns:xsi": _XSI,
        "xsi:schemaLocation": f"{NAMESPACE} {described} {dialect.version.wfs} {dialect.schema}",
    }


def moment() -> str:
    """Return now, as XML Schema writes it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def collection_head(
    dialect: GmlDialect, declared: dict[str, str], *, matched: int, returned: int, around: dict[str, str]
) -> bytes:
    """Return the opening of a collection; ``around`` are the addresses of the next and the previous page."""
    if dialect.gml is GmlVersion.V3_2:
        said: dict[str, object] = {
            **declared,
            "timeStamp": moment(),
            "numberMatched": matched,
            "numberReturned": returned,
            **around,
        }
        return (DECLARATION + opening("wfs:FeatureCollection", said) + "\n").encode()
    if dialect.gml is GmlVersion.V3_1_1:
        said = {**declared, "timeStamp": moment(), "numberOfFeatures": returned}
        return (DECLARATION + opening("wfs:FeatureCollection", said) + "\n").encode()
    return (DECLARATION + opening("wfs:FeatureCollection", declared) + _UNKNOWN_EXTENT + "\n").encode()
