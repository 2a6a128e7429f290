"""Any version as a file, and what it changes as a map."""

from __future__ import annotations

from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, JsonResponse
from django.views import View

from datasets.comparison.parsing import parse_changes
from datasets.comparison.presenters import comparison_of, positions_of
from datasets.versions.csv import MEDIA_TYPE as CSV
from datasets.versions.csv import rows_as_csv
from datasets.versions.queries import dataset_of, delivery_of, selection_of
from export_formats.services import export_sent
from layers.formats.geojson import MEDIA_TYPE as GEOJSON
from layers.formats.geojson import Cursors, feature_collection
from layers.parsing import FeatureQuery
from layers.queries import Selection
from layers.visitor import visitor_of

TYPES = {"csv": CSV, "geojson": GEOJSON}


class VersionExportView(View):
    """The rows of a version."""

    def get(self, request: HttpRequest, slug: str, number: int, kind: str) -> FileResponse:
        """Send CSV or GeoJSON."""
        if kind not in TYPES:
            raise Http404
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        selection = selection_of(
            visitor_of(request), delivery, FeatureQuery(limit=max(delivery.row_count, 1))
        )
        question = {"version": [str(number)]}
        export_sent.send(
            type(self), scope=selection.scope, extension=kind, rows=delivery.row_count, question=question
        )
        return _file(selection, f"{slug}-v{number}.{kind}", kind)


def _file(selection: Selection, name: str, kind: str) -> FileResponse:
    response = FileResponse(
        _body(selection, kind), as_attachment=True, filename=name, content_type=TYPES[kind]
    )
    response["Cache-Control"] = "private, no-store"
    return response


class ChangesView(View):
    """Where a version changes what was online."""

    def get(self, request: HttpRequest, slug: str, number: int) -> JsonResponse:
        """Answer GeoJSON, for the map of the version's page."""
        delivery = delivery_of(dataset_of(visitor_of(request), slug), number)
        visitor = visitor_of(request)
        selection_of(visitor, delivery, FeatureQuery())  # whoever does not see the rows gets no position
        comparison = comparison_of(visitor, delivery, parse_changes(request.GET))
        response = JsonResponse(positions_of(comparison), content_type=GEOJSON)
        response["Cache-Control"] = "private, no-store"
        return response


def _body(selection: Selection, kind: str) -> IO[bytes]:
    if kind == "csv":
        return rows_as_csv(selection)
    return feature_collection(selection, links=_no_links).body


def _no_links(_around: Cursors) -> list[dict[str, Any]]:
    return []
