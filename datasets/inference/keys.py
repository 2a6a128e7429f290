"""What identifies a row from one delivery to the next; nothing is a valid answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from datasets.inference.profiles import Profile
from datasets.vocabulary import ColumnType, GeometryKind

_NAMES_TEXT = (
    "identifiant identifier id uid uuid recordid code ref reference matricule cle numero num insee siret "
    "siren"
)
_NAMES = tuple(_NAMES_TEXT.split())
_FRAGILE = frozenset({"fid", "gid", "objectid", "ogc"})
"""Numbers that software gives again at each export."""

_MOST_PARTS = 4


def infer_key(
    profiles: Sequence[Profile],
    types: Mapping[int, ColumnType],
    *,
    commune: int | None,
    geometry: GeometryKind,
) -> tuple[int, ...]:
    """Return the positions of the columns that make the key.

    One column whose title says that it identifies; or, in a table of figures, the few columns (year, commune, sector…)
    under which each figure is alone. A year goes with a commune even while the file holds one year only.
    """
    is_located = geometry is not GeometryKind.NONE
    single = min(
        (profile for profile in profiles if profile.is_unique and _rank(profile) < len(_NAMES) + 1),
        key=lambda profile: (_rank(profile), profile.position),
        default=None,
    )
    year = next((profile.position for profile in profiles if profile.is_year and profile.is_complete), None)
    if single is None:
        return () if is_located else _several(profiles, types)
    if single.position == commune and year is not None and not is_located:
        return (single.position, year)
    return (single.position,)


def _rank(profile: Profile) -> int:
    """Return how much the title speaks of identity: 0 the most; beyond the names, not at all."""
    if _FRAGILE & set(profile.words):
        return len(_NAMES)
    ranks = [_NAMES.index(word) for word in profile.words if word in _NAMES]
    return min(ranks, default=len(_NAMES) + 1)


def _several(profiles: Sequence[Profile], types: Mapping[int, ColumnType]) -> tuple[int, ...]:
    """Return the smallest set, dropping from the right, of repeating columns under which rows are unique."""
    parts = [profile for profile in profiles if _is_dimension(profile, types[profile.position])]
    if not len(parts) >= 2 or not _is_unique(parts):
        return ()
    for profile in reversed(parts.copy()):
        fewer = [part for part in parts if part is not profile]
        if len(fewer) > 1 and _is_unique(fewer):
            parts = fewer
    return tuple(part.position for part in parts) if len(parts) <= _MOST_PARTS else ()


def _is_dimension(profile: Profile, kind: ColumnType) -> bool:
    """Say whether the column places a figure (text, day, year) and repeats."""
    places = kind in {ColumnType.STRING, ColumnType.DATE} or (kind is ColumnType.INTEGER and profile.is_year)
    return places and profile.is_complete and 2 * len(profile.distinct) <= len(profile.values)


def _is_unique(parts: Collection[Profile]) -> bool:
    rows = list(zip(*(part.values for part in parts), strict=True))
    return len(set(rows)) == len(rows) > 1
