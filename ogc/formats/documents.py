"""Landing page, conformance, collections and queryables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from layers.access import Scope
from layers.crs import CRS84, SERVED
from layers.definitions import Field, FieldType
from layers.vocabulary import LICENCE_URLS
from ogc.formats.links import Address, Link, link, representations
from ogc.parsing import GEOJSON, HTML, JSON, OPENAPI, SCHEMA

Document = dict[str, Any]
Reverse = Callable[..., str]
Bounds = tuple[float, float, float, float]

_SPEC = "http://www.opengis.net/spec/"
# Only what the tests show. OGC 19-072, 17-069r4, 18-058r1, 19-079r2, 21-065r2.
CONFORMANCE = tuple(
    _SPEC + name
    for name in (
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-1/1.0/conf/html",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-features-2/1.0/conf/crs",
        "ogcapi-features-3/1.0/conf/queryables",
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/advanced-comparison-operators",
        "cql2/1.0/conf/case-insensitive-comparison",
        "cql2/1.0/conf/accent-insensitive-comparison",
        "cql2/1.0/conf/basic-spatial-functions",
        "cql2/1.0/conf/basic-spatial-operators",  # the draft's name, the only one that QGIS 3 looks for
        "cql2/1.0/conf/spatial-functions",
        "cql2/1.0/conf/temporal-functions",
        "cql2/1.0/conf/property-property",
        "cql2/1.0/conf/arithmetic",
    )
)
_CONFORMANCE_REL = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
_DATA_REL = "http://www.opengis.net/def/rel/ogc/1.0/data"
_QUERYABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


def landing(address: Address, reverse: Reverse) -> Document:
    """Return the landing page (17-069r4, 7.2)."""
    collections, conformance = reverse("ogc:collections"), reverse("ogc:conformance")
    return {
        "title": _("Portail de données géographiques"),
        "description": _(
            "Données géographiques du territoire : couches ouvertes, et couches internes selon vos droits."
        ),
        "links": [
            *representations(address, JSON),
            link("service-desc", reverse("ogc:openapi"), OPENAPI, _("Description OpenAPI 3.0")),
            link("service-doc", address.with_query(f="html"), HTML, _("Documentation")),
            link("conformance", conformance, JSON, _("Classes de conformité")),
            link(_CONFORMANCE_REL, conformance, JSON),
            link("data", collections, JSON, _("Collections")),
            link(_DATA_REL, collections, JSON),
        ],
    }


def conformance(address: Address) -> Document:
    """Return the conformance classes (17-069r4, 7.4)."""
    return {"conformsTo": list(CONFORMANCE), "links": representations(address, JSON)}


def collections(
    address: Address, reverse: Reverse, scopes: Sequence[tuple[Scope, Bounds | None]]
) -> Document:
    """Return the collections the visitor sees (17-069r4, 7.13)."""
    return {
        "links": representations(address, JSON),
        "crs": [crs.uri for crs in SERVED],
        "collections": [
            collection(Address(reverse("ogc:collection", scope.slug), {}), reverse, scope, bounds)
            for scope, bounds in scopes
        ],
    }


def collection(address: Address, reverse: Reverse, scope: Scope, bounds: Bounds | None) -> Document:
    """Return one collection (17-069r4, 7.14; CRS of 18-058r1, 6.2.2)."""
    layer = scope.layer
    items = Address(reverse("ogc:items", scope.slug), {})
    document: Document = {
        "id": scope.slug,
        "title": layer.title,
        "description": layer.abstract,
        "keywords": list(layer.keywords),
        "itemType": "feature",
        "crs": [crs.uri for crs in SERVED],
        "storageCrs": CRS84.uri,
        "links": [
            *representations(address, JSON),
            link("items", items.with_query(), GEOJSON, _("Objets en GeoJSON")),
            link("items", items.with_query(f="html"), HTML, _("Objets en page")),
            link(_QUERYABLES_REL, reverse("ogc:queryables", scope.slug), SCHEMA, _("Propriétés filtrables")),
            *_tiles(reverse, scope),
            *_licence(layer.licence),
        ],
    }
    if bounds is not None:
        document["extent"] = {"spatial": {"bbox": [list(bounds)], "crs": CRS84.uri}}
    if layer.is_sample:
        document["description"] = f"{layer.abstract} {_('Données d’exemple.')}".strip()
    return document


def _tiles(reverse: Reverse, scope: Scope) -> list[Link]:
    if not scope.definition.geometry.is_located:
        return []
    return [link("tiles", reverse("tiles:tilejson", scope.slug), JSON, _("Tuiles vectorielles (TileJSON)"))]


def _licence(code: str) -> list[Link]:
    return [link("license", LICENCE_URLS[code], HTML)] if code in LICENCE_URLS else []


def queryables(address: str, scope: Scope) -> Document:
    """Return the properties the visitor may filter on, as a JSON Schema (19-079r2, 6.2)."""
    geometry = {
        "title": _("Géométrie"),
        "format": f"geometry-{scope.definition.geometry.value.lower()}",
        "x-ogc-role": "primary-geometry",
    }
    properties = {name: property_schema(field) for name, field in scope.filterable.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": scope.layer.title,
        "properties": properties | ({"geom": geometry} if scope.definition.geometry.is_located else {}),
        "additionalProperties": False,
    }


def property_schema(field: Field) -> Document:
    """Return the JSON Schema of a published property."""
    schema: Document = {"title": str(field.title)}
    if field.type in {FieldType.DATE, FieldType.DATETIME}:
        schema |= {"type": "string", "format": field.type.value}
    elif field.type is FieldType.TEXTS:
        schema |= {"type": "array", "items": {"type": "string"}}
    else:
        schema["type"] = field.type.value
    if field.description:
        schema["description"] = str(field.description)
    if field.unit:
        schema["x-ogc-unit"] = field.unit
    if field.choices:
        codes = [code for code, _title in field.choices]
        (schema["items"] if field.type is FieldType.TEXTS else schema)["enum"] = codes
    return schema
