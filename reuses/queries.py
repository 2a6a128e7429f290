"""Reuses of layers: those that are shown, how many, and the layers that somebody may declare one of."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from layers import access
from layers.errors import UnknownLayer
from layers.models import Layer
from layers.visitor import Visitor
from reuses.models import Reuse
from reuses.vocabulary import ReuseState


def reuses_of(slug: str) -> QuerySet[Reuse]:
    """Select the reuses that are shown with a layer, the newest first; the reader was checked to see the layer."""
    return Reuse.objects.filter(state=ReuseState.ACCEPTED, layers__slug=slug).order_by("-decided_at", "-pk")


def reuse_counts(slugs: Iterable[str]) -> dict[str, int]:
    """Return how many reuses are shown with each layer that has some; one statement."""
    rows = Reuse.layers.through.objects.filter(reuse__state=ReuseState.ACCEPTED, layer__slug__in=list(slugs))
    return dict(rows.values_list("layer__slug").annotate(count=Count("pk")).order_by())


def visible_layer(visitor: Visitor, slug: str) -> Layer:
    """Return a layer or a raster that a visitor sees.

    Raises:
        UnknownLayer: there is none, or it is hidden from them.
    """
    try:
        return access.scope(visitor, slug).layer
    except UnknownLayer:
        return access.raster_scope(visitor, slug).layer


def visible_layers(visitor: Visitor) -> list[Layer]:
    """Return the layers and rasters that a visitor sees, by theme and title."""
    layers = [scope.layer for scope in access.visible(visitor)]
    layers += [raster.layer for raster in access.visible_rasters(visitor)]
    return sorted(layers, key=lambda layer: (layer.theme.rank, layer.theme.title, layer.title))
