"""The search: a page of results, the suggestions under the search box, the question that the words propose."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.natural_language.proposals import QuestionProposal, suggested
from explorer.search import queries as search_queries
from explorer.search.results import SearchLimits, SearchQuery, parse_search
from interface.requests import parameters_of
from layers.visitor import Visitor, visitor_of


class SearchView(View):
    """Layers, communes, features and addresses that answer to a few words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page of results."""
        return render(request, "explorer/search/page.html", _found(request, search_queries.PAGE))


class SuggestionsView(View):
    """The first results, as the options of the search box."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the options alone."""
        context = _found(request, search_queries.SUGGESTIONS)
        return render(request, "explorer/search/suggestions.html", context)


def _found(request: HttpRequest, size: SearchLimits) -> dict[str, Any]:
    """Return the results, and the question to the map in the text, if any."""
    visitor, query = visitor_of(request), parse_search(parameters_of(request))
    return {"results": search_queries.search(visitor, query, size), "proposal": asked_by(visitor, query)}


def asked_by(visitor: Visitor, query: SearchQuery) -> QuestionProposal | None:
    """Return the question to the map in a text; None without one, or with too many unused words."""
    if query.is_short or query.position is not None:
        return None
    return suggested(visitor, query.text)
