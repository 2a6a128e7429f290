"""The menus of the sentence, parts of the page or pages of their own without script; an answer in its sheet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from explorer.map_state.availability import Missing, drop_unavailable
from explorer.map_state.parsing import MapQuery, parse_map
from explorer.map_state.queries import check_conditions, on_map, with_default_layers
from explorer.question.answers import answer_of
from explorer.question.menus import menu
from explorer.question.sentence import sentence
from interface.requests import is_fragment, map_parameters
from layers import access
from layers.access import Scope
from layers.errors import UnknownLayer
from layers.visitor import Visitor, visitor_of


class QuestionMenuView(View):
    """What a part of the sentence may become."""

    def get(self, request: HttpRequest, part: str) -> HttpResponse:
        """Render the menu of a part, each choice a link to the map."""
        context = _menu(visitor_of(request), parse_map(map_parameters(request)), part)
        template = (
            "explorer/question/menu.html" if is_fragment(request) else "explorer/question/menu_page.html"
        )
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response


class QuestionAnswerView(View):
    """``/carte/question/reponse/{layer}/{pk}/``: what a feature is near in the question, for its sheet on the map."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the objects that it matches; nothing for a feature that the question measures nothing of."""
        query, scopes, _missing = _map(visitor_of(request), parse_map(map_parameters(request)))
        if layer not in scopes:
            raise UnknownLayer(layer)
        subject = sentence(query, scopes).subject
        is_subject = subject is not None and subject.slug == layer
        row = answer_of(scopes[layer], pk, query, scopes) if is_subject else None
        return render(request, "explorer/question/answer.html", {"row": row})


def _map(visitor: Visitor, map_query: MapQuery) -> tuple[MapQuery, dict[str, Scope], Missing]:
    """Return the question without what the visitor does not have, the layers on their map, and what was left out.

    Raises:
        InvalidParameter: a value that its field cannot have, naming ``layer.field``; its subclasses say more.
    """
    visible = access.visible(visitor)
    query, missing = drop_unavailable(visible, map_query)
    scopes = {scope.slug: scope for scope in on_map(visible)}
    for slug in query.own.keys() & scopes.keys():  # a sentence words what is known to be readable
        check_conditions(scopes[slug], query)
    return with_default_layers(list(scopes.values()), query), scopes, missing


def _menu(visitor: Visitor, map_query: MapQuery, part: str) -> dict[str, Any]:
    """Return the menu of a part with the sentence that it is of, without what the visitor does not have."""
    query, scopes, missing = _map(visitor, map_query)
    text = sentence(query, scopes)
    part_menu = menu(text, part, scopes, visitor.portal)
    if part_menu is None:
        raise Http404(_("La question n’a pas cette partie."))
    return {"menu": part_menu, "sentence": text, "query": text.query, "missing": missing}
