"""The chart of a layer: a part of its page for the script, a page of its own otherwise; and its files."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from dashboards.errors import ForbiddenDashboard
from dashboards.layer_chart.choices import parse_chart
from dashboards.layer_chart.presenters import LayerChart, layer_chart
from dashboards.panels.downloads import TABLES, forms_of, panel_file
from interface.requests import is_fragment, parameters_of
from layers import access
from layers.errors import InvalidParameter
from layers.visitor import visitor_of


class LayerChartView(View):
    """A chart of a layer, its table under it."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the chart: alone for the page of the layer, within a page otherwise."""
        context = {"chart": _chart(request, layer)}
        template = (
            "dashboards/layer_chart/chart.html"
            if is_fragment(request)
            else "dashboards/layer_chart/page.html"
        )
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response


class ChartFileView(View):
    """A chart of a layer as a file: its table, or its picture."""

    def get(self, request: HttpRequest, layer: str, form: str) -> HttpResponse:
        """Write the chart in a form that it has for the visitor."""
        chart = _chart(request, layer)
        _check_form(chart, form)
        title = chart.panel.title or str(chart.scope.layer.title)
        file = panel_file(replace(chart.panel, title=title), chart.answer, form)
        response = HttpResponse(file.content, content_type=file.media_type)
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return response


def _check_form(chart: LayerChart, form: str) -> None:
    """Refuse a form that the chart has not for the visitor.

    Raises:
        ForbiddenDashboard: its table, and the visitor may see the layer without taking its data away.
        InvalidParameter: a form that it does not have.
    """
    offered = [file.form.lower() for file in chart.files]
    if form in offered:
        return
    if form in TABLES and form in forms_of(chart.answer):
        raise ForbiddenDashboard(
            _("Vos droits sur cette couche ne permettent pas d’en emporter les données.")
        )
    raise InvalidParameter(
        _("Ce graphique s’emporte en %(codes)s ; reçu « %(value)s ».")
        % {"codes": ", ".join(offered) or "–", "value": form[:20]},
        parameter="form",
    )


def _chart(request: HttpRequest, layer: str) -> LayerChart:
    """Read the chart of an address.

    Raises:
        UnknownLayer: there is none of this name for the visitor.
        InvalidParameter: nothing groups its features.
    """
    query = parse_chart(parameters_of(request))
    chart = layer_chart(access.scope(visitor_of(request), layer), query)
    if chart is None:
        raise InvalidParameter(_("Rien ne groupe les objets de cette couche : elle n’a pas de graphique."))
    return chart
