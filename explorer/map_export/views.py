"""What is taken of a map: one file to open without network, a picture."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import View

from explorer.map_export.files import (
    MapExport,
    MapExportQuery,
    map_content,
    map_drawing,
    map_file,
    map_picture,
    parse_map_export,
)
from explorer.map_state.parsing import parse_map
from export_formats.services import export_slot
from interface.requests import map_parameters
from interface.standalone.document import file_response, notify_export
from layers.visitor import visitor_of


class MapFileView(View):
    """The map as one file without requests."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Write the features that answer, as everybody sees them; as the visitor does with ``interne=1``."""
        visitor, query = visitor_of(request), parse_map_export(map_parameters(request))
        with export_slot(visitor):
            content = map_content(visitor, query)
            result = map_file(content)
        return file_response(result, _questions(content))


class MapPictureView(View):
    """The map as a picture, which the portal draws."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Draw the features that answer, as everybody sees them; as the visitor does with ``interne=1``."""
        visitor, query = visitor_of(request), parse_map_export(map_parameters(request))
        with export_slot(visitor):
            content = map_content(visitor, query)
            picture = map_picture(content)
        exported = [(result.result.scope, len(result.content.features)) for result in content.layers]
        notify_export(exported, "svg", _questions(content))
        response = HttpResponse(picture, content_type="image/svg+xml")
        response["Content-Disposition"] = 'inline; filename="carte.svg"'
        return response


class MapDrawingView(View):
    """The map of a page without script, as its reader sees it: it is no download, and the page describes it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Draw the features that answer, without title or legend."""
        requested = MapExportQuery(parse_map(map_parameters(request)), None, is_internal=True)
        drawing = map_drawing(map_content(visitor_of(request), requested, is_file=False))
        return HttpResponse(drawing, content_type="image/svg+xml")


def _questions(content: MapExport) -> dict[str, dict[str, list[str]]]:
    """Return the query of each layer in the file, for the journal."""
    return {
        exported.result.scope.slug: {name: [text] for name, text in exported.result.question.parameters}
        for exported in content.layers
    }
