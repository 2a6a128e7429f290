"""Parts about reuses for pages of other applications: a setting names these functions, no module imports them."""

from __future__ import annotations

from interface.page_parts import PagePart
from layers.access import RasterScope, Scope
from layers.models import Layer
from layers.visitor import Visitor
from reuses.queries import reuse_counts, reuses_of

# Reuses on the page of a layer; its own list has all of them.
_NEWEST = 3


def reuses_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the newest reuses of a layer, and the way to declare one, for the page of the layer."""
    if not isinstance(subject, Scope | RasterScope):
        return None
    rows = list(reuses_of(subject.slug)[: _NEWEST + 1])
    context = {"layer": subject.layer, "reuses": rows[:_NEWEST], "has_more": len(rows) > _NEWEST}
    return PagePart("reuses/of_layer.html", context)


def reuses_in_use(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return how many reuses a layer has, for the page of its use."""
    if not isinstance(subject, Layer):
        return None
    count = reuse_counts([subject.slug]).get(subject.slug, 0)
    return PagePart("reuses/count.html", {"layer": subject, "count": count})
