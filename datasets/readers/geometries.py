"""The geometries of a batch of rows in the form that is stored; changes are counted and reported.

Most files hold plain geometries: only the first bytes of each are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from datasets.errors import UnreadableFile
from datasets.readers.source import Source
from datasets.readers.wkb import CURVES, SOLIDS, UnreadableWkb, header, is_empty, plain, read_header

_REWRITTEN = CURVES | SOLIDS | {"GeometryCollection"}
_SHORT, _POINTS = 31, frozenset({21, 29})
"""Bytes of the longest WKB that may hold no position (a surface of three empty parts), and of points."""

_REASONS = {
    "curves": gettext_noop(
        "Géométries à arcs de cercle : %(count)d (la première : objet %(line)d). Les arcs deviennent des segments."
    ),
    "faces": gettext_noop(
        "Volumes ou maillages : %(count)d (le premier : objet %(line)d). Leur emprise au sol est gardée."
    ),
    "measures": gettext_noop(
        "Géométries avec des mesures (M) : %(count)d (la première : objet %(line)d). Les mesures ne sont pas gardées."
    ),
    "geometry-empty": gettext_noop(
        "Géométries vides : %(count)d (la première : objet %(line)d). Ces lignes n’ont pas de position."
    ),
    "collections": gettext_noop(
        "Objets qui mêlent plusieurs sortes de géométries : %(count)d (le premier : objet %(line)d)."
        " Une seule sorte en est gardée."
    ),
}


class GeometryColumn:
    """The geometries of a source, batch after batch, in the order of its rows."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._counts: Counter[str] = Counter()
        self._first: dict[str, int] = {}

    def restart(self) -> None:
        """Begin a pass: what the pass before found is found again."""
        self._counts.clear()
        self._first.clear()

    def take(self, geometries: Sequence[bytes | None], first: int) -> list[bytes | None]:
        """Return the geometries of the rows numbered from ``first`` on, as they are stored.

        Raises:
            UnreadableFile: bytes that are no geometry.
        """
        heads = {geometry[:5] for geometry in geometries if geometry}
        try:
            is_plain = all(map(_is_plain, heads))
            doubtful = [
                index
                for index, geometry in enumerate(geometries)
                if geometry is not None and (not is_plain or _is_doubtful(geometry))
            ]
            stored = list(geometries)
            for index in doubtful:
                stored[index] = self._stored(geometries[index] or b"", first + index)
            headers = (
                {header(start) for start in heads} if is_plain else set(map(header, filter(None, stored)))
            )
        except UnreadableWkb as error:
            raise UnreadableFile(
                _("Entre les objets %(first)d et %(last)d, une géométrie ne peut pas être lue.")
                % {"first": first, "last": first + len(geometries) - 1},
                line=first,
            ) from error
        self._source.geometry_types |= {name for name, _has_z in headers}
        self._source.has_z = self._source.has_z or any(has_z for _name, has_z in headers)
        self._note()
        return stored

    def _note(self) -> None:
        """Say what the pass found until now."""
        for code, count in sorted(self._counts.items()):
            line = self._first[code]
            self._source.note_again(code, _(_REASONS[code]) % {"count": count, "line": line})

    def _stored(self, geometry: bytes, number: int) -> bytes | None:
        """Return a geometry as it is stored, None for an empty one."""
        if is_empty(geometry):
            self._count("geometry-empty", number)
            return None
        head = read_header(geometry)
        if head.name not in _REWRITTEN and not head.has_m:
            return geometry
        parsed = plain(geometry)
        if parsed.has_measure:
            self._count("measures", number)
        if parsed.has_curve:
            self._count("curves", number)
        if parsed.has_face:
            self._count("faces", number)
            return footprint(parsed.wkb)
        if header(parsed.wkb)[0] == "GeometryCollection":
            self._count("collections", number)
        return parsed.wkb

    def _count(self, code: str, number: int) -> None:
        self._counts[code] += 1
        self._first.setdefault(code, number)


def _is_doubtful(geometry: bytes) -> bool:
    """Say whether a geometry may hold no position: it is short and no point, or ends like NaN."""
    size = len(geometry)
    return (size <= _SHORT and size not in _POINTS) or geometry[-1] & 0x7F == 0x7F


def _is_plain(start: bytes) -> bool:
    """Say whether geometries that begin so are stored as they are, little-endian ones at least."""
    head = read_header(start)
    return head.name not in _REWRITTEN and not head.has_m and head.order == "<"


def footprint(wkb: bytes) -> bytes:
    """Return the surface that the faces of a solid cover, seen from above; as it is when they cover none."""
    shape = shapely.from_wkb(wkb)
    surfaces = [surface for surface in shapely.get_parts(shape) if surface.area > 0]
    if not surfaces:
        return wkb
    covered = shapely.union_all([surface if surface.is_valid else surface.buffer(0) for surface in surfaces])
    return bytes(shapely.to_wkb(covered, output_dimension=3 if covered.has_z else 2, flavor="iso"))
