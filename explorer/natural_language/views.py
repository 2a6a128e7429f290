"""Typed questions: the page that shows what was read, and the same as JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
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
