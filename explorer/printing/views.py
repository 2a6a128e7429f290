"""The print page. Its address is that of the map, with the layout on paper.

=============  ==============================================================================
``vue``        what the map shows, as its address says it: ``zoom/latitude/longitude``; what answers is framed
               instead when a question is asked
``echelle``    the N of 1:N, instead of the zoom; ``0`` is that of the map
``papier``     ``a4`` or ``a3``
``sens``       ``portrait`` or ``paysage``
``titre``      the title, 120 characters at most
``liste``      ``1``: the list of what the map shows follows it, ``0`` it does not; by default that of a question does
=============  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from explorer.filters.queries import extent
from explorer.layer_panel import queries
from explorer.map.presenters import page_config
from explorer.map_state.parsing import Camera, MapQuery, parse_camera, parse_map
from explorer.question.answers import question
from explorer.question.sentence import question_chips
from interface import territory
from interface.requests import Parameters, filled, parameters_of
from layers import access
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.parsing.choices import choice
from layers.visitor import visitor_of

PAPERS = ("a4", "a3")
SENSES = ("portrait", "paysage")
SCALES = (500, 1_000, 2_000, 2_500, 5_000, 10_000, 15_000, 20_000, 25_000, 50_000, 100_000)
MAX_TITLE = 120
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


class PrintView(View):
    """A page to look at, then to print; without script, the list takes the place of the map."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        scopes, query = access.visible(visitor), parse_print(parameters_of(request))
        rasters = access.visible_rasters(visitor)
        view, shapes = queries.map_layers(scopes, query.map, rasters), territory.visible_communes(visitor)
        config = page_config(scopes, shapes, view.query.layers, rasters, portal=visitor.portal)
        answer = question(view, visitor.portal)
        box = extent(answer.result.question) if answer.result and answer.result.matched else None
        config |= {"view": asdict(query.view) if query.view else None, "scale": query.scale or 0}
        config["box"] = None if query.scale == 0 else box
        context = {"query": query, "view": view, "chips": question_chips(view), "config": config}
        is_asked = answer.result is not None and len(answer.sentence.parts) > 1
        has_list = is_asked if query.has_list is None else query.has_list
        context |= {"question": answer, "is_framed": box is not None, "has_list": has_list}
        context |= {"papers": PAPERS, "senses": SENSES, "scales": SCALES, "today": timezone.localdate()}
        context["usual_title"] = answer.sentence.words if answer.result else _("Carte du territoire")
        address = view.query.address(view.query.pairs())
        context |= {"address": address, "hidden_fields": parse_qsl(address, keep_blank_values=True)}
        return render(request, "explorer/printing/page.html", context)
