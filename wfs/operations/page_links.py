"""Addresses of the other pages of an answer: the request again, from another row on."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from wfs.formats.paging import Paging
from wfs.operations.service import Service
from wfs.requests import ANCHOR, GetFeature, TypeQuery

# Servers and proxies read no longer line.
_LONGEST = 8_000
_TURNING = frozenset({"STARTINDEX", ANCHOR})


def paging_of(service: Service, request: GetFeature, **more: str) -> Paging:
    """Return the pages of a request: an address begins at a row, with its anchor; empty when it is too long.

    A body of XML is written as an address says it, with ``more`` beside what asks for features.
    """
    asked = [(name, value) for name, value in service.asked if name.upper() not in _TURNING]
    asked = asked or list(_written(request, more).items())

    def address(start: int, anchor: str) -> str:
        turned = [*asked, ("STARTINDEX", str(start)), *([(ANCHOR, anchor)] if anchor else [])]
        text = service.endpoint + urlencode(turned)
        return text if len(text) <= _LONGEST else ""

    return Paging(service.endpoint, address)


def _written(request: GetFeature, more: dict[str, str]) -> dict[str, str]:
    version, each = request.version, request.queries
    written = {
        "SERVICE": "WFS",
        "VERSION": str(version),
        "REQUEST": "GetFeature",
        version.types: "".join(f"({query.name})" for query in each),
        "OUTPUTFORMAT": request.output.names[0],
        version.count: "" if request.count is None else str(request.count),
        "SRSNAME": _systems(each),
        "ALIASES": _lists(each, lambda query: query.alias),
        "PROPERTYNAME": _lists(each, lambda query: ",".join(query.properties or ("*",))),
        "SORTBY": _lists(each, _order),
        "FILTER": _lists(each, lambda query: dict(query.fingerprint).get("Filter", "")),
    }
    return {name: value for name, value in (written | more).items() if value}


def _lists(each: tuple[TypeQuery, ...], write: Callable[[TypeQuery], str]) -> str:
    """Return a list of lists, empty when there is nothing to say of any type."""
    texts = [write(query) for query in each]
    return "".join(f"({text})" for text in texts) if any(text not in {"", "*"} for text in texts) else ""


def _systems(each: tuple[TypeQuery, ...]) -> str:
    """Return the system of all queries, or a list where each has its own, empty for the default of the version."""
    texts = [query.srs.text if query.srs else "" for query in each]
    return texts[0] if len(set(texts)) == 1 else "".join(f"({text})" for text in texts)


def _order(query: TypeQuery) -> str:
    return ",".join(f"{key.name} {'DESC' if key.is_descending else 'ASC'}" for key in query.sort)
