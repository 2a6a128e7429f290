"""The menus of the sentence: parts of the page for htmx and the script, pages of their own without script."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from explorer.layer_panel.layer_list import chosen
from explorer.map_state.filter_expression import own_filter
from explorer.map_state.missing import Missing, on_map, without_missing
from explorer.map_state.parsing import MapQuery, parse_map
from explorer.question.menus import menu
from explorer.question.parsing import parse_text
from explorer.question.presenters import map_address, proposal_document
from explorer.question.proposals import proposal
from explorer.question.sentence import sentence
from interface.requests import is_fragment, parameters_of
from layers import access
from layers.access import Scope
from layers.visitor import Visitor, visitor_of


class UnderstandView(View):
    """What a text in French asks of the map, as JSON."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the sentence, its address, what is told, and other readings."""
        text = parse_text(parameters_of(request))
        return JsonResponse(proposal_document(proposal(visitor_of(request), text)))


class QuestionMenuView(View):
    """What a part of the sentence may become."""

    def get(self, request: HttpRequest, part: str) -> HttpResponse:
        """Render the menu of a part, each choice a link to the map."""
        context = _menu(visitor_of(request), parse_map(parameters_of(request)), part)
        template = (
            "explorer/question/menu.html" if is_fragment(request) else "explorer/question/menu_page.html"
        )
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response


class TypedQuestionView(View):
    """A question that people type: what the map would ask, and which words were left out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render what was read of ``q``; without script, lead to the map when every word was used."""
        text, is_part = parse_text(parameters_of(request)), is_fragment(request)
        found = proposal(visitor_of(request), text) if text else None
        if found and found.address and found.is_complete and not is_part:
            return redirect(map_address(found))
        template = "explorer/question/typed_question.html" if is_part else "explorer/question/typed_page.html"
        response = render(request, template, {"typed": found, "text": text})
        patch_vary_headers(response, ["HX-Request"])
        return response


def _map(visitor: Visitor, asked: MapQuery) -> tuple[MapQuery, dict[str, Scope], Missing]:
    """Return the question without what the visitor does not have, the layers on their map, and what was left out.

    Raises:
        InvalidParameter: a value that its field cannot have, naming ``layer.field``; its subclasses say more.
    """
    visible = access.visible(visitor)
    query, missing = without_missing(visible, asked)
    scopes = {scope.slug: scope for scope in on_map(visible)}
    for slug in query.own.keys() & scopes.keys():  # a sentence words what is known to be readable
        own_filter(scopes[slug], query)
    return chosen(list(scopes.values()), query), scopes, missing


def _menu(visitor: Visitor, asked: MapQuery, part: str) -> dict[str, Any]:
    """Return the menu of a part with the sentence that it is of, without what the visitor does not have."""
    query, scopes, missing = _map(visitor, asked)
    told = sentence(query, scopes)
    found = menu(told, part, scopes, visitor.portal)
    if found is None:
        raise Http404(_("La question n’a pas cette partie."))
    return {"menu": found, "sentence": told, "query": told.query, "missing": missing}
