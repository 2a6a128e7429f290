"""What the dialog of sharing says of a chart: ``SHARED_PAGES`` names this function."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.charts.parsing import parse_chart
from dashboards.charts.presenters import layer_chart
from interface.sharing import SharedAddress, SharedPage
from layers import access
from layers.visitor import Visitor


def shared_chart(visitor: Visitor, asked: SharedAddress) -> SharedPage:
    """Return what a chart gives.

    Raises:
        LayersError: as its page.
    """
    scope = access.scope(visitor, asked.arguments["layer"])
    chart = layer_chart(scope, parse_chart(asked.parameters))
    title = chart.panel.title if chart else str(scope.layer.title)
    if scope.is_open:
        return SharedPage(title=title, readers=(_("La couche est ouverte : tous voient ce graphique."),))
    return SharedPage(
        title=title,
        warnings=(
            _("Couche interne : seules les personnes qui y ont droit ouvrent ce lien, une fois connectées."),
        ),
    )
