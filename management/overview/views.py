"""The first page of management."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from management.frame import ManagementView


class OverviewView(ManagementView):
    """What waits for the team."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        return render(request, "management/overview/page.html", self.frame())
