"""What the map of a file is made of, known without the library that draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from interface.standalone.features import Feature


class PointRendering(Enum):
    """How the features of a layer are drawn: each where it is, gathered under their number, or as density."""

    EACH = "each"
    GATHERED = "gathered"
    DENSITY = "density"


@dataclass(frozen=True, slots=True)
class FigureLayer:
    """Features drawn together; ``token`` is the colour of a density."""

    features: Sequence[Feature]
    rendering: PointRendering = PointRendering.EACH
    token: str = ""


@dataclass(frozen=True, slots=True)
class FigureParts:
    """The name of the element that a map is drawn in, and the script that draws it."""

    name: str
    script: str
