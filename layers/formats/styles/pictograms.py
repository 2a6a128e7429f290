"""Pictograms by their name: those of ``lucide-static``, and those of ``@mapbox/maki`` as ``maki:playground``.

They are rebuilt from a short list of elements and attributes, so that nothing a Content Security Policy would refuse (a
style, a script, a handler) can come through, in a page or in a picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

from defusedxml import ElementTree
from django.conf import settings

FALLBACK = "shapes"
MAKI = "maki:"
_NAME = re.compile(r"(?:maki:)?[a-z0-9-]+")
_SHAPES = frozenset({"path", "circle", "rect", "line", "polyline", "polygon", "ellipse"})
_ATTRIBUTES = frozenset(
    {"d", "cx", "cy", "r", "rx", "ry", "x", "y", "x1", "y1", "x2", "y2"}
    | {"width", "height", "points", "transform"}
)


@dataclass(frozen=True, slots=True)
class Pictogram:
    """The shapes of a pictogram, as SVG in a square of ``side`` units: filled, or else strokes 2 units wide."""

    shapes: str
    side: int
    is_filled: bool

    def paint(self, colour: str) -> str:
        """Return the attributes that draw it in a colour."""
        if self.is_filled:
            return f'fill="{colour}"'
        return (
            f'fill="none" stroke="{colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        )


@lru_cache(maxsize=1024)
def pictogram(name: str) -> Pictogram | None:
    """Return a pictogram, or None when there is none of that name."""
    if not _NAME.fullmatch(name):
        return None
    is_maki = name.startswith(MAKI)
    package, folder = ("@mapbox/maki", "icons") if is_maki else ("lucide-static", "icons")
    file = Path(settings.NODE_MODULES) / package / folder / f"{name.removeprefix(MAKI)}.svg"
    if not file.is_file():
        return None
    found = [
        (element.tag.rpartition("}")[2], element.attrib)
        for element in ElementTree.fromstring(file.read_text("utf-8")).iter()
    ]
    shapes = "".join(
        f"<{tag}{''.join(f' {key}={quoteattr(value)}' for key, value in given.items() if key in _ATTRIBUTES)}/>"
        for tag, given in found
        if tag in _SHAPES
    )
    return Pictogram(shapes, 15 if is_maki else 24, is_maki)


def known_pictogram(name: str) -> Pictogram:
    """Return a pictogram, a neutral one for a name that there is not."""
    found = pictogram(name) or pictogram(FALLBACK)
    assert found is not None, FALLBACK
    return found
