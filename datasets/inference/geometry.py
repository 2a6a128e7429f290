"""The geometry of a sample: kind, recipe and what a person should know about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from datasets.definitions import HEIGHTS, Finding, GeometryRecipe
from datasets.inference.coordinates import (
    Bounds,
    CoordinateGuess,
    find_coordinates,
    find_unplaced,
    ordinates,
    system_of,
)
from datasets.inference.profiles import Profile
from datasets.readers.source import RawRow, Source
from datasets.readers.wkb import header, plain
from datasets.vocabulary import GeometryKind, Severity
from layers.parsing.declared_crs import WGS84

_SAMPLE = 1_000

_FAMILIES = {
    "Point": (GeometryKind.POINT, GeometryKind.MULTI_POINT),
    "LineString": (GeometryKind.LINE, GeometryKind.MULTI_LINE),
    "Polygon": (GeometryKind.SURFACE, GeometryKind.MULTI_SURFACE),
}
_CURVES = {
    "CircularString": "MultiLineString",
    "CompoundCurve": "MultiLineString",
    "MultiCurve": "MultiLineString",
    "CurvePolygon": "MultiPolygon",
    "MultiSurface": "MultiPolygon",
    "PolyhedralSurface": "MultiPolygon",
    "TIN": "MultiPolygon",
    "Triangle": "MultiPolygon",
}


@dataclass(frozen=True, slots=True)
class InferredGeometry:
    """``hidden`` are the columns that are nothing but the geometry: they do not become fields."""

    kind: GeometryKind
    recipe: GeometryRecipe
    findings: tuple[Finding, ...] = ()
    hidden: frozenset[int] = frozenset()


def infer_geometry(
    source: Source,
    rows: Sequence[RawRow],
    profiles: Sequence[Profile],
    *,
    is_every_row: bool,
    extent: Bounds | None = None,
) -> InferredGeometry:
    """Return the geometry of ``rows``; ``is_every_row`` when they are all the rows of the source.

    ``extent`` is that of the territory, in degrees.
    """
    wkbs = [wkb for _line, _values, wkb in rows if wkb]
    if source.has_geometry and wkbs:
        return _from_wkb(source, wkbs, extent, is_every_row=is_every_row)
    located = find_coordinates(profiles, crs=source.options.crs, extent=extent)
    if located is None:
        return InferredGeometry(GeometryKind.NONE, GeometryRecipe(), _unplaced(profiles))
    hidden = frozenset(located.recipe.columns) if located.recipe.kind in {"wkt", "geojson"} else frozenset()
    kind, findings = _kind(Counter(located.types), is_every_row=is_every_row)
    return InferredGeometry(kind, located.recipe, (*findings, *_remarks(located)), hidden)


def _from_wkb(
    source: Source, wkbs: Sequence[bytes], extent: Bounds | None, *, is_every_row: bool
) -> InferredGeometry:
    headers = [header(wkb) for wkb in wkbs]
    kind, findings = _kind(Counter(map(_name, wkbs)), is_every_row=is_every_row)
    if any(has_z for _name, has_z in headers):
        findings = (*findings, _z())
    srid = source.srid or WGS84
    if source.options.crs is None:
        xs, ys = ordinates(wkbs[:_SAMPLE])
        guessed, is_swapped = system_of(xs, ys, extent)
        if source.srid is None or (source.srid == WGS84 and guessed != WGS84):
            findings = (*findings, _supposed(guessed))
            srid = guessed or WGS84
        if is_swapped and srid == guessed and source.srid in {None, WGS84}:
            findings = (*findings, _swapped())
            return InferredGeometry(kind, GeometryRecipe("wkb", (), srid, swaps_xy=True), findings)
    return InferredGeometry(kind, GeometryRecipe("wkb", (), srid), findings)


def _name(wkb: bytes) -> str:
    """Return the type a geometry counts for: that of the largest parts of a collection of several types."""
    name = header(wkb)[0]
    if name != "GeometryCollection":
        return name
    parts = {part.removeprefix("Multi") for part in plain(wkb).names}
    return next((f"Multi{family}" for family in ("Polygon", "LineString", "Point") if family in parts), name)


def _kind(types: Counter[str], *, is_every_row: bool) -> tuple[GeometryKind, tuple[Finding, ...]]:
    """Return the kind that takes all the types of the most frequent family: multiple when one is, or may come later."""
    plain = Counter({_CURVES.get(name, name): count for name, count in types.items()})
    families: Counter[str] = Counter()
    for name, count in plain.items():
        families[name.removeprefix("Multi")] += count
    family = next((name for name, _count in families.most_common() if name in _FAMILIES), "")
    if not family:
        return GeometryKind.NONE, (
            _finding("geometry_unknown", _("Les géométries du fichier sont d’un type inconnu.")),
        )
    findings: tuple[Finding, ...] = ()
    if len(families) > 1:
        labels = ", ".join(sorted(plain))
        findings = (
            _finding("mixed_types", _("Le fichier mêle des géométries de plusieurs types : %s.") % labels),
        )
    single, multiple = _FAMILIES[family]
    may_be_multiple = f"Multi{family}" in plain or (not is_every_row and family != "Point")
    return (multiple if may_be_multiple else single), findings


def _remarks(located: CoordinateGuess) -> tuple[Finding, ...]:
    findings = []
    if located.has_z:
        findings.append(_z())
    if located.is_supposed:
        findings.append(_supposed(None))
    if located.is_swapped:
        findings.append(_swapped())
    if located.types & set(_CURVES):
        findings.append(
            _finding("curves", _("Des géométries ont des arcs de cercle : ils deviennent des segments."))
        )
    return tuple(findings)


def _unplaced(profiles: Sequence[Profile]) -> tuple[Finding, ...]:
    """Say that columns look like coordinates and are in no place: a table without geometry is never a surprise."""
    columns = find_unplaced(profiles)
    if columns is None:
        return ()
    x, y = columns
    reason = _(
        "Ces colonnes ont l’air de coordonnées, mais leurs valeurs ne tombent nulle part en France :"
        " virgule perdue, autre unité ou autre système ? Aucune géométrie n’est proposée."
    )
    finding = Finding(
        Severity.WARNING.value,
        "unplaced",
        reason,
        0,
        f"{x.title}, {y.title}",
        f"{x.typed[0]}, {y.typed[0]}"[:200],
    )
    return (finding,)


def _swapped() -> Finding:
    return _finding("swapped", _("Longitudes et latitudes sont échangées : elles sont remises en ordre."))


def _supposed(srid: int | None) -> Finding:
    if srid is None:
        return _finding(
            "crs_unknown", _("Le système de coordonnées est inconnu : WGS 84 est supposé, à vérifier.")
        )
    return _finding(
        "crs_guessed", _("Système de coordonnées déduit des valeurs : EPSG:%d, à vérifier.") % srid
    )


def _z() -> Finding:
    return _finding(HEIGHTS, _("Les géométries ont une altitude (Z) : elle est ignorée par défaut."))


def _finding(code: str, reason: str) -> Finding:
    return Finding(Severity.WARNING.value, code, reason)
