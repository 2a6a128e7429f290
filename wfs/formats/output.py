"""The writer of each format of features: our GML, the GeoJSON of the API, the writers of exports."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from export_formats.registry import FORMATS
from export_formats.services import export_sent, prepare_export
from layers.formats.geojson import Cursors
from layers.formats.geojson import feature_collection as geojson_collection
from layers.parsing.srs_names import SrsName
from layers.queries import Selection
from wfs.errors import UnsupportedOption
from wfs.formats.gml import feature_collection
from wfs.formats.gml.spool import Readable
from wfs.formats.paging import Paging, portions, remember_page
from wfs.requests import GetFeature
from wfs.versions import OutputKind


@dataclass(frozen=True, slots=True)
class FeatureAnswer:
    """Features as they are sent: ``body`` is open at its beginning, ``file_name`` the name of the download."""

    body: Any
    media_type: str
    size: int
    file_name: str = ""


def write_features(
    selections: Sequence[Selection], *, request: GetFeature, srs: Sequence[SrsName], paging: Paging
) -> FeatureAnswer:
    """Return the features of a request in the requested format.

    Raises:
        UnsupportedOption: several types in a format that holds one.
        TooSlow, Forbidden, InvalidParameter, UnknownCrs: as the writer of the format.
    """
    if request.output.kind is OutputKind.GML:
        collection = feature_collection(selections, request=request, srs=srs, paging=paging)
        body = collection if collection.is_on_disk else _in_memory(collection)
        return FeatureAnswer(body, request.output.media_type, collection.size)
    if len(selections) > 1:
        raise UnsupportedOption(
            _("%s ne contient qu’un type d’objets : demandez-les un à un, ou en GML.")
            % request.output.names[0],
            parameter="outputFormat",
        )
    if request.output.kind is OutputKind.GEOJSON:
        return _geojson(selections[0], request, paging)
    return _file(selections[0], request, paging)


def _in_memory(file: Readable) -> bytes:
    """Return a short body as bytes, which are sent at once: a page of a thousand need not travel in pieces."""
    with closing(file):
        return file.read()


def _geojson(selection: Selection, request: GetFeature, paging: Paging) -> FeatureAnswer:
    portion = portions([selection], request, paging)[0]
    placed = portion.selection

    def links(around: Cursors) -> list[dict[str, Any]]:
        start = request.start_index + placed.query.limit
        remember_page(placed, start, around.next)
        addresses = paging.around(request, matched=0, returned=placed.query.limit, after=around.next)
        rels = {"next": "next", "previous": "prev"}
        return [
            {"rel": rels[rel], "href": href, "type": request.output.media_type}
            for rel, href in addresses.items()
        ]

    collection = geojson_collection(placed, links=links)
    body = collection.body if collection.is_on_disk else _in_memory(collection.body)
    return FeatureAnswer(body, request.output.media_type, collection.size)


def _file(selection: Selection, request: GetFeature, paging: Paging) -> FeatureAnswer:
    kind = FORMATS[request.output.export]
    if request.count is not None or request.start_index:
        selection = _cut(selection, request, paging)
    file = prepare_export(selection, kind)
    export_sent.send(
        sender=write_features,
        scope=selection.scope,
        extension=kind.extension,
        rows=file.written.rows,
        question=dict(selection.query.fingerprint),
    )
    return FeatureAnswer(file.body, file.written.media_type, file.written.size, file.written.file_name)


def _cut(selection: Selection, request: GetFeature, paging: Paging) -> Selection:
    """Return the rows of a page as a selection of its own: files are whole."""
    placed = portions([selection], request, paging)[0].selection
    rows = placed.window().rows[: placed.query.limit].values("pk")
    fingerprint = (
        *selection.query.fingerprint,
        ("COUNT", str(request.count)),
        ("STARTINDEX", str(request.start_index)),
    )
    return replace(
        selection,
        queryset=selection.queryset.filter(pk__in=rows),
        query=replace(selection.query, fingerprint=fingerprint),
    )
