"""Definition of a relayed basemap."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from layers.errors import UnknownTile

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Basemap:
    """A basemap of the configuration; ``url`` is the template of its tiles, ``bounds`` west, south, east, north."""

    slug: str
    url: str
    type: str
    min_zoom: int
    max_zoom: int
    bounds: Bounds | None

    @property
    def media_type(self) -> str:
        """The media type of its tiles."""
        return f"image/{self.type}"

    def address(self, zoom: int, x: int, y: int) -> str:
        """Return where the source has a tile.

        Raises:
            UnknownTile: the tile is outside the zooms, the pyramid or the bounds of the basemap.
        """
        is_inside = self.min_zoom <= zoom <= self.max_zoom and x < 1 << zoom and y < 1 << zoom
        if not is_inside or not self._meets(zoom, x, y):
            raise UnknownTile(_("Ce fond de carte n’a pas de tuile %d/%d/%d.") % (zoom, x, y), parameter="z")
        return self.url.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))

    def _meets(self, zoom: int, x: int, y: int) -> bool:
        if self.bounds is None:
            return True
        west, south, east, north = self.bounds
        first, last = _column(west, zoom), _column(east, zoom)
        return first <= x <= last and _row(north, zoom) <= y <= _row(south, zoom)


def _column(longitude: float, zoom: int) -> int:
    return math.floor((longitude + 180) / 360 * (1 << zoom))


def _row(latitude: float, zoom: int) -> int:
    bounded = math.radians(max(-85.05, min(85.05, latitude)))
    return math.floor((1 - math.asinh(math.tan(bounded)) / math.pi) / 2 * (1 << zoom))


def basemap(slug: str) -> Basemap:
    """Return a basemap of the configuration by its slug.

    Raises:
        UnknownTile: the configuration has no basemap of that name.
    """
    for values in settings.PORTAL_BASEMAPS:
        if values["slug"] == slug:
            bounds = tuple(values["bounds"]) if values["bounds"] else None
            return Basemap(
                slug, values["url"], values["type"], values["min_zoom"], values["max_zoom"], bounds
            )
    raise UnknownTile(_("Aucun fond de carte ne s’appelle « %s ».") % slug[:60], parameter="slug")
