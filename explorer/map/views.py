"""The map, and its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer.layer_panel import queries
from explorer.map import presenters
from explorer.map_state.parsing import parse_map
from explorer.question.answers import question
from explorer.question.sentence import question_chips
from explorer.saved_views.services import saved_views
from explorer.table.queries import refused_parameters
from interface import territory
from interface.requests import is_fragment, parameters_of
from layers import access
from layers.visitor import Visitor, visitor_of

SOUGHT = "cherche"


class MapView(View):
    """One address, three readers: the script draws it, htmx refreshes its list, a browser without script reads it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page, or the list alone for htmx."""
        visitor = visitor_of(request)
        scopes, rasters = access.visible(visitor), access.visible_rasters(visitor)
        parameters = parameters_of(request)
        view = queries.map_layers(scopes, parse_map(parameters, allowed=(SOUGHT,)), rasters)
        view = replace(view, missing=replace(view.missing, table=refused_parameters(scopes, parameters)))
        is_part = is_fragment(request)
        page_context = (
            {}
            if is_part
            else _ground(visitor, scopes, view)
            | presenters.panel_context(view, request.GET.get(SOUGHT, ""), saved_views(visitor))
        )
        requested = _question_context(view, visitor)
        template = "explorer/map/list.html" if is_part else "explorer/map/page.html"
        response = render(request, template, requested | page_context)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _question_context(view: queries.MapResult, visitor: Visitor) -> dict[str, Any]:
    """Return the question and its answer, and what each condition is without which it would be another."""
    answer = question(view, visitor.portal)
    chips = question_chips(view, answer.sentence)
    return {"view": view, "question": answer, "chips": chips, "cleared": view.query.address(())}


def _ground(visitor: Visitor, scopes: Sequence[access.Scope], view: queries.MapResult) -> dict[str, Any]:
    """Return what the script draws, and the communes that the form offers."""
    shapes = territory.visible_communes(visitor)
    rasters = [result.scope for result in view.rasters]
    config = presenters.page_config(
        scopes, shapes, view.query.layers, rasters, portal=visitor.portal, person=visitor.user_id
    )
    missing = view.missing
    config["missing"] = {"layers": missing.layers, "dropped": missing.dropped, "table": missing.table}
    return {"communes": territory.own(shapes, visitor.portal), "config": config}
