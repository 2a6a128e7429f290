"""What changed between two versions of a plan: areas, zones, prescriptions, informations, drawings, written pieces.

Areas are in square metres on the spheroid. Zones are laid on each other, so that a change is told by the ground and not
by identifiers, which packages renumber. Dates that change with every package (in NOMFIC, names of pieces, LIB_ID*,
IDURBA) are no change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from plui.models import TABLES, PlanVersion, WrittenPiece
from plui.versions.changes import (
    AreaRow,
    ChangeKind,
    ObjectChange,
    PlanObject,
    Slivers,
    Transition,
    ordered,
    pairs_of,
)
from plui.versions.object_changes import object_changes, reworded
from plui.versions.overlay import ShapeKey, Side, Size, ZoneKeys, shared_ground
from plui.versions.zone_changes import ZoneOverlay

ZONES = "ZONE_URBA"
OBJECT_TABLES = tuple(name for name in TABLES if name.startswith(("PRESCRIPTION", "INFO")))
DRAWING_TABLES = tuple(name for name in TABLES if name.startswith("HABILLAGE"))
"""Drawings of the paper plan, which have no rule."""
_TEXTS = "HABILLAGE_TXT"
_ORIGIN = ("nomfic", "urlfic", "datvalid")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "ZONE": (
        "libelle", "typezone", "libelong", "formdomi", "destoui", "destcdt", "destnon", "symbole", *_ORIGIN,
    ),
    "PRESCRIPTION": ("libelle", "code", "txt", "nature", "symbole", *_ORIGIN),
    "INFO": ("libelle", "code", "txt", "symbole", *_ORIGIN),
    "HABILLAGE": ("nattrac", "couleur"),
    _TEXTS: ("txt", "natecr", "police", "taille", "style", "angle", "couleur"),
}  # fmt: skip
"""Attributes that are compared, by the table or the first word of it; ``code`` is type and subtype."""
NAMES: Mapping[str, tuple[str, str]] = {
    "ZONE": ("libelle", "typezone"),
    "PRESCRIPTION": ("libelle", "code"),
    "INFO": ("libelle", "code"),
    "HABILLAGE": ("nattrac", "nattrac"),
    _TEXTS: ("txt", "natecr"),
}
"""The attributes that name an object: its label and its code."""
_IDENTIFIERS = {
    "ZONE": "lib_idzone", "PRESCRIPTION": "lib_idpsc", "INFO": "lib_idinfo", "HABILLAGE": "lib_idhab",
}  # fmt: skip
_WRITTEN = "Pieces_ecrites/"
_LAST_DATE = re.compile(r"_\d{8}(?=\.\w+(#|$))")


@dataclass(frozen=True, slots=True)
class PieceChange:
    """A written piece that comes, goes, or has another content. ``path`` is without folder of the package nor date."""

    kind: ChangeKind
    path: str
    before: WrittenPiece | None
    after: WrittenPiece | None


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """What changed from a version to another; ``before`` is None where there was no plan.

    ``types``, ``labels`` and ``communes`` are areas by TYPEZONE, by TYPEZONE and LIBELLE, by commune and TYPEZONE.
    ``unchanged`` counts the objects that are the same, by table.
    """

    before: PlanVersion | None
    after: PlanVersion
    types: tuple[AreaRow, ...]
    labels: tuple[AreaRow, ...]
    communes: tuple[AreaRow, ...]
    zones: tuple[ObjectChange, ...]
    transitions: tuple[Transition, ...]
    slivers: Slivers
    objects: tuple[ObjectChange, ...]
    pieces: tuple[PieceChange, ...]
    unchanged: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.zones or self.objects or self.pieces)

    @property
    def changed_m2(self) -> float:
        """The ground to which another zone applies."""
        return sum(each.area_m2 for each in self.transitions)


def compare_versions(
    before: PlanVersion | None,
    after: PlanVersion,
    *,
    tables: Collection[str] = (*OBJECT_TABLES, *DRAWING_TABLES),
    online: Mapping[str, QuerySet[Any]] | None = None,
) -> PlanComparison:
    """Compare two versions of a plan, in about thirty statements; ``tables`` are those compared beside the zones.

    ``online`` are rows online by table, as their reader reads them: the first side, as it was edited in place since
    ``before`` was published. Without it, the rows of ``before``.
    """
    sides = Side(before, online or {}), Side(after)
    old, new = _objects(sides[0], ZONES), _objects(sides[1], ZONES)
    zones, overlay, same_count = _zone_changes(old, new, sides)
    unchanged, objects = {ZONES: same_count}, list[ObjectChange]()
    for group in (OBJECT_TABLES, DRAWING_TABLES):
        changes: list[ObjectChange] = []
        for table in [name for name in group if name in tables]:
            own, unchanged[table] = object_changes(
                table, _objects(sides[0], table), _objects(sides[1], table), sides=sides
            )
            changes += own
        objects += ordered(changes)
    return PlanComparison(
        before=before,
        after=after,
        types=_areas(old, new, lambda zone: [(zone.code, "", "", zone.size)]),
        labels=_areas(old, new, lambda zone: [(zone.code, zone.label, "", zone.size)]),
        communes=_areas(old, new, _by_commune),
        zones=tuple(zones),
        transitions=overlay.transitions(),
        slivers=overlay.slivers(),
        objects=tuple(objects),
        pieces=tuple(_piece_changes(before, after)),
        unchanged=unchanged,
    )


def _objects(side: Side, table: str) -> list[PlanObject]:
    family = table.split("_", maxsplit=1)[0]
    fields, identifier = FIELDS.get(table) or FIELDS[family], _IDENTIFIERS[family]
    rows = side.rows(table)
    has_shares = any(field.name == "commune_shares" for field in rows.model._meta.get_fields())
    values = rows.values(
        "pk", "feature_id", identifier, "commune_id", *fields,
        shape_key=ShapeKey(F("geom")), size=Size(F("geom")),
        shares=F("commune_shares" if has_shares else "commune_id"),
    )  # fmt: skip
    return [_object(side, table, row, identifier, fields) for row in values]


def _object(
    side: Side, table: str, row: Mapping[str, Any], identifier: str, fields: Sequence[str]
) -> PlanObject:
    size, shares = float(row["size"] or 0), row["shares"]
    texts = {name: "" if row[name] is None else str(row[name]) for name in fields}
    if "nomfic" in texts:
        texts["nomfic"] = _undated(texts["nomfic"], side.version)
    label, code = NAMES.get(table) or NAMES[table.split("_", maxsplit=1)[0]]
    return PlanObject(
        pk=row["pk"],
        table=table,
        label=texts[label],
        code=texts[code],
        size=size,
        shares=shares if isinstance(shares, dict) else {shares or "": size},
        values=texts,
        identifier=_undated(str(row[identifier] or ""), side.version),
        feature_id=row["feature_id"],
        shape_key=row["shape_key"],
    )


def _undated(text: str, version: PlanVersion | None) -> str:
    """Return a name without the date of its package: DATAPPRO, and the date that names of files end with."""
    undated = text.replace(version.datappro, "D") if version and version.datappro else text
    return _LAST_DATE.sub("_D", undated)


def _areas(
    before: Iterable[PlanObject],
    after: Iterable[PlanObject],
    parts: Callable[[PlanObject], Iterable[tuple[str, str, str, float]]],
) -> tuple[AreaRow, ...]:
    """Add up zones by what ``parts`` says of each: type, label, commune, square metres."""
    counts: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0, 0, 0.0, 0.0])
    for side, zones in enumerate((before, after)):
        for zone in zones:
            for typezone, label, commune, area in parts(zone):
                row = counts[typezone, label, commune]
                row[side] += 1
                row[side + 2] += area
    return tuple(
        AreaRow(*key, int(row[0]), int(row[1]), row[2], row[3]) for key, row in sorted(counts.items())
    )


def _by_commune(zone: PlanObject) -> list[tuple[str, str, str, float]]:
    return [(zone.code, "", commune, float(area)) for commune, area in zone.shares.items()]


def _zone_changes(
    old: list[PlanObject], new: list[PlanObject], sides: tuple[Side, Side]
) -> tuple[list[ObjectChange], ZoneOverlay, int]:
    """Return the changes of zones, what they are told by, and how many zones are the same."""
    every = [[zone.pk for zone in zones] for zones in (old, new)]
    same, old, new = pairs_of(old, new, lambda zone: (zone.shape_key, *zone.name))
    before = ZoneKeys([zone.pk for zone in old], every[0])
    after = ZoneKeys([zone.pk for zone in new], every[1])
    ground = shared_ground(before, after, sides=sides)
    overlay = ZoneOverlay(old, new, ground)
    changes = overlay.changes()
    same += overlay.same_pairs
    words = reworded(ZONES, same, side=sides[1])
    return ordered([*changes, *words]), overlay, len(same) - len(words)


def _piece_changes(before: PlanVersion | None, after: PlanVersion) -> Iterator[PieceChange]:
    """Yield the changes of written pieces by path; a piece that has only another name has not changed."""
    old, new = _pieces(before), _pieces(after)
    hashes_before = {piece.content_hash for path, piece in old.items() if path not in new}
    hashes_after = {piece.content_hash for path, piece in new.items() if path not in old}
    renamed = hashes_before & hashes_after
    for path in sorted(old.keys() | new.keys()):
        one, other = old.get(path), new.get(path)
        if one and other:
            if one.content_hash != other.content_hash:
                yield PieceChange(ChangeKind.REWORDED, path, one, other)
        elif one and one.content_hash not in renamed:
            yield PieceChange(ChangeKind.REMOVED, path, one, None)
        elif other and other.content_hash not in renamed:
            yield PieceChange(ChangeKind.ADDED, path, None, other)


def _pieces(version: PlanVersion | None) -> dict[str, WrittenPiece]:
    """Return the pieces of a version by path under ``Pieces_ecrites``, without date."""
    if version is None:
        return {}
    pieces = {}
    for piece in version.pieces.all():
        _folder, is_written, path = piece.path.partition(_WRITTEN)
        if is_written:
            pieces[_undated(path, version)] = piece
    return pieces
