"""``/urbanisme/``: the tools of planners, one sentence each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from interface.requests import parameters_of
from layers.parsing import single_values
from planning.tools.presenters import tool_list


class ToolsView(View):
    """The list of tools."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        single_values(parameters_of(request), allowed=())
        return render(request, "planning/tools/home.html", {"tools": tool_list()})
