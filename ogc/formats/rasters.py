"""A raster as a collection of OGC API: what it is, and where its tiles and its coverage are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from interface.http.links import link
from interface.http.media_types import JSON
from layers.access import RasterScope
from layers.crs import CRS84

Reverse = Callable[..., str]
GEOTIFF = "image/tiff; application=geotiff"
# The file is no resource of OGC API Coverages, which the portal does not claim (subsets by axes, scaling): under its
# relation GDAL would ask those first, before the tiles.
_FILE_REL = "enclosure"
_TILESETS_REL = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map"


def raster_collection(scope: RasterScope, reverse: Reverse) -> dict[str, Any]:
    """Return the collection (OGC API Common, part 2), which has no items."""
    layer, online = scope.layer, scope.online
    links = [
        link("self", reverse("ogc:collection", scope.slug), JSON),
        link(_TILESETS_REL, reverse("rasters:tilesets", scope.slug), JSON, _("Tuiles")),
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
