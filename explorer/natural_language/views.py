"""Typed questions: the page that shows what was read, and the same as JSON."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views import View

from explorer.natural_language.proposals import parse_text, proposal, proposal_document
from interface.requests import is_fragment, parameters_of
from layers.visitor import visitor_of


class InterpretView(View):
    """The interpretation of a text in French, as JSON."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the sentence, its address, unused words, and other readings."""
        text = parse_text(parameters_of(request))
        return JsonResponse(proposal_document(proposal(visitor_of(request), text)))


class FigureView(View):
    """The figure that a question asks for: its groups in a table, its period, and where its rows are."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the figure of ``q``; a question without one leads to its answer, or to the search."""
        text = parse_text(parameters_of(request))
        proposed = proposal(visitor_of(request), text)
        if proposed.figure is None:
            return redirect(proposed.link or f"{reverse('explorer:search')}?{urlencode({'q': text})}")
        groups = (*proposed.figure.groups, *proposed.figure.rest)
        return render(
            request,
            "explorer/natural_language/figure_page.html",
            {
                "proposal": proposed,
                "figure": proposed.figure,
                "groups": groups if len(groups) > 1 else (),
                "layer": proposed.understood.subject,
            },
        )


class TypedQuestionView(View):
    """A typed question: its query on the map, and its unused words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render what was read of ``q``; without script, lead to the map when every word was used."""
        text, is_part = parse_text(parameters_of(request)), is_fragment(request)
        proposed = proposal(visitor_of(request), text) if text else None
        if proposed and proposed.link and proposed.is_complete and not is_part:
            return redirect(proposed.link)
        template = (
            "explorer/natural_language/typed_question.html"
            if is_part
            else "explorer/natural_language/typed_page.html"
        )
        response = render(request, template, {"typed": proposed, "text": text})
        patch_vary_headers(response, ["HX-Request"])
        return response
