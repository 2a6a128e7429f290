"""The map on paper: the same question as the map, laid out for a page."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from explorer.layer_panel import layer_list
from explorer.map.presenters import page_config
from explorer.printing.parsing import PAPERS, SCALES, SENSES, parse_print
from explorer.question.chips import question_chips
from explorer.question.sentence import sentence
from interface import territory
from interface.requests import parameters_of
from layers import access
from layers.visitor import visitor_of


class PrintView(View):
    """A page to look at, then to print; without script, the list takes the place of the map."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        scopes, query = access.visible(visitor), parse_print(parameters_of(request))
        rasters = access.visible_rasters(visitor)
        view, shapes = layer_list.map_layers(scopes, query.map, rasters), territory.visible_communes(visitor)
        config = page_config(scopes, shapes, view.query.layers, rasters, portal=visitor.portal)
        config |= {"view": asdict(query.view) if query.view else None, "scale": query.scale}
        context = {"query": query, "view": view, "chips": question_chips(view), "config": config}
        context |= {"papers": PAPERS, "senses": SENSES, "scales": SCALES, "today": timezone.localdate()}
        asked = sentence(view.query, {found.scope.slug: found.scope for found in view.everything})
        context["usual_title"] = asked.words if asked.subject else _("Carte du territoire")
        address = view.query.address(view.query.pairs())
        context |= {"address": address, "kept": parse_qsl(address, keep_blank_values=True)}
        return render(request, "explorer/printing/page.html", context)
