"""The answer that gives a stand-alone map: shut in, for it holds scripts of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from dashboards.maps.standalone.document import standalone_map
from dashboards.panels.kinds import PanelRequest

# The file runs its scripts in an origin of its own: it reads no cookie, calls no address of the portal with them.
_SANDBOX = "sandbox allow-scripts"
_EMBEDDING = "frame-ancestors 'self'"


def standalone_response(request: PanelRequest, *, filters: Sequence[str] = ()) -> HttpResponse:
    """Return the file of a map panel; ``filters`` are those of the page, in words.

    Raises:
        LayersError: as ``standalone_map``.
    """
    found = standalone_map(request, filters=filters)
    response = HttpResponse(found.content, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{found.name}"'
    response["Content-Security-Policy"] = f"{found.policy}; {_EMBEDDING}; {_SANDBOX}"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
