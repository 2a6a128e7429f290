"""The search: a page of results, and the suggestions under the search box."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.search import queries as search_queries
from explorer.search.parsing import parse_search
from interface.requests import parameters_of
from layers.visitor import visitor_of


class SearchView(View):
    """Layers, communes, features and addresses that answer to a few words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page of results."""
        query = parse_search(parameters_of(request))
        return render(
            request,
            "explorer/search/page.html",
            {"results": search_queries.search(visitor_of(request), query)},
        )


class SuggestionsView(View):
    """The first results, as the options of the search box."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the options alone."""
        query = parse_search(parameters_of(request))
        results = search_queries.search(visitor_of(request), query, search_queries.SUGGESTIONS)
        return render(request, "explorer/search/suggestions.html", {"results": results})
