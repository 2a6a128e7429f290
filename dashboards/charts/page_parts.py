"""The chart on the page of a layer, and its sharing: the settings name these functions, no module imports them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.charts.choices import parse_chart
from dashboards.charts.presenters import layer_chart
from dashboards.sources.keys import main_key
from dashboards.sources.source import panel_source
from interface.page_parts import PagePart
from interface.sharing import SharedAddress, SharedPage
from layers import access
from layers.access import Scope
from layers.visitor import Visitor


def chart_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the place of the chart, which its script fills when visible; without script, a link to its page."""
    if not isinstance(subject, Scope) or not main_key(panel_source(subject)):
        return None
    address = reverse("dashboards:layer-chart", args=[subject.slug])
    return PagePart("dashboards/charts/of_layer.html", {"address": address})


def shared_chart(visitor: Visitor, shared: SharedAddress) -> SharedPage:
    """Return what a chart gives.

    Raises:
        LayersError: as its page.
    """
    scope = access.scope(visitor, shared.arguments["layer"])
    chart = layer_chart(scope, parse_chart(shared.parameters))
    title = chart.panel.title if chart else str(scope.layer.title)
    if scope.is_open:
        return SharedPage(title=title, readers=(_("La couche est ouverte : tous voient ce graphique."),))
    return SharedPage(
        title=title,
        warnings=(
            _("Couche interne : seules les personnes qui y ont droit ouvrent ce lien, une fois connectées."),
        ),
    )
