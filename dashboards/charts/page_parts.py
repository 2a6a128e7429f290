"""The chart on the page of a layer: a setting names this function, nobody imports it."""

from __future__ import annotations

from django.urls import reverse

from dashboards.sources.keys import main_key
from dashboards.sources.source import panel_source
from interface.page_parts import PagePart
from layers.access import Scope
from layers.visitor import Visitor


def chart_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the place of the chart, which its script fills when it is seen; who has none is led to its page."""
    if not isinstance(subject, Scope) or not main_key(panel_source(subject)):
        return None
    address = reverse("dashboards:layer-chart", args=[subject.slug])
    return PagePart("dashboards/charts/of_layer.html", {"address": address})
