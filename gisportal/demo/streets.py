"""A sample street network: sections that meet at their ends, in streets with invented names, and house numbers.

Two families of bent lines cross over the territory. All lines and the boundaries of the communes are cut *once*, on
the grid of the zoning, so that sections which meet share an end point and none crosses another. Streets through the
woods are few, those over the Seine are bridges, and some pieces are left out so that blocks differ. A street follows
one line inside one commune; some follow the boundary between two communes.

Names are made of common words. A real street may have the same one by chance: nothing here follows it.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np
import shapely
from django.conf import settings

from gisportal.demo.plui import GRID, in_woods
from gisportal.demo.sample_rows import Territory, seeded_random

Shape = Any  # shapely has no types
End = tuple[float, float]

# Metres in a degree of longitude at 48.8°, and of latitude.
METRES = (73_300.0, 111_200.0)
_CENTRE = (2.2, 48.815)
HALF_WIDTH = 9_000  # metres: streets cover the farthest corner of the territory
SPACING = 250  # metres between two streets
_JITTER = 45
_AVENUE = 4  # one line of four is an avenue
_PATH = 3  # one line of three goes on through the woods
_LEFT_OUT = 0.1  # share of the pieces of streets that are left out
_SHORTEST = 20  # metres of a piece; what is shorter is left out where nothing follows
_ANGLE = np.radians(24)
# Pairs of communes whose boundary a street follows, with its name.
_SHARED: Mapping[tuple[str, str], str] = {
    ("92040", "92075"): "Rue des Deux-Communes",
    ("92022", "92072"): "Chemin des Bornes",
    ("92072", "92077"): "Rue de la Limite",
    ("92040", "92048"): "Rue du Partage",
}

_NAMES = """
des Acacias|de l’Abreuvoir|des Alouettes|des Amandiers|de l’Aqueduc|des Ateliers|de l’Aubépine|des
Bleuets|du Belvédère|des Blanchisseurs|de la Briqueterie|des Bruyères|de la Buanderie|des
Capucines|des Carrières|de la Cascade|des Cerisiers|de la Chapelle|des Charmes|du Château d’Eau|des
Châtaigniers|du Clos|de la Colline|des Coquelicots|des Cordiers|du Coteau|de l’Écluse|de l’École|des
Églantiers|de l’Étoile|de la Fabrique|de la Ferme|des Ferronniers|de la Fontaine|de la Forge|des
Fougères|des Fraisiers|des Framboisiers|des Frênes|des Genêts|de la Glacière|de la Grange|des
Glycines|des Hirondelles|de l’Horloge|des Hortensias|des Iris|des Jardins|des Jonquilles|du
Lavoir|des Lilas|de la Mairie|des Maraîchers|des Marronniers|du Marché|des Mésanges|de la
Messagerie|des Meuniers|du Moulin|des Mûriers|des Myosotis|des Noisetiers|des Noyers|de
l’Observatoire|des Oiseaux|de l’Orangerie|de l’Orme|des Papillons|de la Passerelle|des
Pépinières|des Peupliers|des Pinsons|de la Pommeraie|du Pont|des Potagers|de la Poterie|du
Pressoir|de la Prairie|des Pruniers|du Puits|des Quatre-Vents|de la République|des Roseaux|des
Rosiers|du Ruisseau|de la Source|des Tanneurs|de la Terrasse|des Tilleuls|des Tisserands|des
Treilles|des Troènes|des Tuileries|du Verger|des Vergnes|des Vignes|des Violettes|du Vivier|de la
Voûte
"""
NAMES = tuple(" ".join(_NAMES.split()).split("|"))


@dataclass(frozen=True, slots=True)
class House:
    """A house number of a street: its suffix (« bis »), its place, and the side of the section it stands on."""

    number: int
    suffix: str
    point: End
    is_left: bool


@dataclass(slots=True)
class Section:
    """A part of a street between two crossings, in EPSG:4326; ``codes`` are the communes on its left and right.

    ``street`` numbers the streets of the commune on the left.
    """

    name: str
    street: int
    codes: tuple[str, str]
    shape: Shape
    is_avenue: bool = False
    is_path: bool = False
    is_bridge: bool = False
    houses: list[House] = field(default_factory=list)

    def numbers(self, *, is_left: bool) -> list[House]:
        """Return the houses of one side, in the direction of the section."""
        return [house for house in self.houses if house.is_left is is_left]


@dataclass(frozen=True, slots=True)
class _Line:
    """One of the bent lines: ``rank`` in its family; a boundary has none."""

    shape: Shape
    rank: int | None


@dataclass(slots=True)
class _Piece:
    """A noded piece of a line."""

    line: int
    codes: tuple[str, str]
    shape: Shape
    offset: float
    is_path: bool
    is_bridge: bool

    @property
    def ends(self) -> tuple[End, End]:
        points = self.shape.coords
        return points[0], points[-1]


def network(communes: Mapping[str, Shape]) -> list[Section]:
    """Return the sections of the communes given as polygons, in a stable order, with their house numbers."""
    rng = seeded_random("streets")
    lines = [*_lines(rng), *_boundaries(communes)]
    pieces = _joined(_trimmed(list(_pieces(lines, communes, rng))))
    sections = list(_named(pieces, lines, rng))
    _number_houses(sections, communes, rng)
    return sections


@lru_cache(maxsize=1)
def sections_of(territory: Territory) -> Sequence[Section]:
    """Return the sections of the territory, drawn once a process: a second of it, for three layers."""
    return tuple(network(territory.shapes))


def bent(u: Any, v: Any) -> Any:
    """Return the degrees of places given in metres along and across the streets: the map that bends them."""
    x = u * np.cos(_ANGLE) - v * np.sin(_ANGLE) + 130 * np.sin(v / 1_000) + 40 * np.sin(u / 700)
    y = u * np.sin(_ANGLE) + v * np.cos(_ANGLE) + 110 * np.sin(u / 1_200) + 50 * np.sin(v / 650)
    return np.stack([_CENTRE[0] + x / METRES[0], _CENTRE[1] + y / METRES[1]], axis=-1)


def offsets(rng: random.Random) -> list[float]:
    """Return where the lines of a family are, in metres."""
    count = 2 * HALF_WIDTH // SPACING
    return [(index - count // 2) * SPACING + rng.uniform(-_JITTER, _JITTER) for index in range(count + 1)]


def _lines(rng: random.Random) -> Iterator[_Line]:
    along = np.arange(-HALF_WIDTH, HALF_WIDTH + 1, 50.0)
    for is_across in (False, True):
        for rank, offset in enumerate(offsets(rng)):
            fixed = np.full_like(along, offset)
            points = bent(along, fixed) if is_across else bent(fixed, along)
            yield _Line(shapely.LineString(points), rank)


def _boundaries(communes: Mapping[str, Shape]) -> list[_Line]:
    return [_Line(shape.exterior, None) for shape in communes.values()]


def _pieces(lines: Sequence[_Line], communes: Mapping[str, Shape], rng: random.Random) -> Iterator[_Piece]:
    """Cut all lines by each other at once; yield the pieces that are streets, in the direction of their line."""
    shapes = [line.shape for line in lines]
    cut = shapely.get_parts(shapely.union_all(shapes, grid_size=GRID))
    cut = cut[np.lexsort(np.round(shapely.get_coordinates(_middles(cut)), 6).T)]
    middles = _middles(cut)
    nearest = _nearest(shapes, middles)
    left, right = (_communes_at(_sides(cut, side), communes) for side in (1, -1))
    in_water = shapely.intersects(_seine(), cut)
    for piece, middle, index, codes, is_wet in zip(
        cut, middles, nearest, zip(left, right, strict=True), in_water, strict=True
    ):
        owner = int(index)
        if lines[owner].rank is None and all(
            codes
        ):  # two boundaries lie here: that of the first commune counts
            owner = len(lines) - len(communes) + [*communes].index(min(codes))
        line = lines[owner]
        is_path = in_woods(middle)
        if _is_street(line, codes, rng, is_path=is_path, is_wet=bool(is_wet)):
            yield _directed(piece, middle, owner, line, codes, is_path=is_path, is_wet=bool(is_wet))


def _is_street(
    line: _Line, codes: tuple[str, str], rng: random.Random, *, is_path: bool, is_wet: bool
) -> bool:
    """Say whether a piece is a street, a path or a bridge, and not a boundary, a gap or something outside."""
    is_open = rng.random() >= _LEFT_OUT
    if line.rank is None:
        return tuple(sorted(codes)) in _SHARED and not (is_path or is_wet)
    if not all(codes) or codes[0] != codes[1]:
        return False
    is_avenue = line.rank % _AVENUE == 0
    if is_wet:
        return is_avenue
    return is_open and line.rank % _PATH == 0 if is_path else is_avenue or is_open


def _directed(
    piece: Shape,
    middle: Shape,
    index: int,
    line: _Line,
    codes: tuple[str, str],
    *,
    is_path: bool,
    is_wet: bool,
) -> _Piece:
    """Turn a piece in the direction of its line; on a boundary, so that the first of its communes is on the left."""
    if line.rank is None:
        is_reversed = codes[0] > codes[1]
    else:
        first, last = (line.shape.project(shapely.Point(piece.coords[end])) for end in (0, -1))
        is_reversed = first > last
    if is_reversed:
        piece, codes = shapely.reverse(piece), (codes[1], codes[0])
    return _Piece(index, codes, piece, line.shape.project(middle), is_path, is_wet)


def _nearest(lines: Sequence[Shape], points: Any) -> list[int]:
    """Return the index of the line that is nearest to each point: a tree of their short segments is fast."""
    pairs = [np.stack([points[:-1], points[1:]], axis=1) for points in map(shapely.get_coordinates, lines)]
    owners = np.repeat(np.arange(len(lines)), [len(pair) for pair in pairs])
    segments = shapely.linestrings(np.concatenate(pairs))
    return [int(owners[index]) for index in shapely.STRtree(segments).nearest(points)]


def _middles(lines: Any) -> Any:
    return shapely.line_interpolate_point(lines, 0.5, normalized=True)


def _sides(lines: Any, side: int) -> Any:
    """Return points some 4 m to the left (1) or right (-1) of the middles of lines."""
    before, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, share, normalized=True)) * METRES
        for share in (0.49, 0.51)
    )
    across = (after - before)[:, ::-1] * [-side, side]
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    return ((before + after) / 2 + 4 * across) / METRES


def _communes_at(points: Any, communes: Mapping[str, Shape]) -> list[str]:
    """Return the commune of each point, empty outside the territory."""
    codes = np.full(len(points), "", dtype="U5")
    for code, shape in communes.items():
        codes[shapely.contains_xy(shape, points)] = code
    return [str(code) for code in codes]


@cache
def _seine() -> Shape:
    path = settings.BASE_DIR / "fixtures" / "backdrop" / "seine-ouest.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    water = (it["geometry"] for it in features if it["properties"]["kind"] == "water")
    shape = shapely.union_all([shapely.from_geojson(json.dumps(geometry)) for geometry in water])
    shapely.prepare(shape)
    return shape


def length(shape: Shape) -> float:
    """Return the length of a line in metres."""
    return float(shapely.transform(shape, lambda points: points * METRES).length)


def _degrees(pieces: Iterable[_Piece]) -> Counter[End]:
    """Return how many pieces end at each node."""
    return Counter(end for piece in pieces for end in piece.ends)


def _trimmed(pieces: list[_Piece]) -> list[_Piece]:
    """Leave out stubs: pieces of some metres that end nowhere, and pieces that touch no other."""
    while True:
        degrees = _degrees(pieces)
        remaining = [piece for piece in pieces if not _is_stub(piece, [degrees[end] for end in piece.ends])]
        if len(remaining) == len(pieces):
            return pieces
        pieces = remaining


def _is_stub(piece: _Piece, degrees: Sequence[int]) -> bool:
    return max(degrees) == 1 or (min(degrees) == 1 and length(piece.shape) < _SHORTEST)


def _joined(pieces: list[_Piece]) -> list[_Piece]:
    """Join the pieces of a line between two crossings: a section ends where it meets another, or leaves a commune."""
    degrees = _degrees(pieces)
    by_line: dict[int, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        by_line[piece.line].append(piece)
    sections: list[_Piece] = []
    for index in sorted(by_line):
        first, *remaining = sorted(by_line[index], key=lambda piece: piece.offset)
        sections.append(first)
        for piece in remaining:
            before = sections[-1]
            node = before.ends[1]
            is_same = before.codes == piece.codes and before.is_path == piece.is_path
            if (
                node == piece.ends[0]
                and degrees[node] == 2
                and is_same
                and not (before.is_bridge or piece.is_bridge)
            ):
                before.shape = shapely.LineString([*before.shape.coords, *piece.shape.coords[1:]])
            else:
                sections.append(piece)
    return sections


def _named(pieces: Sequence[_Piece], lines: Sequence[_Line], rng: random.Random) -> Iterator[Section]:
    """Give each street, the pieces of one line in one commune, a name that no other of the commune has."""
    words: dict[str, Iterator[str]] = {}
    streets: dict[tuple[int, tuple[str, str]], list[_Piece]] = defaultdict(list)
    for piece in pieces:
        streets[piece.line, piece.codes].append(piece)
    numbers: Counter[str] = Counter()
    for (index, codes), members in streets.items():
        code, rank = codes[0], lines[index].rank
        is_avenue = rank is not None and rank % _AVENUE == 0
        if code not in words:
            words[code] = iter(rng.sample(NAMES, len(NAMES)))
        shared = _SHARED.get((min(codes), max(codes)))
        name = shared or f"{_kind(members, rng, is_avenue=is_avenue)} {next(words[code])}"
        numbers[code] += 1
        for piece in members:
            yield Section(
                name,
                numbers[code],
                codes,
                piece.shape,
                is_avenue and not piece.is_path,
                piece.is_path,
                piece.is_bridge,
            )


def _kind(members: Sequence[_Piece], rng: random.Random, *, is_avenue: bool) -> str:
    if all(piece.is_path for piece in members):
        return rng.choice(["Chemin", "Allée"])
    if is_avenue:
        return rng.choice(["Avenue", "Avenue", "Boulevard"])
    return (
        rng.choice(["Rue"] * 7 + ["Allée"]) if len(members) > 1 else rng.choice(["Impasse", "Villa", "Rue"])
    )


_STEP = (52, 78)  # metres between two houses of one side
_SETBACK = 9
_BIS = 0.03


def _number_houses(sections: Sequence[Section], communes: Mapping[str, Shape], rng: random.Random) -> None:
    """Give streets odd numbers on the left and even ones on the right, growing along the street."""
    last: dict[tuple[str, int, bool], int] = {}
    for section in sections:
        if section.is_path or section.is_bridge:
            continue
        for is_left in (True, False):
            street = (section.codes[0], section.street, is_left)
            number = last.get(street, -1 if is_left else 0)
            for point, is_bis in _house_points(
                section, rng, communes[section.codes[not is_left]], is_left=is_left
            ):
                number += 0 if is_bis else 2
                section.houses.append(House(number, "bis" if is_bis else "", point, is_left))
            last[street] = number


def _house_points(
    section: Section, rng: random.Random, commune: Shape, *, is_left: bool
) -> Iterator[tuple[End, bool]]:
    """Yield points along one side of a section, in the commune and out of the water; some follow at a few metres."""
    line = shapely.transform(section.shape, lambda points: points * METRES)
    end, at = line.length - 14, 14 + rng.uniform(0, 12)
    distances: list[tuple[float, bool]] = []
    while at < end:
        is_bis = bool(distances) and not distances[-1][1] and rng.random() < _BIS
        distances.append((at, is_bis))
        at += rng.uniform(*_STEP) * (0.4 if is_bis else 1)
    if not distances:
        return
    ahead = np.array([distance for distance, _is_bis in distances])
    before, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(line, ahead + step)) for step in (-1, 1)
    )
    across = (after - before)[:, ::-1] * ([-1, 1] if is_left else [1, -1])
    points = ((before + after) / 2 + _SETBACK / 2 * across) / METRES
    is_right = shapely.contains_xy(commune, points) & ~shapely.contains_xy(_seine(), points)
    is_right &= shapely.distance(line, shapely.points(points * METRES)) > _SETBACK - 2  # but in a bend
    is_preceded = False
    for (x, y), (_distance, is_bis), is_buildable in zip(points, distances, is_right, strict=True):
        if is_buildable:
            yield (round(float(x), 6), round(float(y), 6)), is_bis and is_preceded
        is_preceded = bool(is_buildable)
