"""Sample public easements: perimeters around compiled monuments, and invented ones of five other categories.

Their identifiers are made as the standard CNIG SUP wants; ``fixtures/servitudes/make.py`` writes them as packages. A
circle of 500 m and an outline that was decided (« Périmètre des abords ») are told apart by MODEGEOASS. Acts are
invented; some have a PDF of one line, which says so.
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
AUTHORITY = "Gestionnaire d’exemple"
AREA, DATE = "EXEMPLE", "20260101"
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
# A listed site and a remarkable heritage site, drawn by hand: longitude, latitude; invented.
_SITE = ((2.2105, 48.8042), (2.2148, 48.8061), (2.2187, 48.8049), (2.2176, 48.8012), (2.2122, 48.8007))
_HERITAGE_SITE = (
    (2.2301, 48.8089),
    (2.2352, 48.8114),
    (2.2398, 48.8092),
    (2.2381, 48.8051),
    (2.2323, 48.8046),
)
_ALIGNED = 8  # sections with an alignment
_ALIGNMENT = 10


@dataclass(frozen=True, slots=True)
class SampleAct:
    """Columns of ACTE_SUP but the identifier; ``file`` is empty for an act without a PDF."""

    name: str
    reference: str
    kind: str
    decision: str
    date: str
    file: str = ""

    @property
    def content(self) -> bytes:
        """The PDF of the act."""
        return one_line_pdf(f"{self.name}, {self.reference}. Document d’exemple, sans valeur.")


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
    act: SampleAct

    @property
    def idsup(self) -> str:
        """The identifier of the easement."""
        return f"{self.category}-{MANAGER}-{self.number}"

    @property
    def idacte(self) -> str:
        """The identifier of its act."""
        return f"{self.idsup}-A"

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
    return [*_monuments(), *_sites(), *_centres(), _power_line(), *_alignments(sections)]


def one_line_pdf(text: str) -> bytes:
    """Return a PDF of one page with a line of text: the smallest that a reader opens (ISO 32000-1, annex H)."""
    line = text.replace("’", "'").encode("cp1252", "replace").replace(b"(", b"\\(").replace(b")", b"\\)")
    drawing = b"BT /F1 12 Tf 60 760 Td (" + line + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return content + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )


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
            SampleAct(
                "Périmètre délimité des abords"
                if is_decided
                else "Protection au titre des monuments historiques",
                "arrêté préfectoral d’exemple n° 2011-042" if is_decided else f"arrêté d’exemple n° {number}",
                "Arrêté préfectoral" if is_decided else "Arrêté",
                "Substitution" if is_decided else "Création",
                "20110303" if is_decided else f"{1925 + number}0615",
                f"AC1_{number}_arrete.pdf" if number <= _DECIDED else "",
            ),
        )


def _sites() -> Iterator[SampleEasement]:
    site = SampleAct(
        "Inscription du site", "décret d’exemple", "Décret", "Création", "19570410", "AC2_1_decret.pdf"
    )
    yield SampleEasement(
        "AC2", 1, "Site inscrit d’exemple", "Enceinte du site", "Site inscrit", PerimeterMethod.EGALE, None,
        shapely.Polygon(_SITE), shapely.Polygon(_SITE), site,
    )  # fmt: skip
    town = SampleAct(
        "Classement du site", "arrêté d’exemple", "Arrêté", "Création", "20190920", "AC4_1_arrete.pdf"
    )
    yield SampleEasement(
        "AC4", 1, "Site patrimonial remarquable d’exemple", "Périmètre du SPR", "SPR", PerimeterMethod.EGALE, None,
        shapely.Polygon(_HERITAGE_SITE), shapely.Polygon(_HERITAGE_SITE), town,
    )  # fmt: skip


def _centres() -> Iterator[SampleEasement]:
    for number, (name, x, y) in enumerate(_CENTRES, 1):
        point = shapely.Point(x, y)
        shape = around(point, _CENTRE_RADIUS)
        yield SampleEasement(
            "PT1", number, name, "Zone de protection", "Centre radioélectrique", PerimeterMethod.TAMPON,
            _CENTRE_RADIUS, point, shape,
            SampleAct("Protection du centre", f"décret d’exemple n° {number}", "Décret", "Création", "19850212"),
        )  # fmt: skip


def _power_line() -> SampleEasement:
    line = shapely.LineString(_POWER)
    act = SampleAct(
        "Utilité publique", "arrêté d’exemple", "Arrêté", "Création", "19720905", "I4_1_arrete.pdf"
    )
    return SampleEasement(
        "I4", 1, "Ligne électrique d’exemple", "Périmètre de la ligne", "Ligne aérienne", PerimeterMethod.TAMPON,
        _POWER_RADIUS, line, around(line, _POWER_RADIUS),
        act,
    )  # fmt: skip


def _alignments(sections: Iterable[Section]) -> Iterator[SampleEasement]:
    aligned = [section for section in sections if section.is_avenue and not section.is_bridge]
    step = max(1, len(aligned) // _ALIGNED)
    for number, section in enumerate(aligned[::step][:_ALIGNED], 1):
        reference = f"délibération d’exemple n° {number}"
        yield SampleEasement(
            "EL7", number, f"Alignement, {section.name} (exemple)", "Alignement", "Voie", PerimeterMethod.CALCULEE,
            None, section.shape, around(section.shape, _ALIGNMENT),
            SampleAct("Plan d’alignement", reference, "Délibération", "Création", "19310507"),
        )  # fmt: skip
