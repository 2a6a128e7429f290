"""Statistics of communes that are kept beside a version, so that nobody waits while a large file is read.

They are those of the classes and communes under whose digest they were written; under another one they are not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from layers.access import RasterScope
from layers.digests import stable_digest
from layers.parsing.raster_styles import RasterClass
from layers.queries.rasters.areas import communes_version
from layers.queries.rasters.measures import ClassShare, RasterStatistics

# To raise when the same cells have other statistics.
_FORMAT = 1


def statistics_digest(scope: RasterScope) -> str:
    """Return what statistics of communes depend on beside the file: nature, classes, the communes themselves."""
    raster = scope.raster
    return stable_digest(
        _FORMAT, str(raster.kind), raster.is_additive, scope.style.classes, communes_version()
    )


def kept_document(scope: RasterScope, found: Mapping[str, RasterStatistics]) -> dict[str, Any]:
    """Return statistics by INSEE code as ``RasterVersion.by_commune`` holds them."""
    classes = scope.style.classes
    communes = {code: _document(told, classes) for code, told in found.items()}
    return {"digest": statistics_digest(scope), "communes": communes}


def kept_statistics(scope: RasterScope) -> dict[str, RasterStatistics]:
    """Return the statistics kept by INSEE code; none when classes or communes have changed since."""
    document = scope.online.by_commune
    if document.get("digest") != statistics_digest(scope):
        return {}
    return {code: _statistics(told, scope.style.classes) for code, told in document["communes"].items()}


def _document(told: RasterStatistics, classes: Sequence[RasterClass]) -> dict[str, Any]:
    """Return statistics as JSON, each class by its place in the style."""
    shares = [
        [
            None if share.raster_class is None else classes.index(share.raster_class),
            share.value,
            share.cells,
            share.share,
        ]
        for share in told.classes
    ]
    return asdict(told) | {"classes": shares}


def _statistics(document: Mapping[str, Any], classes: Sequence[RasterClass]) -> RasterStatistics:
    shares = tuple(
        ClassShare(None if place is None else classes[place], value, cells, share)
        for place, value, cells, share in document["classes"]
    )
    return RasterStatistics(**{**document, "classes": shares})
