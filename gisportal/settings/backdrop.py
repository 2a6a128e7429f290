"""The backdrop of every map that has no basemap: a GeoJSON file, read by ``interface.backdrop``."""

from __future__ import annotations

from pathlib import Path

from gisportal.settings import environment as env

NAME, NONE = "PORTAL_BACKDROP", "none"
_SHIPPED = Path(__file__).resolve().parents[2] / "fixtures" / "backdrop" / "seine-ouest.geojson"


def backdrop_file(text: str) -> str:
    """Return the path that ``text`` is: that of the portal's own file when it is empty, an empty one for « none »."""
    return "" if text == NONE else text or str(_SHIPPED)


PORTAL_BACKDROP = backdrop_file(env.text("PORTAL_BACKDROP"))
