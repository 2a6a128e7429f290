"""The map in a frame of another site: the layers it names, their legend and sources, a link to the whole map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from explorer.layer_panel.queries import MapResult, map_layers
from explorer.map.presenters import page_config
from explorer.map_state.parsing import SHEET, MapQuery, parse_map
from explorer.map_state.queries import Variant, named_layers
from interface import territory
from interface.requests import embeddable, map_parameters
from interface.titles import named_feature
from layers import access
from layers.access import RasterScope, Scope
from layers.errors import UnknownFeature
from layers.parsing.numbers import parse_integer
from layers.visitor import Visitor, public_of, visitor_of


def embedded_map(visitor: Visitor, query: MapQuery, sheet: str) -> dict[str, Any]:
    """Return what the template of the frame needs; ``visitor`` is the public. ``sheet`` is ``layer/id``, or empty.

    Raises:
        UnknownProperty: the map asks a field that everybody does not read.
        InvalidParameter: a value that cannot be read, naming its parameter.
        TooSlow: a layer did not answer in the time given to a map.
    """
    scopes, rasters = access.visible(visitor), access.visible_rasters(visitor)
    if not query.is_default:  # the other layers are not asked anything
        named = {*named_layers(query), query.sheet}
        scopes = [scope for scope in scopes if scope.slug in named]
        rasters = [scope for scope in rasters if scope.slug in named]
    view = map_layers(scopes, query, rasters)
    visible = [result.scope for result in view.lists]
    picked = _picked(scopes, sheet)
    return {
        "view": view,
        "config": _config(visitor, view, visible, [result.scope for result in view.rasters_on]),
        "full": f"{reverse('explorer:map')}?{_link(view, picked)}",
        "picture": f"{reverse('explorer:map-picture')}?{view.query.link}",
        "titles": [result.scope.layer.title for result in view.everything_on],
        "picked": picked,
    }


def _config(
    visitor: Visitor, view: MapResult, visible: Sequence[Scope], rasters: Sequence[RasterScope]
) -> dict[str, Any]:
    ground = territory.visible_communes(visitor)
    config = page_config(visible, ground, view.query.layers, rasters, portal=visitor.portal, is_whole=True)
    config["missing"] = {"layers": view.missing.layers, "dropped": view.missing.dropped, "table": ()}
    config["queries"] = {result.scope.slug: result.question.drawn_query for result in view.lists}
    config["variants"] = {
        "bases": {result.scope.slug: result.question.base for result in view.dated}
        | {one.side.layer: one.base for one in view.versions},
        "sides": [_side(one, view.query) for one in view.sides],
    }
    config["credentials"] = "omit"  # tiles and communes are asked without a session, even of who has one
    return config


def _side(one: Variant, query: MapQuery) -> dict[str, Any]:
    """Return a side of the divider as the script of maps draws it."""
    is_left = query.swipe is not None and one.side == query.swipe.left
    return {
        "side": "left" if is_left else "right",
        "layer": one.side.layer,
        "query": one.tile_query,
        "isOther": str(one.side) != one.side.layer,
    }


def _link(view: MapResult, picked: dict[str, str] | None) -> str:
    pairs = view.query.pairs()
    return view.query.address([*pairs, *([(SHEET, picked["name"])] if picked else [])])


def _picked(scopes: Sequence[Scope], sheet: str) -> dict[str, str] | None:
    """Return the feature of the sheet: its ``name`` in addresses, its title, its address; None where there is none."""
    slug, _slash, pk = sheet.partition("/")
    scope = next((each_scope for each_scope in scopes if each_scope.slug == slug), None)
    number = parse_integer(pk)
    if scope is None or number is None:
        return None
    try:
        title = named_feature(scope, number)
    except UnknownFeature:
        return None
    return {"name": sheet, "title": title, "address": reverse("explorer:feature", args=[slug, number])}


class MapEmbedView(View):
    """A map as another site shows it: the address of the map, what everybody sees of it, no session."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Render the map without the frame of the portal."""
        return embeddable(request, _page)


def _page(request: HttpRequest) -> HttpResponse:
    values = map_parameters(request)
    sheet = next(iter(values.get(SHEET, ())), "")
    context = embedded_map(public_of(visitor_of(request)), parse_map(values), sheet)
    return render(request, "explorer/embedding/page.html", context)
