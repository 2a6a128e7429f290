"""A panel about a raster, made from the layer of the communes: the first raster that its maker sees."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dashboards.documents.document import PanelQuestion
from dashboards.starters.sources import PanelSource
from interface.territory import COMMUNES_LAYER
from layers.access import RasterScope, visible_rasters
from layers.vocabulary import RasterKind


def needs_raster(source: PanelSource) -> str:
    """Say why a source cannot be told by a raster; empty when it can."""
    if source.scope.slug != COMMUNES_LAYER or source.relation is not None:
        return _("Choisissez la couche des communes.")
    return "" if _first(source) else _("Aucun raster ne vous est ouvert.")


def raster_question(source: PanelSource, base: PanelQuestion) -> tuple[PanelQuestion, dict[str, Any]]:
    """Return the question of the communes, and the raster that is told."""
    found = _first(source)
    return PanelQuestion(base.layer), {"raster": found.slug if found is not None else ""}


def _first(source: PanelSource) -> RasterScope | None:
    rasters = visible_rasters(source.scope.visitor) if source.scope.slug == COMMUNES_LAYER else []
    return next((raster for raster in rasters if raster.raster.kind == RasterKind.MEASURE), None)
