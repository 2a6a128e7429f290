"""The way from a panel about related records to the features that they belong to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View

from dashboards.errors import UnknownPanel
from dashboards.filters.links import features_address
from dashboards.panels.queries import features_of_records
from dashboards.reading.dashboard_page import open_page
from dashboards.reading.panel_reading import panel_request
from interface.requests import parameters_of
from layers.visitor import visitor_of

MOST_FEATURES = 300
"""What an address may name."""


class PanelFeaturesView(View):
    """``…/{panel}/objets/``: the explorer on the features whose records the panel selects."""

    def get(self, request: HttpRequest, dashboard: str, panel: str) -> HttpResponse:
        """Lead to them; a panel that is not about related records is a 404."""
        page = open_page(visitor_of(request), dashboard, parameters_of(request))
        asked = page.panel(panel)
        if asked.question is None or not asked.question.relation:
            raise UnknownPanel(panel)
        found = panel_request(page, asked, page.filters_of(asked))
        ids, is_cut = features_of_records(found, MOST_FEATURES)
        if is_cut:
            messages.info(request, _("Ce panneau concerne plus d’objets : en voici %(n)d.") % {"n": len(ids)})
        return redirect(features_address(found.scope, ids or (0,)))
