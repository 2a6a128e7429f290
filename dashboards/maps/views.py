"""The answer that gives the stand-alone map of a panel."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from dashboards.maps.standalone.document import standalone_map
from dashboards.panels.kinds import PanelRequest
from export_formats.services import export_slot
from interface.standalone.response import file_response


def standalone_response(request: PanelRequest, *, filters: Sequence[str] = ()) -> HttpResponse:
    """Return the file of a map panel; ``filters`` are those of the page, in words.

    Who takes features of a layer is told to who listens to ``export_sent``.

    Raises:
        LayersError: as ``standalone_map``.
        TooManyRequests, Busy: as ``export_slot``.
    """
    with export_slot(request.visitor):
        found = standalone_map(request, filters=filters)
    question = {name: [text] for name, text in request.query.fingerprint}
    return file_response(found, {scope.slug: question for scope, _rows in found.taken})
