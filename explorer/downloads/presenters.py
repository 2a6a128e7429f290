"""What the map shows, as files to take away: each layer that is on, in each format, with how many rows it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from explorer.downloads.parsing import CRS
from explorer.layer_panel.layer_list import LayerList, MapLayers
from explorer.question.matches import file_order
from export_formats import HEADINGS, LABELS, Format, page_formats
from layers.access import Scope
from layers.crs import CC49, CRS84, LAMBERT_93, Crs

# The systems that files are offered in: of the world, of France, of the zone.
FILE_SYSTEMS = (CRS84, LAMBERT_93, CC49)


@dataclass(frozen=True, slots=True)
class File:
    """A file: ``query`` are the parameters of the export. It is ``is_full`` when the rows are more than it can hold."""

    kind: Format
    query: str
    is_full: bool
    is_in_crs: bool

    @property
    def is_offered(self) -> bool:
        """Whether it can be taken as it is asked."""
        return self.is_in_crs and not self.is_full


@dataclass(frozen=True, slots=True)
class LayerDownloads:
    """A layer to take away: ``matched`` rows out of ``total``; no file for who may not download it."""

    scope: Scope
    matched: int
    total: int
    files: tuple[File, ...]

    @property
    def formats(self) -> list[Format]:
        """The formats of the files."""
        return [file.kind for file in self.files]


def layer_downloads(view: MapLayers, crs: Crs) -> list[LayerDownloads]:
    """Return what may be taken of each layer of the map."""
    scopes = {found.scope.slug: found.scope for found in view.everything}
    return [
        LayerDownloads(
            found.scope,
            found.matched,
            found.total,
            tuple(_files(found, crs, file_order(found, view.query, scopes))),
        )
        for found in view.lists
    ]


def _files(found: LayerList, crs: Crs, order: str) -> Iterable[File]:
    scope = found.scope
    if not scope.can_download:
        return
    pairs = [*found.question.told, *([] if crs == CRS84 else [(CRS, crs.uri)])]
    pairs += [("sortby", order)] if order else []
    for kind in page_formats(scope.definition):
        is_full = bool(kind.max_rows) and found.matched > kind.max_rows
        form = [(HEADINGS, LABELS)] if kind.is_for_people else []
        yield File(kind, urlencode([*pairs, *form]), is_full, kind.holds(crs))
