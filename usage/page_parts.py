"""Parts about use for pages of other applications: a setting names these functions, no module imports them."""

from __future__ import annotations

import datetime as dt

from django.utils.timezone import localdate

from interface.page_parts import PagePart
from layers import access
from layers.access import RasterScope, Scope
from layers.errors import UnknownLayer
from layers.visitor import Visitor
from usage import queries
from usage.presenters import first_day


def use_of_layer(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the use of a layer in thirty days: figures for its producers, a line for others where it shows its use.

    Those of others end on the day before, so that their page is the same all day.
    """
    if not isinstance(subject, Scope | RasterScope):
        return None
    is_own = access.own_layers(visitor).filter(slug=subject.slug).exists()
    if not is_own and not subject.layer.is_use_public:
        return None
    last = localdate(visitor.instant) - dt.timedelta(days=0 if is_own else 1)
    try:
        rows = queries.uses_of(visitor, subject.slug, since=first_day(last), last=last)
    except UnknownLayer:  # an administrator took the layer of counts away
        return None
    total = queries.by_layer(rows).get(subject.slug, queries.UseTotals())
    template = "usage/of_layer.html" if is_own else "usage/line.html"
    return PagePart(template, {"layer": subject.layer, "total": total})


def use_of_own_layers(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the use of every layer of one's own in the last thirty days, the most consulted first."""
    layers = list(access.own_layers(visitor).order_by("title").only("slug", "title"))
    if not layers:
        return None
    try:
        rows = queries.uses(
            visitor, [layer.slug for layer in layers], since=first_day(localdate(visitor.instant))
        )
    except UnknownLayer:
        return None
    counted = queries.by_layer(rows)
    lines = [(layer, counted.get(layer.slug, queries.UseTotals())) for layer in layers]
    lines.sort(key=lambda line: -line[1].consultations)
    return PagePart("usage/of_own_layers.html", {"lines": lines})
