"""Schemas of what the API answers, in the dialect of OpenAPI 3.0, from the standard's own documents (17-069r4)."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def _object(required: list[str], **properties: Document) -> Document:
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def _list(items: Document, **bounds: int) -> Document:
    return {"type": "array", "items": items, **bounds}


def named(name: str) -> Document:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT: Document = {"type": "string"}
_ADDRESS: Document = {"type": "string", "format": "uri"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_BOUNDS = _list(_list({"type": "number"}, minItems=4, maxItems=6), minItems=1)
_INTERVAL = _list(_TEXT | {"format": "date-time", "nullable": True}, minItems=2, maxItems=2)
_LINKS = _list(named("link"))
_FEATURE: Document = {
    "type": {"type": "string", "enum": ["Feature"]},
    "id": {"type": "integer"},
    "geometry": named("geometry"),
    "properties": {"type": "object"},
    "links": _LINKS,
}
_PLACED: Document = {
    "conformsTo": _list(_ADDRESS),
    "featureType": _TEXT,
    "featureSchema": _ADDRESS,
    "coordRefSys": _ADDRESS,
    "geometryDimension": {"type": "integer", "minimum": 0, "maximum": 2},
}
_TIMED: Document = {
    "place": named("geometry"),
    "time": {"type": "object", "nullable": True, "properties": {"date": _TEXT, "timestamp": _TEXT}},
}
_PAGE: Document = {
    "type": {"type": "string", "enum": ["FeatureCollection"]},
    "numberMatched": _COUNT,
    "numberReturned": _COUNT,
    "timeStamp": {"type": "string", "format": "date-time"},
    "links": _LINKS,
}
_OF_A_PAGE = ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"]
_OF_A_FEATURE = ["type", "id", "geometry", "properties"]

SCHEMAS: dict[str, Document] = {
    "link": _object(["href", "rel", "type"], href=_ADDRESS, rel=_TEXT, type=_TEXT, title=_TEXT),
    "landing": _object(["links"], title=_TEXT, description=_TEXT, links=_LINKS),
    "conformance": _object(["conformsTo"], conformsTo=_list(_ADDRESS), links=_LINKS),
    "collections": _object(
        ["links", "collections"], links=_LINKS, crs=_list(_ADDRESS), collections=_list(named("collection"))
    ),
    "collection": _object(
        ["id", "title", "links", "itemType"],
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        keywords=_list(_TEXT),
        itemType={"type": "string", "enum": ["feature"]},
        crs=_list(_ADDRESS),
        storageCrs=_ADDRESS,
        extent=_object(
            [],
            spatial=_object(["bbox", "crs"], bbox=_BOUNDS, crs=_ADDRESS),
            temporal=_object(["interval", "trs"], interval=_list(_INTERVAL, minItems=1), trs=_ADDRESS),
        ),
        links=_LINKS,
    ),
    "geometry": _object(
        ["type"],
        type={
            "type": "string",
            "enum": ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"],
        },
        coordinates=_list({}),
    )
    | {"nullable": True},
    "featureGeoJSON": _object(_OF_A_FEATURE, **_FEATURE, related={"type": "object"}),
    "featureCollectionGeoJSON": _object(_OF_A_PAGE, **_PAGE, features=_list(named("featureGeoJSON"))),
    "featureJSONFG": _object(
        [*_OF_A_FEATURE, "place", "time"], **_FEATURE, **_PLACED, **_TIMED, related={"type": "object"}
    ),
    "featureCollectionJSONFG": _object(
        [*_OF_A_PAGE, "conformsTo"], **_PAGE, **_PLACED, features=_list(named("featureJSONFG"))
    ),
    "jsonSchema": _object(
        ["$schema", "$id", "type", "properties"],
        **{"$schema": _ADDRESS, "$id": _ADDRESS},
        type=_TEXT,
        title=_TEXT,
        properties={"type": "object"},
    ),
    "problem": _object(
        ["type", "title", "status", "detail"],
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail=_TEXT,
        parameter=_TEXT | {"description": "Le paramètre en cause, s’il y en a un."},
    ),
}
