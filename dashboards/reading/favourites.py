"""A dashboard kept at hand by somebody who signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from dashboards import access
from dashboards.reading.presenters import page_address
from dashboards.services.dashboards import add_favourite, remove_favourite
from layers.visitor import visitor_of


class FavouriteView(View):
    """Keep a dashboard at hand, or no more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Change it, and go back to the dashboard; ``retirer`` takes it off."""
        visitor = visitor_of(request)
        found = access.one(visitor, dashboard)
        change = remove_favourite if "retirer" in request.POST else add_favourite
        change(dashboard=found, visitor=visitor)
        return redirect(page_address(found))
