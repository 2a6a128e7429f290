"""Landing page, conformance and collections; a raster is a collection without items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from export_formats.notice import instant
from export_formats.registry import formats_of, official_formats
from interface.http.links import Link, RequestAddress, link, representations
from interface.http.media_types import GEOJSON, GEOJSON_SEQ, HTML, JSON, JSONFG, OPENAPI, SCHEMA
from layers.access import RasterScope, Scope
from layers.crs import CRS84, SERVED, STORAGE
from layers.formats.plan_dates import last_day, plan_dates
from layers.parsing.datetimes import Moment, edge_of
from layers.queries import last_change, period
from layers.queries.territory import DatedPeriod, Period
from layers.vocabulary import LICENCE_URLS
from ogc.formats.conformance import CONFORMANCE
from ogc.formats.functions import FUNCTIONS_REL
from ogc.formats.styles import STYLES_REL, of_a_collection

Document = dict[str, Any]
Reverse = Callable[..., str]
Bounds = tuple[float, float, float, float]

_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_CONFORMANCE_REL = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
_DATA_REL = "http://www.opengis.net/def/rel/ogc/1.0/data"
QUERYABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
_SORTABLES_REL = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
_SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
CATALOGUE_REL = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
_TILESETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
_MAP_TILESETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map"
_TILING_SCHEMES_REL = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
# The file is no resource of OGC API Coverages, which the portal does not claim (subsets by axes, scaling): under its
# relation GDAL would ask those first, before the tiles.
_FILE_REL = "enclosure"
GEOTIFF = "image/tiff; application=geotiff"


def landing(address: RequestAddress, reverse: Reverse) -> Document:
    """Return the landing page (17-069r4, 7.2)."""
    collections, conformance = reverse("ogc:collections"), reverse("ogc:conformance")
    return {
        "title": _("Portail de données géographiques"),
        "description": _(
            "Données géographiques du territoire : couches ouvertes, et couches internes selon vos droits."
        ),
        "links": [
            *representations(address, JSON),
            link("service-desc", reverse("ogc:openapi"), OPENAPI, _("Description OpenAPI 3.0")),
            link("service-doc", address.with_query(f="html"), HTML, _("Documentation")),
            link("conformance", conformance, JSON, _("Classes de conformité")),
            link(_CONFORMANCE_REL, conformance, JSON),
            link("data", collections, JSON, _("Collections")),
            link(_DATA_REL, collections, JSON),
            link(
                _TILESETS_REL, reverse("tilesets:portal-tilesets"), JSON, _("Tuiles vectorielles du portail")
            ),
            link(_TILING_SCHEMES_REL, reverse("tilesets:matrix-sets"), JSON, _("Pyramides de tuiles")),
            link(STYLES_REL, reverse("ogc:portal-styles"), JSON, _("Styles")),
            link(CATALOGUE_REL, reverse("records:collection"), JSON, _("Catalogue des données")),
            link(FUNCTIONS_REL, reverse("ogc:functions"), JSON, _("Fonctions des filtres")),
        ],
    }


def conformance(address: RequestAddress) -> Document:
    """Return the conformance classes (17-069r4, 7.4)."""
    return {"conformsTo": list(CONFORMANCE), "links": representations(address, JSON)}


def collections(
    address: RequestAddress,
    reverse: Reverse,
    scopes: Sequence[tuple[Scope, Bounds | None, Sequence[DatedPeriod]]],
) -> Document:
    """Return the collections the visitor sees (17-069r4, 7.13)."""
    return {
        "links": representations(address, JSON),
        "crs": [crs.uri for crs in SERVED],
        "collections": [
            collection(
                RequestAddress(reverse("ogc:collection", scope.slug), {}), reverse, scope, bounds, periods
            )
            for scope, bounds, periods in scopes
        ],
    }


def collection(
    address: RequestAddress,
    reverse: Reverse,
    scope: Scope,
    bounds: Bounds | None,
    periods: Sequence[DatedPeriod] = (),
) -> Document:
    """Return one collection (17-069r4, 7.14; CRS of 18-058r1, 6.2.2).

    ``periods`` are the days of the versions of a layer that has some: its extent in time, and ``planDates``.
    """
    layer = scope.layer
    items = RequestAddress(reverse("ogc:items", scope.slug), {})
    document: Document = {
        "id": scope.slug,
        "title": layer.title,
        "description": layer.abstract,
        "keywords": list(layer.keywords),
        "itemType": "feature",
        "crs": [crs.uri for crs in SERVED],
        "storageCrs": STORAGE.uri,
        "links": [
            *representations(address, JSON),
            link("items", items.with_query(), GEOJSON, _("Objets en GeoJSON")),
            link("items", items.with_query(f="jsonfg"), JSONFG, _("Objets en JSON-FG")),
            link("items", items.with_query(f="geojsonseq"), GEOJSON_SEQ, _("Objets en suite GeoJSON")),
            link("items", items.with_query(f="html"), HTML, _("Objets en page")),
            link("related", reverse("ogc:aggregate", scope.slug), JSON, _("Objets regroupés et mesurés")),
            *_schemas(reverse, scope.slug),
            *_tiles(reverse, scope),
            *of_a_collection(reverse, scope),
            *_exports(reverse, scope),
            *(link("license", LICENCE_URLS[code], HTML) for code in (layer.licence,) if code in LICENCE_URLS),
        ],
    }
    if extent := _extent(bounds, period(scope), periods):
        document["extent"] = extent
    if periods:
        document["planDates"] = plan_dates(periods)
    document |= _origin(scope)
    if layer.is_sample:
        document["description"] = f"{layer.abstract} {_('Données d’exemple.')}".strip()
    return document


def _extent(bounds: Bounds | None, period: Period | None, periods: Sequence[DatedPeriod]) -> Document:
    """Return where and when the features are (17-069r4, 7.14); days begin and end in the portal's time zone.

    A layer of plans has the interval of its versions, null without end: the days that ``plan-date`` takes.
    """
    extent: Document = {}
    if bounds is not None:
        extent["spatial"] = {"bbox": [list(bounds)], "crs": CRS84.uri}
    if periods:
        first, last = min(first for first, _end in periods), last_day(periods)
        ends = [_edge(first, is_end=False), _edge(last, is_end=True) if last else None]
        extent["temporal"] = {"interval": [ends], "trs": _GREGORIAN}
    elif period is not None:
        ends = [_edge(period[0], is_end=False), _edge(period[1], is_end=True)]
        extent["temporal"] = {"interval": [ends], "trs": _GREGORIAN}
    return extent


def _edge(moment: Moment, *, is_end: bool) -> str:
    if isinstance(moment, dt.datetime):
        return moment.isoformat()
    return edge_of(moment, is_end=is_end).isoformat(timespec="seconds")


def _origin(scope: Scope) -> Document:
    """Return what a reuser must say and know, which the standard leaves to each server: as in the exports."""
    layer, changed = scope.layer, last_change(scope)
    licence = str(layer.get_licence_display())
    day = timezone.localdate(changed).isoformat() if changed else ""
    parts = (layer.title, layer.source or str(layer.producer or ""), licence, day)
    origin = {
        "attribution": " – ".join(part for part in parts if part),
        "license": LICENCE_URLS.get(layer.licence, licence),
        "updated": instant(changed),
    }
    return {name: text for name, text in origin.items() if text}


def _schemas(reverse: Reverse, slug: str) -> list[Link]:
    return [
        link(QUERYABLES_REL, reverse("ogc:queryables", slug), SCHEMA, _("Propriétés filtrables")),
        link(_SORTABLES_REL, reverse("ogc:sortables", slug), SCHEMA, _("Propriétés de tri")),
        link(_SCHEMA_REL, reverse("ogc:schema", slug), SCHEMA, _("Schéma des objets")),
        link("describedby", reverse("ogc:encoding", slug), SCHEMA, _("Schéma des objets en GeoJSON")),
    ]


def _tiles(reverse: Reverse, scope: Scope) -> list[Link]:
    if not scope.definition.geometry.is_located:
        return []
    slug, tilesets = scope.slug, _("Tuiles vectorielles (OGC API Tiles)")
    return [
        link(_TILESETS_REL, reverse("tilesets:collection-tilesets", slug), JSON, tilesets),
        link("tiles", reverse("tiles:tilejson", slug), JSON, _("Tuiles vectorielles (TileJSON)")),
    ]


def _exports(reverse: Reverse, scope: Scope) -> list[Link]:
    """Return the files of the whole layer, for who may take them."""
    if not scope.can_download:
        return []
    formats = [*formats_of(scope.definition), *official_formats(scope)]
    return [
        link("enclosure", reverse("exports:file", scope.slug, kind.extension), kind.media_type, kind.title)
        for kind in formats
    ]


def raster_collection(scope: RasterScope, reverse: Reverse) -> dict[str, Any]:
    """Return the collection (OGC API Common, part 2), which has no items."""
    layer, online = scope.layer, scope.online
    links = [
        link("self", reverse("ogc:collection", scope.slug), JSON),
        link(_MAP_TILESETS_REL, reverse("rasters:tilesets", scope.slug), JSON, _("Tuiles")),
    ]
    if scope.can_download:
        links.append(
            link(_FILE_REL, reverse("rasters:coverage", scope.slug), GEOTIFF, _("Valeurs en GeoTIFF"))
        )
    return {
        "id": scope.slug,
        "title": layer.title,
        "description": layer.abstract,
        "keywords": list(layer.keywords),
        "attribution": layer.source,
        "extent": {"spatial": {"bbox": [list(online.bounds)], "crs": CRS84.uri}},
        "crs": [CRS84.uri, f"http://www.opengis.net/def/crs/EPSG/0/{online.srid}"],
        "storageCrs": f"http://www.opengis.net/def/crs/EPSG/0/{online.srid}",
        "links": links,
    }
