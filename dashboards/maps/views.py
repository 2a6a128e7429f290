"""The answer that gives a stand-alone map: shut in, for it holds scripts of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from dashboards.maps.standalone.document import StandaloneMap, standalone_map
from dashboards.panels.kinds import PanelRequest
from layers.services.exports import export_sent, export_slot

# The file runs its scripts in an origin of its own: it reads no cookie, calls no address of the portal with them.
_SANDBOX = "sandbox allow-scripts"
_EMBEDDING = "frame-ancestors 'self'"


def standalone_response(request: PanelRequest, *, filters: Sequence[str] = ()) -> HttpResponse:
    """Return the file of a map panel; ``filters`` are those of the page, in words.

    Who takes features of a layer is told to who listens to ``export_sent``.

    Raises:
        LayersError: as ``standalone_map``.
        TooManyRequests, Busy: as ``export_slot``.
    """
    with export_slot(request.visitor):
        found = standalone_map(request, filters=filters)
    if found.features_of is not None:
        question = {name: [text] for name, text in request.query.fingerprint}
        export_sent.send(
            sender=StandaloneMap,
            scope=found.features_of,
            extension="html",
            rows=found.rows,
            question=question,
        )
    response = HttpResponse(found.content, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{found.name}"'
    response["Content-Security-Policy"] = f"{found.policy}; {_EMBEDDING}; {_SANDBOX}"
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
