"""What every template knows of the portal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gisportal.portals.hosts import territory_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the portal of the request; error pages outside any portal get the whole territory."""
    found = getattr(request, "portal", None) or territory_of(request.META.get("HTTP_HOST", ""))
    return {"portal": found, "is_demo": settings.PORTAL_DEMO}
