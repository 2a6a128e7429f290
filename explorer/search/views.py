"""The search: a page of results, the suggestions under the search box, the question that the words propose."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from explorer.natural_language.proposals import QuestionProposal, answer_of, suggested
from explorer.search import queries as search_queries
from explorer.search.results import Results, SearchLimits, parse_search
from interface.requests import parameters_of
from layers.visitor import Visitor, visitor_of


class SearchView(View):
    """Layers, communes, features and addresses that answer to a few words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page of results."""
        context = _results_context(request, search_queries.PAGE)
        context["proposal"] = _question(visitor_of(request), context["results"])
        return render(request, "explorer/search/page.html", context)


class SuggestionsView(View):
    """The first results, as the options of the search box."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the options alone."""
        context = _results_context(request, search_queries.SUGGESTIONS)
        query = context["results"].query
        is_words = not query.is_short and query.position is None
        context["proposal"] = suggested(visitor_of(request), query.text) if is_words else None
        return render(request, "explorer/search/suggestions.html", context)


def _results_context(request: HttpRequest, size: SearchLimits) -> dict[str, Any]:
    return {"results": search_queries.search(visitor_of(request), parse_search(parameters_of(request)), size)}


def _question(visitor: Visitor, results: Results) -> QuestionProposal | None:
    """Return the question to the map in the words of a search, as its panel reads it; None without one."""
    query = results.query
    if query.is_short or query.position is not None:
        return None
    if " " not in query.text:  # one word is a name or a value, which the search itself finds
        return suggested(visitor, query.text)
    return answer_of(visitor, query.text, is_nothing=not results.count)
