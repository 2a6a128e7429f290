"""The roles of columns: the key, which names a row from one delivery to the next, and the commune of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice

from datasets.inference.names import slug, words
from datasets.inference.profiles import Profile
from datasets.readers.source import RawRow
from datasets.vocabulary import ColumnType, GeometryKind

_NAMES_TEXT = (
    "identifiant identifier id uid uuid recordid code ref reference matricule cle numero num insee siret "
    "siren"
)
_NAMES = tuple(_NAMES_TEXT.split())
_FRAGILE = frozenset({"fid", "gid", "objectid", "ogc", "gml", "entityhandle"})
"""Numbers that software gives again at each export."""

TITLE_WORDS = ("nom", "name", "titre", "title", "libelle", "label", "intitule", "denomination", "designation")
"""First words of titles over what a row is called."""

_RUN = re.compile(r"[0-9]+|[^\W\d_]+")
_LONGEST_SHAPE = 12

_UNTITLED = frozenset({("n",), ("index",), ("unnamed", "0"), ("colonne", "1")})
"""Titles of row numbers: of people, and of software that wrote none."""

_NO_IDENTITY = frozenset({"idem", "ideal", "idee", "identite", "idiome"})
_COUNTED = frozenset({ColumnType.STRING, ColumnType.INTEGER})
"""Types whose values can identify: no measure, no day."""

_MAX_PARTS = 4
_MAX_ROWS = 2_000_000
"""Rows of a file that are looked at for a value that comes twice: beyond, the loading says it."""


def infer_key(
    profiles: Sequence[Profile],
    types: Mapping[int, ColumnType],
    *,
    commune: int | None,
    geometry: GeometryKind,
) -> tuple[int, ...]:
    """Return the positions of the columns that make the key.

    One column whose title says that it identifies; or, in a table of figures, the few columns (year, commune, sector…)
    under which each figure is alone. A year goes with a commune even while the file holds one year only. Row numbers
    and generated identifiers are the key where nothing else is: a row taken away renumbers all that follow.
    """
    is_located = geometry is not GeometryKind.NONE
    unique = [profile for profile in profiles if profile.is_unique and _is_counted(profile, types)]
    single = min(
        (profile for profile in unique if _rank(profile) < len(_NAMES) + 1),
        key=lambda profile: (_rank(profile), profile.position),
        default=None,
    )
    if single is not None and _rank(single) == len(_NAMES):
        several = () if is_located else _several(profiles, types)
        if several:
            return several
        stable = [profile for profile in unique if not profile.is_numbering]
        single = next(filter(_has_codes, stable), None) or next(filter(_has_names, stable), single)
    year = next((profile.position for profile in profiles if profile.is_year and profile.is_complete), None)
    if single is None:
        return () if is_located else _several(profiles, types)
    if single.position == commune and year is not None and not is_located:
        return (single.position, year)
    return (single.position,)


def _is_counted(profile: Profile, types: Mapping[int, ColumnType]) -> bool:
    """Whether values are names or whole numbers, which a geodatabase may store as decimals."""
    return types[profile.position] in _COUNTED or profile.share(ColumnType.INTEGER) == 1


def first_repeated(rows: Iterable[RawRow], position: int) -> tuple[int, str] | None:
    """Return line and value of the first row whose value in a column is absent or that of another row, None if none."""
    hashes: set[int] = set()
    for line, values, _shape in islice(rows, _MAX_ROWS):
        value = values[position]
        mark = hash(value)
        if value is None or mark in hashes:
            return line, value or ""
        hashes.add(mark)
    return None


def _rank(profile: Profile) -> float:
    """Return the rank of a column as an identifier: 0 is best; ``len(_NAMES)`` changes with each export; more, none."""
    if _FRAGILE & set(profile.words):
        return len(_NAMES)
    ranks: list[float] = [_NAMES.index(word) for word in profile.words if word in _NAMES]
    if any(map(_is_identifier, profile.words)):
        ranks.append(_NAMES.index("id") + 0.5)
    if ranks and profile.is_numbering:
        return len(_NAMES)
    return min(ranks, default=len(_NAMES) + 1)


def numbers_rows(profile: Profile) -> bool:
    """Say whether a column is the numbers of rows, by its values and its title: ``id``, ``N°``, ``Unnamed: 0``."""
    is_titled = _rank(profile) == len(_NAMES) or profile.words in _UNTITLED
    return is_titled and profile.is_numbering


def _has_codes(profile: Profile) -> bool:
    """Say whether all values are codes of one shape, letters and figures without blanks: ``0920001A``, ``ARB-0012``."""
    shapes = {_RUN.sub(lambda run: "9" if run[0].isdigit() else "a", value) for value in profile.present}
    shape = shapes.pop() if len(shapes) == 1 else ""
    return "9" in shape and "a" in shape and len(shape) <= _LONGEST_SHAPE and not re.search(r"[\s,:/]", shape)


def _has_names(profile: Profile) -> bool:
    """Say whether the title is that of names: ``nom``, ``libelle``."""
    return bool(profile.words) and profile.words[0] in TITLE_WORDS


def _is_identifier(word: str) -> bool:
    """Say whether a word is an identifier of something: ``idbase``, ``idarbre``."""
    return word.startswith("id") and 2 < len(word) <= 12 and word not in _NO_IDENTITY


def _several(profiles: Sequence[Profile], types: Mapping[int, ColumnType]) -> tuple[int, ...]:
    """Return the smallest set, dropping from the right, of repeating columns under which rows are unique."""
    parts = [profile for profile in profiles if _is_dimension(profile, types[profile.position])]
    if not len(parts) >= 2 or not _is_unique(parts):
        return ()
    for profile in reversed(parts.copy()):
        fewer = [part for part in parts if part is not profile]
        if len(fewer) > 1 and _is_unique(fewer):
            parts = fewer
    return tuple(part.position for part in parts) if len(parts) <= _MAX_PARTS else ()


def _is_dimension(profile: Profile, kind: ColumnType) -> bool:
    """Say whether the column places a figure (text, day, year) and repeats."""
    is_suitable = kind in {ColumnType.STRING, ColumnType.DATE} or (
        kind is ColumnType.INTEGER and profile.is_year
    )
    return is_suitable and profile.is_complete and 2 * len(profile.distinct) <= len(profile.values)


def _is_unique(parts: Collection[Profile]) -> bool:
    rows = list(zip(*(part.values for part in parts), strict=True))
    return len(set(rows)) == len(rows) > 1


_INSEE = re.compile(r"(?:[013-9][0-9]|2[AB1-9])[0-9]{3}")
_WORDS = frozenset({"insee", "commune", "communes", "ville", "com", "depcom", "codgeo"})
_ENOUGH = 0.8
_ENOUGH_WHEN_TITLED = 0.05


def is_commune_title(title: str) -> bool:
    """Whether the title of a column says that it names communes."""
    return bool(_WORDS & set(words(title)))


def infer_commune(profiles: Sequence[Profile], communes: Mapping[str, str] | None) -> int | None:
    """Return the position of the column, codes before names, the fullest first; None without a column of communes.

    ``communes`` gives the names of the territory by INSEE code. Without it only titles and the shape of codes are
    left. A file that goes beyond the territory is recognised by the title of its column and a few known communes.
    """
    if communes is None:
        return next((profile.position for profile in profiles if _looks_like_codes(profile)), None)
    names = {slug(name) for name in communes.values()}
    scored = []
    for profile in profiles:
        by_code = _share(profile, lambda value: value in communes)
        by_name = _share(profile, lambda value: slug(value) in names)
        score = max(by_code, by_name)
        if score >= (_ENOUGH_WHEN_TITLED if _is_titled(profile, by_code) else _ENOUGH):
            scored.append((by_code >= by_name, len(profile.present), -profile.position, profile.position))
    return max(scored)[-1] if scored else None


def _share(profile: Profile, test: Callable[[str], bool]) -> float:
    return (
        sum(test(value.strip()) for value in profile.present) / len(profile.present)
        if profile.present
        else 0.0
    )


def _is_titled(profile: Profile, by_code: float) -> bool:
    """Whether the title is that of communes and, for codes, all values look like INSEE codes."""
    has_word = bool(_WORDS & set(profile.words))
    return has_word and (not by_code or all(_INSEE.fullmatch(value.strip()) for value in profile.present))


def _looks_like_codes(profile: Profile) -> bool:
    return bool(profile.present) and _is_titled(profile, 1.0)
