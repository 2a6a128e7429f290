"""Sample public easements: perimeters around compiled monuments, and invented ones of three other categories.

Their identifiers are made as the standard CNIG SUP wants; ``fixtures/servitudes/make.py`` writes them as packages. A
circle of 500 m and an outline that was decided (« Périmètre des abords ») are told apart by MODEGEOASS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from gisportal.demo.sample_rows import read_rows
from gisportal.demo.streets import METRES, Section
from reference_data.vocabulary import PerimeterMethod

Shape = Any  # shapely has no types

MANAGER = "200057974"
_AROUND = 500  # metres around a monument
_MONUMENTS = {"classe_mh": "Classé", "inscrit_mh": "Inscrit", "mh_a_verifier": "Inscrit"}
# The monument whose circle gave way to an outline, drawn by hand around it (metres to the east and to the north).
_DECIDED = 2
_OUTLINE = ((-310, -90), (-180, 210), (60, 330), (290, 180), (260, -160), (40, -280))
# Radio centres and a power line: longitude, latitude; invented.
_CENTRES = (
    ("Centre radioélectrique d’exemple A", 2.2285, 48.8035),
    ("Centre radioélectrique d’exemple B", 2.1875, 48.8225),
)
_CENTRE_RADIUS = 1_500
_POWER = ((2.205, 48.781), (2.214, 48.789), (2.2265, 48.7935), (2.2415, 48.7975))
_POWER_RADIUS = 30
_ALIGNED = 8  # sections with an alignment
_ALIGNMENT = 10


@dataclass(frozen=True, slots=True)
class SampleEasement:
    """A perimeter and what generates it, in EPSG:4326; columns of ASSIETTE_SUP_S but the identifiers."""

    category: str
    number: int
    name: str
    kind: str
    generator_kind: str
    method: PerimeterMethod
    radius: int | None
    generator: Shape
    shape: Shape

    @property
    def idsup(self) -> str:
        """The identifier of the easement."""
        return f"{self.category}-{MANAGER}-{self.number}"

    @property
    def idgen(self) -> str:
        """The identifier of what generates it."""
        return f"{self.idsup}-1"

    @property
    def idass(self) -> str:
        """The identifier of the perimeter."""
        return f"{self.idgen}-1"


def easements(sections: Sequence[Section]) -> list[SampleEasement]:
    """Return the easements, in a stable order."""
    return [*_monuments(), *_centres(), _power_line(), *_alignments(sections)]


def around(shape: Shape, metres: float) -> Shape:
    """Return what is within some metres of a shape, at 7 decimals."""
    plane = shapely.transform(shape, lambda points: points * METRES).buffer(metres, quad_segs=16)
    return shapely.transform(plane, lambda points: (points / METRES).round(7))


def _monuments() -> Iterator[SampleEasement]:
    rows = [row for row in read_rows("patrimoine.csv") if row["protection"] in _MONUMENTS]
    for number, row in enumerate(rows, 1):
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
        is_decided = number == _DECIDED
        corners = [(point.x + east / METRES[0], point.y + north / METRES[1]) for east, north in _OUTLINE]
        yield SampleEasement(
            "AC1",
            number,
            f"{row['denomination']} (exemple)"[:160],
            "Périmètre des abords" if is_decided else "Monument historique",
            "sans objet" if is_decided else _MONUMENTS[row["protection"]],
            PerimeterMethod.DIGITALISATION if is_decided else PerimeterMethod.TAMPON,
            None if is_decided else _AROUND,
            point,
            shapely.Polygon(corners) if is_decided else around(point, _AROUND),
        )


def _centres() -> Iterator[SampleEasement]:
    for number, (name, x, y) in enumerate(_CENTRES, 1):
        point = shapely.Point(x, y)
        shape = around(point, _CENTRE_RADIUS)
        yield SampleEasement(
            "PT1", number, name, "Zone de protection", "Centre radioélectrique", PerimeterMethod.TAMPON,
            _CENTRE_RADIUS, point, shape,
        )  # fmt: skip


def _power_line() -> SampleEasement:
    line = shapely.LineString(_POWER)
    return SampleEasement(
        "I4", 1, "Ligne électrique d’exemple", "Périmètre de la ligne", "Ligne aérienne", PerimeterMethod.TAMPON,
        _POWER_RADIUS, line, around(line, _POWER_RADIUS),
    )  # fmt: skip


def _alignments(sections: Iterable[Section]) -> Iterator[SampleEasement]:
    aligned = [section for section in sections if section.is_avenue and not section.is_bridge]
    step = max(1, len(aligned) // _ALIGNED)
    for number, section in enumerate(aligned[::step][:_ALIGNED], 1):
        yield SampleEasement(
            "EL7", number, f"Alignement, {section.name} (exemple)", "Alignement", "Voie", PerimeterMethod.CALCULEE,
            None, section.shape, around(section.shape, _ALIGNMENT),
        )  # fmt: skip
