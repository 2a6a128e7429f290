"""The page of the use of a layer, its file, and who sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from interface.requests import parameters_of
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.visitor import visitor_of
from usage.presenters import HEIGHT, WIDTH, report, uses_csv
from usage.services import show_use


class UsageView(View):
    """``/catalogue/{layer}/usages/``: for who feeds or produces a layer, and for all who see one that shows its use."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the page."""
        single_values(parameters_of(request), allowed=())
        counts = report(visitor_of(request), layer, today=timezone.localdate())
        context = {"report": counts, "layer": counts.layer, "box": f"0 0 {WIDTH} {HEIGHT}"}
        return render(request, "usage/page.html", context)

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Show the use of the layer to who sees it, or to its producers alone."""
        visibility = request.POST.get("visible", "")
        if visibility not in {"tous", "producteur"}:
            raise InvalidParameter(
                _("visible attend « tous » ou « producteur » ; reçu « %s ».") % visibility[:40],
                parameter="visible",
            )
        is_public = visibility == "tous"
        show_use(visitor_of(request), layer, is_public=is_public)
        words = (
            _("Les usages se lisent maintenant par tous ceux qui voient la couche.")
            if is_public
            else _("Les usages ne se lisent plus que par qui produit la couche.")
        )
        messages.success(request, words)
        return redirect("usage:layer", layer)


class UsageFileView(View):
    """``/catalogue/{layer}/usages.csv``: every month that was counted."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Return the file."""
        single_values(parameters_of(request), allowed=())
        text = uses_csv(visitor_of(request), layer, today=timezone.localdate())
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="usages-{layer}-{timezone.localdate()}.csv"'
        response["Cache-Control"] = "private, no-store"
        return response
