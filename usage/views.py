"""The page of the use of a layer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from layers.visitor import visitor_of
from usage.presenters import HEIGHT, WIDTH, report


class UsageView(View):
    """Views, downloads and calls of a layer, for those who feed or produce it; a 404 for anybody else."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the page."""
        counts = report(visitor_of(request), layer, today=timezone.localdate())
        box = f"0 0 {WIDTH} {HEIGHT}"
        return render(request, "usage/page.html", {"report": counts, "layer": counts.layer, "box": box})
