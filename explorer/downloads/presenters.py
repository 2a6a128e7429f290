"""The page of downloads: the files of each layer by format, in the coordinate system of ``crs`` in the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from explorer.layer_panel.queries import LayerResult, MapResult
from explorer.map_state.parsing import MapQuery, parse_map
from explorer.question.answers import file_order
from export_formats.registry import HEADINGS, LABELS, Format, page_formats
from interface.page_parts import SelectionSubject
from interface.requests import Parameters, filled
from layers.access import Scope
from layers.crs import CC49, CRS84, LAMBERT_93, Crs, parse_crs
from layers.parsing import single_values

CRS = "crs"
# The systems that files are offered in: of the world, of France, of the zone.
FILE_SYSTEMS = (CRS84, LAMBERT_93, CC49)


@dataclass(frozen=True, slots=True)
class DownloadsQuery:
    """What the map shows, to download in a coordinate system."""

    map: MapQuery
    crs: Crs


def parse_downloads(parameters: Parameters) -> DownloadsQuery:
    """Read the address of the page of downloads.

    Raises:
        UnknownParameter: a name that is neither the map's nor ``crs``.
        UnknownCrs: a coordinate system that is not served.
        InvalidParameter: a value that cannot be read, naming its parameter.
    """
    values = filled(parameters)
    own = single_values({name: values[name] for name in (CRS,) if name in values}, allowed=(CRS,))
    return DownloadsQuery(
        map=parse_map(parameters, allowed=(CRS,)),
        crs=parse_crs(own[CRS], parameter=CRS) if CRS in own else CRS84,
    )


@dataclass(frozen=True, slots=True)
class File:
    """A file: ``query`` are the parameters of the export. It is ``is_full`` when the rows are more than it can hold."""

    kind: Format
    query: str
    is_full: bool
    is_in_crs: bool

    @property
    def is_offered(self) -> bool:
        """Whether it can be downloaded for this query."""
        return self.is_in_crs and not self.is_full


@dataclass(frozen=True, slots=True)
class LayerDownloads:
    """A layer to download: ``matched`` rows out of ``total``; no file for who may not download it.

    ``query`` selects the rows, as parameters of the items of the layer.
    """

    scope: Scope
    matched: int
    total: int
    files: tuple[File, ...]
    query: str = ""

    @property
    def selection(self) -> SelectionSubject:
        """The rows, for what other applications do with them."""
        return SelectionSubject(self.scope, self.query)

    @property
    def formats(self) -> list[Format]:
        """The formats of the files."""
        return [file.kind for file in self.files]


def layer_downloads(view: MapResult, crs: Crs) -> list[LayerDownloads]:
    """Return what may be taken of each layer of the map."""
    scopes = {result.scope.slug: result.scope for result in view.everything}
    return [
        LayerDownloads(
            result.scope,
            result.matched,
            result.total,
            tuple(_files(result, crs, file_order(result, view.query, scopes))),
            urlencode(result.question.download_pairs),
        )
        for result in view.lists
    ]


def _files(result: LayerResult, crs: Crs, order: str) -> Iterable[File]:
    scope = result.scope
    if not scope.can_download:
        return
    pairs = [*result.question.download_pairs, *([] if crs == CRS84 else [(CRS, crs.uri)])]
    pairs += [("sortby", order)] if order else []
    for kind in page_formats(scope.definition):
        is_full = bool(kind.max_rows) and result.matched > kind.max_rows
        form = [(HEADINGS, LABELS)] if kind.is_for_people else []
        yield File(kind, urlencode([*pairs, *form]), is_full, kind.holds(crs))
