"""How far apart the layers of the demonstration are seen on one map, by who sees all colours and by the colour-blind.

Every pair of layers that a map may show together is measured in light and in dark; the distance is that of OKLab, times
100 (``layers.styles.vision``). A pair under ``APART`` must have two pictograms.
"""

from __future__ import annotations

from itertools import combinations
from statistics import median

from bench.measures import Figure
from bench.report import exit_code, table
from gisportal.catalogue import CODED
from gisportal.demo.sample_faces import MAP_FACES
from layers.formats.styles.faces import APART, Face, Gap, are_alike, face_of, gap
from layers.formats.styles.themes import DARK, LIGHT, resolved
from layers.styles.vision import Vision, distance

_NEAREST = 8


def main() -> int:
    """Measure every pair once and return the exit code."""
    faces = _faces()
    pairs = list(combinations(faces, 2))
    print(f"{len(faces)} layers, {len(pairs)} pairs, hundredths of OKLab\n")
    for one, other in sorted(pairs, key=lambda pair: _gap(faces, pair).distance)[:_NEAREST]:
        found = _gap(faces, (one, other))
        where = f"{found.vision.value}, {'dark' if found.is_dark else 'light'}"
        print(f"{found.distance:5.1f}  {one} – {other} ({where}; {faces[one].icon}, {faces[other].icon})")
    alike = [pair for pair in pairs if are_alike(faces[pair[0]], faces[pair[1]])]
    coloured = [pair for pair in pairs if faces[pair[0]].token != faces[pair[1]].token]
    figures = [Figure("Pairs alike: near colours, one pictogram", "0", str(len(alike)), not alike)]
    for theme, name in ((LIGHT, "light"), (DARK, "dark")):
        for vision in Vision:
            found = [
                distance(resolved(faces[one].token, theme), resolved(faces[other].token, theme), vision)
                for one, other in coloured
            ]
            told = f"least {min(found):.1f}, median {median(found):.1f}"
            figures.append(Figure(f"{vision.value}, {name}", f"least {APART:g}", told, min(found) >= APART))
    print(f"\n{table(figures)}")
    return exit_code(figures)


def _faces() -> dict[str, Face]:
    coded = {one.slug: face_of(one.style) for one in CODED.all() if one.geometry.is_located}
    samples = {slug: Face(str(style["token"]), str(style["icon"])) for slug, style in MAP_FACES.items()}
    return coded | samples


def _gap(faces: dict[str, Face], pair: tuple[str, str]) -> Gap:
    return gap(faces[pair[0]].token, faces[pair[1]].token)
