"""Statistics of communes, computed once for a version of a raster and kept beside it."""

from __future__ import annotations

import logging

from layers.access.rasters import raster_version_scope
from layers.errors import LayersError
from layers.models import Raster, RasterVersion
from layers.queries.rasters import communes_areas
from layers.queries.rasters.statistics import computed_statistics, statistics_digest, stored_document
from layers.vocabulary import RasterKind

logger = logging.getLogger(__name__)


def keep_statistics(version: RasterVersion) -> None:
    """Compute the statistics of every commune and keep them; a commune too large to be read at once has none.

    A picture has none either.
    """
    scope, statistics_by_commune = raster_version_scope(version), {}
    if scope.raster.kind == RasterKind.IMAGE:
        return
    for commune, area in communes_areas(scope):
        try:
            statistics_by_commune[commune.code] = computed_statistics(scope, area)
        except LayersError as error:
            logger.warning("raster %s, %s: no statistics kept: %s", scope.slug, commune.code, error.detail)
    RasterVersion.objects.filter(pk=version.pk).update(
        by_commune=stored_document(scope, statistics_by_commune)
    )


def outdated_versions() -> list[RasterVersion]:
    """Return the versions online whose classes or communes have changed since their statistics were kept."""
    related = RasterVersion.objects.select_related("raster__layer")
    online = related.filter(pk__in=Raster.objects.exclude(kind=RasterKind.IMAGE).values("online"))
    return [
        version
        for version in online.order_by("pk")
        if version.by_commune.get("digest") != statistics_digest(raster_version_scope(version))
    ]
