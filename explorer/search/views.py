"""The search: a page of results, and the suggestions under the search box."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.search import queries as search_queries
from explorer.search.parsing import parse_search
from explorer.search.proposals import asked_by
from interface.requests import parameters_of
from layers.visitor import visitor_of


class SearchView(View):
    """Layers, communes, features and addresses that answer to a few words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page of results."""
        query, visitor = parse_search(parameters_of(request)), visitor_of(request)
        context = {
            "results": search_queries.search(visitor, query),
            "proposal": asked_by(visitor, query),
        }
        return render(request, "explorer/search/page.html", context)


class SuggestionsView(View):
    """The first results, as the options of the search box."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the options alone."""
        query = parse_search(parameters_of(request))
        visitor = visitor_of(request)
        results = search_queries.search(visitor, query, search_queries.SUGGESTIONS)
        context = {"results": results, "proposal": asked_by(visitor, query)}
        return render(request, "explorer/search/suggestions.html", context)
