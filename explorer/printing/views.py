"""The print page. Its address is that of the map, with the layout on paper.

=============  ==============================================================================
``vue``        what the map shows, as its address says it: ``zoom/latitude/longitude``; what answers is framed
               instead when a question is asked
``echelle``    the N of 1:N, instead of the zoom; ``0`` is that of the map
``papier``     ``a4`` or ``a3``
``sens``       ``portrait`` or ``paysage``
``titre``      the title, 120 characters at most
``liste``      ``1``: the list of what the map shows follows it, all of it up to ``MAX_ROWS`` of a layer; ``0``: it does
               not; by default that of a question does
=============  ==============================================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from explorer.filters.queries import extent
from explorer.layer_panel import queries
from explorer.layer_panel.queries import LayerResult, MapResult
from explorer.map.presenters import page_config
from explorer.map_state.parsing import Camera, MapQuery, parse_camera, parse_map
from explorer.question.answers import MapAnswer, question
from explorer.question.sentence import question_chips
from interface import territory
from interface.requests import Parameters, filled, map_parameters
from layers import access
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.parsing.choices import choice
from layers.visitor import visitor_of

PAPERS = ("a4", "a3")
SENSES = ("portrait", "paysage")
SCALES = (500, 1_000, 2_000, 2_500, 5_000, 10_000, 15_000, 20_000, 25_000, 50_000, 100_000)
MAX_TITLE = 120
MAX_ROWS = 500
"""Rows of a layer in the printed list: the others are at an address that the sheet gives."""
_SHEETS = {
    ("a4", "portrait"): (190, 277),
    ("a4", "paysage"): (277, 190),
    ("a3", "portrait"): (277, 400),
    ("a3", "paysage"): (400, 277),
}
_COLUMN, _COLUMN_GAP, _ROW, _ANSWER, _HEAD = 78, 5, 8.5, 12.5, 14
"""Millimetres inside the margins of each sheet; of a column of the list, of the gap, of a row, of an answer and of a
title (``page.css``).
"""
_OWN = ("vue", "echelle", "papier", "sens", "titre", "liste")


@dataclass(frozen=True, slots=True)
class PrintQuery:
    """A map to print; without ``view`` the territory is framed, and ``scale`` 0 is the view’s own.

    ``scale`` None frames what answers the question, where there is one; ``has_list`` None prints the list of a
    question.
    """

    map: MapQuery
    view: Camera | None
    scale: int | None
    paper: str
    sense: str
    title: str
    has_list: bool | None


def parse_print(parameters: Parameters) -> PrintQuery:
    """Read the address of the print page.

    Raises:
        UnknownParameter: a name that is neither the map's nor above.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    filled_values = filled(parameters)
    own = single_values({name: filled_values[name] for name in _OWN if name in filled_values}, allowed=_OWN)
    if len(own.get("titre", "")) > MAX_TITLE:
        raise InvalidParameter(_("titre dépasse %d caractères.") % MAX_TITLE, parameter="titre")
    return PrintQuery(
        map=parse_map(parameters, allowed=_OWN),
        view=parse_camera(own["vue"]) if "vue" in own else None,
        scale=int(_choice(own, "echelle", ["0", *map(str, SCALES)])) if "echelle" in own else None,
        paper=_choice(own, "papier", PAPERS),
        sense=_choice(own, "sens", SENSES),
        title=own.get("titre", "").strip(),
        has_list=_choice(own, "liste", ["0", "1"]) == "1" if "liste" in own else None,
    )


def _choice(own: dict[str, str], name: str, choices: Sequence[str]) -> str:
    return choice(own.get(name, choices[0]), choices, parameter=name)


@dataclass(frozen=True, slots=True)
class PrintedList:
    """The list: how many rows it has and may have, about how many pages, and where the rows are that it leaves out."""

    rows: int
    matched: int
    pages: int
    rest: tuple[tuple[str, str], ...]


def printed_list(view: MapResult, answer: MapAnswer, query: PrintQuery, address: str) -> PrintedList:
    """Return what the list has; ``address`` is that of the site, empty where the list is not printed."""
    results = [answer.result] if answer.result else list(view.lists)
    counts = [min(result.matched, MAX_ROWS) for result in results if result.is_on]
    width, height = _SHEETS[query.paper, query.sense]
    columns = (width + _COLUMN_GAP) // (_COLUMN + _COLUMN_GAP)
    each = _ANSWER if answer.result else _ROW
    millimetres = sum(_HEAD + math.ceil(count / columns) * each for count in counts)
    rest = tuple(_rest(results, address)) if address else ()
    return PrintedList(
        sum(counts), sum(result.matched for result in results), math.ceil(millimetres / height), rest
    )


def _rest(results: Sequence[LayerResult], address: str) -> Iterator[tuple[str, str]]:
    """Yield the title of each layer whose list is cut, and the address of all its rows."""
    for result in results:
        if result.is_on and result.is_cut:
            page = reverse("explorer:layer", args=[result.scope.slug])
            link = f"?{result.question.list_query}" if result.question.query else ""
            yield str(result.scope.layer.title), f"{address}{page}{link}#objets"


class PrintView(View):
    """A page to look at, then to print; without script, the list takes the place of the map."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        scopes, query = access.visible(visitor), parse_print(map_parameters(request))
        rasters = access.visible_rasters(visitor)
        may_list = bool(query.map.pairs()) if query.has_list is None else query.has_list
        features = replace(query.map.features, limit=MAX_ROWS) if may_list else query.map.features
        view = queries.map_layers(scopes, replace(query.map, features=features), rasters)
        shapes = territory.visible_communes(visitor)
        drawn = [result.scope for result in view.lists]
        config = page_config(drawn, shapes, view.query.layers, rasters, portal=visitor.portal, is_whole=True)
        answer = question(view, visitor.portal)
        box = extent(answer.result.question) if answer.result and answer.result.matched else None
        config |= {"view": asdict(query.view) if query.view else None, "scale": query.scale or 0}
        config["box"] = None if query.scale == 0 else box
        context = {"query": query, "view": view, "chips": question_chips(view), "config": config}
        is_question = answer.result is not None and len(answer.sentence.parts) > 1
        has_list = is_question if query.has_list is None else query.has_list
        site = request.build_absolute_uri("/").rstrip("/") if has_list else ""
        context |= {"question": answer, "is_framed": box is not None, "has_list": has_list}
        context["list"] = printed_list(view, answer, query, site)
        context |= {"papers": PAPERS, "senses": SENSES, "scales": SCALES, "today": timezone.localdate()}
        context["usual_title"] = answer.sentence.words if answer.result else _("Carte du territoire")
        address = view.query.address(view.query.pairs())
        context |= {"address": address, "hidden_fields": parse_qsl(address, keep_blank_values=True)}
        return render(request, "explorer/printing/page.html", context)
